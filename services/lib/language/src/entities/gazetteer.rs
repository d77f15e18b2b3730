//! Places by name: Russian cities, all regions, parts of the country, and countries around.
//!
//! The table is `data/places.tsv`; the earlier of two places with one name is meant. Its columns:
//! kind, name in Russian, English and Spanish (empty: as in English), what it lies in (`|` parts
//! several), flags, further names (`|` parts them). Flags: `w` also a common word, `p` also a
//! person's name, and what [`Hints`] holds. A further name with `!` behind it counts as `w`.

use std::{collections::HashMap, fmt, sync::LazyLock};

use schemas::conversation::Language;

use super::declension::{self, Hints};
use crate::{lexicon, normalise::fold};

const TABLE: &str = include_str!("../../data/places.tsv");
/// Names of fewer letters are not searched for typing mistakes.
const FORGIVING_FROM: usize = 6;

/// How large a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettlementKind {
    /// A city or town.
    City,
    /// A subject of the Russian federation that is no city.
    Region,
    /// A part of the country: Сибирь, Урал; or a group of countries: СНГ.
    MacroRegion,
    /// A country.
    Country,
}

#[derive(Debug)]
struct Record {
    kind: SettlementKind,
    ru: &'static str,
    en: &'static str,
    es: &'static str,
    within: Vec<&'static str>,
}

/// A place of the gazetteer.
#[derive(Clone, Copy)]
pub struct Settlement(&'static Record);

impl Settlement {
    /// What kind of place it is.
    #[must_use]
    pub const fn kind(self) -> SettlementKind {
        self.0.kind
    }

    /// Its name in the nominative; the Russian one identifies it.
    #[must_use]
    pub const fn name(self, language: Language) -> &'static str {
        match language {
            Language::Ru => self.0.ru,
            Language::En => self.0.en,
            Language::Es => self.0.es,
        }
    }

    /// The subject of the federation that a city lies in; none for a city that is one, and abroad.
    #[must_use]
    pub fn region(self) -> Option<Self> {
        let within = self.0.within.first().and_then(|name| named(name))?;
        let is_region = match within.0.kind {
            SettlementKind::Region => true,
            SettlementKind::City => self.0.kind == SettlementKind::City,
            SettlementKind::MacroRegion | SettlementKind::Country => false,
        };
        is_region.then_some(within)
    }

    /// The parts of the country that it is counted to, the official one first.
    #[must_use]
    pub fn macro_regions(self) -> Vec<Self> {
        let holder = match self.0.kind {
            SettlementKind::City => self.region().or_else(|| self.abroad()).unwrap_or(self),
            _ => self,
        };
        let within = holder.0.within.iter().filter_map(|name| named(name));
        within
            .filter(|place| place.0.kind == SettlementKind::MacroRegion)
            .collect()
    }

    /// The country that it lies in, or is.
    #[must_use]
    pub fn country(self) -> Option<Self> {
        if self.0.kind == SettlementKind::Country {
            return Some(self);
        }
        let within = self.0.within.first().and_then(|name| named(name))?;
        within.country()
    }

    fn abroad(self) -> Option<Self> {
        self.country().filter(|country| country.0.ru != "Россия")
    }
}

impl PartialEq for Settlement {
    fn eq(&self, other: &Self) -> bool {
        self.0.ru == other.0.ru
    }
}

impl Eq for Settlement {}

impl fmt::Debug for Settlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.ru)
    }
}

/// All places of the gazetteer: countries and parts of the country, regions, cities by size.
pub fn settlements() -> impl Iterator<Item = Settlement> {
    TABLES.records.iter().map(Settlement)
}

/// The place that a name means when it is known to be a place: any language, any case, slang, one
/// typing mistake in a long name.
#[must_use]
pub fn settlement(name: &str) -> Option<Settlement> {
    let key = key(name);
    let found = lookup(&key).or_else(|| forgiving(&key));
    found.map(|found| found.place)
}

/// A name as it was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) place: Settlement,
    /// Also a common word.
    pub(super) weak: bool,
    /// Also a person's name.
    pub(super) person: bool,
}

/// The place of a name that is spelled as [`key`] spells it.
pub(super) fn lookup(key: &str) -> Option<Found> {
    TABLES.forms.get(key).map(|form| TABLES.found(form))
}

/// The only place whose name is one typing mistake away; common words never are.
pub(super) fn forgiving(key: &str) -> Option<Found> {
    let typed: Vec<char> = key.chars().collect();
    if typed.len() < FORGIVING_FROM || is_common(key) {
        return None;
    }
    let mut only: Option<&Form> = None;
    for length in typed.len() - 1..=typed.len() + 1 {
        for (name, form) in TABLES.by_length.get(length).into_iter().flatten() {
            if name.len() >= FORGIVING_FROM && one_mistake(&typed, name) {
                match only {
                    Some(other) if other.record != form.record => return None,
                    _ => only = Some(form),
                }
            }
        }
    }
    only.map(|form| TABLES.found(form))
}

/// Words that are one letter away from a place, and none.
fn is_common(key: &str) -> bool {
    const STEMS: [&str; 19] = [
        "выбор",
        "казан",
        "челнок",
        "колонн",
        "перми",
        "брест",
        "линейк",
        "коробк",
        "моск",
        "росси",
        "китай",
        "кармел",
        "канад",
        "курсив",
        "латун",
        "золот",
        "сереб",
        "польз",
        "ураг",
    ];
    let is_exact_need = ["москв", "россия", "россии", "россию", "казань", "казани"];
    let is_name = is_exact_need.iter().any(|name| key.starts_with(name));
    !is_name && STEMS.iter().any(|stem| key.starts_with(stem)) && !key.starts_with("калин")
}

