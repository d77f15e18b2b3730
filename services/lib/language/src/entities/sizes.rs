//! What measures a thing and never counts it: dimensions, measures, per cents, dates and times.

use super::{EntityValue, Unit, amounts::Amount, reading::Reading};

/// Finds dimensions, per cents, dates and measures, in this order.
pub(super) fn sizes(reading: &mut Reading<'_>) {
    dimensions(reading);
    times(reading);
    percents(reading);
    measures(reading);
}

/// `10х100`, `50*33*20 см`, «50 см на 70 см».
fn dimensions(reading: &mut Reading<'_>) {
    let mut from = 0;
    for amount in reading.free_amounts() {
        if amount.first < from || amount.thousands || amount.group {
            continue;
        }
        let mut values = vec![amount.spelling()];
        let mut last = amount.last;
        loop {
            let unit = unit_length(reading, last + 1);
            let sign = last + unit + 1;
            let crosses = matches!(
                reading.word(sign),
                "x" | "х" | "×" | "*" | "на" | "by" | "✕"
            );
            let next = reading.amount_at(sign + 1).filter(|next| !next.thousands);
            let Some(next) = next.filter(|_| crosses) else {
                break;
            };
            values.push(next.spelling());
            last = next.last;
        }
        if values.len() > 1 {
            last += unit_length(reading, last + 1);
            reading.take(amount.first..=last, EntityValue::Dimensions(values));
            from = last + 1;
        }
    }
}

fn unit_length(reading: &Reading<'_>, at: usize) -> usize {
    unit(reading, at).map_or(0, |(_, length)| length)
}

/// `10%`, «десять процентов», "10 per cent", "10 por ciento". Parts of a per cent are hidden.
fn percents(reading: &mut Reading<'_>) {
    for amount in reading.free_amounts() {
        let next = amount.last + 1;
        let length = match (reading.word(next), reading.word(next + 1)) {
            ("por", "ciento") | ("per", "cent") => 2,
            ("%" | "percent" | "pct" | "проц", _) => 1,
            (word, _) if word.starts_with("процент") => 1,
            _ => continue,
        };
        let pieces = amount.first..=amount.last + length;
        match amount.whole() {
            Some(value) => reading.take(pieces, EntityValue::Percent(value)),
            None => reading.hide(pieces),
        }
    }
}

/// Hides dates, times of day, durations, fractions, and properties without a unit.
fn times(reading: &mut Reading<'_>) {
    for amount in reading.free_amounts() {
        let (before, after) = (amount.first.wrapping_sub(1), amount.last + 1);
        let (left, right) = (reading.word(before), reading.word(after));
        let is_chain = |sign: &str, other: usize| {
            matches!(sign, ":" | "/" | ".") && reading.amount_at(other).is_some()
        };
        let chained = (is_chain(right, after + 1) && reading.is_glued(after + 1))
            || (is_chain(left, before.wrapping_sub(1)) && reading.is_glued(amount.first));
        let adjective = usize::from(right == "рабочих" || right == "календарных");
        let suffixed = 2 * usize::from(right == "-" && is_day_ending(reading.word(after + 1)));
        let noun = after + adjective + suffixed;
        let spanish = reading.word(after) == "de" && is_month(reading.word(after + 1));
        let is_time = is_time(reading.word(noun), amount.spelled)
            || is_month(reading.word(noun))
            || spanish
            || is_hour_ahead(reading, &amount);
        let is_year = amount
            .whole()
            .is_some_and(|year| (1900..2100).contains(&year))
            && matches!(right, "г" | "год" | "года" | "году");
        let is_dated = suffixed > 0
            && matches!(left, "до" | "к" | "с" | "со" | "после" | "от")
            && matches!(reading.word(after + 1), "го" | "му" | "ого" | "ому");
        if chained || is_time || is_year || is_dated || is_month(left) || is_property(left) {
            let extra = if is_time { noun - amount.last } else { 0 };
            reading.hide(amount.first..=amount.last + extra + usize::from(spanish));
        }
    }
}

fn is_day_ending(word: &str) -> bool {
    matches!(word, "го" | "ого" | "му" | "ому" | "е" | "ое")
}

/// Words that name a time, a person or an occasion, of which nobody orders any.
pub(super) fn is_time(word: &str, spelled: bool) -> bool {
    const STEMS: [&str; 16] = [
        "минут",
        "секунд",
        "недел",
        "месяц",
        "сутк",
        "суток",
        "процедур",
        "человек",
        "персон",
        "взросл",
        "звезд",
        "балл",
        "градус",
        "этаж",
        "подъезд",
        "квартир",
    ];
    const WORDS: [&str; 66] = [
        "день",
        "дня",
        "дней",
        "дню",
        "дни",
        "днях",
        "дн",
        "час",
        "часа",
        "часов",
        "часам",
        "часу",
        "часик",
        "часика",
        "ч",
        "мин",
        "сек",
        "нед",
        "мес",
        "год",
        "года",
        "лет",
        "годик",
        "утра",
        "вечера",
        "ночи",
        "числа",
        "число",
        "раз",
        "раза",
        "разу",
        "чел",
        "мест",
        "места",
        "am",
        "pm",
        "day",
        "days",
        "hour",
        "hours",
        "hr",
        "hrs",
        "minute",
        "minutes",
        "min",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
        "people",
        "persons",
        "times",
        "o'clock",
        "dia",
        "dias",
        "hora",
        "horas",
        "minuto",
        "minutos",
        "semana",
        "semanas",
        "mes",
        "meses",
        "personas",
    ];
    let is_seconds = !spelled && matches!(word, "second" | "seconds");
    is_seconds
        || WORDS.contains(&word)
        || word == "anos"
        || STEMS.iter().any(|stem| word.starts_with(stem))
}

