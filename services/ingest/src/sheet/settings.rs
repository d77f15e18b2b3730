//! The settings tab: what the shop says about itself.
//!
//! Plain hours, days and dates are kept in one spelling, whichever the seller chose: `10:00-19:00`, `пн-сб` or `пн, ср`,
//! `01.01-08.01, 2026-12-31`. Everything else is kept as it is written. Hours that are no schedule are kept too: buyers
//! are told them in the seller's words, and the seller is told what words a schedule could be read from.

use std::collections::BTreeSet;

use domain::hours::{Holidays, HolidaysProblem, Hours};
use schemas::shop::{Setting, SettingRow, SheetProblem};

use super::{
    Table, TableError,
    cell::{self, TextFault},
    cells::Cells,
    header::{Tab, column},
    reading::{self, Reading, Understood},
    rules::words,
    table::Row,
};

/// The settings tab and its columns.
pub const TAB: Tab = Tab {
    name: "settings",
    columns: &[
        column(
            "name",
            &["name", "название", "настройка", "параметр", "setting"],
            true,
        ),
        column("value", &["value", "значение"], true),
    ],
};
/// Longest value, in characters.
const LONGEST: usize = 1_000;
/// The names that are shown where one is not known.
const KNOWN: &str = "«название», «приветствие», «подпись», «адрес», «рабочие дни», «часы работы», «праздники», \
     «телефон», «тон»";

/// Names as [`words`] leaves them.
const NAMES: [(&str, Setting); 36] = [
    ("shop name", Setting::ShopName),
    ("название", Setting::ShopName),
    ("название магазина", Setting::ShopName),
    ("магазин", Setting::ShopName),
    ("greeting", Setting::Greeting),
    ("приветствие", Setting::Greeting),
    ("signature", Setting::Signature),
    ("подпись", Setting::Signature),
    ("address", Setting::Address),
    ("адрес", Setting::Address),
    ("адрес магазина", Setting::Address),
    ("адрес самовывоза", Setting::Address),
    ("work days", Setting::WorkDays),
    ("рабочие дни", Setting::WorkDays),
    ("дни работы", Setting::WorkDays),
    ("work hours", Setting::WorkHours),
    ("часы работы", Setting::WorkHours),
    ("рабочие часы", Setting::WorkHours),
    ("время работы", Setting::WorkHours),
    ("график работы", Setting::WorkHours),
    ("режим работы", Setting::WorkHours),
    ("график", Setting::WorkHours),
    ("opening hours", Setting::WorkHours),
    ("working hours", Setting::WorkHours),
    ("holidays", Setting::Holidays),
    ("праздники", Setting::Holidays),
    ("выходные", Setting::Holidays),
    ("выходные праздники", Setting::Holidays),
    ("выходные и праздники", Setting::Holidays),
    ("нерабочие дни", Setting::Holidays),
    ("phone", Setting::Phone),
    ("телефон", Setting::Phone),
    ("номер телефона", Setting::Phone),
    ("tone", Setting::Tone),
    ("тон", Setting::Tone),
    ("тон общения", Setting::Tone),
];

/// The days of a week as they are kept, and how else they are written.
const DAYS: [(&str, [&str; 4]); 7] = [
    ("пн", ["пон", "понедельник", "mon", "monday"]),
    ("вт", ["втр", "вторник", "tue", "tuesday"]),
    ("ср", ["срд", "среда", "wed", "wednesday"]),
    ("чт", ["чтв", "четверг", "thu", "thursday"]),
    ("пт", ["птн", "пятница", "fri", "friday"]),
    ("сб", ["суб", "суббота", "sat", "saturday"]),
    ("вс", ["вск", "воскресенье", "sun", "sunday"]),
];
const EVERY_DAY: [&str; 6] = [
    "ежедневно",
    "каждый день",
    "без выходных",
    "все дни",
    "daily",
    "every day",
];
/// Signs that stand between the two ends of a span.
const DASHES: [char; 6] = ['-', '–', '—', '−', '‑', '‐'];

/// Why a row is no setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Fault {
    #[error("такой настройки нет; есть {KNOWN}")]
    Unknown,
    #[error("нужны дни недели, например «пн-пт» или «пн, ср, сб»")]
    Days,
    #[error("нужны даты через запятую, например «01.01-08.01, 09.05» (каждый год) или 31.12.2026")]
    NoDates,
    #[error(transparent)]
    Dates(HolidaysProblem),
    #[error("нужен номер телефона, например +7 900 123-45-67")]
    Phone,
    #[error(transparent)]
    Text(TextFault),
}

/// Reads the content of the settings tab.
///
/// # Errors
/// [`TableError`] when it is no table with the columns that it needs; keep the last good reading.
pub fn parse(bytes: &[u8]) -> Result<Reading<SettingRow>, TableError> {
    Table::parse(bytes, &TAB).map(|table| read(&table))
}