/// Lower case, no accents, hyphens and points as spaces.
pub(super) fn key(name: &str) -> String {
    let folded = lexicon::without_accents(&fold(name)).replace(['-', '.', '(', ')', ','], " ");
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every form under which a place is found, for the laws.
#[cfg(test)]
pub(super) fn forms_of(place: Settlement) -> Vec<(String, Found)> {
    let mine = |form: &&Form| TABLES.found(form).place == place;
    let forms = TABLES.forms.iter().filter(|(_, form)| mine(form));
    forms
        .map(|(name, form)| (name.clone(), TABLES.found(form)))
        .collect()
}

fn named(ru: &str) -> Option<Settlement> {
    let at = TABLES.by_name.get(ru)?;
    TABLES.records.get(*at).map(Settlement)
}

/// One letter missing, added or wrong, or two neighbours swapped; the first letter is right.
fn one_mistake(typed: &[char], name: &[char]) -> bool {
    let same = typed.iter().zip(name).take_while(|(a, b)| a == b).count();
    if same == 0 {
        return false;
    }
    let rest = |word: &[char], from: usize| word.get(from..).unwrap_or_default().to_vec();
    let (left, right) = (rest(typed, same), rest(name, same));
    let behind = |word: &[char], from: usize| word.get(from..).map(<[char]>::to_vec);
    let swapped = match (left.as_slice(), right.as_slice()) {
        ([a, b, x @ ..], [c, d, y @ ..]) => a == d && b == c && x == y,
        _ => false,
    };
    swapped
        || behind(&left, 1).is_some_and(|left| left == right)
        || behind(&right, 1).is_some_and(|right| left == right)
        || (behind(&left, 1).is_some() && behind(&left, 1) == behind(&right, 1))
}

struct Form {
    record: usize,
    weak: bool,
    person: bool,
}

struct Tables {
    records: Vec<Record>,
    by_name: HashMap<&'static str, usize>,
    forms: HashMap<String, Form>,
    by_length: Vec<Vec<(Vec<char>, Form)>>,
}

impl Tables {
    fn found(&'static self, form: &Form) -> Found {
        // A form is only ever made beside its record.
        let record = self.records.get(form.record).unwrap_or(&NOWHERE);
        Found {
            place: Settlement(record),
            weak: form.weak,
            person: form.person,
        }
    }
}

static NOWHERE: Record = Record {
    kind: SettlementKind::City,
    ru: "",
    en: "",
    es: "",
    within: Vec::new(),
};

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables {
        records: Vec::new(),
        by_name: HashMap::new(),
        forms: HashMap::new(),
        by_length: Vec::new(),
    };
    for line in TABLE.lines().skip(1) {
        read_line(line, &mut tables);
    }
    for (name, form) in &tables.forms {
        let letters: Vec<char> = name.chars().collect();
        if form.weak || form.person {
            continue;
        }
        if tables.by_length.len() <= letters.len() {
            tables.by_length.resize_with(letters.len() + 1, Vec::new);
        }
        if let Some(row) = tables.by_length.get_mut(letters.len()) {
            let form = Form { ..*form };
            row.push((letters, form));
        }
    }
    tables
});

fn read_line(line: &'static str, tables: &mut Tables) {
    let mut columns = line.split('\t');
    let mut next = || columns.next().unwrap_or_default();
    let kind = match next() {
        "city" | "federal" => SettlementKind::City,
        "region" => SettlementKind::Region,
        "macro" => SettlementKind::MacroRegion,
        "country" => SettlementKind::Country,
        _ => return,
    };
    let (ru, en, es, within, flags, also) = (next(), next(), next(), next(), next(), next());
    let has = |flag: &str| flags.split(' ').any(|own| own == flag);
    let valued = |flag: &str| flags.split(' ').find_map(|own| own.strip_prefix(flag));
    let stem = valued("stem=").map(fold);
    let hints = Hints {
        fixed: has("fix"),
        masculine: has("m"),
        adjective: has("adj"),
        stem: stem.as_deref(),
        plural: valued("pl="),
    };
    let record = tables.records.len();
    let es = if es.is_empty() { en } else { es };
    let mut add = |name: &str, hints: Hints<'_>| {
        let (name, own) = name
            .strip_suffix('!')
            .map_or((name, false), |name| (name, true));
        let folded = lexicon::without_accents(&fold(name)).replace('.', "");
        for form in declension::forms(&folded, hints) {
            tables.forms.entry(form).or_insert(Form {
                record,
                weak: own || has("w"),
                person: has("p"),
            });
        }
    };
    add(ru, hints);
    let fixed = Hints {
        fixed: true,
        ..Hints::default()
    };
    add(en, fixed);
    add(es, fixed);
    for name in also.split('|').filter(|name| !name.is_empty()) {
        let short = name.trim_end_matches('!').chars().count() <= 3;
        add(name, if short { fixed } else { Hints::default() });
    }
    tables.by_name.insert(ru, record);
    tables.records.push(Record {
        kind,
        ru,
        en: en.trim_end_matches('!'),
        es: es.trim_end_matches('!'),
        within: within.split('|').filter(|name| !name.is_empty()).collect(),
    });
}
