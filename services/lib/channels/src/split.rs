//! Cuts a text into parts that a channel accepts.

use unicode_segmentation::UnicodeSegmentation;

/// Longest text of an Avito message, in UTF-16 units. Avito says 1000 characters and not which; UTF-16 units are
/// never fewer than code points. Source: Messenger API, `sendMessage`, `maxLength`.
pub const AVITO_LIMIT: usize = 1000;
/// Longest text of a Telegram message, in UTF-16 units. Source: Bot API, `sendMessage`, field `text`.
pub const TELEGRAM_LIMIT: usize = 4096;

/// Splits `text` into parts of at most `limit` UTF-16 units, in order, none empty, none with space at its ends.
///
/// Cuts between paragraphs where that leaves a part at least a third full, else between lines, sentences, words,
/// in this order; a word longer than `limit` is cut between two visible characters (grapheme clusters), and only
/// a cluster longer than `limit` between two code points. A `limit` of 0 or 1 counts as 2, the longest code point.
#[must_use]
pub fn split(text: &str, limit: usize) -> Vec<String> {
    let limit = limit.max(2);
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let fit = fitting(rest, limit);
        let cut = if fit == rest.len() {
            fit
        } else {
            border(rest, fit)
        };
        let (part, after) = rest.split_at(cut);
        parts.push(part.trim_end().to_owned());
        rest = after.trim_start();
    }
    parts
}

/// Length of `text` as channels count it.
#[must_use]
pub fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// What stands where [`shorten`] took something out.
const GAP: &str = "\n[…]\n";

/// `text` with so much taken out of its middle that at most `limit` UTF-16 units remain, the mark `[…]` on a line of
/// its own included: two thirds of the beginning, one third of the end, both cut between lines or words where that is
/// possible. A text that fits is only trimmed. For texts that a person reads and whose end matters as well.
#[must_use]
pub fn shorten(text: &str, limit: usize) -> String {
    let text = text.trim();
    if utf16_len(text) <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(utf16_len(GAP));
    let end = ending(text, room / 3);
    let fit = fitting(text, (room - room / 3).max(2));
    let (head, _) = text.split_at(border(text, fit));
    format!("{}{GAP}{end}", head.trim_end())
}

/// `text` cut behind a word so that at most `limit` UTF-16 units remain, with `…` where something is missing. For
/// texts of one line.
#[must_use]
pub fn cut(text: &str, limit: usize) -> String {
    let text = text.trim();
    if utf16_len(text) <= limit {
        return text.to_owned();
    }
    let fit = fitting(text, limit.saturating_sub(1).max(2));
    let (head, _) = text.split_at(border(text, fit));
    format!("{}…", head.trim_end())
}

/// The end of `text`, at most `limit` UTF-16 units of whole clusters; from a line's or a word's beginning when there
/// is one in its first half.
fn ending(text: &str, limit: usize) -> &str {
    let bytes = prefix(text.graphemes(true).rev(), limit);
    let tail = text
        .get(text.len().saturating_sub(bytes)..)
        .unwrap_or_default();
    let early = |at: &usize| *at * 2 <= tail.len();
    let from = tail
        .find('\n')
        .filter(early)
        .or_else(|| tail.find(char::is_whitespace).filter(early));
    from.and_then(|at| tail.get(at..)).unwrap_or(tail).trim()
}

/// How many bytes of `text` fit into `limit`: whole clusters, or whole code points when not even one fits.
fn fitting(text: &str, limit: usize) -> usize {
    let clusters = prefix(text.graphemes(true), limit);
    if clusters > 0 {
        clusters
    } else {
        let points = text
            .char_indices()
            .filter_map(|(at, c)| text.get(at..at + c.len_utf8()));
        prefix(points, limit)
    }
}

fn prefix<'a>(pieces: impl Iterator<Item = &'a str>, limit: usize) -> usize {
    let mut bytes = 0;
    let mut units = 0;
    for piece in pieces {
        units += utf16_len(piece);
        if units > limit {
            break;
        }
        bytes += piece.len();
    }
    bytes
}

