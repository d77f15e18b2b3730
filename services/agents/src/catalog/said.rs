//! Which words of an article's own text answer a question: picked, never put together anew.

use domain::stock::Shown;
use language::{Token, tokens};
use schemas::{conversation::Language, stock::Product};

use super::aspects::{self, Aspect};
use crate::goods::{Term, terms};

/// What it is worth that a clause speaks of the property that was asked about, beside the cosine of the two.
const ASPECT: f64 = 0.35;
/// What it is worth that a clause has all the words of the question.
const WORDS: f64 = 0.45;
/// From this cosine on, a clause answers although it has none of the question's words; calibrated on the development
/// set, for this embedder alone.
const MEANS: f64 = 0.45;
/// A clause that scores this much less than the best is not quoted beside it.
const BESIDE: f64 = 0.1;
/// Words that look less alike are different words.
const ALIKE: f64 = 0.75;
/// Most clauses in a quotation.
const MOST: usize = 2;

/// A part of an article's text that can be quoted by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Clause {
    pub(crate) text: String,
    /// Whether it is a part of the name, not of the description.
    pub(crate) of_name: bool,
}

/// The clauses of an article's name and description, in order.
pub(crate) fn clauses(product: &Product) -> Vec<Clause> {
    let clause = |of_name: bool| move |text: String| Clause { text, of_name };
    let described = product.description.as_deref().unwrap_or_default();
    let name = std::iter::once(product.name.clone()).map(clause(true));
    name.chain(split(described).into_iter().map(clause(false)))
        .collect()
}

/// The parts of a text between commas, semicolons and full stops. Those inside of numbers and brackets part nothing.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0usize;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let before_space = letters.peek().is_none_or(|next| next.is_whitespace());
        let parts_here = matches!(letter, ',' | ';' | '.' | '!' | '?') && before_space;
        if letter == '\n' || (parts_here && depth == 0) {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(letter);
        }
    }
    let trimmed = parts.iter().map(|part| part.trim().to_owned());
    trimmed.filter(|part| !part.is_empty()).collect()
}

/// A question about an article, taken apart.
pub(crate) struct Wanted {
    aspects: Vec<&'static Aspect>,
    /// Words that neither name the article nor a property, nor belong to every question.
    words: Vec<Term>,
}

impl Wanted {
    /// Takes a question about `article` apart.
    pub(crate) fn of(text: &str, language: Language, article: &Shown) -> Self {
        let all = tokens(text, language);
        let name = terms(&article.product.name, language);
        let is_name = |term: &Term| name.iter().any(|own| own.likeness(term) >= ALIKE);
        let telling = |term: &Term| match term {
            Term::Word(word) => !aspects::is_asking(&word.word) && !is_telling(&word.word),
            Term::Colour(_) | Term::Number(_) => true,
        };
        Self {
            aspects: aspects::asked(&all),
            words: terms(text, language)
                .into_iter()
                .filter(|term| telling(term) && !is_name(term))
                .collect(),
        }
    }

    /// Whether nothing in particular is asked.
    pub(crate) fn is_nothing(&self) -> bool {
        self.aspects.is_empty() && self.words.is_empty()
    }

    /// Whether a property is asked about.
    pub(crate) fn is_about_a_property(&self) -> bool {
        !self.aspects.is_empty()
    }

