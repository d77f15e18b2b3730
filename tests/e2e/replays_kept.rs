//! What-if replays that are started elsewhere: watched, kept, and read again in either language.

use e2e::{World, runtime};
use proto::history::{
    ListReplaysRequest, ReplayReportRequest, ReplayState, StartReplayRequest, WatchReplayRequest,
    replays_client::ReplaysClient,
};
use serde_json::Value;

use crate::replays::{Beside, SALE, sale};

#[tokio::test(flavor = "multi_thread")]
async fn a_program_starts_a_replay_watches_it_and_reads_its_report_also_after_a_restart() {
    let world = World::with(SALE).await;
    sale(&world).await;
    let start = || async {
        let mut command = world.command(&["replays"]);
        command.arg("--runtime-dir").arg(runtime());
        Beside::start(command, world.state_dir(), "replays.log").await
    };
    let there = start().await;
    let mut replays = ReplaysClient::connect(there.url.clone()).await.unwrap();
    let shop = e2e::shop().to_string();
    let asked = StartReplayRequest {
        shop: shop.clone(),
        variant: "[rules]\nmax_discount_percent = 1\n".to_owned(),
        name: "stingy".to_owned(),
        ..StartReplayRequest::default()
    };
    let wrong = StartReplayRequest {
        variant: "delivery = \"/etc/passwd\"".to_owned(),
        ..asked.clone()
    };
    let refused = replays.start(wrong).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::InvalidArgument);
    assert!(refused.message().contains("names a file"), "{refused}");
    let run = replays.start(asked.clone()).await.unwrap().into_inner();
    let second = replays.start(asked.clone()).await.unwrap_err();
    assert_eq!(second.code(), tonic::Code::FailedPrecondition, "{second}");
    let watch = WatchReplayRequest {
        shop: shop.clone(),
        id: run.id.clone(),
    };
    let mut states = replays.watch(watch).await.unwrap().into_inner();
    let mut last = run.clone();
    while let Some(next) = states.message().await.unwrap() {
        last = next;
    }
    assert_eq!(last.state(), ReplayState::Done, "{last:?}");
    assert_eq!((last.conversations_done, last.conversations), (3, 3));
    let ask = ReplayReportRequest {
        shop: shop.clone(),
        id: run.id.clone(),
        ..ReplayReportRequest::default()
    };
    let report = replays.report(ask.clone()).await.unwrap().into_inner();
    assert!(report.summary.unwrap().changed > 0);
    assert!(report.html.contains("stingy"));
    assert!(report.html.contains("lang=\"ru\"") && !report.html.contains("href="));
    let conversation = {
        let json: Value = serde_json::from_str(&report.json).unwrap();
        json["turns"][0]["conversation"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let english = ReplayReportRequest {
        language: "en".to_owned(),
        conversations: "/c/there/".to_owned(),
        ..ask.clone()
    };
    let english = replays.report(english).await.unwrap().into_inner();
    assert_eq!(english.json, report.json);
    assert!(english.html.contains("Changed turns"));
    let link = format!("<a href=\"/c/there/{conversation}\"");
    assert!(english.html.contains(&link), "{}", english.html);
    for wrong in [
        ("es", ""),
        ("ru", "https://else.example/"),
        ("ru", "//else.example/"),
    ] {
        let wrong = ReplayReportRequest {
            language: wrong.0.to_owned(),
            conversations: wrong.1.to_owned(),
            ..ask.clone()
        };
        let refused = replays.report(wrong).await.unwrap_err();
        assert_eq!(refused.code(), tonic::Code::InvalidArgument, "{refused}");
    }
    let foreign = ReplayReportRequest {
        shop: "another".to_owned(),
        ..ask.clone()
    };
    let refused = replays.report(foreign).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::NotFound);
    drop(there);

    let there = start().await;
    let mut replays = ReplaysClient::connect(there.url.clone()).await.unwrap();
    let list = replays.list(ListReplaysRequest { shop }).await.unwrap();
    let list = list.into_inner().replays;
    assert_eq!(list, [last]);
    let again = replays.report(ask.clone()).await.unwrap().into_inner();
    assert_eq!(again, report);
    // A report that an earlier build kept names nobody, and opens all the same.
    let kept = world.state_dir().join("replays");
    std::fs::remove_file(kept.join(format!("{}.people", run.id))).unwrap();
    std::fs::write(kept.join(format!("{}.html", run.id)), "as it was").unwrap();
    let old = replays.report(ask).await.unwrap().into_inner();
    assert_eq!(old.json, report.json);
    assert!(old.html.contains(&format!("<b>{}</b>", &conversation[..8])));
    assert!(
        !report
            .html
            .contains(&format!("<b>{}</b>", &conversation[..8]))
    );
    world.end().await;
}
