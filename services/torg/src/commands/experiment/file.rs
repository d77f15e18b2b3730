//! The file that says what an experiment tries.

use std::path::Path;

use anyhow::{Context as _, ensure};
use console::experiments::{Wish, plan};
use schemas::{
    conversation::Actor,
    shop::{Arm, ExperimentStarted, Metric, Planned},
};
use serde::Deserialize;

use crate::variant::VariantFile;

/// An experiment as it is written in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExperimentFile {
    name: String,
    metric: Metric,
    #[serde(default = "everybody")]
    share_percent: u32,
    window_hours: Option<u32>,
    baseline: f64,
    lift: f64,
    #[serde(default = "usual_power")]
    power: f64,
    #[serde(default = "usual_alpha")]
    alpha: f64,
    #[serde(rename = "arm")]
    arms: Vec<ArmFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ArmFile {
    name: String,
    #[serde(default = "one")]
    weight: u32,
    #[serde(default)]
    variant: VariantFile,
    #[serde(default)]
    hold_out: bool,
}

const fn everybody() -> u32 {
    100
}

const fn usual_power() -> f64 {
    0.8
}

const fn usual_alpha() -> f64 {
    0.05
}

const fn one() -> u32 {
    1
}

/// How long an outcome takes to come about, hours.
const fn usual_window(metric: Metric) -> u32 {
    match metric {
        Metric::Contained | Metric::HandedOver => 24,
        Metric::Ordered => 72,
        Metric::Paid => 7 * 24,
    }
}

/// Reads an experiment, and plans its size.
///
/// # Errors
/// When the file, or one that it names, cannot be read or understood; the error says where and what to write instead.
pub(super) fn read(path: &Path, by: Actor) -> anyhow::Result<ExperimentStarted> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read {} as UTF-8 text", path.display()))?;
    let file: ExperimentFile = toml::from_str(&text).with_context(|| {
        format!(
            "{} is no experiment; `torg experiment start --help` shows one",
            path.display()
        )
    })?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    file.started(folder, by)
        .with_context(|| format!("in {}", path.display()))
}

impl ExperimentFile {
    fn started(self, folder: &Path, by: Actor) -> anyhow::Result<ExperimentStarted> {
        ensure!(
            (self.lift > 0.0) == self.metric.more_is_better(),
            "lift = {} would make {} worse; write {}",
            self.lift,
            self.metric.as_str(),
            -self.lift
        );
        let arms = u32::try_from(self.arms.len())?;
        let size = plan(Wish {
            baseline: self.baseline,
            lift: self.lift,
            power: self.power,
            alpha: self.alpha,
            arms,
        })?;
        let arms = self.arms.into_iter().map(|arm| {
            let variant = arm.variant.variant(folder);
            Ok(Arm {
                variant: variant.with_context(|| format!("arm {}", arm.name))?,
                name: arm.name,
                weight: arm.weight,
                hold_out: arm.hold_out,
            })
        });
        Ok(ExperimentStarted {
            arms: arms.collect::<anyhow::Result<_>>()?,
            name: self.name,
            share_percent: self.share_percent,
            metric: self.metric,
            window_hours: self
                .window_hours
                .unwrap_or_else(|| usual_window(self.metric)),
            planned: Planned {
                baseline: self.baseline,
                lift: self.lift,
                power: self.power,
                alpha: self.alpha,
                per_arm: size.per_arm,
            },
            started_by: by,
        })
    }
}

#[cfg(test)]
mod tests {
    use schemas::shop::Rule;

    use super::*;

    fn told(name: &str, text: &str) -> anyhow::Result<ExperimentStarted> {
        let file = format!("torg-experiment-{name}-{}.toml", std::process::id());
        let path = std::env::temp_dir().join(file);
        std::fs::write(&path, text).unwrap();
        let read = read(&path, Actor::Console("anna".into()));
        std::fs::remove_file(path).unwrap();
        read
    }

    const WHOLE: &str = r#"
name = "bigger-discount"
metric = "ordered"
baseline = 0.2
lift = 0.05
[[arm]]
name = "as-it-is"
[[arm]]
name = "ten-percent"
weight = 2
[arm.variant.rules]
max_discount_percent = 10
[[arm]]
name = "no-bot"
hold_out = true
"#;

    #[test]
    fn a_file_says_what_is_tried_and_its_size_is_planned() {
        let read = told("whole", WHOLE).unwrap();
        assert_eq!((read.share_percent, read.window_hours), (100, 72));
        let [usual, ten, none] = read.arms.as_slice() else {
            panic!()
        };
        assert!(usual.variant.is_empty() && !usual.hold_out && none.hold_out);
        assert_eq!((ten.weight, usual.weight), (2, 1));
        assert_eq!(ten.variant.rules, [Rule::MaxDiscountPercent(10)]);
        assert!(read.planned.per_arm > 1_000);
    }

    #[test]
    fn a_file_with_a_fault_says_what_to_write_instead() {
        for (name, from, to, says) in [
            (
                "metric",
                "\"ordered\"",
                "\"sold\"",
                "unknown variant `sold`",
            ),
            ("lift", "0.05", "-0.05", "write 0.05"),
            ("unknown", "weight", "wait", "unknown field `wait`"),
            ("rule", "10", "\"много\"", "arm ten-percent"),
            (
                "baseline",
                "0.2",
                "2",
                "baseline is a share between 0 and 1",
            ),
        ] {
            let error = told(name, &WHOLE.replacen(from, to, 1)).unwrap_err();
            assert!(format!("{error:#}").contains(says), "{error:#}");
        }
    }
}
