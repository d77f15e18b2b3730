//! Which article a wish means: by article number, by place, by name, by what was talked about. Pure.

use domain::stock::Shown;
use language::{CartTarget, Place};
use schemas::{
    Sku,
    conversation::{Cart, CartLine},
};

use super::Known;
use crate::{
    answer::Question,
    goods::{self, Found},
};

/// How many candidates a question back shows.
const MOST: usize = 5;
/// From here on two words may be one with a mistake in it.
const ALIKE: f64 = 0.7;
/// From here on they are the same word.
const SAME: f64 = 0.95;
/// A word of another alphabet is at the most this much like one of ours.
const TURNED: f64 = 0.9;

/// Where an article is looked for first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among {
    /// In the cart, and nowhere else: it is changed or goes.
    Lines,
    /// In the cart, then in the shop: there is to be more of it, or so many.
    LinesFirst,
    /// In the shop. Of several that fit, the one in the cart when `tie`.
    Shop { tie: bool },
}

/// What a wish is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// These, each of them.
    These(Vec<Sku>),
    /// One of these; how many there are does not matter to the buyer.
    OneOf(Vec<Sku>),
    /// Not quite what was named; these come close.
    Near(Vec<Sku>),
    /// The shop has it and the cart has not.
    NotInCart(Sku),
    /// Nothing is named, and nothing was talked about.
    Unsaid,
    /// No list has such a place.
    NoPlace,
    /// Words that name nothing.
    Unknown(String),
}

/// What there is to aim at.
pub(super) struct Range<'a> {
    pub(super) question: &'a Question,
    pub(super) known: &'a Known,
    pub(super) cart: &'a Cart,
    /// The article that was talked about last, in this message or before.
    pub(super) focus: Option<&'a Sku>,
    /// The article that another one is to take the place of: «красный на синий» stays with its kind.
    pub(super) like: Option<&'a Sku>,
}