/// Where to cut within the first `fit` bytes; always more than 0.
fn border(text: &str, fit: usize) -> usize {
    let head = text.get(..fit).unwrap_or(text);
    let full_enough = |at: &usize| *at * 3 >= fit;
    let paragraph = head.rfind("\n\n").filter(full_enough);
    let line = || head.rfind('\n').filter(full_enough);
    let sentence = || sentence_end(head).filter(full_enough);
    let word = || {
        let ends_here = text
            .get(fit..)
            .is_some_and(|t| t.starts_with(char::is_whitespace));
        if ends_here {
            Some(fit)
        } else {
            head.rfind(char::is_whitespace)
        }
    };
    paragraph
        .or_else(line)
        .or_else(sentence)
        .or_else(word)
        .filter(|at| *at > 0)
        .unwrap_or(fit)
}

/// The byte behind the last sentence mark that is followed by a space.
fn sentence_end(text: &str) -> Option<usize> {
    text.char_indices()
        .zip(text.chars().skip(1))
        .filter(|((_, mark), next)| matches!(mark, '.' | '!' | '?' | '…') && next.is_whitespace())
        .map(|((at, mark), _)| at + mark.len_utf8())
        .last()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_text_is_one_part() {
        assert_eq!(split("  Да, в наличии.\n", 1000), ["Да, в наличии."]);
    }

    #[test]
    fn nothing_gives_no_part() {
        assert!(split(" \n\t ", 10).is_empty());
    }

    #[test]
    fn paragraphs_are_preferred_to_sentences_and_those_to_words() {
        assert_eq!(
            split("Раз два.\n\nТри. Четыре", 14),
            ["Раз два.", "Три. Четыре"]
        );
        assert_eq!(split("Раз два. Три четыре", 14), ["Раз два.", "Три четыре"]);
        assert_eq!(split("Раз два три", 8), ["Раз два", "три"]);
    }

    #[test]
    fn a_word_that_ends_at_the_limit_stays_whole() {
        assert_eq!(split("аааа бббб", 4), ["аааа", "бббб"]);
    }

    #[test]
    fn a_family_of_emoji_is_not_torn_apart() {
        let family = "👨‍👩‍👧";
        let parts = split(&family.repeat(3), 10);
        assert_eq!(parts, [family, family, family]);
    }

    #[test]
    fn an_accent_stays_with_its_letter() {
        assert_eq!(split("и\u{306}и\u{306}", 3), ["и\u{306}", "и\u{306}"]);
    }

    #[test]
    fn a_text_that_is_too_long_loses_its_middle_and_keeps_both_ends() {
        let text = format!("Начало\n{}\nКонец", "слово ".repeat(100));
        let short = shorten(&text, 60);
        assert!(short.starts_with("Начало\nслово"), "{short}");
        assert!(short.contains("слово\n[…]\nслово"), "{short}");
        assert!(short.ends_with("слово \nКонец"), "{short}");
        assert_eq!(shorten(" Коротко ", 60), "Коротко");
        assert_eq!(cut("Уже отвечено вчера", 15), "Уже отвечено…");
    }

    proptest! {
        #[test]
        fn what_is_shortened_fits_and_begins_as_before(
            text in "[а-яa-z .!?\\n👨\u{200d}👩\u{301}😀]{0,300}",
            limit in 20usize..60,
        ) {
            for short in [shorten(&text, limit), cut(&text, limit)] {
                prop_assert!(utf16_len(&short) <= limit, "{short:?}");
                let kept = short.split(['[', '…']).next().unwrap_or_default();
                prop_assert!(text.trim().starts_with(kept.trim_end()), "{short:?}");
            }
        }

        #[test]
        fn nothing_is_lost_and_everything_fits(
            text in "[а-яa-z .!?\\n👨\u{200d}👩\u{301}😀]{0,300}",
            limit in 2usize..40,
        ) {
            let parts = split(&text, limit);
            for part in &parts {
                prop_assert!(!part.is_empty());
                prop_assert!(utf16_len(part) <= limit, "{part:?}");
                prop_assert_eq!(part.trim(), part);
            }
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(bare(&parts.concat()), bare(&text));
        }

        #[test]
        fn words_that_fit_are_never_cut(words in proptest::collection::vec("[а-я]{1,9}", 1..60), limit in 9usize..40) {
            let text = words.join(" ");
            let back: Vec<String> = split(&text, limit)
                .iter()
                .flat_map(|part| part.split(' ').map(str::to_owned).collect::<Vec<_>>())
                .collect();
            prop_assert_eq!(back, words);
        }
    }
}
