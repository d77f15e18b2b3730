//! Which article is meant: by place in the list, by SKU, by name, by what was talked about. Pure.

use std::{collections::HashMap, sync::Arc};

use domain::stock::Shown;
use schemas::{Sku, conversation::Language};

use super::{
    Found,
    asked::{asks_cheaper, asks_last_time, corrected},
    earlier::{self, LastTime},
    terms::{Term, remembered, terms},
};
use crate::{answer::Question, search::Hits};

/// How many articles a list shows at the most.
const LIST_LENGTH: usize = 5;
/// Articles whose score is this near to the best are as good.
const AS_GOOD: f64 = 0.08;
/// Below this share of the words' weight, the words name something else.
const ENOUGH: f64 = 0.6;
/// An alternative to a sold-out article shares at least this much of its name.
const NEAR: f64 = 0.3;

/// Finds what a question is about.
pub(crate) fn find(question: &Question, articles: &[Shown]) -> Found {
    let shop = Shelf::new(articles, question.language);
    if asks_last_time(question) {
        return match earlier::last_time(question, articles) {
            Some(LastTime::Confirmed(article)) => shop.one(article),
            Some(LastTime::Remembered(article)) => Found::Earlier(Box::new(article.clone())),
            None => Found::Unsaid,
        };
    }
    if let Some(article) = earlier::pointed_at(question, articles) {
        return Found::Earlier(Box::new(article.clone()));
    }
    if let Some(article) = by_place(question, articles).or_else(|| by_sku(&question.text, articles))
    {
        return shop.one(article);
    }
    let asked = corrected(&question.text, question.language);
    let talked_about = talked_about(question, articles);
    if asked.is_empty() && !asks_cheaper(&question.text) {
        return talked_about.map_or_else(|| shop.of_list(question), |article| shop.one(article));
    }
    match talked_about {
        Some(article) if asks_cheaper(&question.text) => shop.cheaper(article),
        Some(article) if asked.iter().all(Term::is_attribute) => shop.variant(article, &asked),
        about => shop.by_name(&asked, about),
    }
}

/// What the words mean rather than name: articles that a search is sure of.
pub(crate) fn by_meaning(question: &Question, hits: &Hits, articles: &[Shown]) -> Found {
    let found: Vec<&Shown> = hits
        .sure()
        .iter()
        .filter_map(|hit| by_exact_sku(&hit.sku, articles))
        .collect();
    match found.as_slice() {
        [] => Found::Unknown,
        [only] => Shelf::new(articles, question.language).one(only),
        several => {
            let shown: Vec<Shown> = several.iter().map(|shown| (*shown).clone()).collect();
            let count = shown.len();
            Found::Several(shown, count)
        }
    }
}

/// The same question with only those words that name an article; what else is asked about it is left out.
///
/// While an article is talked about, another one is named by what it is («а вес термоса?»), not by any word that
/// stands in some name («влезет ноутбук?»).
pub(crate) fn naming(question: &Question, articles: &[Shown]) -> Question {
    let asked = terms(&question.text, question.language);
    let names: Vec<Arc<Vec<Term>>> = articles
        .iter()
        .map(|shown| remembered(&shown.product.name, question.language))
        .collect();
    let headed: Vec<&Arc<Vec<Term>>> = names
        .iter()
        .filter(|name| {
            name.iter()
                .find(|term| !term.is_attribute())
                .is_some_and(|head| best(head, &asked) > 0.9)
        })
        .collect();
    let about = question.focus.is_some() || talked_about(question, articles).is_some();
    let among: Vec<&Arc<Vec<Term>>> = if headed.is_empty() && !about {
        names.iter().collect()
    } else {
        headed
    };
    let is_name = |term: &Term| among.iter().any(|name| best(term, name) > 0.9);
    let kept: Vec<String> = language::tokens(&question.text, question.language)
        .into_iter()
        .map(|token| token.word)
        .filter(|word| terms(word, question.language).iter().any(is_name))
        .collect();
    // Nothing names an article, and none is talked about: all the words are left to the search by meaning.
    if kept.is_empty() && !about && question.ordinal.is_none() {
        return question.clone();
    }
    // «расскажите про третий», and no list was shown: that is none of what was talked about.
    if kept.is_empty() && question.ordinal.is_some() && question.list.is_empty() {
        return Question {
            text: String::new(),
            focus: None,
            listing: None,
            ..question.clone()
        };
    }
    let kept = if kept.is_empty() {
        skus(&question.text, articles)
    } else {
        kept
    };
    Question {
        text: kept.join(" "),
        ..question.clone()
    }
}

