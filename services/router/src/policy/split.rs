//! Cutting a message into what may be asked separately: sentences, then clauses.

/// Sentences of a message; none is blank.
pub(super) fn sentences(message: &str) -> Vec<&str> {
    let mut rest = message;
    let mut found = Vec::new();
    while let Some(end) = sentence_end(rest) {
        let (sentence, tail) = rest.split_at(end);
        found.push(sentence);
        rest = tail;
    }
    found.push(rest);
    let mut found: Vec<_> = found
        .into_iter()
        .map(str::trim)
        .filter(|text| has_words(text))
        .collect();
    if found.is_empty() && !message.trim().is_empty() {
        found.push(message.trim());
    }
    found
}

/// The end of the first sentence: behind `!`, `?`, a line break, or a full stop that a space follows.
fn sentence_end(text: &str) -> Option<usize> {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let ends = match letter {
            '!' | '?' | '…' => {
                next.is_some_and(|next| !matches!(next, '!' | '?' | '…' | ')' | '.'))
            }
            '\n' => true,
            '.' => next.is_some_and(char::is_whitespace),
            _ => false,
        };
        if ends {
            return Some(at + letter.len_utf8());
        }
    }
    None
}

fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Words that join two asks: «есть синий **и** отправите в Сибирь?».
const JOINTS: [&str; 15] = [
    " и ",
    " а ещё ",
    " а еще ",
    " а также ",
    " и ещё ",
    " и еще ",
    " но ",
    ", а ",
    ", и ",
    ", ",
    " and ",
    " also ",
    " but ",
    " y ",
    " pero ",
];

/// The ways to cut a sentence in two at one joint, both halves with at least two words, from left to right.
pub(super) fn halves(sentence: &str) -> Vec<(&str, &str)> {
    let folded = sentence.to_lowercase();
    // Lower-casing keeps the bytes of every letter that buyers use; where it does not, the cut is left out.
    if folded.len() != sentence.len() {
        return Vec::new();
    }
    let mut cuts: Vec<(usize, usize)> = JOINTS
        .iter()
        .flat_map(|joint| {
            folded
                .match_indices(joint)
                .map(|(at, found)| (at, at.saturating_add(found.len())))
        })
        .collect();
    cuts.sort_unstable();
    cuts.into_iter()
        .filter_map(|(end, start)| Some((sentence.get(..end)?, sentence.get(start..)?)))
        .filter(|(left, right)| is_clause(left) && is_clause(right))
        .collect()
}

fn is_clause(part: &str) -> bool {
    part.split_whitespace()
        .filter(|word| has_words(word))
        .count()
        >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_falls_into_its_sentences() {
        assert_eq!(
            sentences("Здравствуйте! Есть рюкзак 4.5 л? Спасибо..."),
            ["Здравствуйте!", "Есть рюкзак 4.5 л?", "Спасибо..."]
        );
        assert_eq!(sentences("???"), ["???"]);
        assert_eq!(sentences("есть?!\nсколько"), ["есть?!", "сколько"]);
    }

    #[test]
    fn a_sentence_is_cut_where_two_asks_are_joined() {
        assert_eq!(
            halves("есть синий и отправите в Сибирь?"),
            [("есть синий", "отправите в Сибирь?")]
        );
        assert_eq!(halves("красный и синий"), []);
        assert_eq!(
            halves("do you have it and do you ship to Kazan"),
            [("do you have it", "do you ship to Kazan")]
        );
    }
}
