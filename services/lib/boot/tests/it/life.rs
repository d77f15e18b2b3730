//! The life of a process, seen from outside: ports, health, metrics, drain, failure, crash.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use boot::{Harness, Tasks};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tonic::transport::Endpoint;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

/// Asks the admin port by hand and returns the whole answer.
async fn get(process: &Harness, path: &str) -> String {
    let address = process.address("admin").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Waits for `path` to answer with `needle`; health crosses one task on its way.
async fn see(process: &Harness, path: &str, needle: &str) {
    for _ in 0..200 {
        if get(process, path).await.contains(needle) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{path} never said {needle}: {}", get(process, path).await);
}

async fn serving(process: &Harness, service: &str) -> i32 {
    let url = format!("http://{}", process.address("grpc").unwrap());
    let channel = Endpoint::from_shared(url).unwrap().connect().await.unwrap();
    let request = HealthCheckRequest {
        service: service.to_owned(),
    };
    HealthClient::new(channel)
        .check(request)
        .await
        .unwrap()
        .into_inner()
        .status
}

#[tokio::test]
async fn readiness_says_what_is_missing() {
    let process = Harness::start(async |tasks: Tasks| {
        tasks
            .scope("router")
            .component("log")
            .not_ready("the broker is away");
        Ok(())
    });
    let process = process.await.unwrap();
    see(&process, "/readyz", "503 Service Unavailable").await;
    see(
        &process,
        "/readyz",
        r#""router/log":{"reason":"the broker is away","state":"not_ready"}"#,
    )
    .await;
    assert!(get(&process, "/livez").await.starts_with("HTTP/1.1 200"));
    let log = process.tasks().scope("router").component("log");
    log.degraded("one replica is missing");
    see(&process, "/readyz", "200 OK").await;
    see(&process, "/readyz", "one replica is missing").await;
    see(
        &process,
        "/metrics",
        r#"torg_component_ready{component="router/log""#,
    )
    .await;
    process.stop().await.unwrap();
}

#[tokio::test]
async fn metrics_of_the_global_meter_are_scraped_as_text() {
    let process = Harness::start(async |_| Ok(())).await.unwrap();
    let meter = opentelemetry::global::meter("test");
    meter.u64_counter("boot.test.answers").build().add(3, &[]);
    see(&process, "/metrics", "boot_test_answers_total").await;
    see(&process, "/metrics", "text/plain; version=0.0.4").await;
    process.stop().await.unwrap();
}

#[tokio::test]
async fn grpc_answers_health_per_scope_and_reflection() {
    let process = Harness::start(async |tasks: Tasks| {
        // Any service that boot does not bring itself will do.
        let older = tonic_reflection::server::Builder::configure().build_v1alpha()?;
        let scope = tasks.scope("router");
        scope.grpc(older, tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET);
        scope.component("log").ready();
        tasks.scope("mail").component("smtp").not_ready("no answer");
        Ok(())
    });
    let process = process.await.unwrap();
    let service = "grpc.reflection.v1alpha.ServerReflection";
    see(&process, "/readyz", r#""process":"running""#).await;
    assert_eq!(serving(&process, "").await, 2, "one component is not ready");
    assert_eq!(
        serving(&process, service).await,
        1,
        "all of its own components are"
    );
    process.tasks().scope("mail").component("smtp").ready();
    see(&process, "/readyz", "200 OK").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(serving(&process, "").await, 1);
    assert!(listed(&process).await.contains(&service.to_owned()));
    process.stop().await.unwrap();
}

async fn listed(process: &Harness) -> Vec<String> {
    let url = format!("http://{}", process.address("grpc").unwrap());
    let channel = Endpoint::from_shared(url).unwrap().connect().await.unwrap();
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut answers = ServerReflectionClient::new(channel)
        .server_reflection_info(tokio_stream::once(request))
        .await
        .unwrap()
        .into_inner();
    match answers
        .message()
        .await
        .unwrap()
        .unwrap()
        .message_response
        .unwrap()
    {
        MessageResponse::ListServicesResponse(list) => list
            .service
            .into_iter()
            .map(|service| service.name)
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn work_in_hand_is_finished_before_the_last_acts() {
    let finished = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&finished);
    let process = Harness::start(move |tasks: Tasks| async move {
        let (stop, at_end) = (tasks.stop(), Arc::clone(&seen));
        tasks.at_end("store", async move {
            anyhow::ensure!(
                at_end.swap(false, Ordering::SeqCst),
                "the work was not finished"
            );
            Ok(())
        });
        tasks.spawn("work", async move {
            stop.cancelled().await;
            tokio::time::sleep(Duration::from_millis(100)).await;
            seen.store(true, Ordering::SeqCst);
            Ok(())
        });
        Ok(())
    });
    process.await.unwrap().stop().await.unwrap();
    assert!(
        !finished.load(Ordering::SeqCst),
        "the last act ran after the work"
    );
}

#[tokio::test]
async fn a_failed_or_panicked_task_ends_the_process_with_its_reason() {
    for panics in [false, true] {
        let process = Harness::start(move |tasks: Tasks| async move {
            tasks.scope("cart").spawn("project", async move {
                assert!(!panics, "on purpose");
                anyhow::bail!("the checkpoint moved backwards")
            });
            Ok(())
        });
        let error = format!("{:#}", process.await.unwrap().wait().await.unwrap_err());
        assert!(error.starts_with("task cart/project failed: "), "{error}");
        assert!(
            !error.contains("on purpose"),
            "a panic may quote a buyer: {error}"
        );
    }
}

#[tokio::test]
async fn a_start_that_fails_or_a_taken_port_is_an_error_with_the_place() {
    let error = Harness::start(async |_| anyhow::bail!("no database"))
        .await
        .err()
        .unwrap();
    assert_eq!(format!("{error:#}"), "while starting: no database");

    let first = Harness::start(async |_| Ok(())).await.unwrap();
    let mut options = boot::Options::on_free_ports();
    options.grpc_listen = first.address("grpc").unwrap();
    let error = Harness::start_with(&options, async |_| Ok(()))
        .await
        .err()
        .unwrap();
    let expected = format!("cannot listen on {} for grpc", options.grpc_listen);
    assert!(format!("{error:#}").starts_with(&expected), "{error:#}");
}

#[tokio::test]
async fn a_kill_drops_the_work_where_it_stands() {
    let (finished, dropped) = (Arc::new(AtomicBool::new(false)), Arc::new(()));
    let (seen, held) = (Arc::clone(&finished), Arc::clone(&dropped));
    let process = Harness::start(move |tasks: Tasks| async move {
        let stop = tasks.stop();
        tasks.spawn("work", async move {
            stop.cancelled().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
            seen.store(true, Ordering::SeqCst);
            drop(held);
            Ok(())
        });
        Ok(())
    });
    let process = process.await.unwrap();
    process.kill().await;
    assert_eq!(
        Arc::strong_count(&dropped),
        1,
        "nothing of the task is left"
    );
    assert!(!finished.load(Ordering::SeqCst));
}
