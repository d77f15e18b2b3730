//! The seller's side: a Telegram bot that shows cards and hears taps and replies, beside the channels of buyers.
//!
//! What a card says, who may tap and what a tap does are decided elsewhere; here is only how it travels.

mod bot;
mod kept;
mod pasted;
mod reference;
mod update;

use reqwest::Url;

use crate::http;

pub use crate::telegram::client::{Button, ButtonAction};
pub use bot::{Card, DeskBot, DeskError, Me, MessageRef};
pub use kept::{drop_kept, keep, kept, kept_name};
pub use pasted::{AvitoKeys, SheetLink, avito_keys, is_concealed, sheet_link, without_secrets};
pub use reference::Reference;
pub use update::{CODE_PREFIX, DeskUpdate, is_desk, parse, read, start_code};

/// Avito's page of chats, below which each has its own. Source: links that several programs build; not in Avito's
/// own papers.
const AVITO_CHATS: &str = "https://www.avito.ru/profile/messenger/channel";

/// The link that opens chat `chat_id` on Avito for the seller who owns the account.
///
/// There is none for a buyer on Telegram: `tg://user?id=…` in a button makes Telegram refuse the whole message when
/// that person's privacy settings do not let themselves be named (`BUTTON_USER_PRIVACY_RESTRICTED`), and a card must
/// always arrive. Sellers answer those by replying to the card.
#[must_use]
pub fn avito_chat_link(chat_id: &str) -> String {
    // The constant is a URL; were it none, the plain text would be as good a link.
    Url::parse(AVITO_CHATS).map_or_else(
        |_| format!("{AVITO_CHATS}/{chat_id}"),
        |base| http::url(&base, &[chat_id]).to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_avito_chat_opens_by_its_id_whatever_stands_in_it() {
        let usual = "https://www.avito.ru/profile/messenger/channel/u2i-Zq~7_aB-cD3e";
        assert_eq!(avito_chat_link("u2i-Zq~7_aB-cD3e"), usual);
        let odd = avito_chat_link("a/../b?c#d e");
        assert_eq!(
            odd,
            "https://www.avito.ru/profile/messenger/channel/a%2F..%2Fb%3Fc%23d%20e"
        );
    }
}