/// Whether a word is the name of a month, in the form that stands in a date.
pub(super) fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 36] = [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
        "january",
        "february",
        "april",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "march",
        "jan",
        "feb",
        "apr",
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
    ];
    MONTHS.contains(&word)
}

/// «к 18», «после 5», "at 7": an hour, when nothing says what is counted.
fn is_hour_ahead(reading: &Reading<'_>, amount: &Amount) -> bool {
    let before = reading.word(amount.first.wrapping_sub(1));
    let far = reading.word(amount.first.wrapping_sub(2));
    let is_hour = amount.whole().is_some_and(|hour| hour <= 24);
    let next = reading.word(amount.last + 1);
    let is_bare = next.is_empty() || !reading.is_word(amount.last + 1) || next == "до";
    let spanish = before == "las" && far == "a";
    is_hour && is_bare && (matches!(before, "к" | "после" | "около" | "at" | "в") || spanish)
}

/// Nouns whose number says how something is: «диаметр 20».
fn is_property(word: &str) -> bool {
    const STEMS: [&str; 17] = [
        "диаметр",
        "длин",
        "ширин",
        "высот",
        "толщин",
        "объем",
        "вес",
        "глубин",
        "мощност",
        "емкост",
        "артикул",
        "модел",
        "верси",
        "индекс",
        "diameter",
        "width",
        "height",
    ];
    const WORDS: [&str; 14] = [
        "арт",
        "model",
        "sku",
        "length",
        "weight",
        "volume",
        "version",
        "room",
        "кв",
        "дом",
        "офис",
        "modelo",
        "серия",
        "паспорт",
    ];
    // «весь», «весной» and «моделей» with a verb are no properties.
    let is_weight = matches!(word, "весь" | "весной" | "весна" | "веселый");
    WORDS.contains(&word) || (!is_weight && STEMS.iter().any(|stem| word.starts_with(stem)))
}

/// `20 л`, «45 литров», `14"`, «размер 42», «42-й размер», «пол-литра».
fn measures(reading: &mut Reading<'_>) {
    for amount in reading.free_amounts() {
        let next = amount.last + 1;
        let before = amount.first.wrapping_sub(1);
        let value = amount.spelling();
        if let Some(ahead) = size_ahead(reading, before) {
            let tail = ordinal_ending(reading, next);
            let measure = EntityValue::Measure {
                value,
                unit: Unit::Size,
            };
            reading.take(before + 1 - ahead..=amount.last + tail, measure);
        } else if let Some(length) = size_behind(reading, next) {
            let measure = EntityValue::Measure {
                value,
                unit: Unit::Size,
            };
            reading.take(amount.first..=amount.last + length, measure);
        } else if let Some((unit, length)) = unit(reading, next)
            && !amount.thousands
        {
            let measure = EntityValue::Measure { value, unit };
            reading.take(amount.first..=amount.last + length, measure);
        }
    }
    halves(reading);
}

/// How many pieces before a number say that it is a size: «размер», «р-р», "size".
fn size_ahead(reading: &Reading<'_>, before: usize) -> Option<usize> {
    let word = reading.word(before);
    if is_size(word) {
        return Some(1);
    }
    let back = |steps: usize| reading.word(before.wrapping_sub(steps));
    if word == "." && matches!(back(1), "р" | "разм") {
        return Some(2);
    }
    if word == "р" && back(1) == "-" && back(2) == "р" {
        return Some(3);
    }
    None
}

/// How many pieces behind a number say that it is a size: «42 размер», «42-й размер».
fn size_behind(reading: &Reading<'_>, next: usize) -> Option<usize> {
    let ending = ordinal_ending(reading, next);
    let at = next + ending;
    if is_size(reading.word(at)) {
        return Some(ending + 1);
    }
    let is_short =
        reading.word(at) == "р" && reading.word(at + 1) == "-" && reading.word(at + 2) == "р";
    is_short.then_some(ending + 3)
}

fn is_size(word: &str) -> bool {
    matches!(word, "size" | "talla" | "р-р" | "размерчик" | "sz") || word.starts_with("размер")
}

/// How many pieces the ending of `42-й` takes.
fn ordinal_ending(reading: &Reading<'_>, at: usize) -> usize {
    let is_ending = |word: &str| {
        matches!(
            word,
            "й" | "ый" | "ой" | "ий" | "го" | "ого" | "м" | "ом" | "му" | "ые" | "е"
        )
    };
    if reading.word(at) == "-" && is_ending(reading.word(at + 1)) {
        return 2;
    }
    usize::from(reading.is_glued(at) && matches!(reading.word(at), "й" | "го" | "ый" | "ой"))
}

