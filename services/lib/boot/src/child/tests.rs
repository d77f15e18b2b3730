//! Real children: shell scripts that misbehave in one way each.

use super::*;

fn sleeper(mark: &str, script: &str) -> Spec {
    Spec {
        name: "sleeper",
        program: "/bin/sh".into(),
        args: vec!["-c".into(), script.into(), mark.into()],
        env: Vec::new(),
        log: "/dev/null".into(),
        mark: mark.to_owned(),
        stop_by: StopBy::Terminate,
        patience: Duration::from_millis(300),
    }
}

fn never() -> Check {
    Box::new(|| Box::pin(async { false }))
}

#[tokio::test]
async fn a_child_that_ends_early_takes_its_log_into_the_error() {
    let mark = crate::id::token();
    let mut spec = sleeper(&mark, "echo no disk left >&2; exit 3");
    spec.log = std::env::temp_dir().join(format!("{mark}.log"));
    let log = spec.log.clone();
    let mut child = Child::start(spec).unwrap();
    let error = child
        .ready(&never(), Duration::from_secs(5))
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("exit status: 3") && error.contains("  no disk left"),
        "{error}"
    );
    std::fs::remove_file(log).unwrap();
}

#[tokio::test]
async fn a_child_that_does_not_listen_to_reason_is_killed() {
    let mark = crate::id::token();
    let child = Child::start(sleeper(&mark, "trap '' TERM; while :; do sleep 1; done")).unwrap();
    let pid = child.pid();
    sleep(Duration::from_millis(100)).await;
    child.stop().await;
    assert!(!command_line(pid).is_some_and(|line| line.contains(&mark)));
}

#[tokio::test]
async fn only_the_process_with_the_mark_is_adopted() {
    let mark = crate::id::token();
    let child = Child::start(sleeper(&mark, "while :; do sleep 0.05; done")).unwrap();
    sleep(Duration::from_millis(100)).await;
    assert!(Child::adopt(sleeper("another", ""), child.pid()).is_none());
    let adopted = Child::adopt(sleeper(&mark, ""), child.pid()).unwrap();
    adopted.stop().await;
    drop(child);
}

#[tokio::test]
async fn a_server_that_dies_is_started_again() {
    let mark = crate::id::token();
    let spec = sleeper(&mark, "while :; do sleep 0.05; done");
    let (starts, mut started) = tokio::sync::mpsc::unbounded_channel();
    let ready: Check = Box::new(|| Box::pin(async { true }));
    let on_start = move |pid| starts.send(pid).unwrap();
    let supervisor = Supervisor::start(spec, None, ready, Duration::from_secs(1), on_start)
        .await
        .unwrap();
    let first = started.recv().await.unwrap();
    pid::send(first, Signal::KILL);
    let second = started.recv().await.unwrap();
    assert_ne!(first, second);
    supervisor.stop().await;
    assert!(!command_line(second).is_some_and(|line| line.contains(&mark)));
}
