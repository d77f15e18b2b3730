//! Names of Russian places in all their cases.
//!
//! Every form is generated, so that a lookup is exact; a stem would confuse Ковров with carpets.

/// Nominative, genitive, dative, accusative, instrumental, prepositional.
type Cases = [Vec<String>; 6];

/// What the ending of a name does not say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hints<'t> {
    /// It never changes.
    pub(super) fixed: bool,
    /// `-ь` of a masculine name.
    pub(super) masculine: bool,
    /// `-ой` of an adjective.
    pub(super) adjective: bool,
    /// What the endings are put to, where a vowel falls out: `Орл`.
    pub(super) stem: Option<&'t str>,
    /// The genitive of a plural name: `Химок`.
    pub(super) plural: Option<&'t str>,
}

/// All forms of a folded name, each once; hyphens are spaces.
pub(super) fn forms(name: &str, hints: Hints<'_>) -> Vec<String> {
    let words: Vec<&str> = name.split([' ', '-']).collect();
    let mut all: Cases = Default::default();
    if hints.fixed || !name.chars().any(crate::lexicon::is_cyrillic) {
        return vec![words.join(" ")];
    }
    for (case, whole) in all.iter_mut().enumerate() {
        whole.push(String::new());
        for (at, word) in words.iter().enumerate() {
            let is_last = at + 1 == words.len();
            let forms = if changes(name, &words, at) {
                let own = Hints {
                    stem: hints.stem.filter(|_| is_last),
                    plural: hints.plural.filter(|_| is_last),
                    ..hints
                };
                of_word(word, own).into_iter().nth(case).unwrap_or_default()
            } else {
                vec![(*word).to_owned()]
            };
            *whole = whole
                .iter()
                .flat_map(|left| forms.iter().map(move |right| format!("{left} {right}")))
                .map(|joined| joined.trim_start().to_owned())
                .collect();
        }
    }
    let mut flat: Vec<String> = all.into_iter().flatten().collect();
    if let Some(kept) = name.strip_prefix("республика ") {
        let heads = ["республики", "республике", "республику", "республикой"];
        flat.extend(heads.map(|head| format!("{head} {}", kept.replace('-', " "))));
    }
    flat.sort();
    flat.dedup();
    flat
}

/// Whether a word of a name changes: not behind «на», and before a hyphen only when an adjective
/// ends the name (Каменск-Уральский).
fn changes(name: &str, words: &[&str], at: usize) -> bool {
    if let Some(on) = words.iter().position(|word| *word == "на") {
        return at < on;
    }
    let before: usize = words.iter().take(at + 1).map(|word| word.len() + 1).sum();
    let is_hyphened = name.get(before - 1..before) == Some("-");
    let is_city = words.len() == 2;
    !is_hyphened || (is_city && words.last().is_some_and(|last| is_adjective(last)))
}

fn is_adjective(word: &str) -> bool {
    ["ый", "ий", "ая", "яя", "ое", "ые", "ие"]
        .iter()
        .any(|ending| word.ends_with(ending))
}

fn of_word(word: &str, hints: Hints<'_>) -> Cases {
    let cut = |letters: usize| {
        let keep = word.chars().count().saturating_sub(letters);
        word.chars().take(keep).collect::<String>()
    };
    if let Some(stem) = hints.stem {
        return endings(word, stem, ["а", "у", "", "ом|ем", "е"]);
    }
    if let Some(genitive) = hints.plural {
        let soft = word.ends_with('и') && !cut(1).ends_with(['к', 'г', 'х', 'щ', 'ш', 'ч', 'ж']);
        let tails = if soft {
            ["", "ям", "", "ями", "ях"]
        } else {
            ["", "ам", "", "ами", "ах"]
        };
        let mut cases = endings(word, &cut(1), tails);
        if let Some(case) = cases.get_mut(1) {
            *case = vec![crate::normalise::fold(genitive)];
        }
        return cases;
    }
    if hints.adjective || is_adjective(word) {
        return adjective(word, &cut(2));
    }
    let stem = cut(1);
    let hard = stem.ends_with(['г', 'к', 'х', 'ж', 'ш', 'ч', 'щ']);
    match word.chars().last().unwrap_or_default() {
        'а' if hard => endings(word, &stem, ["и", "е", "у", "ой|ей", "е"]),
        'а' => endings(word, &stem, ["ы", "е", "у", "ой|ей", "е"]),
        'я' if stem.ends_with('и') => endings(word, &stem, ["и", "и", "ю", "ей", "и"]),
        'я' => endings(word, &stem, ["и", "е", "ю", "ей", "е"]),
        'ь' if hints.masculine => endings(word, &stem, ["я", "ю", "ь", "ем", "е"]),
        'ь' => endings(word, &stem, ["и", "и", "ь", "ью", "и"]),
        'й' => endings(word, &stem, ["я", "ю", "й", "ем", "е"]),
        'о' => endings(word, &stem, ["а|о", "у|о", "о", "ом|о", "е|о"]),
        'е' if stem.ends_with('ь') => endings(word, &stem, ["я", "ю", "е", "ем", "е"]),
        'е' if stem.ends_with("мор") || stem.ends_with("пол") => {
            endings(word, &stem, ["я", "ю", "е", "ем", "е"])
        }
        'ы' => endings(word, &stem, ["ов", "ам", "ы", "ами", "ах"]),
        'и' | 'у' | 'э' | 'ю' | 'е' => endings(word, word, [""; 5]),
        _ => endings(word, word, ["а", "у", "", "ом|ем", "е"]),
    }
}

fn adjective(word: &str, stem: &str) -> Cases {
    let soft = stem.ends_with(['к', 'г', 'х']);
    if word.ends_with("ий") && !soft {
        return endings(word, stem, ["его", "ему", "ий", "им", "ем"]);
    }
    match word.chars().rev().take(2).collect::<String>().as_str() {
        "яа" => endings(word, stem, ["ой", "ой", "ую", "ой", "ой"]),
        "яя" => endings(word, stem, ["ей", "ей", "юю", "ей", "ей"]),
        "ео" => endings(word, stem, ["ого", "ому", "ое", "ым|им", "ом"]),
        "еы" => endings(word, stem, ["ых", "ым", "ые", "ыми", "ых"]),
        "еи" => endings(word, stem, ["их", "им", "ие", "ими", "их"]),
        "йо" => endings(word, stem, ["ого", "ому", "ой", "им", "ом"]),
        "йы" => endings(word, stem, ["ого", "ому", "ый", "ым", "ом"]),
        _ => endings(word, stem, ["ого", "ому", "ий", "им", "ом"]),
    }
}

/// The cases of a word by the endings of the five oblique ones; `|` parts two that are both used,
/// an empty accusative is the nominative.
fn endings(word: &str, stem: &str, tails: [&str; 5]) -> Cases {
    let [genitive, dative, accusative, instrumental, prepositional] = tails;
    let with = |tail: &str| tail.split('|').map(|end| format!("{stem}{end}")).collect();
    let fourth = if accusative.is_empty() {
        vec![word.to_owned()]
    } else {
        with(accusative)
    };
    [
        vec![word.to_owned()],
        with(genitive),
        with(dative),
        fourth,
        with(instrumental),
        with(prepositional),
    ]
}
