//! What is put into a cart, changed in it and taken out.
//!
//! [`language::cart_wishes`] reads what is wanted, [`aim`] finds which article is meant, [`apply`] changes the cart,
//! [`words`] shows the cart that resulted. All of that is pure; this page asks the log for what it rests on, until
//! nothing is missing.

mod aim;
mod apply;
mod asked;
#[cfg(test)]
mod development;
#[cfg(test)]
mod laws;
mod price;
mod put;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{HashMap, HashSet};

use domain::stock::Shown;
use schemas::Sku;

use crate::{
    answer::{Answered, Desk, Question, Step, Trouble},
    search::Hits,
};
use apply::Changed;
use price::Terms;

/// Each look may find that it needs more; what three of them leave open is not asked for again.
const LOOKS: usize = 4;

/// Changes the cart as the words say, and shows the cart that resulted.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Step, Trouble> {
    let shop = desk.shop(question).await?;
    let terms = Terms::of(&shop, question);
    let mut known = Known::new(desk.articles(&question.shop));
    let mut changed = apply::change(question, &terms, &known);
    for _ in 0..LOOKS {
        let (articles, unknown) = known.missing(&changed);
        if articles.is_empty() && unknown.is_empty() {
            break;
        }
        for shown in articles {
            let sku = shown.product.sku.clone();
            let current = desk.current(&question.shop, shown).await?;
            known.learn(&sku, current);
        }
        for words in unknown {
            let about = Question {
                text: words.clone(),
                ..question.clone()
            };
            let hits = desk.look_for(&about).await;
            known.take_for(words, &hits);
        }
        changed = apply::change(question, &terms, &known);
    }
    if let Some(reason) = changed.for_seller {
        return Ok(Step::Answer(Answered::Cannot(reason)));
    }
    let answered = words::said(question, &terms, &known, &changed)?;
    Ok(Step::Answer(Answered::Given(answered).with(known.degraded)))
}

/// What is known of the shop's articles so far.
pub(super) struct Known {
    /// As the catalogue has them; those that were asked for, as their own histories do.
    articles: Vec<Shown>,
    current: HashSet<Sku>,
    /// What words mean that name nothing.
    meanings: HashMap<String, Vec<Sku>>,
    degraded: Option<String>,
}

impl Known {
    fn new(articles: Vec<Shown>) -> Self {
        Self {
            articles,
            current: HashSet::new(),
            meanings: HashMap::new(),
            degraded: None,
        }
    }

    /// An article, while the shop has a row of it.
    fn article(&self, sku: &Sku) -> Option<&Shown> {
        self.articles.iter().find(|shown| shown.product.sku == *sku)
    }

    /// The articles that the outcome rests on and nobody has asked the log for, and the words that are still unknown.
    fn missing(&self, changed: &Changed) -> (Vec<Shown>, Vec<String>) {
        let articles = changed.touched.iter();
        let articles = articles
            .filter(|sku| !self.current.contains(*sku))
            .filter_map(|sku| self.article(sku).cloned());
        let unknown = changed.unknown.iter();
        let unknown = unknown.filter(|words| !self.meanings.contains_key(*words));
        (articles.collect(), unknown.cloned().collect())
    }

    fn learn(&mut self, sku: &Sku, current: Option<Shown>) {
        self.current.insert(sku.clone());
        let place = self
            .articles
            .iter()
            .position(|shown| shown.product.sku == *sku);
        let Some(place) = place else { return };
        match (current, self.articles.get_mut(place)) {
            (Some(current), Some(known)) => *known = current,
            (None, _) | (_, None) => {
                self.articles.remove(place);
            }
        }
    }

    fn take_for(&mut self, words: String, hits: &Hits) {
        let sure = hits.sure().iter().map(|hit| hit.sku.clone());
        let found = match hits.clear() {
            Some(clear) => vec![clear.sku.clone()],
            None => sure.collect(),
        };
        self.meanings.insert(words, found);
        self.degraded = hits.degraded.clone().or_else(|| self.degraded.take());
    }
}
