//! Which one.

use super::{check, plain};
use language::Context;

#[test]
fn places_of_a_list_are_found_with_their_words() {
    plain(&[
        ("второй", "#2"),
        ("давайте вторую", "#2"),
        ("2-й", "#2"),
        ("3ю покажите", "#3"),
        ("номер 2", "#2"),
        ("№2", "#2"),
        ("#3", "#3"),
        ("вариант три", "#3"),
        ("2 вариант", "#2"),
        ("последний", "#last"),
        ("последнюю возьму", "#last"),
        ("the last one", "#last"),
        ("la última", "#last"),
        ("the 4th one", "#4"),
        ("tell me about the third one", "#3"),
        ("la segunda", "#2"),
        ("número dos", "#2"),
        ("чем первый отличается от второго", "#1 #2"),
        ("2", "#2"),
        ("vtoroj", "#2"),
    ]);
}

#[test]
fn with_a_list_on_the_screen_a_bare_number_points_into_it() {
    let shown = Context {
        list_length: 4,
        ..Context::default()
    };
    check(
        &shown,
        &[
            ("2", "#2"),
            ("давайте 2", "#2"),
            ("два", "#2"),
            ("дайте 3", "q3"),
            ("возьму 2", "q2"),
            ("пару", "q2"),
            ("2 шт", "q2"),
            ("2 inches?", "2_Inch"),
            ("это последний?", "#last"),
        ],
    );
}

#[test]
fn figures_of_speech_are_no_places() {
    plain(&[
        ("в первую очередь", ""),
        ("второй раз пишу", ""),
        ("во-первых, дорого", ""),
        ("последняя цена?", ""),
        ("в последнее время", ""),
        ("last price?", ""),
        ("último precio", ""),
        ("one second", ""),
        ("second hand?", ""),
        ("третий день жду", ""),
        ("первого мая", ""),
        ("заказ №12", ""),
        ("это последний?", ""),
        ("at first glance", ""),
        ("42-й размер", "42_Size"),
        ("вторник", ""),
        ("последний остался?", ""),
        ("первые два", ""),
        ("я первый написал", ""),
        ("последний вопрос", ""),
        ("the last three", ""),
    ]);
}
