//! Which article the words mean, and what of it may be told as a fact. Shared by the specialists that talk of goods.

mod ask;
mod asked;
mod earlier;
mod facts;
mod find;
mod terms;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use ask::ask_back;
pub(crate) use asked::parts;
pub(crate) use facts::{availability, facts, quotable};
pub(crate) use find::{by_meaning, find, naming};
pub(crate) use terms::{Term, telling, terms};

use std::future::Future;

use domain::stock::Shown;

/// What came of looking for what a question is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sought {
    pub(crate) found: Found,
    /// Why the search was worse than it should be; to be told with the answer.
    pub(crate) degraded: Option<String>,
}

/// What a question is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found {
    /// One article, and the nearest one that is in stock, should it be sold out.
    One(Box<Shown>, Option<Box<Shown>>),
    /// Several that fit equally well, best first, and how many there are in all.
    Several(Vec<Shown>, usize),
    /// The variant that was asked for does not exist; these come close.
    OnlyOthers(Vec<Shown>),
    /// The words name no article, and none was talked about.
    Unsaid,
    /// The words name no article, and the one that was talked about was so on an earlier day: ask before using it.
    Earlier(Box<Shown>),
    /// The words name something that the shop does not have.
    Unknown,
}

impl Found {
    /// Replaces every article by what `current` knows of it, and leaves out those that are gone.
    pub(crate) async fn try_map<F, E>(self, current: impl Fn(Shown) -> F) -> Result<Self, E>
    where
        F: Future<Output = Result<Option<Shown>, E>>,
    {
        let all = async |articles: Vec<Shown>| -> Result<Vec<Shown>, E> {
            let mut kept = Vec::with_capacity(articles.len());
            for article in articles {
                kept.extend(current(article).await?);
            }
            Ok(kept)
        };
        Ok(match self {
            Self::One(article, nearest) => {
                let nearest = match nearest {
                    Some(nearest) => current(*nearest).await?.map(Box::new),
                    None => None,
                };
                match current(*article).await? {
                    Some(article) => Self::One(Box::new(article), nearest),
                    None => Self::Unknown,
                }
            }
            Self::Several(articles, count) => Self::Several(all(articles).await?, count),
            Self::OnlyOthers(articles) => Self::OnlyOthers(all(articles).await?),
            Self::Unsaid => Self::Unsaid,
            Self::Earlier(article) => match current(*article).await? {
                Some(article) => Self::Earlier(Box::new(article)),
                None => Self::Unsaid,
            },
            Self::Unknown => Self::Unknown,
        })
    }
}
