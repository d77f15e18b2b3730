//! `typeset [CPU_SECONDS MEMORY_BYTES] < invoice.json > invoice.pdf`: one invoice, in a process with limits.
//!
//! The tests run it as their child, just as a service runs its own program.

use std::io::{self, Write};
use std::process::ExitCode;

use paper::{Limits, child_main};

fn main() -> ExitCode {
    let mut limits = Limits::default();
    let mut numbers = std::env::args()
        .skip(1)
        .map_while(|argument| argument.parse().ok());
    if let (Some(seconds), Some(bytes)) = (numbers.next(), numbers.next()) {
        limits = Limits {
            cpu_seconds: seconds,
            memory_bytes: bytes,
            ..limits
        };
    }
    match child_main(io::stdin().lock(), io::stdout().lock(), limits) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when this fails, too.
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}