/// The SKU in the words, when there is one.
fn skus(text: &str, articles: &[Shown]) -> Vec<String> {
    let found = by_sku(text, articles);
    found
        .map(|shown| shown.product.sku.to_string())
        .into_iter()
        .collect()
}

pub(super) fn by_place<'a>(question: &Question, articles: &'a [Shown]) -> Option<&'a Shown> {
    let place = usize::try_from(question.ordinal?.checked_sub(1)?).ok()?;
    by_exact_sku(question.list.get(place)?, articles)
}

pub(super) fn by_exact_sku<'a>(sku: &Sku, articles: &'a [Shown]) -> Option<&'a Shown> {
    articles.iter().find(|shown| shown.product.sku == *sku)
}

/// An SKU in the words. One that is a bare small number could be anything, and is not looked for.
pub(super) fn by_sku<'a>(text: &str, articles: &'a [Shown]) -> Option<&'a Shown> {
    let text = text.to_lowercase();
    let named = |sku: &str| {
        let telling =
            sku.chars().count() >= 3 && sku.chars().any(|letter| !letter.is_ascii_digit());
        telling && contains_word(&text, &sku.to_lowercase())
    };
    articles
        .iter()
        .find(|shown| named(shown.product.sku.as_str()))
}

fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text
            .get(at.saturating_add(word.len())..)
            .and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// The article in focus, else the one of the chat's advertisement.
fn talked_about<'a>(question: &Question, articles: &'a [Shown]) -> Option<&'a Shown> {
    let focus = question
        .focus
        .as_ref()
        .filter(|_| !question.anew)
        .and_then(|sku| by_exact_sku(sku, articles));
    focus.or_else(|| {
        let listing = question.listing.as_ref()?;
        articles
            .iter()
            .find(|shown| shown.product.listing.as_ref() == Some(listing))
    })
}

/// A shop's articles with the weight of each term: rare ones tell more.
struct Shelf<'a> {
    articles: &'a [Shown],
    language: Language,
    terms: Vec<Arc<Vec<Term>>>,
    known: HashMap<String, usize>,
}

impl<'a> Shelf<'a> {
    fn new(articles: &'a [Shown], language: Language) -> Self {
        let terms: Vec<Arc<Vec<Term>>> = articles
            .iter()
            .map(|shown| article_terms(shown, language))
            .collect();
        let mut known: HashMap<String, usize> = HashMap::new();
        for of_article in &terms {
            let mut names: Vec<String> = of_article.iter().map(Term::key).collect();
            names.sort();
            names.dedup();
            for name in names {
                let count = known.entry(name).or_default();
                *count = count.saturating_add(1);
            }
        }
        Self {
            articles,
            language,
            terms,
            known,
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a shop has some thousand articles"
    )]
    fn weight(&self, term: &Term) -> f64 {
        let with = self.known.get(&term.key()).copied().unwrap_or(0) as f64;
        ((self.articles.len() as f64 + 1.0) / (with + 0.5))
            .ln()
            .max(0.1)
    }

    /// The share of the asked terms' weight that an article's own terms cover.
    fn score(&self, asked: &[Term], of_article: &[Term]) -> f64 {
        let total: f64 = asked.iter().map(|term| self.weight(term)).sum();
        let covered: f64 = asked
            .iter()
            .map(|term| self.weight(term) * best(term, of_article))
            .sum();
        if total > 0.0 { covered / total } else { 0.0 }
    }

    /// Articles by score, best first; of equal ones, those in stock first.
    fn ranked(&self, asked: &[Term]) -> Vec<(f64, &'a Shown)> {
        let scored = self.articles.iter().zip(&self.terms);
        let mut scored: Vec<(f64, &Shown)> = scored
            .map(|(shown, own)| (self.score(asked, own), shown))
            .collect();
        scored.sort_by(|one, other| {
            let stocked = |shown: &Shown| shown.product.quantity.in_stock();
            other
                .0
                .total_cmp(&one.0)
                .then_with(|| stocked(other.1).cmp(&stocked(one.1)))
        });
        scored
    }

