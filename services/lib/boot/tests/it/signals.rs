//! The life of a real process under signals: this test starts itself again as the process.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

/// The process: one task that needs a while to stop, or for ever when the filter asks for it.
fn live(takes: Duration) -> ExitCode {
    let mut options = boot::Options::on_free_ports();
    options.log = "info".to_owned();
    options.log_format = boot::LogFormat::Json;
    boot::run("test", &options, move |tasks| async move {
        let stop = tasks.stop();
        tasks.spawn("work", async move {
            eprintln!("up");
            stop.cancelled().await;
            tokio::time::sleep(takes).await;
            let turn = tracing::info_span!("turn", turn.id = 7);
            turn.in_scope(|| tracing::info!(answered = true, "work finished"));
            Ok(())
        });
        Ok(())
    })
}

#[test]
#[ignore = "not a test: the process that the tests below start"]
fn quick() {
    assert_eq!(live(Duration::from_millis(200)), ExitCode::SUCCESS);
}

#[test]
#[ignore = "not a test: the process that the tests below start"]
fn slow() {
    live(Duration::from_secs(3600));
}

fn start(which: &str) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            &format!("signals::{which}"),
            "--ignored",
            "--nocapture",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while line != "up\n" {
        line.clear();
        assert_ne!(
            lines.read_line(&mut line).unwrap(),
            0,
            "it ended before it was up"
        );
    }
    (child, lines)
}

fn tell(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

#[test]
fn sigterm_lets_the_work_in_hand_finish_and_exits_with_zero() {
    let (mut child, lines) = start("quick");
    tell(&child, Signal::TERM);
    let said: Vec<String> = lines.lines().map_while(Result::ok).collect();
    assert!(child.wait().unwrap().success(), "{said:?}");
    let order = |what: &str| said.iter().position(|line| line.contains(what)).unwrap();
    assert!(order("SIGTERM: stopping") < order("work finished"));
    assert!(order("work finished") < order("stopped in good order"));
    let line: serde_json::Value = serde_json::from_str(&said[order("work finished")]).unwrap();
    assert_eq!(
        (&line["level"], &line["span"]),
        (&"INFO".into(), &"turn".into())
    );
    assert_eq!(
        (&line["turn.id"], &line["answered"]),
        (&7.into(), &true.into())
    );
    assert_eq!(line["trace_id"].as_str().map(str::len), Some(32), "{line}");
}

#[test]
fn a_second_signal_exits_at_once() {
    let (mut child, mut lines) = start("slow");
    let began = Instant::now();
    tell(&child, Signal::INT);
    let mut line = String::new();
    while !line.contains("SIGINT: stopping") {
        line.clear();
        lines.read_line(&mut line).unwrap();
    }
    tell(&child, Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(began.elapsed() < Duration::from_secs(3));
}
