//! `torg`: see `torg --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    torg::main()
}