    /// One article; when it is sold out, with the nearest that is not.
    fn one(&self, article: &Shown) -> Found {
        let nearest = (!article.product.quantity.in_stock())
            .then(|| self.nearest(article))
            .flatten();
        Found::One(Box::new(article.clone()), nearest.cloned().map(Box::new))
    }

    fn nearest(&self, article: &Shown) -> Option<&'a Shown> {
        let own = self.named(article);
        self.ranked(&own)
            .into_iter()
            .filter(|(_, other)| other.product.sku != article.product.sku)
            .filter(|(_, other)| other.product.quantity.in_stock())
            .filter(|(_, other)| same_kind(&own, &self.named(other)))
            .find(|(score, _)| *score >= NEAR)
            .map(|(_, other)| other)
    }

    /// «а синий?»: the article that was talked about, with other attributes.
    fn variant(&self, about: &Shown, asked: &[Term]) -> Found {
        let numbers = asked.iter().any(|term| matches!(term, Term::Number(_)));
        let colours = asked.iter().any(|term| matches!(term, Term::Colour(_)));
        let kept = |term: &Term| match term {
            Term::Word(_) => true,
            Term::Colour(_) => !colours,
            Term::Number(_) => !numbers,
        };
        let base: Vec<Term> = self.named(about).into_iter().filter(kept).collect();
        let words: Vec<Term> = base
            .iter()
            .filter(|term| !term.is_attribute())
            .cloned()
            .collect();
        let full: Vec<Term> = base.iter().chain(asked).cloned().collect();
        let exact: Vec<&Shown> = self
            .ranked(&full)
            .into_iter()
            .filter(|(_, shown)| has_all(asked, &self.terms_of(shown)))
            .filter(|(_, shown)| self.score(&words, &self.terms_of(shown)) >= ENOUGH)
            .map(|(_, shown)| shown)
            .collect();
        if !exact.is_empty() {
            return self.pick(&exact, &full);
        }
        // The next best: the same kind of thing with what was asked for, then the same thing as it can be had.
        let asked_for = self.others(about, &words, |shown| has_all(asked, &self.terms_of(shown)));
        let others = if asked_for.is_empty() {
            self.others(about, &base, |_| true)
        } else {
            asked_for
        };
        if others.is_empty() {
            Found::Unknown
        } else {
            Found::OnlyOthers(others)
        }
    }

    /// «а подешевле?»: what is of its kind and costs less, the nearest price first.
    fn cheaper(&self, about: &Shown) -> Found {
        let mut cheaper = self.all_others(about, |shown| shown.product.price < about.product.price);
        cheaper.sort_by_key(|shown| std::cmp::Reverse(shown.product.price));
        let count = cheaper.len();
        cheaper.truncate(LIST_LENGTH);
        match cheaper.as_slice() {
            [] => Found::Unknown,
            [only] => self.one(only),
            _ => Found::Several(cheaper, count),
        }
    }

    /// Everything of one kind with `about` that is in stock and fits, in no order.
    fn all_others(&self, about: &Shown, fits: impl Fn(&Shown) -> bool) -> Vec<Shown> {
        let own = self.named(about);
        let others = self.articles.iter();
        others
            .filter(|shown| shown.product.sku != about.product.sku)
            .filter(|shown| shown.product.quantity.in_stock() && fits(shown))
            .filter(|shown| same_kind(&own, &self.named(shown)))
            .cloned()
            .collect()
    }

    /// Articles of one kind with `about`, in stock, not itself, best first.
    fn others(&self, about: &Shown, like: &[Term], fits: impl Fn(&Shown) -> bool) -> Vec<Shown> {
        let own = self.named(about);
        self.ranked(like)
            .into_iter()
            .map(|(_, shown)| shown)
            .filter(|shown| shown.product.sku != about.product.sku)
            .filter(|shown| shown.product.quantity.in_stock() && fits(shown))
            .filter(|shown| same_kind(&own, &self.named(shown)))
            .take(LIST_LENGTH)
            .cloned()
            .collect()
    }

    fn by_name(&self, asked: &[Term], about: Option<&Shown>) -> Found {
        let ranked = self.ranked(asked);
        let fitting: Vec<&Shown> = ranked
            .iter()
            .filter(|(score, shown)| *score >= ENOUGH && is_named(asked, &self.terms_of(shown)))
            .map(|(_, shown)| *shown)
            .collect();
        let exact: Vec<&Shown> = fitting
            .iter()
            .copied()
            .filter(|shown| has_all_attributes(asked, &self.terms_of(shown)))
            .collect();
        if exact.is_empty() && !fitting.is_empty() {
            let others = fitting
                .iter()
                .filter(|shown| shown.product.quantity.in_stock());
            return Found::OnlyOthers(
                others
                    .take(LIST_LENGTH)
                    .map(|shown| (*shown).clone())
                    .collect(),
            );
        }
        // What the chat is about is meant when the words fit it as well as anything.
        if let Some(about) = about.filter(|about| {
            exact
                .iter()
                .any(|shown| shown.product.sku == about.product.sku)
        }) {
            let own = self.score(asked, &self.terms_of(about));
            if ranked
                .first()
                .is_some_and(|(best, _)| own + AS_GOOD >= *best)
            {
                return self.one(about);
            }
        }
        self.pick(&exact, asked)
    }

    /// The best of several, or all that are as good.
    fn pick(&self, candidates: &[&Shown], asked: &[Term]) -> Found {
        let score = |shown: &Shown| self.score(asked, &self.terms_of(shown));
        let Some(best) = candidates.first().map(|shown| score(shown)) else {
            return Found::Unknown;
        };
        let good: Vec<&Shown> = candidates
            .iter()
            .copied()
            .filter(|shown| score(shown) + AS_GOOD >= best)
            .collect();
        match good.as_slice() {
            [only] => self.one(only),
            several => {
                let shown = several.iter().take(LIST_LENGTH);
                Found::Several(shown.map(|shown| (*shown).clone()).collect(), several.len())
            }
        }
    }

    fn named(&self, shown: &Shown) -> Vec<Term> {
        terms(&shown.product.name, self.language)
    }

    fn terms_of(&self, shown: &Shown) -> Arc<Vec<Term>> {
        article_terms(shown, self.language)
    }

    /// Nothing is named: a list of one place is that article, any other has to be asked about.
    fn of_list(&self, question: &Question) -> Found {
        match question.list.as_slice() {
            [only] if !question.anew => {
                by_exact_sku(only, self.articles).map_or(Found::Unsaid, |article| self.one(article))
            }
            _ => Found::Unsaid,
        }
    }
}

