//! What Torg says to buyers, in three languages.
//!
//! The words are in `messages/*.ftl`, in Fluent; plural forms are Fluent's, money is formatted
//! here. A message holds no number that is not an argument, so that the guard can check all.

use std::sync::OnceLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use schemas::{Kopecks, conversation::Language};
use unic_langid::LanguageIdentifier;

const RU: &str = include_str!("../messages/ru.ftl");
const EN: &str = include_str!("../messages/en.ftl");
const ES: &str = include_str!("../messages/es.ftl");

/// What is put into a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg<'a> {
    /// Words, as they are.
    Text(&'a str),
    /// A count; plural forms follow it.
    Count(u64),
    /// An amount, formatted as the language does.
    Money(Kopecks),
}

/// Why a message cannot be said: a bug of the caller or of a message file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SayError {
    /// There is no such message.
    #[error("no message {id} in {language:?}")]
    NoMessage {
        /// The message.
        id: String,
        /// The language.
        language: Language,
    },
    /// An argument is missing or the message is broken.
    #[error("message {id} in {language:?} cannot be said: {reason}")]
    Broken {
        /// The message.
        id: String,
        /// The language.
        language: Language,
        /// What Fluent found.
        reason: String,
    },
}

type Bundle = FluentBundle<FluentResource>;

/// Says a message. The ids and their arguments are in `messages/en.ftl`.
///
/// # Errors
/// [`SayError`]: the id is unknown or an argument is missing; hand over, a blank is never said.
pub fn say(language: Language, id: &str, args: &[(&str, Arg<'_>)]) -> Result<String, SayError> {
    let broken = |reason: String| SayError::Broken {
        id: id.to_owned(),
        language,
        reason,
    };
    let bundle = bundle(language).map_err(broken)?;
    let pattern = bundle
        .get_message(id)
        .and_then(|message| message.value())
        .ok_or_else(|| SayError::NoMessage {
            id: id.to_owned(),
            language,
        })?;
    let mut values = FluentArgs::with_capacity(args.len());
    for (name, arg) in args {
        let value = match arg {
            Arg::Text(text) => FluentValue::from(*text),
            Arg::Count(count) => FluentValue::from(*count),
            Arg::Money(amount) => FluentValue::from(money(language, *amount)),
        };
        values.set(*name, value);
    }
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&values), &mut errors);
    match errors.first() {
        None => Ok(text.into_owned()),
        Some(error) => Err(broken(error.to_string())),
    }
}

/// An amount as a buyer reads it: `2 490 ₽` in Russian and Spanish (no-break spaces), `2,490 ₽` in
/// English; kopecks only where there are any.
#[must_use]
pub fn money(language: Language, amount: Kopecks) -> String {
    let (group, decimal) = match language {
        Language::Ru | Language::Es => ("\u{a0}", ','),
        Language::En => (",", '.'),
    };
    let sign = if amount.kopecks() < 0 { "−" } else { "" };
    let absolute = amount.kopecks().unsigned_abs();
    let whole = (absolute / 100).to_string();
    let head = whole.len() % 3;
    let (first, rest) = whole.split_at(head);
    let groups = rest.as_bytes().chunks(3).map(String::from_utf8_lossy);
    let mut parts: Vec<String> = groups.map(std::borrow::Cow::into_owned).collect();
    if !first.is_empty() {
        parts.insert(0, first.to_owned());
    }
    let mut out = format!("{sign}{}", parts.join(group));
    if !absolute.is_multiple_of(100) {
        out.push_str(&format!("{decimal}{:02}", absolute % 100));
    }
    out.push_str("\u{a0}₽");
    out
}

fn bundle(language: Language) -> Result<&'static Bundle, String> {
    static BUNDLES: [OnceLock<Result<Bundle, String>>; 3] = [const { OnceLock::new() }; 3];
    let [ru, en, es] = &BUNDLES;
    let (slot, source) = match language {
        Language::Ru => (ru, RU),
        Language::En => (en, EN),
        Language::Es => (es, ES),
    };
    slot.get_or_init(|| read(language, source))
        .as_ref()
        .map_err(Clone::clone)
}

fn read(language: Language, source: &str) -> Result<Bundle, String> {
    let resource = FluentResource::try_new(source.to_owned())
        .map_err(|(_, errors)| format!("the message file does not parse: {errors:?}"))?;
    let id: LanguageIdentifier = language
        .as_str()
        .parse()
        .map_err(|error| format!("{language:?} is no language to Fluent: {error}"))?;
    let mut bundle = Bundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    bundle
        .add_resource(resource)
        .map_err(|errors| format!("the message file repeats itself: {errors:?}"))?;
    Ok(bundle)
}
