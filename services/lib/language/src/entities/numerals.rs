//! Number words of three languages, with their cases, common misspellings and slang.

use std::{collections::HashMap, sync::LazyLock};

/// What a word adds to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numeral {
    /// 1 to 999 in one word.
    Small(u32),
    /// English `hundred`: multiplies what stands before it.
    Hundred,
    Thousand,
    Million,
    /// One and a half.
    OneAndHalf,
    /// `пол` before a thousand, and the thousand with it: `полтыщи`.
    HalfThousand,
    /// A word for so many pieces: a pair, a dozen.
    Group(u32),
}

/// Which language a word is a number in; a few words are common words of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tongue {
    Russian,
    English,
    Spanish,
}

/// The number that a lower-case word without accents is.
pub(crate) fn numeral(word: &str) -> Option<(Numeral, Tongue)> {
    NUMERALS.get(word).copied()
}

#[rustfmt::skip]
const RUSSIAN: [(u32, &str); 40] = [
    (1, "один одна одно одного одной одному одним одном одну одною адин"),
    (2, "два две двух двум двумя двое двоих двоим двоими"),
    (3, "три трех трем тремя трое троих троим троими"),
    (4, "четыре четырех четырем четырьмя четверо четверых четыри читыре чатыре"),
    (5, "пять пяти пятью пятеро пятерых пят"), (6, "шесть шести шестью шестеро шестерых"),
    (7, "семь семи семью семеро семерых"), (8, "восемь восьми восемью восьмью восем"),
    (9, "девять девяти девятью девят"), (10, "десять десяти десятью десят"),
    (11, "одиннадцать одиннадцати одиннадцатью одинадцать"),
    (12, "двенадцать двенадцати двенадцатью двенацать"),
    (13, "тринадцать тринадцати тринадцатью тринацать"),
    (14, "четырнадцать четырнадцати четырнадцатью четырнацать"),
    (15, "пятнадцать пятнадцати пятнадцатью пятнацать"),
    (16, "шестнадцать шестнадцати шестнадцатью шестнацать"),
    (17, "семнадцать семнадцати семнадцатью семнацать"),
    (18, "восемнадцать восемнадцати восемнадцатью восемнацать"),
    (19, "девятнадцать девятнадцати девятнадцатью девятнацать"),
    (20, "двадцать двадцати двадцатью двацать двадцат"),
    (30, "тридцать тридцати тридцатью трицать тридцат"), (40, "сорок сорока"),
    (50, "пятьдесят пятидесяти пятьюдесятью пятдесят писят"),
    (60, "шестьдесят шестидесяти шестьюдесятью шестдесят"),
    (70, "семьдесят семидесяти семьюдесятью семдесят"),
    (80, "восемьдесят восьмидесяти восемьюдесятью восьмьюдесятью восемдесят"),
    (90, "девяносто девяноста"), (100, "сто ста"),
    (200, "двести двухсот двумстам двумястами двухстах"),
    (300, "триста трехсот тремстам тремястами трехстах"),
    (400, "четыреста четырехсот четыремстам четырьмястами четырехстах"),
    (500, "пятьсот пятисот пятистам пятьюстами пятистах пятсот пицот"),
    (600, "шестьсот шестисот шестистам шестьюстами шестистах шестсот"),
    (700, "семьсот семисот семистам семьюстами семистах семсот"),
    (800, "восемьсот восьмисот восьмистам восемьюстами восьмьюстами восьмистах восемсот"),
    (900, "девятьсот девятисот девятистам девятьюстами девятистах девятсот"),
    (150, "полтораста полутораста"), (50, "полсотни полсотней"),
    (500, "пятихатка пятихатку пятихатки"), (50, "полтос"),
];
const RUSSIAN_THOUSAND: &str = "тысяча тысячи тысяче тысячу тысячей тысячью тысяч тысячам тысячами \
    тысячах тыс тыща тыщи тыще тыщу тыщей тыщ тыщам тыщами тысячь тысч тыщь тищ тысечи тысяци \
    косарь косаря косарю косарей косари косарик косариков тр";
