//! How much memory this process takes.

use anyhow::Context as _;

/// What the kernel says of this process.
const STATUS: &str = "/proc/self/status";

/// Memory that is really there now, in MiB: what the allocator keeps for later is counted, what is swapped out is not.
pub(super) fn resident() -> anyhow::Result<f64> {
    let status =
        std::fs::read_to_string(STATUS).with_context(|| format!("cannot read {STATUS}"))?;
    read(&status).with_context(|| format!("{STATUS} does not tell the resident memory"))
}

fn read(status: &str) -> Option<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_resident_memory_is_found_among_the_others() {
        let status = "VmPeak:\t  400000 kB\nVmRSS:\t    2048 kB\nRssAnon:\t  1024 kB\n";
        assert_eq!(read(status), Some(2.0));
        assert_eq!(read("VmPeak:\t  400000 kB\n"), None);
    }

    #[test]
    fn what_is_taken_is_counted() {
        let before = resident().unwrap();
        let taken = vec![1_u8; 64 * 1024 * 1024];
        assert!(resident().unwrap() - before > 50.0);
        drop(taken);
    }
}
