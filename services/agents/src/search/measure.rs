//! How well the search finds: questions whose answers are known, over a catalogue that is not for sale.

use std::{
    path::Path,
    sync::PoisonError,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use llm::Embeddings;
use schemas::conversation::Language;

use super::{
    Embedder, Hits, Noise, Pending, SHOWN, Search, Vectors,
    passage::Passage,
    set::{self, Question},
};

/// How long one question may wait for an endpoint while it is measured: nobody waits for the answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Articles that are taken in at once.
const BATCH: usize = 64;

/// What came of a measurement.
#[derive(Clone, Debug)]
pub struct SearchReport {
    /// Articles in the catalogue.
    pub articles: usize,
    /// How near the model puts texts that have nothing to do with each other.
    pub noise: Noise,
    /// Figures of the questions that the catalogue has an answer to: all, then by kind and by language.
    pub groups: Vec<Figures>,
    /// Share of the questions with an answer of which something is shown.
    pub answered: f64,
    /// Share of the questions with an answer of which a right article is shown.
    pub answered_rightly: f64,
    /// Share of the questions without an answer of which nothing is shown.
    pub refused: f64,
    /// How many questions have no answer.
    pub without_answer: usize,
    /// Share of the questions without an answer for which an article would be taken for one that was named.
    pub mistaken: f64,
    /// Milliseconds that a question took, on average.
    pub milliseconds: f64,
    /// Questions whose right article is not among the first five, or of which something is shown in vain.
    pub missed: Vec<String>,
}

/// How well a group of questions is answered.
#[derive(Clone, Debug)]
pub struct Figures {
    /// `all`, `need`, `direct`, `ru`, `en`, `es`.
    pub name: &'static str,
    /// How many questions.
    pub questions: usize,
    /// Share whose first article is right.
    pub hit_1: f64,
    /// Share with a right article among the first five.
    pub hit_5: f64,
    /// Mean of one by the place of the first right article.
    pub mrr: f64,
}

/// A question with the place of the first right article, and what was found.
struct Answered {
    query: Question,
    place: Option<usize>,
    hits: Hits,
}

/// Searches `catalogue.tsv` (shop, sku, category, name, description) in `folder` for every line of `queries.tsv`
/// (language, kind, shop, text, right SKUs or `-`), as conversations are answered: with the vectors of `endpoint`, or
/// with the encoder in `weights`.
///
/// # Errors
/// When a file cannot be read, or a line is not one, the error names it; and when the endpoint does not answer.
pub async fn measure(
    weights: &Path,
    endpoint: Option<Embeddings>,
    folder: &Path,
) -> anyhow::Result<SearchReport> {
    let embedder = match endpoint {
        Some(endpoint) => Embedder::remote(endpoint, PATIENCE),
        None => Embedder::local(language::Encoder::shared(weights)?),
    };
    let noise = Noise::of(&embedder).await;
    let noise = noise.context("while measuring how near unrelated texts are")?;
    let search = Search::in_memory(embedder, Pending::default());
    search.calibrate(noise);
    search.set(super::Condition::Ready);
    let articles = take_in(&search, &folder.join("catalogue.tsv")).await?;
    let queries = read(&folder.join("queries.tsv"), set::questions)?;
    anyhow::ensure!(!queries.is_empty(), "queries.tsv holds no question");
    let begun = Instant::now();
    let mut answered = Vec::with_capacity(queries.len());
    for query in queries {
        let hits = search.find(&query.shop, &query.text, query.language).await;
        if let Some(degraded) = &hits.degraded {
            anyhow::bail!(
                "{:?} was not searched for by meaning: {degraded}",
                query.text
            );
        }
        let right = |hit: &super::Hit| query.expected.contains(&hit.sku);
        let place = hits.ranked.iter().position(right);
        answered.push(Answered { query, place, hits });
    }
    let milliseconds = begun.elapsed().as_secs_f64() * 1e3 / count(answered.len());
    Ok(report(articles, noise, &answered, milliseconds))
}

async fn take_in(search: &Search, path: &Path) -> anyhow::Result<usize> {
    let products = read(path, set::catalogue)?;
    for batch in products.chunks(BATCH) {
        let passages: Vec<Passage> = batch.iter().map(|(_, one)| Passage::of(one)).collect();
        let texts = passages.iter().map(|passage| passage.text.clone());
        let vectors = search.0.embedder.embed(texts.collect()).await?;
        for (((shop, product), passage), vector) in batch.iter().zip(passages).zip(vectors) {
            let words = search.0.words.write();
            let mut words = words.unwrap_or_else(PoisonError::into_inner);
            let words = words.entry(shop.clone()).or_default();
            words.put(&product.sku, &passage.text);
            if let Vectors::Memory(memory) = &search.0.vectors {
                memory.put(shop, &product.sku, passage.hash, vector);
            }
        }
    }
    Ok(products.len())
}

fn report(articles: usize, noise: Noise, answered: &[Answered], milliseconds: f64) -> SearchReport {
    let (with, without): (Vec<&Answered>, Vec<&Answered>) = answered
        .iter()
        .partition(|answered| !answered.query.expected.is_empty());
    let group = |name: &'static str, of: &dyn Fn(&Question) -> bool| {
        let group: Vec<&Answered> = with.iter().copied().filter(|a| of(&a.query)).collect();
        figures(name, &group)
    };
    let language = |language: Language| move |query: &Question| query.language == language;
    let groups = vec![
        group("all", &|_| true),
        group("need", &|query| query.kind == "need"),
        group("direct", &|query| query.kind == "direct"),
        group("ru", &language(Language::Ru)),
        group("en", &language(Language::En)),
        group("es", &language(Language::Es)),
    ];
    let shows = |answered: &&Answered| !answered.hits.fitting().is_empty();
    let shows_right = |answered: &&Answered| {
        let shown = answered.hits.fitting().len();
        answered.place.is_some_and(|place| place < shown)
    };
    let lost = |answered: &&&Answered| answered.place.is_none_or(|place| place >= SHOWN);
    let missed = with.iter().filter(lost).map(|answered| {
        let Question { shop, text, .. } = &answered.query;
        format!("not found: {shop}: {text}")
    });
    let vain = without.iter().filter(|answered| shows(answered));
    let vain = vain.map(|answered| {
        let Question { shop, text, .. } = &answered.query;
        let found = answered
            .hits
            .fitting()
            .first()
            .map(|hit| hit.sku.to_string());
        format!("in vain: {shop}: {text} → {}", found.unwrap_or_default())
    });
    let sure = |answered: &&Answered| !answered.hits.sure().is_empty();
    SearchReport {
        articles,
        noise,
        answered: share(&with, shows),
        answered_rightly: share(&with, shows_right),
        refused: 1.0 - share(&without, shows),
        mistaken: share(&without, sure),
        without_answer: without.len(),
        milliseconds,
        missed: missed.chain(vain).collect(),
        groups,
    }
}

fn figures(name: &'static str, group: &[&Answered]) -> Figures {
    let within = |places: usize| {
        share(group, |answered: &&Answered| {
            answered.place.is_some_and(|place| place < places)
        })
    };
    let reciprocal = |answered: &&Answered| {
        let place = answered.place.map(|place| count(place.saturating_add(1)));
        place.map_or(0.0, f64::recip)
    };
    Figures {
        name,
        questions: group.len(),
        hit_1: within(1),
        hit_5: within(SHOWN),
        mrr: group.iter().map(reciprocal).sum::<f64>() / count(group.len()),
    }
}

fn share(of: &[&Answered], which: impl Fn(&&Answered) -> bool) -> f64 {
    count(of.iter().filter(|answered| which(answered)).count()) / count(of.len())
}

#[expect(clippy::cast_precision_loss, reason = "some hundred questions")]
fn count(number: usize) -> f64 {
    number as f64
}

fn read<T>(path: &Path, table: impl Fn(&str) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let place = || format!("while reading {}", path.display());
    let text = std::fs::read_to_string(path).with_context(place)?;
    table(&text).with_context(place)
}
