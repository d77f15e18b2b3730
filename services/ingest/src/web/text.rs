//! The words of the chat page itself, in the browser's language if the shop speaks it.

use axum::http::{HeaderMap, header};
use schemas::{conversation::Language, shop::ShopConfigured};

/// The words of a page.
pub(crate) struct Words {
    language: Language,
    subtitle: &'static str,
    placeholder: &'static str,
    send: &'static str,
    empty: &'static str,
    offline: &'static str,
    failed: &'static str,
    seller: &'static str,
}

/// Chooses by `Accept-Language`, then by the shop.
pub(crate) fn of_page(headers: &HeaderMap, shop: &ShopConfigured) -> Words {
    let spoken: Vec<Language> = shop
        .languages
        .iter()
        .filter_map(|code| Language::parse(code))
        .collect();
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let wanted = wanted
        .split(',')
        .filter_map(|one| Language::parse(one.split(';').next().unwrap_or("").trim()));
    let language = wanted
        .into_iter()
        .find(|language| spoken.contains(language))
        .or_else(|| spoken.first().copied())
        .unwrap_or(Language::Ru);
    words(language)
}

const fn words(language: Language) -> Words {
    match language {
        Language::Ru => Words {
            language,
            subtitle: "Отвечаем сразу, днём и ночью",
            placeholder: "Напишите сообщение…",
            send: "Отправить",
            empty: "Спросите о наличии или цене, например: «Есть красный рюкзак?»",
            offline: "Связь прервалась, восстанавливаем…",
            failed: "Не отправлено. Нажмите, чтобы повторить.",
            seller: "Продавец",
        },
        Language::En => Words {
            language,
            subtitle: "We answer at once, day and night",
            placeholder: "Write a message…",
            send: "Send",
            empty: "Ask what is in stock or what it costs, for example: “Is the red backpack available?”",
            offline: "Connection lost, reconnecting…",
            failed: "Not sent. Tap to try again.",
            seller: "Seller",
        },
        Language::Es => Words {
            language,
            subtitle: "Respondemos al momento, de día y de noche",
            placeholder: "Escriba un mensaje…",
            send: "Enviar",
            empty: "Pregunte por la disponibilidad o el precio, por ejemplo: «¿Tienen la mochila roja?»",
            offline: "Conexión perdida, reconectando…",
            failed: "No enviado. Toque para reintentar.",
            seller: "Vendedor",
        },
    }
}

impl Words {
    /// Fills a page's places. Everything that a seller wrote is escaped.
    pub(crate) fn fill(&self, page: &str, shop: &str, name: &str) -> String {
        let initial: String = name
            .chars()
            .find(|letter| letter.is_alphanumeric())
            .into_iter()
            .collect();
        let places = [
            ("{{language}}", self.language.as_str()),
            ("{{shop}}", shop),
            ("{{name}}", name),
            ("{{initial}}", initial.as_str()),
            ("{{subtitle}}", self.subtitle),
            ("{{placeholder}}", self.placeholder),
            ("{{send}}", self.send),
            ("{{empty}}", self.empty),
            ("{{offline}}", self.offline),
            ("{{failed}}", self.failed),
            ("{{seller}}", self.seller),
        ];
        // One pass over the page: what a seller wrote is never looked through for places.
        let mut filled = String::with_capacity(page.len());
        let mut rest = page;
        while let Some(at) = rest.find("{{") {
            let (before, from) = rest.split_at(at);
            filled.push_str(before);
            match places.iter().find(|(place, _)| from.starts_with(place)) {
                Some((place, value)) => {
                    escape(&mut filled, value);
                    rest = from.get(place.len()..).unwrap_or_default();
                }
                None => {
                    filled.push_str("{{");
                    rest = from.get(2..).unwrap_or_default();
                }
            }
        }
        filled.push_str(rest);
        filled
    }
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_name_with_markup_stays_text() {
        let page = words(Language::Ru).fill("<h1>{{name}}</h1>{{unknown}}", "s", "<b>{{shop}}\"");
        assert_eq!(page, "<h1>&lt;b&gt;{{shop}}&quot;</h1>{{unknown}}");
    }
}
