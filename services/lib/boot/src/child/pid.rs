//! Processes by number: what they are, how they are told to stop, which of them are ours.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use rustix::process::{Pid, Signal};

use super::{POLL, Spec, StopBy};

/// The children that run now, for the case that we have to leave at once.
static CHILDREN: Mutex<BTreeMap<u32, StopBy>> = Mutex::new(BTreeMap::new());

pub(super) fn remember(pid: u32, stop_by: StopBy) {
    CHILDREN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(pid, stop_by);
}

pub(super) fn forget(pid: u32) {
    CHILDREN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&pid);
}

/// Tells every child to stop and waits for none: the last thing before an immediate exit.
pub fn signal_all() {
    let children = std::mem::take(&mut *CHILDREN.lock().unwrap_or_else(PoisonError::into_inner));
    for (pid, stop_by) in children {
        send(pid, signal(stop_by));
    }
}

/// The signal of a way to stop.
pub(super) fn signal(stop_by: StopBy) -> Signal {
    match stop_by {
        StopBy::Terminate => Signal::TERM,
        StopBy::Interrupt => Signal::INT,
    }
}

/// Sends a signal; a process that is gone already is fine.
pub(super) fn send(pid: u32, signal: Signal) {
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return;
    };
    if let Err(error) = rustix::process::kill_process(pid, signal)
        && error != rustix::io::Errno::SRCH
    {
        tracing::warn!("cannot signal process {}: {error}", pid.as_raw_nonzero());
    }
}

/// True while the process is the child that `spec` describes; numbers are used again by strangers.
pub(super) fn is(pid: u32, spec: &Spec) -> bool {
    command_line(pid).is_some_and(|line| line.contains(&spec.mark))
}

/// Stops a child without a runtime: asks, waits within its patience (blocking), kills.
pub(super) fn end(pid: u32, spec: &Spec) {
    forget(pid);
    if !is(pid, spec) {
        return;
    }
    send(pid, signal(spec.stop_by));
    let until = Instant::now() + spec.patience;
    while is(pid, spec) && Instant::now() < until {
        std::thread::sleep(POLL);
    }
    if is(pid, spec) {
        send(pid, Signal::KILL);
    }
}

/// The command line of a process, its words separated by spaces; `None` when it has ended.
#[must_use]
pub fn command_line(pid: u32) -> Option<String> {
    let line = if cfg!(target_os = "linux") {
        let bytes = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        String::from_utf8_lossy(&bytes).replace('\0', " ")
    } else {
        let pid = pid.to_string();
        let mut ps = std::process::Command::new("ps");
        let output = ps
            .args(["-ww", "-o", "command=", "-p", &pid])
            .output()
            .ok()?;
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    // One that has ended and was not waited for yet has no command line left.
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}