/// Reads every row of a table of [`TAB`].
#[must_use]
pub fn read(table: &Table) -> Reading<SettingRow> {
    let same = |one: &SettingRow, other: &SettingRow| one.value == other.value;
    reading::read(table, "name", understand, same)
}

fn understand(row: &Row<'_>) -> Result<Understood<SettingRow>, Vec<SheetProblem>> {
    let mut cells = Cells::new(row);
    let Some(setting) = cells.required("name", named) else {
        return Err(cells.problems);
    };
    match cells.required("value", |cell| value(setting, cell)) {
        Some(value) => Ok(Understood {
            remark: remark(setting, &value).map(|remark| row.problem("value", remark)),
            value: SettingRow {
                row: row.number,
                setting,
                value,
            },
            keys: BTreeSet::from([format!("{setting:?}")]),
        }),
        None => Err(cells.problems),
    }
}

/// Hours that tell buyers something, but not whether somebody is there now.
fn remark(setting: Setting, value: &str) -> Option<String> {
    let problem = Hours::parse(value)
        .err()
        .filter(|_| setting == Setting::WorkHours)?;
    Some(format!(
        "покупателям называем эти часы вашими словами, но когда вас нет на месте, по ним не понять: {problem}"
    ))
}

fn named(cell: &str) -> Result<Setting, Fault> {
    let words = words(cell);
    let known = NAMES.iter().find(|(known, _)| *known == words);
    known.map(|(_, setting)| *setting).ok_or(Fault::Unknown)
}

fn value(setting: Setting, cell: &str) -> Result<String, Fault> {
    let text = cell::text(cell, LONGEST).map_err(Fault::Text)?;
    match setting {
        Setting::WorkHours => Ok(hours(&text).unwrap_or(text)),
        Setting::WorkDays => days(&cell::fold(&text)).ok_or(Fault::Days),
        Setting::Holidays => dates(cell),
        Setting::Phone if !is_phone(&text) => Err(Fault::Phone),
        Setting::Phone
        | Setting::ShopName
        | Setting::Greeting
        | Setting::Signature
        | Setting::Address
        | Setting::Tone => Ok(text),
    }
}

/// `10:00-19:00`, `9.00 – 18:30`, `с 10:00 до 19:00`. A shop that closes after midnight ends before it begins.
fn hours(text: &str) -> Option<String> {
    let folded = cell::fold(text).replace(" до ", "-");
    let span = folded.strip_prefix("с ").unwrap_or(&folded);
    let (from, to) = span.split_once(DASHES)?;
    let (from, to) = (minute(from)?, minute(to)?);
    (from != to).then(|| format!("{from}-{to}"))
}

fn minute(text: &str) -> Option<String> {
    let (hour, minute) = text.trim().split_once([':', '.'])?;
    let number = |text: &str, most: u32| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|n| digits && *n <= most)
    };
    let (hour, minutes): (u32, u32) = (number(hour, 24)?, number(minute, 59)?);
    let fits = minute.len() == 2 && (hour < 24 || minutes == 0);
    fits.then(|| format!("{hour:02}:{minutes:02}"))
}

/// One span or a list of days, in the order of the week.
fn days(folded: &str) -> Option<String> {
    if EVERY_DAY.contains(&folded) {
        return Some("пн-вс".to_owned());
    }
    if let Some((from, to)) = folded.split_once(DASHES) {
        let (from, to) = (day(from)?, day(to)?);
        return (from != to).then(|| Some(format!("{}-{}", DAYS.get(from)?.0, DAYS.get(to)?.0)))?;
    }
    let listed: Option<BTreeSet<usize>> = folded
        .split([',', ';', ' '])
        .filter(|word| !word.is_empty() && *word != "и")
        .map(day)
        .collect();
    let listed = listed.filter(|days| !days.is_empty())?;
    let names: Vec<&str> = listed
        .iter()
        .filter_map(|day| Some(DAYS.get(*day)?.0))
        .collect();
    Some(names.join(", "))
}

fn day(text: &str) -> Option<usize> {
    let text = text.trim().trim_end_matches('.');
    let named = |(short, longer): &(&str, [&str; 4])| *short == text || longer.contains(&text);
    DAYS.iter().position(named)
}

/// Dates, with or without their years, kept in order.
fn dates(cell: &str) -> Result<String, Fault> {
    let lines: Vec<String> = cell.split(['\n', '\r']).map(cell::clean).collect();
    let dates = Holidays::parse(&lines.join(",")).map_err(Fault::Dates)?;
    if dates.is_empty() {
        return Err(Fault::NoDates);
    }
    Ok(dates.to_string())
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || " +-()–".contains(c));
    plain && (5..=15).contains(&digits)
}
