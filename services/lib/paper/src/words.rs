//! Sums in words, as they stand on Russian invoices: «Две тысячи один рубль 05 копеек».

use schemas::Kopecks;

/// The largest sum that has words here: 999 999 999 999 rubles 99 kopecks.
pub(crate) const LARGEST: Kopecks = Kopecks::new(99_999_999_999_999);

/// The three forms that Russian counts with: один рубль, два рубля, пять рублей.
struct Forms {
    one: &'static str,
    few: &'static str,
    many: &'static str,
}

const RUBLES: Forms = Forms {
    one: "рубль",
    few: "рубля",
    many: "рублей",
};
const KOPECKS: Forms = Forms {
    one: "копейка",
    few: "копейки",
    many: "копеек",
};

/// A group of three digits: its weight, whether its noun is feminine, and the noun.
const GROUPS: [(u64, bool, Forms); 3] = [
    (
        1_000_000_000,
        false,
        Forms {
            one: "миллиард",
            few: "миллиарда",
            many: "миллиардов",
        },
    ),
    (
        1_000_000,
        false,
        Forms {
            one: "миллион",
            few: "миллиона",
            many: "миллионов",
        },
    ),
    (
        1_000,
        true,
        Forms {
            one: "тысяча",
            few: "тысячи",
            many: "тысяч",
        },
    ),
];

/// The sum in words, with a capital letter; kopecks in two digits, as banks want them.
///
/// `None` for negative sums and for those from a thousand billion rubles on.
#[must_use]
pub fn in_words(sum: Kopecks) -> Option<String> {
    if sum > LARGEST {
        return None;
    }
    let kopecks = u64::try_from(sum.kopecks()).ok()?;
    let (rubles, kopecks) = (kopecks / 100, kopecks % 100);
    let mut words = Vec::new();
    for (weight, feminine, noun) in &GROUPS {
        let count = rubles / weight % 1000;
        if count > 0 {
            group(count, *feminine, &mut words);
            words.push(noun.of(count));
        }
    }
    group(rubles % 1000, false, &mut words);
    if rubles == 0 {
        words.push("ноль");
    }
    let text = format!(
        "{} {} {kopecks:02} {}",
        words.join(" "),
        RUBLES.of(rubles),
        KOPECKS.of(kopecks)
    );
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
}

impl Forms {
    const fn of(&self, count: u64) -> &'static str {
        match (count % 100, count % 10) {
            (11..=14, _) => self.many,
            (_, 1) => self.one,
            (_, 2..=4) => self.few,
            _ => self.many,
        }
    }
}

/// Adds the words of a number below a thousand; nothing for zero.
fn group(count: u64, feminine: bool, words: &mut Vec<&'static str>) {
    words.extend(hundreds(count / 100));
    let rest = count % 100;
    if rest < 20 {
        words.extend(below_twenty(rest, feminine));
    } else {
        words.extend(tens(rest / 10));
        words.extend(below_twenty(rest % 10, feminine));
    }
}

const fn hundreds(count: u64) -> Option<&'static str> {
    Some(match count {
        1 => "сто",
        2 => "двести",
        3 => "триста",
        4 => "четыреста",
        5 => "пятьсот",
        6 => "шестьсот",
        7 => "семьсот",
        8 => "восемьсот",
        9 => "девятьсот",
        _ => return None,
    })
}

const fn tens(count: u64) -> Option<&'static str> {
    Some(match count {
        2 => "двадцать",
        3 => "тридцать",
        4 => "сорок",
        5 => "пятьдесят",
        6 => "шестьдесят",
        7 => "семьдесят",
        8 => "восемьдесят",
        9 => "девяносто",
        _ => return None,
    })
}

