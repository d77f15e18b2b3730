//! One desk bot per shop, made from the sellers' files and kept while the token stays the same.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use channels::{
    ShopBook,
    desk::DeskBot,
    shop_file::{ShopFile, TelegramCredentials},
    telegram::TelegramConfig,
};
use schemas::ShopId;
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};

/// Keeps the key of the buttons apart from anything else that is made of the token.
const BUTTONS: &[u8] = b"torg desk buttons 1";

/// The bots through which sellers are asked.
pub(crate) struct Bots {
    book: ShopBook,
    providers: channels::Options,
    open: Mutex<HashMap<ShopId, (String, DeskBot)>>,
}

impl Bots {
    /// Bots of the shops whose files are in `shops`.
    pub(crate) fn new(shops: PathBuf, providers: &channels::Options) -> Self {
        Self {
            book: ShopBook::new(shops),
            providers: providers.clone(),
            open: Mutex::default(),
        }
    }

    /// A shop's file; `None` when there is none that can be read.
    pub(crate) fn file(&self, shop: &ShopId) -> Option<Arc<ShopFile>> {
        self.book.get(shop)
    }

    /// All shops' files.
    pub(crate) fn files(&self) -> Vec<Arc<ShopFile>> {
        self.book.all()
    }

    /// A shop's bot; `None` when its file names no desk.
    pub(crate) fn bot(&self, shop: &ShopId) -> anyhow::Result<Option<DeskBot>> {
        let file = self.file(shop).with_context(|| {
            format!("shop {shop} has no readable file here; add it with `torg shop add`")
        })?;
        let Some(desk) = &file.credentials.desk else {
            return Ok(None);
        };
        let digest = channels::secret::digest(&desk.token);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, bot)) = open.get(shop).filter(|(known, _)| *known == digest) {
            return Ok(Some(bot.clone()));
        }
        let base = self.providers.telegram_base_url.clone();
        let mut config = TelegramConfig::new(base, desk.token.clone());
        config.per_second = self.providers.telegram_per_second;
        let bot = DeskBot::new(config)
            .with_context(|| format!("while making the desk's bot of shop {shop}"))?;
        open.insert(shop.clone(), (digest, bot.clone()));
        Ok(Some(bot))
    }
}

/// What a shop's buttons are sealed with. It follows from the token, so that every instance has the same and nothing
/// more has to be kept.
pub(crate) fn key(desk: &TelegramCredentials) -> [u8; 32] {
    Sha256::new()
        .chain_update(BUTTONS)
        .chain_update(desk.token.expose_secret())
        .finalize()
        .into()
}
