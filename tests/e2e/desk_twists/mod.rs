//! The stories of the desk, each told on Avito and on Telegram: as things should be, with every delivery doubled, and
//! with escalation killed around everything that anybody does. How they end is the same.

mod away;
mod back;
mod stage;
mod triggers;
mod ways;

use e2e::Channel;

use stage::{Stage, Twist};

/// Everything up to where time has to pass. Escalation is a process of its own when it is killed.
async fn by_the_clock_on_the_wall(channel: Channel, twist: Twist) {
    let mut stage = Stage::begin(channel, twist).await;
    triggers::each_reason_is_told_once(&mut stage).await;
    stage.new_sellers().await;
    ways::by_answering_the_card(&mut stage).await;
    ways::by_sending_the_draft(&mut stage).await;
    ways::by_changing_the_draft(&mut stage).await;
    ways::in_the_app(&mut stage).await;
    ways::over_grpc(&mut stage).await;
    ways::an_autoreply_is_nobody(&mut stage).await;
    stage.new_sellers().await;
    away::blocked_by_one_seller(&mut stage).await;
    away::at_night(&mut stage).await;
    away::on_a_holiday(&mut stage).await;
    stage.ends().await;
}

/// What takes minutes and hours. They pass in this process only, so escalation dies here as a process does, and is none.
async fn while_time_passes(channel: Channel, twist: Twist) {
    let mut stage = Stage::begin(channel, twist).await;
    stage.world.moves_in().await;
    away::telegram_for_ten_minutes(&mut stage).await;
    back::two_sellers_and_the_one_who_has_it_is_silent(&mut stage).await;
    back::nobody_comes(&mut stage).await;
    stage.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_on_avito() {
    by_the_clock_on_the_wall(Channel::Avito, Twist::Plain).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_on_avito_with_every_delivery_doubled() {
    by_the_clock_on_the_wall(Channel::Avito, Twist::Doubled).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_on_avito_with_escalation_killed_again_and_again() {
    by_the_clock_on_the_wall(Channel::Avito, Twist::Killed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_on_telegram() {
    by_the_clock_on_the_wall(Channel::Telegram, Twist::Plain).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_on_telegram_with_every_delivery_doubled() {
    by_the_clock_on_the_wall(Channel::Telegram, Twist::Doubled).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_on_telegram_with_escalation_killed_again_and_again() {
    by_the_clock_on_the_wall(Channel::Telegram, Twist::Killed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_at_the_desk_on_avito() {
    while_time_passes(Channel::Avito, Twist::Plain).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_at_the_desk_on_avito_with_every_delivery_doubled() {
    while_time_passes(Channel::Avito, Twist::Doubled).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_at_the_desk_on_avito_with_escalation_killed_again_and_again() {
    while_time_passes(Channel::Avito, Twist::Killed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_at_the_desk_on_telegram() {
    while_time_passes(Channel::Telegram, Twist::Plain).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_at_the_desk_on_telegram_with_every_delivery_doubled() {
    while_time_passes(Channel::Telegram, Twist::Doubled).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_at_the_desk_on_telegram_with_escalation_killed_again_and_again() {
    while_time_passes(Channel::Telegram, Twist::Killed).await;
}
