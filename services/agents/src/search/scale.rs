//! One scale for the cosines of every model.
//!
//! A cosine of 0.5 is much for one model and less than nothing in common for another, so thresholds cannot be carried
//! over. Every model is therefore asked about the same questions and articles that have nothing to do with each other,
//! and its cosines are put on the scale of the built-in encoder, so that what is near by chance has the same score with
//! both. Nothing of the seller's has to be labelled for it. Decision 0016.

use std::{collections::BTreeMap, str::FromStr};

use language::normalise;
use schemas::ShopId;

use super::{
    embedder::{Embedder, Failed, Vector, cosine},
    passage::Passage,
    set,
};
use crate::goods::telling;

/// Articles of six shops.
const ARTICLES: &str = include_str!("../../../lib/language/data/search_development/catalogue.tsv");
/// Questions; those without an answer are for what the shop does not sell.
const QUESTIONS: &str = include_str!("../../../lib/language/data/search_development/queries.tsv");
/// A model whose two figures are nearer than this tells nothing apart.
const FLAT: f64 = 0.001;

/// How near a model puts texts that have nothing to do with each other, as cosines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// A question and an article, on average.
    pub usual: f64,
    /// A question and the nearest of about twenty-five articles, on average.
    pub nearest: f64,
}

impl Noise {
    /// Of the encoder in this process; a test measures it anew.
    pub(crate) const BUILT_IN: Self = Self {
        usual: 0.0153,
        nearest: 0.1397,
    };

    /// Asks a model for vectors of some two hundred short texts, and looks how near they are.
    ///
    /// # Errors
    /// [`Failed`], among others when the model tells nothing apart.
    pub(crate) async fn of(embedder: &Embedder) -> Result<Self, Failed> {
        let catalogue = set::catalogue(ARTICLES).unwrap_or_default();
        let questions = set::questions(QUESTIONS).unwrap_or_default();
        let vain = questions.iter().filter(|one| one.expected.is_empty());
        let articles = catalogue.iter().map(|(_, one)| Passage::of(one).text);
        let texts = articles.chain(vain.clone().map(asked));
        let vectors = embedder.embed(texts.collect()).await?;
        let mut shops: BTreeMap<&ShopId, Vec<&Vector>> = BTreeMap::new();
        let mut vectors = vectors.iter();
        for ((shop, _), vector) in catalogue.iter().zip(&mut vectors) {
            shops.entry(shop).or_default().push(vector);
        }
        let (mut all, mut nearest) = (Mean::default(), Mean::default());
        for (question, vector) in vain.zip(vectors) {
            let articles = shops.get(&question.shop).into_iter().flatten();
            let cosines = articles.map(|article| cosine(vector, article));
            nearest.add(cosines.clone().fold(-1.0, f64::max));
            cosines.for_each(|cosine| all.add(cosine));
        }
        Self::new(all.get(), nearest.get()).ok_or(Failed::Flat)
    }

    fn new(usual: f64, nearest: f64) -> Option<Self> {
        let cosines = -1.0..=1.0;
        let good = cosines.contains(&usual) && cosines.contains(&nearest);
        (good && nearest - usual >= FLAT).then_some(Self { usual, nearest })
    }

    /// A cosine of this model, as the built-in encoder would have it.
    pub(crate) fn as_built_in(&self, cosine: f64) -> f64 {
        let Self { usual, nearest } = Self::BUILT_IN;
        usual + (cosine - self.usual) * (nearest - usual) / (self.nearest - self.usual)
    }
}

/// `0.12,0.31`: the usual cosine, and the nearest.
impl FromStr for Noise {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault =
            "two cosines are wanted, the usual and the higher one of the nearest: 0.12,0.31";
        let (usual, nearest) = text.split_once(',').ok_or(fault)?;
        let number = |text: &str| text.trim().parse().map_err(|_| fault);
        Self::new(number(usual)?, number(nearest)?).ok_or(fault)
    }
}

/// The words of a question that are searched for.
fn asked(question: &set::Question) -> String {
    telling(&normalise(&question.text), question.language)
}

#[derive(Default)]
struct Mean {
    sum: f64,
    count: f64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1.0;
    }

    fn get(&self) -> f64 {
        self.sum / self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_model_finds_near_by_chance_is_as_near_as_by_chance_on_the_one_scale() {
        let other: Noise = "0.78, 0.83".parse().unwrap();
        let built_in = Noise::BUILT_IN;
        assert!((other.as_built_in(0.78) - built_in.usual).abs() < 1e-9);
        assert!((other.as_built_in(0.83) - built_in.nearest).abs() < 1e-9);
        assert!((built_in.as_built_in(0.37) - 0.37).abs() < 1e-9);
    }

    #[test]
    fn figures_that_no_model_can_have_are_refused() {
        for wrong in ["", "0.3", "0.3,0.2", "0.3,0.3", "0.1,7", "a,b", "NaN,0.2"] {
            assert!(wrong.parse::<Noise>().is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn the_built_in_encoder_is_as_it_was_measured() {
        let measured = Noise::of(&crate::search::tests::embedder()).await.unwrap();
        let kept = Noise::BUILT_IN;
        let near = |one: f64, other: f64| (one - other).abs() < 0.005;
        assert!(
            near(measured.usual, kept.usual) && near(measured.nearest, kept.nearest),
            "{measured:?}"
        );
    }
}
