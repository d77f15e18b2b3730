//! One client per account, made from the sellers' files and kept while the credentials stay the same.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use channels::{Outbound, ShopBook};
use schemas::{
    ShopId,
    conversation::{ChannelKind, ChatAddress},
};

type Account = (ShopId, ChannelKind, String);

/// The ways out.
pub(crate) struct Doors {
    book: ShopBook,
    providers: channels::Options,
    deadline: Duration,
    open: Mutex<HashMap<Account, Door>>,
    shut: Mutex<HashMap<Account, Instant>>,
}

struct Door {
    credentials: String,
    outbound: Arc<Outbound>,
}

impl Doors {
    /// Ways out for the shops whose files are in `shops`.
    pub(crate) fn new(shops: PathBuf, providers: &channels::Options, deadline: Duration) -> Self {
        Self {
            book: ShopBook::new(shops),
            providers: providers.clone(),
            deadline,
            open: Mutex::default(),
            shut: Mutex::default(),
        }
    }

    /// The client for an address; fails when the shop's file does not (or no longer) hold its account.
    pub(crate) fn client(&self, shop: &ShopId, to: &ChatAddress) -> anyhow::Result<Arc<Outbound>> {
        let file = self.book.get(shop).with_context(|| {
            format!("shop {shop} has no readable file here; add it with `torg shop add`")
        })?;
        let credentials = file
            .credentials
            .channel(to.channel, &to.account)
            .with_context(|| {
                format!(
                    "shop {shop} has no {} account {}",
                    to.channel.as_str(),
                    to.account
                )
            })?;
        let account = account(shop, to);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = credentials.digest();
        if let Some(door) = open.get(&account).filter(|door| door.credentials == digest) {
            return Ok(Arc::clone(&door.outbound));
        }
        let outbound = Outbound::connect(credentials, &self.providers, self.deadline)
            .with_context(|| format!("while opening {} for shop {shop}", to.channel.as_str()))?;
        let outbound = Arc::new(outbound);
        let door = Door {
            credentials: digest,
            outbound: Arc::clone(&outbound),
        };
        open.insert(account, door);
        Ok(outbound)
    }

    /// Leaves an account alone for `pause`.
    pub(crate) fn shut(&self, shop: &ShopId, to: &ChatAddress, pause: Duration) {
        if let Some(until) = Instant::now().checked_add(pause) {
            let mut shut = self.shut.lock().unwrap_or_else(PoisonError::into_inner);
            shut.insert(account(shop, to), until);
        }
    }

    /// The shops that can be sent for.
    pub(crate) fn shops(&self) -> Vec<ShopId> {
        let files = self.book.all().into_iter();
        files.map(|file| file.settings.id.clone()).collect()
    }

    /// How long an account still has to be left alone.
    pub(crate) fn shut_for(&self, shop: &ShopId, to: &ChatAddress) -> Option<Duration> {
        let mut shut = self.shut.lock().unwrap_or_else(PoisonError::into_inner);
        let account = account(shop, to);
        let left = shut.get(&account)?.checked_duration_since(Instant::now());
        if left.is_none() {
            shut.remove(&account);
        }
        left
    }
}

fn account(shop: &ShopId, to: &ChatAddress) -> Account {
    (shop.clone(), to.channel, to.account.clone())
}