/// «пол-литра», «поллитра», «полкило».
fn halves(reading: &mut Reading<'_>) {
    for at in 0..reading.pieces.len() {
        let Some(rest) = reading.word(at).strip_prefix("пол") else {
            continue;
        };
        let rest = rest.to_owned();
        let dash = usize::from(rest.is_empty() && reading.word(at + 1) == "-");
        let (name, last) = match rest.as_str() {
            "" => (reading.word(at + 1 + dash).to_owned(), at + 1 + dash),
            _ => (rest, at),
        };
        let half = match name.as_str() {
            "литра" | "литр" | "литровый" | "литровая" => Unit::Litre,
            "кило" | "килограмма" | "кг" => Unit::Kilogram,
            "метра" => Unit::Metre,
            _ => continue,
        };
        let value = "0.5".to_owned();
        reading.take(at..=last, EntityValue::Measure { value, unit: half });
    }
}

/// The unit that stands at a piece, behind a number, and how many pieces it takes.
fn unit(reading: &Reading<'_>, at: usize) -> Option<(Unit, usize)> {
    let word = reading.word(at);
    match word {
        // `14-дюймовый`
        "-" => {
            let (unit, length) = named(reading.word(at + 1)).map(|unit| (unit, 2))?;
            let is_adjective = reading.word(at + 1).chars().count() > 3;
            return (reading.is_glued(at) && is_adjective).then_some((unit, length));
        }
        "\"" | "″" if reading.is_glued(at) => return Some((Unit::Inch, 1)),
        "'" if reading.word(at + 1) == "'" => return Some((Unit::Inch, 2)),
        "°" | "℃" => return Some((Unit::Degree, 1)),
        "в" | "v" if reading.is_glued(at) => return Some((Unit::Volt, 1)),
        "а" | "a" if reading.is_glued(at) => return Some((Unit::Ampere, 1)),
        "w" | "in" if reading.is_glued(at) => {
            return Some((if word == "w" { Unit::Watt } else { Unit::Inch }, 1));
        }
        _ => {}
    }
    let piece = reading.piece(at)?;
    let unit = named(word).or_else(|| named(&piece.typed))?;
    Some((unit, 1))
}

/// The unit that a word names, in any of the three languages.
fn named(word: &str) -> Option<Unit> {
    #[rustfmt::skip]
    const STEMS: [(&str, Unit); 17] = [
        ("миллилитр", Unit::Millilitre), ("литр", Unit::Litre), ("килограм", Unit::Kilogram),
        ("грам", Unit::Gram), ("тонн", Unit::Tonne), ("миллиметр", Unit::Millimetre),
        ("сантиметр", Unit::Centimetre), ("километр", Unit::Kilometre), ("метр", Unit::Metre),
        ("дюйм", Unit::Inch), ("киловатт", Unit::Kilowatt), ("ватт", Unit::Watt),
        ("вольт", Unit::Volt), ("ампер", Unit::Ampere), ("гигабайт", Unit::Gigabyte),
        ("терабайт", Unit::Terabyte), ("градус", Unit::Degree),
    ];
    let unit = match word {
        "л" | "l" | "liter" | "liters" | "litre" | "litres" | "litro" | "litros" | "lt" => {
            Unit::Litre
        }
        "мл" | "ml" => Unit::Millilitre,
        "кг" | "kg" | "кило" | "kilo" | "kilos" | "kilogram" | "kilograms" => Unit::Kilogram,
        "г" | "гр" | "g" | "gr" | "gram" | "grams" | "gramo" | "gramos" => Unit::Gram,
        "мм" | "mm" | "milimetro" | "milimetros" => Unit::Millimetre,
        "см" | "cm" | "centimetro" | "centimetros" | "centimeters" => Unit::Centimetre,
        "м" | "m" | "meter" | "meters" | "metre" | "metres" | "metro" | "metros" => Unit::Metre,
        "км" | "km" => Unit::Kilometre,
        "inch" | "inches" | "pulgada" | "pulgadas" => Unit::Inch,
        "ft" | "foot" | "feet" => Unit::Foot,
        "oz" | "ounces" => Unit::Ounce,
        "lb" | "lbs" | "pounds" => Unit::Pound,
        "вт" | "watt" | "watts" => Unit::Watt,
        "квт" | "kw" => Unit::Kilowatt,
        "volt" | "volts" | "voltios" => Unit::Volt,
        "ач" | "ah" => Unit::AmpereHour,
        "мач" | "mah" => Unit::MilliampereHour,
        "мб" | "mb" => Unit::Megabyte,
        "гб" | "гиг" | "гига" | "gb" | "gigs" => Unit::Gigabyte,
        "тб" | "tb" => Unit::Terabyte,
        _ => {
            let found = STEMS.iter().find(|(stem, _)| word.starts_with(stem));
            return found.map(|(_, unit)| *unit);
        }
    };
    Some(unit)
}
