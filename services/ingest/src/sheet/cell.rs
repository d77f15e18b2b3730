//! What all cells have in common: invisible characters, letter case, formula errors, and how they are quoted.

/// A formula that failed, as English and Russian spreadsheets show it, folded.
const FORMULA_ERRORS: [&str; 17] = [
    "#ref!",
    "#n/a",
    "#div/0!",
    "#value!",
    "#name?",
    "#num!",
    "#null!",
    "#error!",
    "loading...",
    "#ссылка!",
    "#н/д",
    "#дел/0!",
    "#знач!",
    "#имя?",
    "#число!",
    "#пусто!",
    "загрузка...",
];
/// Longest piece of a cell that is shown in a problem, in characters.
const SHOWN: usize = 40;

/// Drops invisible characters and folds every run of white space into one space.
pub(super) fn clean(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !invisible(*c)).collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    words.join(" ")
}

/// [`clean`], in lower case, with `е` for `ё`.
pub(super) fn fold(text: &str) -> String {
    clean(text).to_lowercase().replace('ё', "е")
}

/// Whether a folded cell says that a formula failed or has not finished.
pub(super) fn is_formula_error(folded: &str) -> bool {
    FORMULA_ERRORS.contains(&folded)
}

/// Whether a cell says that there is nothing to say: blank or a dash.
pub(super) fn is_blank_mark(text: &str) -> bool {
    matches!(clean(text).as_str(), "" | "-" | "–" | "—" | "−")
}

/// The text of a plain cell: not blank, no formula error, not longer than `longest` characters.
pub(super) fn text(cell: &str, longest: usize) -> Result<String, TextFault> {
    let text = clean(cell);
    if text.is_empty() {
        return Err(TextFault::Empty);
    }
    if is_formula_error(&fold(&text)) {
        return Err(TextFault::Formula);
    }
    if text.chars().count() > longest {
        return Err(TextFault::Long(longest));
    }
    Ok(text)
}

/// Why a cell is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TextFault {
    #[error("заполните ячейку; объединённые ячейки разъедините и заполните каждую")]
    Empty,
    #[error("ошибка формулы; исправьте её или впишите значение")]
    Formula,
    #[error("слишком длинный текст; оставьте не больше {0} знаков")]
    Long(usize),
}

/// `«value»`, shortened; `пусто` for a blank cell.
pub(super) fn quoted(cell: &str) -> String {
    let cell = clean(cell);
    if cell.is_empty() {
        return "пусто".to_owned();
    }
    let shown: String = cell.chars().take(SHOWN).collect();
    let more = if shown.len() < cell.len() { "…" } else { "" };
    format!("«{shown}{more}»")
}

/// Zero-width characters, soft hyphens, direction marks, and control characters that are no white space.
fn invisible(c: char) -> bool {
    let zero_width = matches!(
        c,
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
            | '\u{FEFF}'
    );
    zero_width || (c.is_control() && !c.is_whitespace())
}