const RUSSIAN_MILLION: &str = "миллион миллиона миллиону миллионов миллионом млн лям ляма лямов кк";
const RUSSIAN_HALVES: &str = "полтора полторы полутора";
const RUSSIAN_HALF_THOUSAND: &str = "полтысячи полтыщи полкосаря";
#[rustfmt::skip]
const RUSSIAN_GROUPS: [(u32, &str); 5] = [
    (2, "пара пары паре пару парой парочка парочки парочке парочку парочкой"),
    (10, "десяток десятка десятку десятком десятке десятков десяточек десяточка"),
    (12, "дюжина дюжины дюжине дюжину дюжиной дюжин"), (6, "полдюжины"),
    (100, "сотня сотни сотне сотню сотней сотен"),
];
#[rustfmt::skip]
const ENGLISH: [(u32, &str); 27] = [
    (1, "one"), (2, "two"), (3, "three"), (4, "four"), (5, "five"), (6, "six"), (7, "seven"),
    (8, "eight"), (9, "nine"), (10, "ten"), (11, "eleven"), (12, "twelve"), (13, "thirteen"),
    (14, "fourteen"), (15, "fifteen"), (16, "sixteen"), (17, "seventeen"), (18, "eighteen"),
    (19, "nineteen"), (20, "twenty"), (30, "thirty"), (40, "forty fourty"), (50, "fifty"),
    (60, "sixty"), (70, "seventy"), (80, "eighty"), (90, "ninety"),
];
#[rustfmt::skip]
const SPANISH: [(u32, &str); 46] = [
    (1, "uno"), (2, "dos"), (3, "tres"), (4, "cuatro"), (5, "cinco"), (6, "seis"), (7, "siete"),
    (8, "ocho"), (9, "nueve"), (10, "diez"), (11, "once"), (12, "doce"), (13, "trece"),
    (14, "catorce"), (15, "quince"), (16, "dieciseis"), (17, "diecisiete"), (18, "dieciocho"),
    (19, "diecinueve"), (20, "veinte"), (21, "veintiuno veintiun veintiuna"), (22, "veintidos"),
    (23, "veintitres"), (24, "veinticuatro"), (25, "veinticinco"), (26, "veintiseis"),
    (27, "veintisiete"), (28, "veintiocho"), (29, "veintinueve"), (30, "treinta"),
    (40, "cuarenta"), (50, "cincuenta"), (60, "sesenta"), (70, "setenta"), (80, "ochenta"),
    (90, "noventa"), (100, "cien ciento"), (200, "doscientos doscientas"),
    (300, "trescientos trescientas"), (400, "cuatrocientos cuatrocientas"),
    (500, "quinientos quinientas"), (600, "seiscientos seiscientas"),
    (700, "setecientos setecientas"), (800, "ochocientos ochocientas"),
    (900, "novecientos novecientas"), (1, "un una"),
];

static NUMERALS: LazyLock<HashMap<&str, (Numeral, Tongue)>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    let mut add = |forms: &'static str, numeral, tongue| {
        for form in forms.split_ascii_whitespace() {
            all.insert(form, (numeral, tongue));
        }
    };
    for (value, forms) in RUSSIAN {
        add(forms, Numeral::Small(value), Tongue::Russian);
    }
    for (value, forms) in RUSSIAN_GROUPS {
        add(forms, Numeral::Group(value), Tongue::Russian);
    }
    add(RUSSIAN_THOUSAND, Numeral::Thousand, Tongue::Russian);
    add(RUSSIAN_MILLION, Numeral::Million, Tongue::Russian);
    add(RUSSIAN_HALVES, Numeral::OneAndHalf, Tongue::Russian);
    add(
        RUSSIAN_HALF_THOUSAND,
        Numeral::HalfThousand,
        Tongue::Russian,
    );
    for (value, forms) in ENGLISH {
        add(forms, Numeral::Small(value), Tongue::English);
    }
    add("hundred", Numeral::Hundred, Tongue::English);
    add("thousand grand", Numeral::Thousand, Tongue::English);
    add("million", Numeral::Million, Tongue::English);
    add("couple", Numeral::Group(2), Tongue::English);
    add("dozen dozens", Numeral::Group(12), Tongue::English);
    for (value, forms) in SPANISH {
        add(forms, Numeral::Small(value), Tongue::Spanish);
    }
    add("mil", Numeral::Thousand, Tongue::Spanish);
    add("docena docenas", Numeral::Group(12), Tongue::Spanish);
    all
});
