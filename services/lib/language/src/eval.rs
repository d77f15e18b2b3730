//! How well messages are understood: labelled lines and what the classifier made of them, in figures.
//!
//! Pure: [`read`] turns a file's text into lines, [`Report::new`] turns judged lines into tables.
//! A message is *acted on* when its likeliest intent reaches that intent's threshold; that holds
//! for `other` too, where acting means to say that this is not the place for it.

mod read;
mod share;

use schemas::conversation::{Intent, Language};
use serde::Serialize;

pub(crate) use read::numbered;
pub use read::{Labelled, ReadError, read};
pub use share::Share;

use crate::head::place;

/// In how many bins of equal width probabilities are cut.
const BINS: usize = 10;

/// A labelled line and what the classifier made of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The language that the line names.
    pub language: Language,
    /// The intent that the line names.
    pub expected: Intent,
    /// The likeliest intent.
    pub predicted: Intent,
    /// Its probability, 0 to 1.
    pub probability: f64,
    /// From which probability on it is acted on.
    pub threshold: f64,
}

impl Judged {
    /// Whether the likeliest intent is the right one.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.predicted == self.expected
    }

    /// Whether the likeliest intent reaches its threshold.
    #[must_use]
    pub fn is_acted_on(&self) -> bool {
        self.probability >= self.threshold
    }
}

/// The figures of all lines, or of those of one language.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Lines whose likeliest intent is right.
    pub accuracy: Share,
    /// Lines that are acted on.
    pub coverage: Share,
    /// Lines that are right, of those acted on.
    pub precision: Share,
    /// Off-topic lines that are acted on as if they were an ask.
    pub off_topic_acted_on: Share,
}

impl Figures {
    fn new<'a>(lines: impl Iterator<Item = &'a Judged> + Clone) -> Self {
        let acted = lines.clone().filter(|line| line.is_acted_on());
        let off_topic = lines.clone().filter(|line| line.expected == Intent::Other);
        Self {
            accuracy: Share::of(lines.clone().map(Judged::is_right)),
            coverage: Share::of(lines.map(Judged::is_acted_on)),
            precision: Share::of(acted.map(Judged::is_right)),
            off_topic_acted_on: Share::of(
                off_topic.map(|line| line.is_acted_on() && !line.is_right()),
            ),
        }
    }
}

/// The figures of one language.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PerLanguage {
    /// The language.
    pub language: Language,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The figures of one intent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PerIntent {
    /// The intent.
    pub intent: Intent,
    /// From which probability on it is acted on; absent when nothing was taken for it.
    pub threshold: Option<f64>,
    /// Lines taken for it that are it.
    pub precision: Share,
    /// Lines that are it and taken for it.
    pub recall: Share,
    /// Lines that are it and acted on, rightly or not.
    pub coverage: Share,
    /// Lines that are it, of those that are acted on as it.
    pub precision_acted_on: Share,
}

impl PerIntent {
    fn new(intent: Intent, lines: &[Judged]) -> Self {
        let taken = lines.iter().filter(|line| line.predicted == intent);
        let acted = taken.clone().filter(|line| line.is_acted_on());
        let own = lines.iter().filter(|line| line.expected == intent);
        Self {
            intent,
            threshold: taken.clone().next().map(|line| line.threshold),
            precision: Share::of(taken.map(Judged::is_right)),
            recall: Share::of(own.clone().map(Judged::is_right)),
            coverage: Share::of(own.map(Judged::is_acted_on)),
            precision_acted_on: Share::of(acted.map(Judged::is_right)),
        }
    }
}

/// The lines whose probability lies in one bin.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// Lower edge, inclusive.
    pub from: f64,
    /// Upper edge, exclusive but for the last bin.
    pub to: f64,
    /// Mean probability of its lines; absent when it has none.
    pub confidence: Option<f64>,
    /// Lines that are right.
    pub accuracy: Share,
}

impl Bin {
    fn new(number: usize, lines: &[Judged]) -> Self {
        let own = lines.iter().filter(|line| bin(line.probability) == number);
        let accuracy = Share::of(own.clone().map(Judged::is_right));
        let sum: f64 = own.map(|line| line.probability).sum();
        Self {
            from: number as f64 / BINS as f64,
            to: (number + 1) as f64 / BINS as f64,
            confidence: (accuracy.of > 0).then(|| sum / accuracy.of as f64),
            accuracy,
        }
    }

    /// How far confidence and accuracy are apart; nothing for a bin without lines.
    fn gap(&self) -> f64 {
        match (self.confidence, self.accuracy.share) {
            (Some(confidence), Some(accuracy)) => (confidence - accuracy).abs(),
            _ => 0.0,
        }
    }
}

fn bin(probability: f64) -> usize {
    ((probability * BINS as f64) as usize).min(BINS - 1)
}

