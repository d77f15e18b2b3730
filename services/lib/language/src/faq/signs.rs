//! The signs by which a question is known again.

use schemas::conversation::Language;

use super::{
    background::Background,
    ideas::{self, Ideas},
};
use crate::{
    lexicon,
    tokens::{Token, similarity, tokens},
};

/// How many signs there are.
pub(super) const SIGNS: usize = 10;
/// The signs of one entry, in the order of [`Pair::signs`], each about -1 to 1.
pub(super) type Signs = [f64; SIGNS];

/// From this likeness on two words are one.
const SAME: f64 = 0.8;
/// Words of one family share so many first letters: «гарантия» and «гарантийный».
const FAMILY: usize = 5;
const FAMILY_LIKENESS: f64 = 0.7;
const OF_ONE_IDEA: f64 = 0.9;
/// Words that any question has.
#[rustfmt::skip]
const FUNCTION_WORDS: &[&str] = &[
    "а", "в", "во", "и", "или", "на", "не", "но", "ну", "о", "от", "по", "под", "при", "с", "со", "то", "у", "к", "из",
    "за", "для", "до", "же", "бы", "ли", "если", "что", "как", "какой", "какая", "какие", "какое", "это", "этот", "его",
    "ее", "их", "он", "она", "они", "вы", "вас", "вам", "мне", "меня", "мой", "моя", "мою", "мы", "я", "ты", "будет",
    "будут", "есть", "можно", "можете", "могу", "смогу", "подскажите", "скажите", "пожалуйста", "еще", "там", "тут",
    "ваш", "ваши", "бывает", "бывают",
    "the", "a", "an", "is", "are", "do", "does", "can", "could", "i", "you", "it", "your", "my", "to", "of", "in", "on",
    "for", "what", "how", "any", "have", "be", "and", "or", "if", "there", "we", "me", "this", "that", "with", "before",
    "el", "la", "los", "las", "un", "una", "de", "en", "y", "o", "se", "es", "son", "que", "con", "por", "para", "lo",
    "puedo", "puede", "hacen", "como", "si", "mi", "su", "hay", "tienen",
];

/// A text as it is compared.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    vector: Vec<f32>,
    /// The words that say something.
    words: Vec<Word>,
    ideas: Ideas,
    cyrillic: bool,
    empty: bool,
}

/// A word with what it stands for.
#[derive(Clone, Debug)]
struct Word {
    token: Token,
    ideas: Ideas,
}

/// One of the seller's questions.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) wordings: Vec<Phrase>,
    pub(super) answer: Phrase,
}

impl Phrase {
    pub(super) fn new(normalised: &str, vector: Vec<f32>) -> Self {
        let all: Vec<Word> = tokens(normalised, Language::Ru)
            .into_iter()
            .map(|token| Word {
                ideas: ideas::of(&token.word),
                token,
            })
            .collect();
        Self {
            vector,
            ideas: all.iter().fold(0, |found, word| found | word.ideas),
            cyrillic: normalised.chars().any(lexicon::is_cyrillic),
            empty: all.is_empty(),
            words: all
                .into_iter()
                .filter(|word| !FUNCTION_WORDS.contains(&word.token.word.as_str()))
                .collect(),
        }
    }

    /// Whether it has no word at all.
    pub(super) const fn is_empty(&self) -> bool {
        self.empty
    }

    pub(super) fn stems(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|word| word.token.stem.as_str())
    }

    pub(super) fn cosine(&self, other: &Self) -> f64 {
        let products = self.vector.iter().zip(&other.vector);
        f64::from(products.map(|(a, b)| a * b).sum::<f32>())
    }

    /// The share of its words, by what they say, that one of `others` has too.
    fn covered_by(&self, others: &[&Self], background: &Background) -> f64 {
        let (mut all, mut shared) = (0.0, 0.0);
        for word in &self.words {
            let weight = background.weight(&word.token.stem);
            let known = others.iter().flat_map(|other| &other.words);
            let best = known.map(|known| likeness(word, known));
            all += weight;
            shared += weight * best.fold(0.0, f64::max);
        }
        if all > 0.0 { shared / all } else { 0.0 }
    }
}