impl Range<'_> {
    pub(super) fn meant(&self, target: &CartTarget, among: Among) -> Meant {
        if let Some(code) = &target.code {
            return self.coded(code, among);
        }
        if !target.places.is_empty() {
            return self.placed(&target.places, among);
        }
        let names = !goods::terms(&target.words, self.question.language).is_empty();
        if target.all && !names {
            return self.everything(target.many, among);
        }
        if names {
            return self.named(target, among);
        }
        self.talked_about(among)
    }

    /// The list on screen, when it is of today.
    fn list(&self) -> &[Sku] {
        if self.question.anew {
            return &[];
        }
        &self.question.list
    }

    fn in_cart(&self, sku: &Sku) -> bool {
        self.cart.line(sku).is_some()
    }

    fn lines(&self) -> Vec<Sku> {
        self.cart
            .lines
            .iter()
            .map(|line| line.sku.clone())
            .collect()
    }

    fn coded(&self, code: &str, among: Among) -> Meant {
        let is = |sku: &Sku| sku.as_str().to_lowercase() == code.to_lowercase();
        let line = self.cart.lines.iter().find(|line| is(&line.sku));
        let line = line.map(|line| line.sku.clone());
        let shop = self.known.articles.iter().map(|shown| &shown.product.sku);
        let found = line.or_else(|| shop.into_iter().find(|sku| is(sku)).cloned());
        match found {
            Some(sku) if among == Among::Lines && !self.in_cart(&sku) => Meant::NotInCart(sku),
            Some(sku) => Meant::These(vec![sku]),
            None => Meant::Unknown(code.to_owned()),
        }
    }

    /// A place of the list on screen, else of the cart. What is to be taken out and is not in the cart can only be a
    /// place of the cart.
    fn placed(&self, places: &[Place], among: Among) -> Meant {
        let lines = self.lines();
        let list = if self.list().is_empty() {
            lines.as_slice()
        } else {
            self.list()
        };
        let on_screen = at(places, list);
        let of_cart = || at(places, &lines);
        let fits = |found: &Vec<Sku>| found.iter().all(|sku| self.in_cart(sku));
        match (on_screen, among) {
            (Some(found), Among::Lines) if !fits(&found) => match of_cart() {
                Some(found) => Meant::These(found),
                None => found
                    .into_iter()
                    .find(|sku| !self.in_cart(sku))
                    .map_or(Meant::NoPlace, Meant::NotInCart),
            },
            (Some(found), _) => Meant::These(found),
            (None, Among::Lines | Among::LinesFirst) => {
                of_cart().map_or(Meant::NoPlace, Meant::These)
            }
            (None, Among::Shop { .. }) => Meant::NoPlace,
        }
    }

    fn everything(&self, both: bool, among: Among) -> Meant {
        let lines = self.lines();
        let of = match among {
            Among::Shop { .. } | Among::LinesFirst if !self.list().is_empty() => {
                self.list().to_vec()
            }
            Among::Lines | Among::LinesFirst | Among::Shop { .. } => lines,
        };
        match of.len() {
            0 => Meant::Unsaid,
            2 => Meant::These(of),
            _ if both => Meant::OneOf(of),
            _ => Meant::These(of),
        }
    }

    fn talked_about(&self, among: Among) -> Meant {
        let focus = self.focus.filter(|_| !self.question.anew);
        let in_cart = focus.filter(|sku| self.in_cart(sku));
        let these = |sku: &Sku| Meant::These(vec![sku.clone()]);
        let only_line = match self.cart.lines.as_slice() {
            [only] => Some(&only.sku),
            _ => None,
        };
        match among {
            Among::Lines => in_cart.or(only_line).map_or(Meant::Unsaid, these),
            Among::LinesFirst => in_cart.or(only_line).or(focus).map_or(Meant::Unsaid, these),
            Among::Shop { .. } => {
                let listed = || match self.list() {
                    [only] => Some(only),
                    _ => None,
                };
                let advertised = || {
                    let listing = self.question.listing.as_ref()?;
                    let mut shop = self.known.articles.iter();
                    let shown = shop.find(|one| one.product.listing.as_ref() == Some(listing))?;
                    Some(&shown.product.sku)
                };
                let found = focus.or_else(listed).or_else(advertised).or(only_line);
                found.map_or(Meant::Unsaid, these)
            }
        }
    }

    fn named(&self, target: &CartTarget, among: Among) -> Meant {
        let several = target.many || target.all;
        if among != (Among::Shop { tie: false }) || several {
            let lines = self.among_lines(&target.words, several);
            match (among, lines) {
                (Among::Lines, Some(lines)) => return lines,
                (Among::LinesFirst, Some(Meant::These(found))) => return Meant::These(found),
                _ => {}
            }
        }
        let shop = self.in_shop(&target.words);
        match (among, shop) {
            (Among::Lines, Meant::These(found)) => {
                let mut found = found.into_iter();
                found.next().map_or(Meant::Unsaid, Meant::NotInCart)
            }
            (Among::Lines, Meant::OneOf(_) | Meant::Near(_)) => {
                Meant::Unknown(target.words.clone())
            }
            (Among::Shop { tie: true } | Among::LinesFirst, Meant::OneOf(found)) => {
                let there: Vec<&Sku> = found.iter().filter(|sku| self.in_cart(sku)).collect();
                match there.as_slice() {
                    [only] => Meant::These(vec![(*only).clone()]),
                    _ => Meant::OneOf(found),
                }
            }
            (_, meant) => meant,
        }
    }

    /// The lines that words name; `None`: none.
    fn among_lines(&self, words: &str, several: bool) -> Option<Meant> {
        let lines: Vec<Shown> = self
            .cart
            .lines
            .iter()
            .map(|line| self.as_article(line))
            .collect();
        let found = match self.find(words, &lines, None) {
            Found::One(article, _) => vec![article.product.sku],
            Found::Several(found, _) => self.narrowed(words, found),
            Found::OnlyOthers(_) | Found::Unsaid | Found::Earlier(_) | Found::Unknown => {
                let meant = self.known.meanings.get(words).into_iter().flatten();
                meant.filter(|sku| self.in_cart(sku)).cloned().collect()
            }
        };
        Some(match found.as_slice() {
            [] => return None,
            [_] => Meant::These(found),
            _ if several => Meant::These(found),
            _ => Meant::OneOf(found),
        })
    }

    fn in_shop(&self, words: &str) -> Meant {
        let varies = goods::terms(words, self.question.language)
            .iter()
            .all(goods::Term::is_attribute);
        if let (Some(like), true) = (self.like, varies)
            && let Found::One(article, _) = self.find(words, &self.known.articles, Some(like))
        {
            return Meant::These(vec![article.product.sku]);
        }
        let on_screen: Vec<Shown> = self
            .list()
            .iter()
            .filter_map(|sku| self.known.article(sku).cloned())
            .collect();
        if let Found::One(article, _) = self.find(words, &on_screen, None) {
            return Meant::These(vec![article.product.sku]);
        }
        match self.find(words, &self.known.articles, self.focus) {
            Found::One(article, _) => Meant::These(vec![article.product.sku]),
            Found::Several(found, _) => {
                let found = self.narrowed(words, found);
                match found.as_slice() {
                    [_] => Meant::These(found),
                    _ => Meant::OneOf(found),
                }
            }
            Found::OnlyOthers(found) if !found.is_empty() => Meant::Near(skus(found)),
            Found::OnlyOthers(_) | Found::Unsaid | Found::Earlier(_) | Found::Unknown => {
                match self.known.meanings.get(words).map(Vec::as_slice) {
                    Some([only]) => Meant::These(vec![only.clone()]),
                    Some([_, ..]) => {
                        let found = self.known.meanings.get(words).cloned().unwrap_or_default();
                        Meant::OneOf(found)
                    }
                    Some([]) | None => Meant::Unknown(words.to_owned()),
                }
            }
        }
    }

    fn find(&self, words: &str, among: &[Shown], focus: Option<&Sku>) -> Found {
        let question = Question {
            text: words.to_owned(),
            focus: focus.cloned(),
            list: Vec::new(),
            listing: None,
            ordinal: None,
            asked: None,
            anew: false,
            ..self.question.clone()
        };
        let found = goods::find(&question, among);
        if !matches!(found, Found::Unknown | Found::OnlyOthers(_)) {
            return found;
        }
        let mended = self
            .mended(words, among)
            .map(|text| Question { text, ..question });
        match mended.map(|question| goods::find(&question, among)) {
            Some(better) if !matches!(better, Found::Unknown | Found::Unsaid) => better,
            Some(_) | None => found,
        }
    }

    /// A line as an article, also when the shop no longer has a row of it.
    fn as_article(&self, line: &CartLine) -> Shown {
        let known = self.known.article(&line.sku).cloned();
        known.unwrap_or_else(|| Shown {
            product: schemas::stock::Product {
                sku: line.sku.clone(),
                name: line.name.clone(),
                quantity: schemas::stock::Quantity::Some,
                price: line.list_price,
                min_price: None,
                category: None,
                description: None,
                url: None,
                listing: None,
            },
            source: schemas::stock::SheetRow {
                tab: "products".to_owned(),
                revision: String::new(),
                row: 0,
            },
            read_at: self.question.now,
            held: 0,
        })
    }

    /// The one of several whose name has every word that was said, those that are usually filler among them: «Искра Про».
    fn narrowed(&self, words: &str, found: Vec<Shown>) -> Vec<Sku> {
        let language = self.question.language;
        let said = language::tokens(words, language);
        let has_all = |shown: &&Shown| {
            let name = language::tokens(&shown.product.name, language);
            let is_there = |word: &language::Token| {
                name.iter()
                    .any(|own| language::similarity(word, own) >= ALIKE)
            };
            said.iter().all(is_there)
        };
        let whole: Vec<&Shown> = found.iter().filter(has_all).collect();
        match whole.as_slice() {
            [only] => vec![only.product.sku.clone()],
            _ => skus(found),
        }
    }

    /// The words with mistakes put right by the names that there are; `None`: there are none, or nothing is near.
    fn mended(&self, words: &str, among: &[Shown]) -> Option<String> {
        let language = self.question.language;
        let names = among
            .iter()
            .flat_map(|shown| language::tokens(&shown.product.name, language));
        let names: Vec<language::Token> = names.collect();
        let in_cyrillic = |said: &language::Token| {
            let latin = said.word.chars().all(|c| c.is_ascii_alphabetic());
            let word = latin.then(|| language::to_cyrillic(&said.word))?;
            language::tokens(&word, language).into_iter().next()
        };
        let mut mended = false;
        let put_right = language::tokens(words, language).into_iter().map(|said| {
            let cyrillic = in_cyrillic(&said);
            let alike = |own: &language::Token| {
                let turned = cyrillic.as_ref().map_or(0.0, |turned| {
                    let likeness = language::similarity(turned, own).min(TURNED);
                    if are_cognate(&turned.word, &own.word) {
                        TURNED
                    } else {
                        likeness
                    }
                });
                language::similarity(&said, own).max(turned)
            };
            let best = names
                .iter()
                .map(|own| (alike(own), own))
                .max_by(|one, other| one.0.total_cmp(&other.0));
            match best {
                Some((score, own)) if (ALIKE..SAME).contains(&score) => {
                    mended = true;
                    own.word.clone()
                }
                Some(_) | None => said.word,
            }
        });
        let text = put_right.collect::<Vec<_>>().join(" ");
        mended.then_some(text)
    }
}