/// Everything that labelled lines say about the classifier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// How many lines there were.
    pub lines: usize,
    /// The figures of all lines.
    #[serde(flatten)]
    pub figures: Figures,
    /// Expected calibration error: how far confidence and accuracy are apart, on the mean.
    pub calibration_error: f64,
    /// The reliability of ten bins of probability.
    pub bins: Vec<Bin>,
    /// Every intent, in the order of [`Intent::ALL`].
    pub intents: Vec<PerIntent>,
    /// Every language that occurs.
    pub languages: Vec<PerLanguage>,
    /// How often the intent of the row was taken for that of the column, as [`Intent::ALL`].
    pub confusion: Vec<Vec<usize>>,
}

impl Report {
    /// Counts judged lines.
    #[must_use]
    pub fn new(lines: &[Judged]) -> Self {
        let bins: Vec<Bin> = (0..BINS).map(|number| Bin::new(number, lines)).collect();
        let apart: f64 = bins
            .iter()
            .map(|bin| bin.gap() * bin.accuracy.of as f64)
            .sum();
        let languages = [Language::Ru, Language::En, Language::Es];
        let of = |language| lines.iter().filter(move |line| line.language == language);
        Self {
            lines: lines.len(),
            figures: Figures::new(lines.iter()),
            calibration_error: apart / lines.len().max(1) as f64,
            bins,
            intents: Intent::ALL
                .into_iter()
                .map(|intent| PerIntent::new(intent, lines))
                .collect(),
            languages: languages
                .into_iter()
                .filter(|language| of(*language).next().is_some())
                .map(|language| PerLanguage {
                    language,
                    figures: Figures::new(of(language)),
                })
                .collect(),
            confusion: confusion(lines),
        }
    }
}

fn confusion(lines: &[Judged]) -> Vec<Vec<usize>> {
    let mut counts = vec![vec![0; Intent::ALL.len()]; Intent::ALL.len()];
    for line in lines {
        let row = counts.get_mut(place(line.expected));
        if let Some(count) = row.and_then(|row| row.get_mut(place(line.predicted))) {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn line(expected: Intent, predicted: Intent, probability: f64) -> Judged {
        Judged {
            language: Language::Ru,
            expected,
            predicted,
            probability,
            threshold: 0.8,
        }
    }

    fn example() -> Report {
        let english = Judged {
            language: Language::En,
            ..line(Intent::Thanks, Intent::Thanks, 1.0)
        };
        Report::new(&[
            line(Intent::Greeting, Intent::Greeting, 0.95),
            line(Intent::Greeting, Intent::Thanks, 0.45),
            line(Intent::Other, Intent::Checkout, 0.85),
            line(Intent::Other, Intent::Other, 0.80),
            english,
        ])
    }

    #[test]
    fn what_is_acted_on_and_what_is_right_are_counted_apart() {
        let Figures {
            accuracy,
            coverage,
            precision,
            off_topic_acted_on,
        } = example().figures;
        assert_eq!((accuracy.part, accuracy.of), (3, 5));
        assert_eq!((coverage.part, coverage.of), (4, 5));
        assert_eq!((precision.part, precision.of), (3, 4));
        assert_eq!((off_topic_acted_on.part, off_topic_acted_on.of), (1, 2));
    }

    #[test]
    fn the_calibration_error_is_the_mean_gap_of_the_bins() {
        let report = example();
        let counts: Vec<usize> = report.bins.iter().map(|bin| bin.accuracy.of).collect();
        assert_eq!(counts, [0, 0, 0, 0, 1, 0, 0, 0, 2, 2]);
        // 0.45 against 0, 0.825 against a half, 0.975 against 1.
        let expected = (0.45 + 2.0 * 0.325 + 2.0 * 0.025) / 5.0;
        assert!((report.calibration_error - expected).abs() < 1e-9);
    }

    #[test]
    fn intents_and_languages_have_rows_of_their_own() {
        let report = example();
        let thanks = &report.intents[place(Intent::Thanks)];
        assert_eq!((thanks.precision.part, thanks.precision.of), (1, 2));
        assert_eq!((thanks.recall.part, thanks.recall.of), (1, 1));
        assert_eq!(
            (thanks.precision_acted_on.part, thanks.coverage.part),
            (1, 1)
        );
        assert_eq!(report.intents[place(Intent::Complaint)].threshold, None);
        assert_eq!(
            report.confusion[place(Intent::Greeting)][place(Intent::Thanks)],
            1
        );
        let languages: Vec<_> = report.languages.iter().map(|row| row.language).collect();
        assert_eq!(languages, [Language::Ru, Language::En]);
    }

    #[test]
    fn no_lines_give_a_report_without_figures() {
        let report = Report::new(&[]);
        assert_eq!(report.figures.accuracy.share, None);
        assert!(report.calibration_error.abs() < 1e-12);
    }
}
