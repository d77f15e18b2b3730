//! The words of carts, in three languages.

use super::marks::{Mark, Verb};
use crate::entities::lists::{begins, one_of};

/// Verbs by their stems, the first that fits.
#[rustfmt::skip]
const STEMS: &[(Verb, &str)] = &[
    (Verb::Add, "добав добвь дабав докин закин подкин полож докла пополн"),
    (Verb::Remove, "убер убра убир удал выкин вычеркн исключ отмен снеси вычт вынь выброс выложи откаж отказыв"),
    (Verb::Set, "сдела постав измен исправ"),
    (Verb::Up, "увелич подним прибав"),
    (Verb::Down, "уменьш убав сократ сниз"),
    (Verb::Keep, "остав"),
    (Verb::Clear, "очист опустош обнул"),
    (Verb::Swap, "замен помен смени"),
    (Verb::Take, "возьм куп закаж заказ отлож заброн заверн хоте хотел хочу хоч нужн нужен"),
];
#[rustfmt::skip]
const VERBS: &[(Verb, &str)] = &[
    (Verb::Add, "кинь киньте кидай add put throw toss include anade anadir agrega agregar agregue suma sumale mete верни верните"),
    (Verb::Remove, "минус долой без remove delete drop cancel out away minus quita quitar quite quitame quitalo quitala \
        quitalos quitalas saca sacar sacalo sacala elimina eliminar eliminalo borra borrar borralo fuera lose sin \
        quites quiten borres elimines saques removing deleting"),
    (Verb::Set, "пусть лучше хватит достаточно make set mejor sean haz hazlo hazla ponlo instead rather"),
    (Verb::Up, "increase raise bump sube subelo subela aumenta aumentalo"),
    (Verb::Down, "reduce decrease lower baja bajalo bajala reduce reducelo"),
    (Verb::Keep, "keep leave deja dejar dejalo deje dejame"),
    (Verb::Clear, "clear empty vacia vaciar vacie limpia"),
    (Verb::Swap, "swap replace change exchange switch cambia cambiar cambie cambiame sustituye reemplaza"),
    (Verb::Take, "беру берем бери взять возму дай дайте давай давайте надо want need take buy order get give gimme \
        i'll quiero queremos dame deme pon ponme pongame llevo llevare compro comprar necesito tomo quisiera grab"),
];

/// Several words that say one thing; the longest first.
#[rustfmt::skip]
const PHRASES: &[(&str, Mark)] = &[
    ("не нужен", Mark::Verb(Verb::Remove)), ("не нужна", Mark::Verb(Verb::Remove)),
    ("не нужно", Mark::Verb(Verb::Remove)), ("не нужны", Mark::Verb(Verb::Remove)),
    ("не надо", Mark::Verb(Verb::Remove)), ("не буду", Mark::Verb(Verb::Remove)),
    ("не хочу", Mark::Verb(Verb::Remove)), ("не беру", Mark::Verb(Verb::Remove)),
    ("не возьму", Mark::Verb(Verb::Remove)),
    ("do not need", Mark::Verb(Verb::Remove)), ("don't need", Mark::Verb(Verb::Remove)),
    ("dont need", Mark::Verb(Verb::Remove)), ("don't want", Mark::Verb(Verb::Remove)),
    ("dont want", Mark::Verb(Verb::Remove)), ("do not want", Mark::Verb(Verb::Remove)),
    ("no longer need", Mark::Verb(Verb::Remove)), ("no longer want", Mark::Verb(Verb::Remove)),
    ("get rid of", Mark::Verb(Verb::Remove)), ("take out", Mark::Verb(Verb::Remove)),
    ("take off", Mark::Verb(Verb::Remove)),
    ("ya no lo quiero", Mark::Verb(Verb::Remove)), ("ya no la quiero", Mark::Verb(Verb::Remove)),
    ("ya no quiero", Mark::Verb(Verb::Remove)), ("ya no necesito", Mark::Verb(Verb::Remove)),
    ("no lo quiero", Mark::Verb(Verb::Remove)), ("no la quiero", Mark::Verb(Verb::Remove)),
    ("no los quiero", Mark::Verb(Verb::Remove)), ("no las quiero", Mark::Verb(Verb::Remove)),
    ("no quiero", Mark::Verb(Verb::Remove)), ("no necesito", Mark::Verb(Verb::Remove)),
    ("что в корзине", Mark::Verb(Verb::Show)), ("покажи корзину", Mark::Verb(Verb::Show)),
    ("покажите корзину", Mark::Verb(Verb::Show)), ("моя корзина", Mark::Verb(Verb::Show)),
    ("show my cart", Mark::Verb(Verb::Show)), ("show me my cart", Mark::Verb(Verb::Show)),
    ("show the cart", Mark::Verb(Verb::Show)), ("in my cart?", Mark::Verb(Verb::Show)),
    ("what's in my cart", Mark::Verb(Verb::Show)), ("what is in my cart", Mark::Verb(Verb::Show)),
    ("que hay en el carrito", Mark::Verb(Verb::Show)), ("que hay en mi carrito", Mark::Verb(Verb::Show)),
    ("ver el carrito", Mark::Verb(Verb::Show)), ("muestra el carrito", Mark::Verb(Verb::Show)),
    ("en vez de", Mark::Instead), ("en lugar de", Mark::Instead), ("instead of", Mark::Instead),
    ("столько же", Mark::AsMany), ("the same number", Mark::AsMany), ("as many", Mark::AsMany),
    ("одинаково", Mark::AsMany),
    ("el doble", Mark::Double), ("twice as many", Mark::Double), ("в двое больше", Mark::Double),
    ("вдвое больше", Mark::Double), ("вдвое меньше", Mark::Half), ("la mitad", Mark::Half),
    ("half of", Mark::Half), ("а также", Mark::And), ("as well as", Mark::And),
];