    /// The clauses that answer, in the order of the text; none when the text does not say. `cosines` are those of
    /// question and clause, in the same order.
    pub(crate) fn answering<'a>(&self, clauses: &'a [Clause], cosines: &[f64]) -> Vec<&'a Clause> {
        let mut scored: Vec<(usize, f64)> = clauses
            .iter()
            .zip(cosines)
            .enumerate()
            .filter_map(|(place, (clause, cosine))| Some((place, self.score(clause, *cosine)?)))
            .collect();
        let best = scored.iter().map(|(_, score)| *score).fold(0.0, f64::max);
        scored.retain(|(_, score)| *score >= best - BESIDE);
        scored.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        scored.truncate(MOST);
        scored.sort_by_key(|(place, _)| *place);
        let places = scored.into_iter().map(|(place, _)| place);
        let found: Vec<&Clause> = places.filter_map(|place| clauses.get(place)).collect();
        // The name is said anyway: it only answers alone.
        let described: Vec<&Clause> = found.iter().copied().filter(|one| !one.of_name).collect();
        if described.is_empty() {
            found
        } else {
            described
        }
    }

    /// How well a clause answers; `None` when it does not.
    fn score(&self, clause: &Clause, cosine: f64) -> Option<f64> {
        let words = tokens(&clause.text, Language::Ru);
        let says = self
            .aspects
            .iter()
            .any(|aspect| aspect.is_in(&clause.text, &words));
        let shared = self.shared(clause);
        let answers = match (clause.of_name, self.is_about_a_property()) {
            // What the name means besides is no answer.
            (true, _) => says,
            (false, true) => says || shared >= 0.5,
            (false, false) => shared > 0.0 || cosine >= MEANS,
        };
        let bonus = if says { ASPECT } else { 0.0 };
        answers.then_some(cosine + bonus + WORDS * shared)
    }

    /// The share of the question's words that a clause has.
    #[expect(clippy::cast_precision_loss, reason = "a question has some words")]
    fn shared(&self, clause: &Clause) -> f64 {
        if self.words.is_empty() {
            return 0.0;
        }
        let own = terms(&clause.text, Language::Ru);
        let has = |term: &&Term| own.iter().any(|one| one.likeness(term) >= ALIKE);
        self.words.iter().filter(has).count() as f64 / self.words.len() as f64
    }
}

/// Whether a question wants to be told about an article in general.
pub(crate) fn wants_to_be_told(words: &[Token]) -> bool {
    words.iter().any(|token| is_telling(&token.word))
}

fn is_telling(word: &str) -> bool {
    const BEGINNINGS: [&str; 20] = [
        "расскаж",
        "рассказ",
        "подробн",
        "поподробн",
        "опиш",
        "описан",
        "характеристик",
        "инф",
        "tell",
        "describ",
        "descrip",
        "detail",
        "about",
        "inform",
        "cuent",
        "cuént",
        "detall",
        "hábl",
        "habl",
        "acerca",
    ];
    BEGINNINGS
        .iter()
        .any(|beginning| word.starts_with(beginning))
}

/// The beginning of a description, whole sentences as far as they fit, at least one.
pub(crate) fn beginning(description: &str) -> String {
    const FITS: usize = 240;
    let mut kept = String::new();
    for sentence in description.split_inclusive(['.', '!', '?', ';', '\n']) {
        let length = kept.chars().count() + sentence.chars().count();
        let inside_number =
            kept.ends_with('.') && sentence.starts_with(|first: char| !first.is_whitespace());
        if !kept.is_empty() && length > FITS && !inside_number {
            break;
        }
        kept.push_str(sentence);
    }
    let kept = kept.trim().trim_end_matches(';');
    kept.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_parted_where_a_quotation_can_end() {
        let text =
            "Подвеска с поясом, вес 1,4 кг; дождь (чехол, лямки) нипочём. Привезём за 3.5 дня!";
        let parts = split(text);
        assert_eq!(
            parts,
            [
                "Подвеска с поясом",
                "вес 1,4 кг",
                "дождь (чехол, лямки) нипочём",
                "Привезём за 3.5 дня"
            ]
        );
        assert_eq!(split(" , ;"), [""; 0]);
    }

    #[test]
    fn a_description_is_cut_at_the_end_of_a_sentence() {
        assert_eq!(beginning("Коротко."), "Коротко.");
        let long = "Первое предложение о том и о сём. ".repeat(20);
        let cut = beginning(&long);
        assert!(cut.ends_with('.') && cut.chars().count() <= 240, "{cut}");
        assert!(beginning("Вес 1.5 кг и всё").ends_with("всё"));
    }
}
