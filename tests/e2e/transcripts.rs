//! Chats as buyers see them, with the demo shop. Each ends with its transcript, read by people.

use e2e::World;

use crate::talks::{self, Story};

async fn tell(story: &Story) {
    let world = World::with(story.setup()).await;
    let talk = story.told(&world, 1).await;
    world.end().await;
    crate::told::record(story.record, &talk.transcript());
}

#[tokio::test(flavor = "multi_thread")]
async fn colour_variants() {
    tell(&talks::COLOUR_VARIANTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn siberia_and_stock_in_one_message() {
    tell(&talks::SIBERIA_AND_STOCK_IN_ONE_MESSAGE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn haggling_ends_at_the_floor() {
    tell(&talks::HAGGLING_ENDS_AT_THE_FLOOR).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_need_is_described() {
    tell(&talks::A_NEED_IS_DESCRIBED).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_of_the_list_stays_what_it_was() {
    tell(&talks::A_PLACE_OF_THE_LIST_STAYS_WHAT_IT_WAS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_mistakes_and_slang() {
    tell(&talks::TYPING_MISTAKES_AND_SLANG).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn russian_in_latin_letters() {
    tell(&talks::RUSSIAN_IN_LATIN_LETTERS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn english() {
    tell(&talks::ENGLISH).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn spanish() {
    tell(&talks::SPANISH).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_languages_in_one_message() {
    tell(&talks::TWO_LANGUAGES_IN_ONE_MESSAGE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_with_two_asks() {
    tell(&talks::A_BURST_WITH_TWO_ASKS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_in_mid_flight() {
    tell(&talks::A_CORRECTION_IN_MID_FLIGHT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn off_topic_is_asked_back_once_and_then_the_sellers() {
    tell(&talks::OFF_TOPIC_IS_ASKED_BACK_ONCE_AND_THEN_THE_SELLERS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn abuse_is_answered_calmly() {
    tell(&talks::ABUSE_IS_ANSWERED_CALMLY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_of_something_that_does_not_exist() {
    tell(&talks::THE_PRICE_OF_SOMETHING_THAT_DOES_NOT_EXIST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sold_out_with_an_alternative() {
    tell(&talks::SOLD_OUT_WITH_AN_ALTERNATIVE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn technical_questions_with_and_without_an_answer_in_the_text() {
    tell(&talks::TECHNICAL_QUESTIONS_WITH_AND_WITHOUT_AN_ANSWER_IN_THE_TEXT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_products_in_one_message() {
    tell(&talks::TWO_PRODUCTS_IN_ONE_MESSAGE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_town() {
    tell(&talks::AN_UNKNOWN_TOWN).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sellers_own_questions_and_answers() {
    tell(&talks::THE_SELLERS_OWN_QUESTIONS_AND_ANSWERS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_conditions_at_once_go_to_the_seller_whole() {
    tell(&talks::SEVERAL_CONDITIONS_AT_ONCE_GO_TO_THE_SELLER_WHOLE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn which_article_is_asked_and_answered() {
    tell(&talks::WHICH_ARTICLE_IS_ASKED_AND_ANSWERED).await;
}
