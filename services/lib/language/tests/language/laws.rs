//! What holds for any text and any amount.

use language::{colours_in, detect, digits_in, money, normalise, ordinal, similarity, tokens};
use proptest::prelude::*;
use schemas::{Kopecks, conversation::Language};

const LANGUAGES: [Language; 3] = [Language::Ru, Language::En, Language::Es];

proptest! {
    #[test]
    fn no_text_makes_anything_panic(text in any::<String>()) {
        let _ = (ordinal(&text), detect(&text, None), colours_in(&text), normalise(&text));
        for language in LANGUAGES {
            let found = tokens(&text, language);
            for (a, b) in found.iter().zip(found.iter().skip(1)) {
                prop_assert!(a.span.end <= b.span.start);
                prop_assert!((0.0..=1.0).contains(&similarity(a, b)));
            }
            prop_assert!(found.iter().all(|token| text.get(token.span.clone()).is_some()));
        }
    }

    #[test]
    fn texts_made_of_digits_and_marks_are_read(text in "[0-9 .,'\u{a0}٣１рл№#-]{0,40}") {
        for number in digits_in(&text) {
            prop_assert_eq!(digits_in(&number), vec![number.clone()]);
        }
        let _ = ordinal(&text);
    }

    #[test]
    fn money_is_read_back_as_it_was_written(kopecks in any::<i64>(), small in 0_i64..100_000_000) {
        for amount in [Kopecks::new(kopecks), Kopecks::new(small)] {
            let expected = digits_in(&amount.to_string());
            prop_assert_eq!(expected.len(), 1);
            for language in LANGUAGES {
                prop_assert_eq!(&digits_in(&money(language, amount)), &expected);
            }
        }
    }
}
