//! A classifier for each bank of labelled lines: the router's own, and those that arms of experiments bring along.
//!
//! One is trained at the first turn that needs it, which takes some seconds; that turn waits for it as it would for a
//! model, and others of the same arm with it. Nothing is understood by another bank meanwhile: an arm that did not hold
//! from its first message on would measure nothing.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use language::{Classifier, OwnLines};
use schemas::shop::BankLine;
use tokio::sync::OnceCell;

/// Banks of experiments that are kept ready; a head takes some four megabytes.
const KEPT: usize = 8;

/// A bank and its classifier, once it is trained.
type Ready = (Vec<BankLine>, Arc<OnceCell<Arc<Classifier>>>);

/// Classifiers by the lines that they learnt, the last used one at the end.
#[derive(Clone)]
pub(crate) struct Banks {
    own: Arc<Classifier>,
    /// Where trained heads are kept over a restart.
    heads: PathBuf,
    ready: Arc<Mutex<Vec<Ready>>>,
}

impl Banks {
    pub(crate) fn new(own: Arc<Classifier>, heads: PathBuf) -> Self {
        Self {
            own,
            heads,
            ready: Arc::default(),
        }
    }

    /// The one that the router was started with.
    pub(crate) fn own(&self) -> Arc<Classifier> {
        Arc::clone(&self.own)
    }

    /// The classifier that learnt `lines` beside the built-in bank; `None`: the one that the router was started with.
    ///
    /// # Errors
    /// When the lines contradict each other, or the head cannot be kept: the turn has to wait.
    pub(crate) async fn of(&self, lines: Option<&[BankLine]>) -> anyhow::Result<Arc<Classifier>> {
        let Some(lines) = lines else {
            return Ok(Arc::clone(&self.own));
        };
        let place = self.place(lines);
        let trained = place.get_or_try_init(|| async {
            let own = OwnLines::of(lines).context("the bank of an arm contradicts itself")?;
            let (encoder, heads) = (self.own.shared_encoder(), self.heads.clone());
            let training = tokio::task::spawn_blocking(move || {
                Classifier::open_with(encoder, &own, Some(&heads))
            });
            let trained = training
                .await
                .context("training the bank of an arm was interrupted")?
                .context("while training the bank of an arm")?;
            tracing::info!(bank = trained.bank_id(), "the bank of an arm is trained");
            Ok::<_, anyhow::Error>(Arc::new(trained))
        });
        trained.await.cloned()
    }

    fn place(&self, lines: &[BankLine]) -> Arc<OnceCell<Arc<Classifier>>> {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let known = ready.iter().position(|(known, _)| known == lines);
        let one = match known {
            Some(place) => ready.remove(place),
            None => (lines.to_vec(), Arc::default()),
        };
        let place = Arc::clone(&one.1);
        ready.push(one);
        let surplus = ready.len().saturating_sub(KEPT);
        ready.drain(..surplus);
        place
    }
}

#[cfg(test)]
mod tests {
    use schemas::conversation::Intent;

    use super::*;

    fn line(text: &str, intent: Intent) -> BankLine {
        BankLine {
            text: text.to_owned(),
            intent,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a test has no command line")]
    fn runtime() -> PathBuf {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.torg/runtime");
        std::env::var_os("TORG_RUNTIME_DIR").map_or(here, Into::into)
    }

    #[tokio::test]
    async fn an_arm_with_a_bank_is_understood_by_it_and_the_others_are_not() {
        let folder = std::env::temp_dir().join(format!("torg-banks-{}", std::process::id()));
        let runtime = runtime();
        let encoder = language::Encoder::open(&runtime.join("use-multilingual-v3")).unwrap();
        let own = Classifier::open(encoder, Some(&runtime.join("heads"))).unwrap();
        let own = Arc::new(own);
        let banks = Banks::new(Arc::clone(&own), folder.clone());
        let usual = banks.of(None).await.unwrap();
        assert_eq!(usual.bank_id(), own.bank_id());
        let (words, meant) = ("а он хоть дышит?", Intent::ProductQuestion);
        let lines = [line(words, meant)];
        let (first, second) = tokio::join!(banks.of(Some(&lines)), banks.of(Some(&lines)));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(Arc::ptr_eq(&first, &second), "it is trained once");
        assert_ne!(first.bank_id(), own.bank_id());
        let is_sure = |classifier: &Classifier| {
            let (taken, sure) = classifier.classify(words).best();
            taken == meant && sure >= classifier.threshold(meant, 0.8)
        };
        assert!(is_sure(&first) && !is_sure(&own));
        let contradictory = [
            line("мерси", Intent::Thanks),
            line("мерси", Intent::Greeting),
        ];
        let refused = banks.of(Some(&contradictory)).await.unwrap_err();
        assert!(format!("{refused:#}").contains("line 2 says greeting"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