/// "titanium" and «титановая»: two words with a long beginning in common, one of them turned into the other's letters.
fn are_cognate(one: &str, other: &str) -> bool {
    let common = one
        .chars()
        .zip(other.chars())
        .take_while(|(one, other)| one == other)
        .count();
    let shorter = one.chars().count().min(other.chars().count());
    common >= 5 && common.saturating_mul(10) >= shorter.saturating_mul(6)
}

fn skus(found: Vec<Shown>) -> Vec<Sku> {
    let found = found.into_iter().take(MOST);
    found.map(|shown| shown.product.sku).collect()
}

/// What stands at these places, each once; `None` when the list has no such place. Several last ones are the last few.
fn at(places: &[Place], list: &[Sku]) -> Option<Vec<Sku>> {
    let lasts = places.iter().filter(|place| **place == Place::Last).count();
    let mut from_end = list.len().checked_sub(lasts)?;
    let mut found: Vec<Sku> = Vec::with_capacity(places.len());
    for place in places {
        let at = match place {
            Place::Nth(nth) => usize::try_from(nth.checked_sub(1)?).ok()?,
            Place::Last => {
                from_end = from_end.saturating_add(1);
                from_end.saturating_sub(1)
            }
        };
        let sku = list.get(at)?;
        if !found.contains(sku) {
            found.push(sku.clone());
        }
    }
    Some(found)
}
