//! What a line of a cart costs, and until when.

use domain::{Shop, stock::Shown};
use jiff::{SignedDuration, Timestamp};
use schemas::{
    conversation::{CartLine, FactSource, Offer},
    shop::RuleRow,
};

use crate::{
    answer::Question,
    pricing::{self, Each},
};

/// What prices rest on.
pub(super) struct Terms {
    pub(super) rules: Vec<RuleRow>,
    pub(super) offers: Vec<Offer>,
    pub(super) now: Timestamp,
    /// Until when a price holds that no offer holds.
    pub(super) until: Timestamp,
}

impl Terms {
    pub(super) fn of(shop: &Shop, question: &Question) -> Self {
        let hours = shop
            .settings()
            .map_or(0, |settings| settings.policy.offer_valid_hours);
        let span = SignedDuration::from_hours(i64::try_from(hours).unwrap_or(0));
        Self {
            rules: shop.rules().rows.clone(),
            offers: question.offers.clone(),
            now: question.now,
            until: question.now.checked_add(span).unwrap_or(question.now),
        }
    }

    /// A line of so many pieces.
    pub(super) fn line(&self, article: &Shown, pieces: u32) -> CartLine {
        let each = self.each(article, pieces);
        CartLine {
            sku: article.product.sku.clone(),
            name: article.product.name.clone(),
            pieces,
            price: each.price,
            list_price: article.product.price,
            valid_until: each.until.unwrap_or(self.until),
        }
    }

    /// Where a line's price stands.
    pub(super) fn source(&self, line: &CartLine, article: Option<&Shown>) -> FactSource {
        let each = article.map(|article| self.each(article, line.pieces));
        match each.filter(|each| each.price == line.price) {
            Some(each) => each.source,
            None => FactSource::Computed(format!(
                "shown to the buyer before, valid until {}",
                line.valid_until
            )),
        }
    }

    fn each(&self, article: &Shown, pieces: u32) -> Each {
        pricing::each(article, &self.rules, &self.offers, pieces, self.now)
    }
}
