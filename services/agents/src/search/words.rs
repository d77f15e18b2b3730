//! Search by words: which share of a question's words, rare ones counting more, stands in an article's text.
//!
//! It adds to the search by meaning, and stands in for it.

use std::collections::{BTreeSet, HashMap};

use schemas::{Sku, conversation::Language};

use crate::goods::{Term, terms};

/// Words that look less alike are different words.
const ALIKE: f64 = 0.75;

/// The words of one shop's articles.
#[derive(Debug, Default)]
pub(crate) struct Words {
    articles: HashMap<Sku, Vec<String>>,
    known: HashMap<String, Known>,
}

/// A word, and the articles that it stands in.
#[derive(Debug)]
struct Known {
    term: Term,
    articles: BTreeSet<Sku>,
}

impl Words {
    /// Takes an article's text in, in place of the one it had.
    pub(crate) fn put(&mut self, sku: &Sku, text: &str) {
        self.remove(sku);
        // Latin words have one stem in English and another in Spanish, and the text does not say which is meant.
        let both = [terms(text, Language::Ru), terms(text, Language::Es)];
        let mut keys = Vec::new();
        for term in both.into_iter().flatten() {
            let key = term.key();
            let known = self.known.entry(key.clone()).or_insert_with(|| Known {
                term,
                articles: BTreeSet::new(),
            });
            if known.articles.insert(sku.clone()) {
                keys.push(key);
            }
        }
        self.articles.insert(sku.clone(), keys);
    }

    /// Forgets an article.
    pub(crate) fn remove(&mut self, sku: &Sku) {
        for key in self.articles.remove(sku).unwrap_or_default() {
            if let Some(known) = self.known.get_mut(&key) {
                known.articles.remove(sku);
                if known.articles.is_empty() {
                    self.known.remove(&key);
                }
            }
        }
    }

    /// For every article with at least one of the question's words, the share that it has of their weight, 0 to 1.
    pub(crate) fn coverage(&self, text: &str, language: Language) -> HashMap<Sku, f64> {
        let mut total = 0.0;
        let mut covered: HashMap<Sku, f64> = HashMap::new();
        for term in terms(text, language) {
            let found = self.nearest(&term);
            let weight = self.weight(found.map_or(0, |(known, _)| known.articles.len()));
            total += weight;
            if let Some((known, likeness)) = found {
                for sku in &known.articles {
                    *covered.entry(sku.clone()).or_default() += weight * likeness;
                }
            }
        }
        covered.values_mut().for_each(|share| *share /= total);
        covered
    }

    /// The same word, or the one that looks most like it.
    fn nearest(&self, term: &Term) -> Option<(&Known, f64)> {
        if let Some(known) = self.known.get(&term.key()) {
            return Some((known, 1.0));
        }
        self.known
            .values()
            .map(|known| (known, term.likeness(&known.term)))
            .filter(|(_, likeness)| *likeness >= ALIKE)
            .max_by(|one, other| {
                let by_key = || other.0.term.key().cmp(&one.0.term.key());
                one.1.total_cmp(&other.1).then_with(by_key)
            })
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a shop has some thousand articles"
    )]
    fn weight(&self, with: usize) -> f64 {
        ((self.articles.len() as f64 + 1.0) / (with as f64 + 0.5))
            .ln()
            .max(0.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> Words {
        let mut words = Words::default();
        for (sku, text) in [
            ("A", "Крепёж: Шуруп по бетону 7,5×112. Без дюбеля"),
            ("B", "Крепёж: Саморез по дереву чёрный"),
            ("C", "Инструмент: Перфоратор 800 Вт"),
        ] {
            words.put(&Sku::new(sku), text);
        }
        words
    }

    fn best(words: &Words, text: &str) -> Option<(String, f64)> {
        let covered = words.coverage(text, Language::Ru);
        let best = covered.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some((best.0.to_string(), best.1))
    }

    #[test]
    fn endings_and_typing_mistakes_do_not_hide_a_word() {
        let words = shop();
        assert_eq!(best(&words, "перфараторы есть?").unwrap().0, "C");
        assert_eq!(
            best(&words, "шурупы для бетона").unwrap(),
            ("A".to_owned(), 1.0)
        );
    }

    #[test]
    fn a_word_that_no_article_has_lowers_the_share() {
        let words = shop();
        let (sku, share) = best(&words, "саморезы для кровли").unwrap();
        assert_eq!(sku, "B");
        assert!(share < 0.6, "{share}");
        assert_eq!(best(&words, "велосипед"), None);
    }

    #[test]
    fn a_removed_or_changed_article_is_no_longer_found_by_its_old_words() {
        let mut words = shop();
        words.put(&Sku::new("C"), "Инструмент: Лобзик");
        assert_eq!(best(&words, "перфоратор"), None);
        assert_eq!(best(&words, "лобзик").unwrap().0, "C");
        words.remove(&Sku::new("C"));
        assert_eq!(best(&words, "лобзик"), None);
        assert_eq!(words.known.len(), {
            let keys: BTreeSet<&String> = words.articles.values().flatten().collect();
            keys.len()
        });
    }
}
