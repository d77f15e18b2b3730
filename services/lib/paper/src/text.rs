//! Other people's words as they are shown on paper: what cannot be seen, or would change how the rest is seen, is
//! taken out; what the typeface has no picture of is shown as a question mark.
//!
//! Nothing is escaped here, because nothing needs to be: texts reach the template as data.

use crate::world;

/// How many marks may stand on one letter; a hundred of them would be drawn across the rows above.
const MARKS: usize = 2;

/// The text as it is printed, on one line.
///
/// Control characters and line ends become spaces, runs of spaces one space; direction controls, zero-width
/// characters, tags and variation selectors go, so that a name reads in its true order.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(1024));
    let (mut space, mut marks) = (false, 0);
    for character in text.chars() {
        if is_blank(character) {
            space = !shown.is_empty();
            continue;
        }
        if is_invisible(character) {
            continue;
        }
        let character = pictured(character);
        marks = if is_mark(character) { marks + 1 } else { 0 };
        if marks > MARKS {
            continue;
        }
        if space {
            shown.push(' ');
            space = false;
        }
        shown.push(character);
    }
    shown
}

/// [`shown`] of each line of a longer text; empty lines at both ends go.
pub(crate) fn shown_lines(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.lines().map(shown).collect();
    let is_full = |line: &String| !line.is_empty();
    let Some(first) = lines.iter().position(is_full) else {
        return Vec::new();
    };
    let last = lines.iter().rposition(is_full).unwrap_or(first);
    lines
        .into_iter()
        .skip(first)
        .take(last - first + 1)
        .collect()
}

/// The text, cut with an ellipsis when it is longer than `limit` characters.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    if text.chars().nth(limit).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// No-break spaces among them: a line of words that may not be parted would run out of its cell.
fn is_blank(character: char) -> bool {
    character.is_control() || character.is_whitespace()
}

/// Characters without a picture that change how others are shown, or hide text among them.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' // soft hyphen
            | '\u{34f}' // joins graphemes
            | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' // direction
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // empty Hangul letters
            | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}' | '\u{feff}' // zero width
            | '\u{fe00}'..='\u{fe0f}' // variation selectors
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}' // tags and more variation selectors
    )
}

/// Marks that are drawn on the letter before them.
const fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
    )
}

/// The character, or what stands for it where the typeface has no picture of it.
fn pictured(character: char) -> char {
    match character {
        known if world::has_picture(known) => known,
        '\u{2032}' | '\u{2bc}' => '\'',
        '\u{2033}' => '"',
        '\u{2010}' | '\u{2043}' => '-',
        '\u{d8}' | '\u{2300}' | '\u{2205}' => 'Ø',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_right_to_left_override_reads_in_its_true_order() {
        assert_eq!(shown("Иван\u{202e}кинтасЗ"), "ИванкинтасЗ");
        assert_eq!(shown("\u{2067}a\u{2069}\u{200f}b\u{61c}"), "ab");
    }

    #[test]
    fn what_cannot_be_seen_goes_and_blanks_become_one_space() {
        assert_eq!(shown("  а\u{200b}б\u{feff}\u{ad}в \t\r\n г\0 "), "абв г");
        assert_eq!(shown("X\u{e0041}\u{e007f}Y\u{fe0f}"), "XY");
        assert_eq!(shown("\u{2028}\u{85}"), "");
        assert_eq!(shown("1\u{a0}000\u{202f}₽"), "1 000 ₽");
    }

    #[test]
    fn what_the_typeface_lacks_is_a_question_mark_and_not_a_hole() {
        assert_eq!(shown("李 🙂 Ёлкин №5 «Ё»"), "? ? Ёлкин №5 «Ё»");
        assert_eq!(shown("экран 6.7″"), "экран 6.7\"");
    }

    #[test]
    fn towers_of_marks_are_cut_down() {
        let tower = format!("e{}!", "\u{301}".repeat(500));
        assert_eq!(shown(&tower), "e\u{301}\u{301}!");
        assert_eq!(shown("и\u{306}"), "и\u{306}");
    }

    #[test]
    fn commands_of_the_typesetter_are_only_text() {
        for text in [
            r##"#read("/etc/passwd")"##,
            "#import \"x\": *",
            "$ x^2 $",
            r"\ \u{41} *b* _i_ <l> @r = h",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn long_texts_are_cut_by_characters() {
        assert_eq!(cut("абвг", 4), "абвг");
        assert_eq!(cut("абвгд", 4), "абв…");
        assert_eq!(cut("аб вгд", 4), "аб…");
    }

    #[test]
    fn lines_are_kept_without_the_empty_ones_around_them() {
        assert_eq!(shown_lines("\n\n а \n\nб\r\n\n"), ["а", "", "б"]);
        assert_eq!(shown_lines(" \n "), Vec::<String>::new());
    }
}
