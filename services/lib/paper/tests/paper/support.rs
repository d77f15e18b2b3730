//! A sample invoice, and the readers.

use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::civil::date;
use serde::Deserialize;

use paper::{BankAccount, Basis, Buyer, Currency, Invoice, Line, Seller, Unit, Vat};
use schemas::Kopecks;

/// What `read.py` says of a PDF.
#[derive(Debug, Deserialize)]
pub(crate) struct Reading {
    /// The exit code of `qpdf --check`.
    pub(crate) check: i32,
    pub(crate) warned: bool,
    /// Names in the file that an invoice has no use for.
    pub(crate) forbidden: Vec<String>,
    /// The text of each page.
    pub(crate) pages: Vec<String>,
    /// Characters that stand outside the margins.
    pub(crate) outside: usize,
    pub(crate) links: usize,
    pub(crate) attachments: usize,
    pub(crate) scripts: usize,
    pub(crate) codes: Vec<Code>,
    pub(crate) title: String,
}

/// A QR code that was found on the last page.
#[derive(Debug, Deserialize)]
pub(crate) struct Code {
    /// Hexadecimal.
    pub(crate) bytes: String,
    pub(crate) level: String,
}

impl Reading {
    /// The text of all pages without blanks, which a reader puts where it thinks that lines end.
    pub(crate) fn solid(&self) -> String {
        solid(&self.pages.concat())
    }

    /// A whole file, with nothing in it but pages, and everything within the margins.
    pub(crate) fn is_plain(&self) {
        assert_eq!((self.check, self.warned), (0, false), "qpdf --check");
        assert_eq!(self.forbidden, Vec::<String>::new());
        assert_eq!(
            (self.links, self.attachments, self.scripts, self.outside),
            (0, 0, 0, 0)
        );
    }

    /// The text of the only code on the last page.
    pub(crate) fn code(&self) -> String {
        assert_eq!(self.codes.len(), 1, "{:?}", self.codes);
        let digits = self.codes[0].bytes.as_bytes().chunks(2);
        let bytes = digits.map(|two| u8::from_str_radix(str::from_utf8(two).unwrap(), 16).unwrap());
        String::from_utf8(bytes.collect()).unwrap()
    }
}

pub(crate) fn solid(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace() && !character.is_control())
        .collect()
}

/// Reads PDFs with qpdf, PDFium and ZXing.
#[expect(
    clippy::disallowed_methods,
    reason = "the variable of the Makefile, for a test"
)]
pub(crate) fn read(pdfs: &[&[u8]]) -> Vec<Reading> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = std::env::var_os("TORG_RUNTIME_DIR")
        .map_or(here.join("../../../.torg/runtime"), PathBuf::from);
    let readers = runtime.join("readers");
    assert!(
        ["qpdf", "pdfium", "zxing"]
            .iter()
            .all(|part| readers.join(part).is_dir()),
        "the readers are not in {}: run `make readers`",
        readers.display()
    );
    let folder = std::env::temp_dir().join(format!("torg-paper-{}-{:p}", std::process::id(), pdfs));
    std::fs::create_dir(&folder).unwrap();
    let files: Vec<PathBuf> = (0..pdfs.len())
        .map(|index| folder.join(format!("{index}.pdf")))
        .collect();
    for (file, pdf) in files.iter().zip(pdfs) {
        std::fs::write(file, pdf).unwrap();
    }
    let output = Command::new("python3")
        .arg("-B")
        .arg(here.join("tests/paper/read.py"))
        .arg(&readers)
        .args(&files)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    let readings: Vec<Reading> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(readings.len(), pdfs.len());
    readings
}

pub(crate) fn line(name: &str, pieces: u32, price: i64) -> Line {
    let price = Kopecks::new(price);
    let sum = price
        .checked_mul(i64::from(pieces))
        .unwrap_or(Kopecks::new(i64::MAX));
    Line {
        name: name.to_owned(),
        sku: None,
        unit: Unit::Piece,
        pieces,
        price,
        sum,
    }
}

/// The invoice of these lines, with sums that agree.
pub(crate) fn invoice(lines: Vec<Line>, vat: Vat) -> Invoice {
    let total = lines
        .iter()
        .try_fold(Kopecks::new(0), |total, line| total.checked_add(line.sum));
    let total = total.unwrap_or(Kopecks::new(i64::MAX));
    Invoice {
        number: 17,
        issued_on: date(2026, 11, 21),
        currency: Currency::Rub,
        seller: Seller {
            name: "ООО «Ромашка Трейд»".to_owned(),
            inn: "7700000016".to_owned(),
            kpp: Some("770001001".to_owned()),
            address: Some("115114, г. Москва, Летниковская ул., д. 10, стр. 4".to_owned()),
            bank: BankAccount {
                bank: "ПАО СБЕРБАНК, г. Москва".to_owned(),
                bik: "044525225".to_owned(),
                account: "40702810200000012345".to_owned(),
                correspondent_account: "30101810400000000225".to_owned(),
            },
            director: Some("Соколова А. В.".to_owned()),
            accountant: Some("Щукин П. Ё.".to_owned()),
        },
        buyer: Buyer {
            name: "Иванов Пётр Сергеевич".to_owned().into(),
            inn: None,
            kpp: None,
            address: Some("г. Казань, ул. Баумана, д. 5, кв. 12".to_owned().into()),
            phone: Some("+7 916 123-45-67".to_owned().into()),
            email: Some("ivanov@example.org".to_owned().into()),
        },
        basis: Basis {
            order: "A-1042".to_owned(),
            placed_on: date(2026, 11, 20),
        },
        vat_amount: vat.contained_in(total).unwrap(),
        lines,
        vat,
        total,
        terms: Some("Счёт действителен 3 рабочих дня.\nСамовывоз после оплаты.".to_owned()),
    }
}

/// Two articles and delivery: 78 338 rubles.
pub(crate) fn sample() -> Invoice {
    let mut scooter = line(
        "Самокат электрический Kugoo Kirin S3 Pro, чёрный",
        2,
        3_499_000,
    );
    scooter.sku = Some("KUG-S3-BLK".to_owned());
    let mut delivery = line("Доставка СДЭК до пункта выдачи, Казань", 1, 68_000);
    delivery.unit = Unit::Service;
    let lines = vec![
        scooter,
        line("Шлем защитный, L (58–61 см)", 2, 249_050),
        line("Трос-замок", 3, 89_900),
        delivery,
    ];
    invoice(lines, Vat::Percent(22))
}
