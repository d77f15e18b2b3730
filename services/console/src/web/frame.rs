//! What stands around every page: who is signed in, in which language, which shops there are.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};

use super::{
    Failure, Site,
    guard::Person,
    moments::Clock,
    words::{self, Words},
};

/// Somebody who looks at a page.
pub(crate) struct Visit {
    /// The name given at the door.
    pub(crate) name: String,
    /// The words of the language.
    pub(crate) w: &'static Words,
    /// Where the page is, to come back to it.
    pub(crate) here: String,
}

impl FromRequestParts<Site> for Visit {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Self::Rejection> {
        // The guard lets nobody through without.
        let person = parts.extensions.get::<Person>();
        let Person { name, .. } = person.ok_or(StatusCode::UNAUTHORIZED)?;
        let here = parts.uri.path_and_query();
        Ok(Self {
            name: name.clone(),
            w: words::of(&parts.headers),
            here: here.map_or_else(|| "/".to_owned(), ToString::to_string),
        })
    }
}

/// A shop, as it can be chosen.
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) zone: Option<String>,
}

/// What stands around a page.
pub(crate) struct Frame {
    pub(crate) w: &'static Words,
    pub(crate) name: String,
    pub(crate) here: String,
    /// Which section the page is of.
    pub(crate) section: &'static str,
    pub(crate) shops: Vec<Choice>,
}

impl Frame {
    pub(crate) async fn new(
        site: &Site,
        visit: Visit,
        section: &'static str,
    ) -> Result<Self, Failure> {
        let mut reading = site.rows("").await?;
        let rows: Vec<(String, String, Option<String>)> = sqlx::query_as(
            "SELECT shop, name, settings->>'timezone' FROM shop ORDER BY name, shop",
        )
        .fetch_all(&mut *reading)
        .await?;
        let shops = rows.into_iter();
        Ok(Self {
            w: visit.w,
            name: visit.name,
            here: visit.here,
            section,
            shops: shops
                .map(|(id, name, zone)| Choice { id, name, zone })
                .collect(),
        })
    }

    /// The sections: name, address, title.
    pub(crate) fn sections(&self) -> [(&'static str, &'static str, &'static str); 8] {
        let w = self.w;
        [
            ("inbox", "/", w.inbox),
            ("orders", "/orders", w.orders().orders),
            ("products", "/products", w.products),
            ("figures", "/figures", w.figures),
            ("replays", "/replays", w.replays().replays),
            ("experiments", "/experiments", w.experiments().experiments),
            ("parked", "/parked", w.parked),
            ("settings", "/settings", w.settings),
        ]
    }

    /// The shop that is meant: the one named, else the first.
    pub(crate) fn shop(&self, id: &str) -> Option<&Choice> {
        let named = self.shops.iter().find(|shop| shop.id == id);
        named.or_else(|| self.shops.first().filter(|_| id.is_empty()))
    }

    /// A clock of that shop.
    pub(crate) fn clock(&self, id: &str) -> Clock {
        let shop = self.shops.iter().find(|shop| shop.id == id);
        Clock::new(shop.and_then(|shop| shop.zone.as_deref()), self.w)
    }
}