const fn below_twenty(count: u64, feminine: bool) -> Option<&'static str> {
    Some(match (count, feminine) {
        (1, false) => "один",
        (1, true) => "одна",
        (2, false) => "два",
        (2, true) => "две",
        (3, _) => "три",
        (4, _) => "четыре",
        (5, _) => "пять",
        (6, _) => "шесть",
        (7, _) => "семь",
        (8, _) => "восемь",
        (9, _) => "девять",
        (10, _) => "десять",
        (11, _) => "одиннадцать",
        (12, _) => "двенадцать",
        (13, _) => "тринадцать",
        (14, _) => "четырнадцать",
        (15, _) => "пятнадцать",
        (16, _) => "шестнадцать",
        (17, _) => "семнадцать",
        (18, _) => "восемнадцать",
        (19, _) => "девятнадцать",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(kopecks: i64) -> String {
        in_words(Kopecks::new(kopecks)).unwrap()
    }

    #[test]
    fn sums_are_written_as_accountants_write_them() {
        for (kopecks, expected) in [
            (0, "Ноль рублей 00 копеек"),
            (1, "Ноль рублей 01 копейка"),
            (100, "Один рубль 00 копеек"),
            (202, "Два рубля 02 копейки"),
            (1_111, "Одиннадцать рублей 11 копеек"),
            (2_121, "Двадцать один рубль 21 копейка"),
            (200_105, "Две тысячи один рубль 05 копеек"),
            (10_000_000, "Сто тысяч рублей 00 копеек"),
            (100_100_000, "Один миллион одна тысяча рублей 00 копеек"),
            (
                1_200_001_400,
                "Двенадцать миллионов четырнадцать рублей 00 копеек",
            ),
            (
                12_345_678_901,
                "Сто двадцать три миллиона четыреста пятьдесят шесть тысяч семьсот восемьдесят девять рублей 01 копейка",
            ),
            (
                99_999_999_999_999,
                "Девятьсот девяносто девять миллиардов девятьсот девяносто девять миллионов \
                 девятьсот девяносто девять тысяч девятьсот девяносто девять рублей 99 копеек",
            ),
        ] {
            assert_eq!(words(kopecks), expected);
        }
    }

    #[test]
    fn sums_without_words_are_refused() {
        assert_eq!(in_words(Kopecks::new(-1)), None);
        assert_eq!(in_words(Kopecks::new(LARGEST.kopecks() + 1)), None);
        assert_eq!(in_words(Kopecks::new(i64::MAX)), None);
    }

    /// Reads the words back, by a table of its own, and says how many rubles they are.
    fn read(text: &str) -> u64 {
        const NUMBERS: &[(&str, u64)] = &[
            ("ноль", 0),
            ("один", 1),
            ("одна", 1),
            ("два", 2),
            ("две", 2),
            ("три", 3),
            ("четыре", 4),
            ("пять", 5),
            ("шесть", 6),
            ("семь", 7),
            ("восемь", 8),
            ("девять", 9),
            ("десять", 10),
            ("одиннадцать", 11),
            ("двенадцать", 12),
            ("тринадцать", 13),
            ("четырнадцать", 14),
            ("пятнадцать", 15),
            ("шестнадцать", 16),
            ("семнадцать", 17),
            ("восемнадцать", 18),
            ("девятнадцать", 19),
            ("двадцать", 20),
            ("тридцать", 30),
            ("сорок", 40),
            ("пятьдесят", 50),
            ("шестьдесят", 60),
            ("семьдесят", 70),
            ("восемьдесят", 80),
            ("девяносто", 90),
            ("сто", 100),
            ("двести", 200),
            ("триста", 300),
            ("четыреста", 400),
            ("пятьсот", 500),
            ("шестьсот", 600),
            ("семьсот", 700),
            ("восемьсот", 800),
            ("девятьсот", 900),
        ];
        let (mut whole, mut part) = (0, 0);
        for word in text.to_lowercase().split(' ') {
            let weight = match word {
                "тысяча" | "тысячи" | "тысяч" => 1_000,
                "миллион" | "миллиона" | "миллионов" => 1_000_000,
                "миллиард" | "миллиарда" | "миллиардов" => 1_000_000_000,
                "рубль" | "рубля" | "рублей" => return whole + part,
                _ => {
                    part += NUMBERS.iter().find(|(name, _)| *name == word).unwrap().1;
                    continue;
                }
            };
            whole += part * weight;
            part = 0;
        }
        panic!("{text} has no rubles");
    }

    proptest! {
        #[test]
        fn words_read_back_are_the_sum(kopecks in prop_oneof![0..=LARGEST.kopecks(), 0..10_000_000_i64]) {
            let text = words(kopecks);
            prop_assert_eq!(read(&text), u64::try_from(kopecks / 100).unwrap());
            let end: Vec<&str> = text.rsplit(' ').take(2).collect();
            prop_assert_eq!(end[1], format!("{:02}", kopecks % 100));
        }

        #[test]
        fn nouns_agree_with_the_number_before_them(kopecks in 0..=LARGEST.kopecks()) {
            let text = words(kopecks).to_lowercase();
            let words: Vec<&str> = text.split(' ').collect();
            for pair in words.windows(2) {
                let forms = match pair[1] {
                    "рубль" | "миллион" | "миллиард" => &["один"][..],
                    "рубля" | "миллиона" | "миллиарда" => &["два", "три", "четыре"][..],
                    "тысяча" => &["одна"][..],
                    "тысячи" => &["две", "три", "четыре"][..],
                    _ => {
                        let many = matches!(pair[1], "рублей" | "миллионов" | "миллиардов" | "тысяч");
                        prop_assert!(!many || !["один", "одна", "два", "две", "три", "четыре"].contains(&pair[0]), "{}", text);
                        continue;
                    }
                };
                prop_assert!(forms.contains(&pair[0]), "{}", text);
            }
        }
    }
}