/// Words that are one mark each.
#[rustfmt::skip]
const WORDS: &[(Mark, &str)] = &[
    (Mark::More, "еще еше больше more another otro otra otros otras mas extra добавочно дополнительно"),
    (Mark::Less, "меньше less fewer menos поменьше"),
    (Mark::Only, "только лишь only just solo solamente unicamente"),
    (Mark::Except, "кроме except excepto salvo besides"),
    (Mark::Whole, "все весь всю всех ничего everything all todo toda todos todas nothing nada"),
    (Mark::Both, "оба обе обоих both ambos ambas"),
    (Mark::Each, "каждого каждой каждый каждую каждое каждому each every cada"),
    (Mark::Rest, "остальное остальные остальных остальную rest resto others demas"),
    (Mark::By, "на"),
    (Mark::For, "for with por con"),
    (Mark::Instead, "вместо"),
    (Mark::Double, "удвой удвойте удвоить double doble вдвое"),
    (Mark::Half, "половину половина half mitad"),
    (Mark::Not, "не dont don't not no"),
    (Mark::And, "и да and y e потом затем then luego also tambien"),
    (Mark::But, "а но but pero"),
    (Mark::Plus, "плюс plus"),
    (Mark::Ones, "ones los las"),
];

/// Words that say nothing of an article and nothing of what is to be done.
#[rustfmt::skip]
const FILLER: &str = "пожалуйста плиз пж пжл мне нам тогда уже бы сразу тут вот ну ой ай ок окей хорошо ладно так их его ее \
    него нее нему ней ним ними это этот эту этого этой эти этих эта тот ту того той те тех такой такую такого таких такие такое такая же \
    он она оно они я мы вы в из во с со к ко у о об для мой мою моей меня нас корзин заказ список шт штук может можно \
    можете наверное пока теперь передумал передумала передумали нет неа спасибо здравствуйте привет добрый день вечер \
    сейчас многовато маловато просто вообще как что чтобы было будет будут из-за позиц строк строч пункт номер номера \
    вариант вещ товар количеств числ раз больш самый самую тоже значит короче кстати итого всего по одно или хотя \
    a to hasta за please pls the an of it its it's that this these them those me my we you your i i'd id one's in from cart basket order \
    some can could would like let let's lets actually sorry oh ok okay thanks thank so hi hello up too now item items \
    line position number thing things and/or be same again is are was to at off de del el la lo le les al un poco en mi mis \
    me te se que porfa favor por-favor gracias hola ahora carrito pedido cesta lista eso ese esa este esta esto tal \
    articulo articulos producto numero entonces va vale ya iguales igual identico tan sea only-";

/// Stems of those.
#[rustfmt::skip]
const FILLER_STEMS: &str = "корзин позици строчк пожалуйст количеств товар здравствуй передума многоват";

/// The phrase that these words begin with, and how many of them it takes.
pub(super) fn phrase(words: &[&str]) -> Option<(Mark, usize)> {
    let fits = |phrase: &str| {
        let mut said = words.iter();
        phrase.split(' ').all(|one| said.next() == Some(&one))
    };
    let length = |phrase: &str| phrase.split(' ').count();
    let found = PHRASES.iter().filter(|(phrase, _)| fits(phrase));
    let (phrase, mark) = found.max_by_key(|(phrase, _)| length(phrase))?;
    Some((mark.clone(), length(phrase)))
}

/// What one word says; `None`: it may name an article.
pub(super) fn word(word: &str) -> Option<Mark> {
    let verb = VERBS.iter().find(|(_, list)| one_of(list, word));
    if let Some((verb, _)) = verb {
        return Some(Mark::Verb(*verb));
    }
    if let Some((mark, _)) = WORDS.iter().find(|(_, list)| one_of(list, word)) {
        return Some(mark.clone());
    }
    if one_of(FILLER, word) || begins(FILLER_STEMS, word) {
        return Some(Mark::Filler);
    }
    let verb = STEMS.iter().find(|(_, stems)| begins(stems, word));
    verb.map(|(verb, _)| Mark::Verb(*verb))
}

/// Whether a word is a unit that a number before it measures an article by.
pub(super) fn is_unit(word: &str) -> bool {
    #[rustfmt::skip]
    const UNITS: &str = "л литр литра литров литровый литровая литровую мл лм люмен люменов см мм м метр метра метров кг г гр грамм \
        граммов вт ватт мач дюймов дюйма l lt litro litros litre litres liter liters ml cm mm kg g gr lm lumens w в° ° %";
    one_of(UNITS, word)
}

/// Money: a number before it is a price.
pub(super) fn is_money(word: &str) -> bool {
    one_of("руб рублей рубля рубли р ₽ rub rubles rublos $ €", word)
}