fn article_terms(shown: &Shown, language: Language) -> Arc<Vec<Term>> {
    let category = shown.product.category.as_deref().unwrap_or_default();
    remembered(&format!("{} {category}", shown.product.name), language)
}

fn best(term: &Term, among: &[Term]) -> f64 {
    among
        .iter()
        .map(|other| term.likeness(other))
        .fold(0.0, f64::max)
}

/// Whether one of the words, not only a colour or a number, is the article's.
fn is_named(asked: &[Term], own: &[Term]) -> bool {
    let only_attributes = asked.iter().all(Term::is_attribute);
    only_attributes
        || asked
            .iter()
            .any(|term| !term.is_attribute() && best(term, own) > 0.0)
}

fn has_all(asked: &[Term], own: &[Term]) -> bool {
    asked.iter().all(|term| best(term, own) > 0.0)
}

fn has_all_attributes(asked: &[Term], own: &[Term]) -> bool {
    asked
        .iter()
        .filter(|term| term.is_attribute())
        .all(|term| best(term, own) > 0.0)
}

/// Whether two articles are of one kind: the first word of a name says what the thing is.
fn same_kind(one: &[Term], other: &[Term]) -> bool {
    let first = |terms: &[Term]| terms.iter().find(|term| !term.is_attribute()).cloned();
    match (first(one), first(other)) {
        (Some(one), Some(other)) => one.likeness(&other) > 0.9,
        (None, _) | (_, None) => false,
    }
}
