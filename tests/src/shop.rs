//! The shop of the stories: one file, one sheet.

use std::{
    fs,
    path::{Path, PathBuf},
};

use schemas::ShopId;

/// The shop's Avito account.
pub const AVITO: u64 = 94_000_311;
/// The last part of its webhook's path.
pub const AVITO_SECRET: &str = "avito-webhook-secret-of-the-stories-1";
/// The shop's Telegram bot.
pub const BOT: i64 = 123_456;
/// The bot of the sellers' desk, when it has one of its own.
pub const DESK: i64 = 654_321;
/// What Telegram repeats in the header of the desk's bot.
pub const DESK_SECRET: &str = "telegram-webhook-secret-of-the-desk";
/// The shop's sellers, as Telegram numbers them.
pub const SELLERS: [i64; 2] = [555, 556];
/// What Telegram repeats in its header.
pub const TELEGRAM_SECRET: &str = "telegram-webhook-secret-of-stories-1";

/// The shop.
#[must_use]
pub fn shop() -> ShopId {
    ShopId::new("ryukzaki").unwrap()
}

/// What the seller has in `products.csv`.
pub struct Sheet(PathBuf);

const HEADER: &str = "Артикул,Название,Категория,Остаток,Цена,Объявление";
const ROWS: [&str; 8] = [
    "RG-20-RED,Рюкзак «Вектор» 20 л красный,Рюкзаки,3,2490,3363000577",
    "RG-20-BLU,Рюкзак «Вектор» 20 л синий,Рюкзаки,5,2590,3363000581",
    "RG-20-BLK,Рюкзак «Вектор» 20 л чёрный,Рюкзаки,0,2490,3363000584",
    "RT-45-GRN,Рюкзак «Тропа» 45 л зелёный,Рюкзаки,6,5490,3363000616",
    "SB-30-BLK,Сумка спортивная «Разминка» 30 л чёрная,Сумки,6,1990,3363000671",
    "TH-05-BLU,Термос «Полярник» 0.5 л синий,Посуда,9,1290,",
    "FN-200,Фонарь налобный «Светляк» 200 лм,Фонари,8,1190,",
    "ST-02-GRN,Стул складной «Рыбак» зелёный,Снаряжение,1,1450,",
];

impl Sheet {
    /// Every row as it is at the beginning.
    #[must_use]
    pub fn rows() -> Vec<String> {
        ROWS.iter().map(|row| (*row).to_owned()).collect()
    }

    /// Where `products.csv` is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Saves this text, whole.
    pub fn save_text(&self, text: &str) {
        let beside = self.0.with_extension("new");
        fs::write(&beside, text).unwrap();
        fs::rename(&beside, &self.0).unwrap();
    }

    /// Saves these rows below the header, as a spreadsheet does: a new file in place of the old one.
    pub fn save(&self, rows: &[String]) {
        let beside = self.0.with_extension("new");
        fs::write(&beside, format!("{HEADER}\n{}\n", rows.join("\n"))).unwrap();
        fs::rename(&beside, &self.0).unwrap();
    }

    /// Saves the rows with one of them changed: the first `from` in the row of `sku` becomes `to`.
    pub fn change(&self, sku: &str, from: &str, to: &str) {
        let mut rows = Self::rows();
        let row = rows.iter_mut().find(|row| row.starts_with(sku)).unwrap();
        *row = row.replacen(from, to, 1);
        self.save(&rows);
    }

    /// Changes `from`, which stands in the products once, into `to`, whatever else they are.
    ///
    /// # Panics
    /// When it does not stand there once.
    pub fn rewrite(&self, from: &str, to: &str) {
        let text = fs::read_to_string(&self.0).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {text}");
        self.save_tab("products", &text.replace(from, to));
    }

    /// Saves another tab of the sheet, as `delivery`.
    pub fn save_tab(&self, tab: &str, text: &str) {
        let beside = self.0.with_file_name(format!("{tab}.new"));
        fs::write(&beside, text).unwrap();
        fs::rename(&beside, self.0.with_file_name(format!("{tab}.csv"))).unwrap();
    }

    /// Takes another tab of the sheet away.
    pub fn remove_tab(&self, tab: &str) {
        fs::remove_file(self.0.with_file_name(format!("{tab}.csv"))).unwrap();
    }

    /// Leaves a file of no bytes.
    pub fn empty(&self) {
        fs::write(&self.0, "").unwrap();
    }
}

/// Writes the shop's file and its sheet into `folder`; returns the file and the sheet.
pub(crate) fn write(
    folder: &Path,
    quiet_window_ms: u64,
    polling: bool,
    demo: bool,
    desk: bool,
) -> (PathBuf, Sheet) {
    fs::create_dir_all(folder.join("sheet")).unwrap();
    let sheet = Sheet(folder.join("sheet/products.csv"));
    if demo {
        for tab in ["products", "delivery", "faq", "rules", "settings"] {
            let tab = format!("{tab}.csv");
            fs::copy(demo_shop().join(&tab), folder.join("sheet").join(&tab)).unwrap();
        }
        // What a buyer is told at night would depend on when the stories run.
        let settings = fs::read_to_string(demo_shop().join("settings.csv")).unwrap();
        let timeless: Vec<&str> = settings
            .lines()
            .filter(|line| !line.starts_with("work_hours"))
            .collect();
        sheet.save_tab("settings", &format!("{}\n", timeless.join("\n")));
    } else {
        sheet.save(&Sheet::rows());
    }
    let telegram_secret = if polling {
        String::new()
    } else {
        format!("webhook_secret = \"{TELEGRAM_SECRET}\"")
    };
    let bot = if desk { DESK } else { BOT };
    let token = format!("{bot}:STORY-token-of-the-stand-in-bot-001");
    let desk_secret = match (desk, polling) {
        (true, false) => format!("webhook_secret = \"{DESK_SECRET}\""),
        _ => String::new(),
    };
    let [first, second] = SELLERS;
    let sellers = if desk {
        format!("{first}, {second}")
    } else {
        first.to_string()
    };
    let desk = format!("token = \"{token}\"\nsellers = [{sellers}]\n{desk_secret}");
    let text = format!(
        r#"
id = "{shop}"
name = "Рюкзаки и точка"
timezone = "Europe/Moscow"
currency = "RUB"
languages = ["ru", "en"{spanish}]

[sheet]
folder = "./sheet"

[[channel]]
kind = "avito"
user_id = {AVITO}
client_id = "stories"
client_secret = "stories"
webhook_secret = "{AVITO_SECRET}"

[[channel]]
kind = "telegram"
token = "{BOT}:STORY-token-of-the-stand-in-bot-001"
{telegram_secret}

[[channel]]
kind = "web"

[desk]
{desk}

[policy]
confidence = 0.80
quiet_window_ms = {quiet_window_ms}
order_approval = "always"
offer_valid_hours = 24
seller_silent_minutes = 60

[requisites]
seller = "ИП Примеров Пётр Петрович"
inn = "770000000082"
bank = "Банк «Пример»"
bik = "044525999"
account = "40802810400000000017"
correspondent_account = "30101810600000000999"
vat = "none"
"#,
        shop = shop(),
        spanish = if demo { ", \"es\"" } else { "" },
    );
    let file = folder.join("shop.toml");
    fs::write(&file, text).unwrap();
    (file, sheet)
}

/// The sheet of the demo shop, as a newcomer gets it.
fn demo_shop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/demo/ryukzaki")
}