fn likeness(one: &Word, other: &Word) -> f64 {
    let of_one_idea = if one.ideas & other.ideas == 0 {
        0.0
    } else {
        OF_ONE_IDEA
    };
    spelling(&one.token, &other.token).max(of_one_idea)
}

fn spelling(one: &Token, other: &Token) -> f64 {
    let direct = similarity(one, other);
    if direct >= SAME {
        return direct;
    }
    let letters = one.word.chars().zip(other.word.chars());
    let shared = letters.take_while(|(a, b)| a == b).count();
    if shared >= FAMILY {
        FAMILY_LIKENESS
    } else {
        0.0
    }
}

/// What is asked, beside one entry.
struct Pair {
    /// Cosine with the nearest wording.
    cosine: f64,
    /// Cosine with the answer.
    answer: f64,
    /// Share of the buyer's words that the wording has.
    forth: f64,
    /// Share of the wording's words that the buyer has.
    back: f64,
    /// Share of the buyer's words that only the answer has.
    beyond: f64,
    /// What both are about.
    ideas: Ideas,
    other_script: bool,
}

impl Pair {
    fn new(asked: &Phrase, wording: &Phrase, answer: &Phrase, background: &Background) -> Self {
        let forth = asked.covered_by(&[wording], background);
        Self {
            cosine: asked.cosine(wording),
            answer: asked.cosine(answer),
            forth,
            back: wording.covered_by(&[asked], background),
            beyond: asked.covered_by(&[wording, answer], background) - forth,
            ideas: asked.ideas & wording.ideas,
            other_script: asked.cyrillic != wording.cyrillic,
        }
    }

    fn nearest(asked: &Phrase, entry: &Entry, background: &Background) -> Option<Self> {
        let each = entry.wordings.iter();
        let each = each.map(|wording| Self::new(asked, wording, &entry.answer, background));
        let both = |pair: &Self| pair.cosine + pair.lexical();
        each.max_by(|a, b| both(a).total_cmp(&both(b)))
    }

    /// How alike the words are, both ways.
    fn lexical(&self) -> f64 {
        (self.forth * self.back).sqrt()
    }

    /// The signs; `usual` is how near usual messages are, the rivals are the best of the other entries.
    fn signs(&self, usual: f64, rival_cosine: f64, rival_lexical: f64) -> Signs {
        [
            self.cosine,
            self.cosine - usual,
            self.cosine - rival_cosine.max(usual),
            self.lexical() - rival_lexical,
            self.forth,
            self.back,
            f64::from(self.ideas.count_ones().min(2)) / 2.0,
            f64::from(u8::from(self.other_script)),
            self.beyond,
            self.answer,
        ]
    }
}

/// The signs of all entries for what is asked; `None` for an entry without wordings.
pub(super) fn of_all(
    asked: &Phrase,
    entries: &[Entry],
    background: &Background,
) -> Vec<Option<Signs>> {
    let usual = background.nearness(asked);
    let pairs: Vec<Option<Pair>> = entries
        .iter()
        .map(|entry| Pair::nearest(asked, entry, background))
        .collect();
    let rival = |own: usize, of: fn(&Pair) -> f64| {
        let others = pairs.iter().enumerate().filter(|(at, _)| *at != own);
        others
            .filter_map(|(_, pair)| pair.as_ref().map(of))
            .fold(0.0, f64::max)
    };
    pairs
        .iter()
        .enumerate()
        .map(|(at, pair)| {
            let (cosine, lexical) = (rival(at, |pair| pair.cosine), rival(at, Pair::lexical));
            pair.as_ref().map(|pair| pair.signs(usual, cosine, lexical))
        })
        .collect()
}
