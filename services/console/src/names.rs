//! What things are called by people, in the language of a page or a report: intents, reasons, specialists, facts and
//! where they stand, and the notes that services write down in English. Wire names go in, words come out; whatever has no
//! words is told as it is, apart from them.

mod notes;

use jiff::{Timestamp, tz::TimeZone};
use schemas::{
    Kopecks,
    conversation::{
        Entity, Fact, FactSource, HandoffReason, Intent, ModelCall, Purpose, ReplyKind, Specialist,
    },
    stock::SheetRow,
};

use crate::web::{
    moments::{self, Clock},
    state,
    words::{self, NameWords, Words},
};

/// Something in words, and beside it the ids and names that no words stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    /// The words.
    pub text: String,
    /// For whoever has to look something up.
    pub ids: Vec<String>,
}

impl Phrase {
    fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ids: Vec::new(),
        }
    }

    fn with(text: impl Into<String>, id: impl ToString) -> Self {
        Self {
            text: text.into(),
            ids: vec![id.to_string()],
        }
    }
}

/// Names in one language, and moments at one place.
#[derive(Clone)]
pub struct Names {
    w: &'static Words,
    n: &'static NameWords,
    zone: TimeZone,
}

/// The languages that names are known in.
pub const LANGUAGES: [&str; 2] = ["ru", "en"];

impl Names {
    /// Names in a language of [`LANGUAGES`], in Russian when it is none of them; moments in this time zone, in Greenwich
    /// when there is none such.
    #[must_use]
    pub fn new(language: &str, zone: Option<&str>) -> Self {
        let w = words::in_language(language);
        Self::on(&Clock::new(zone, w))
    }

    /// Names in the language and at the place of a clock.
    pub(crate) fn on(clock: &Clock) -> Self {
        Self {
            w: clock.w,
            n: clock.w.names(),
            zone: clock.zone.clone(),
        }
    }

    /// The language's code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.w.code
    }

    /// A moment with date and seconds.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> String {
        moments::full(at, &self.zone, self.w)
    }

    /// A number with so many digits behind the comma, which in English is a point.
    #[must_use]
    pub fn decimal(&self, value: f64, digits: usize) -> String {
        self.w.decimal(value, digits)
    }

    /// An amount.
    #[must_use]
    pub fn money(&self, kopecks: i64) -> String {
        state::money(Kopecks::new(kopecks))
    }

    /// A channel, by its wire name.
    #[must_use]
    pub fn channel(&self, name: &str) -> &'static str {
        self.w.channel_of(name)
    }

    /// What a buyer is called whose name is not known.
    #[must_use]
    pub const fn no_name(&self) -> &'static str {
        self.w.no_name
    }

    /// Why the bot stopped.
    #[must_use]
    pub fn reason(&self, reason: HandoffReason) -> &'static str {
        self.reason_named(reason.as_str())
    }

    /// The same, by its wire name.
    #[must_use]
    pub fn reason_named(&self, name: &str) -> &'static str {
        self.w.reason_of(name)
    }

    /// What is wanted.
    #[must_use]
    pub const fn intent(&self, intent: Intent) -> &'static str {
        match intent {
            Intent::Greeting => self.n.greeting,
            Intent::Thanks => self.n.thanks,
            Intent::StockInquiry => self.n.stock_inquiry,
            Intent::DeliveryQuestion => self.n.delivery_question,
            Intent::PriceNegotiation => self.n.price_negotiation,
            Intent::ProductSearch => self.n.product_search,
            Intent::ProductQuestion => self.n.product_question,
            Intent::CartAdd => self.n.cart_add,
            Intent::CartRemove => self.n.cart_remove,
            Intent::Checkout => self.n.checkout,
            Intent::OrderStatus => self.n.order_status,
            Intent::HumanRequest => self.w.human_requested,
            Intent::Complaint => self.w.complaint,
            Intent::Other => self.n.other,
        }
    }

    /// Who answers; `None`: nobody.
    #[must_use]
    pub const fn specialist(&self, who: Option<Specialist>) -> &'static str {
        match who {
            Some(Specialist::Stock) => self.n.stock,
            Some(Specialist::Delivery) => self.n.delivery,
            Some(Specialist::Pricing) => self.n.pricing,
            Some(Specialist::Catalog) => self.n.catalog,
            Some(Specialist::General) => self.n.general,
            Some(Specialist::Cart) => self.n.cart,
            None => self.n.nobody,
        }
    }

    /// How an ask was understood: `model`, `faq`, `llm:<model>`, `rule:<name>`.
    #[must_use]
    pub fn by(&self, by: &str) -> Phrase {
        let n = self.n;
        let rule = match by {
            "model" => n.by_model,
            "faq" => n.by_faq,
            "rule:complaint" => n.rule_complaint,
            "rule:human" => n.rule_human,
            "rule:presence" => n.rule_presence,
            "rule:place" => n.rule_place,
            "rule:link" => n.rule_link,
            "rule:last_time" => n.rule_last_time,
            "rule:cheaper" => n.rule_cheaper,
            "rule:details" => n.rule_details,
            "rule:last_price" => n.rule_last_price,
            "rule:price" => n.rule_price,
            "rule:ordinal" => n.rule_ordinal,
            "rule:follow_up" => n.rule_follow_up,
            "rule:checkout" => n.rule_checkout,
            "rule:cart" => n.rule_cart,
            "rule:answered" => n.rule_answered,
            other => {
                let model = other.strip_prefix("llm:");
                return model.map_or_else(
                    || Phrase::with(n.by_rule, other.trim_start_matches("rule:")),
                    |model| Phrase::with(n.by_llm, model),
                );
            }
        };
        Phrase::plain(rule)
    }

    /// Something in the words that has a value of its own.
    #[must_use]
    pub fn entity(&self, entity: &Entity) -> String {
        let n = self.n;
        match entity {
            Entity::Quantity(pieces) => format!("{}: {pieces}", n.of_pieces),
            Entity::Ordinal(place) => format!("{}: {place}", n.of_place),
            Entity::Last => n.of_last.to_owned(),
            Entity::Price(price) => format!("{}: {}", n.of_price, state::money(*price)),
            Entity::Discount(off) => format!("{}: {}", n.of_discount, state::money(*off)),
            Entity::Percent(percent) => format!("{}: {percent}", n.of_percent),
            Entity::Dimensions(sizes) => format!("{}: {}", n.of_size, sizes.join(" × ")),
            Entity::Measure(size) => format!("{}: {}", n.of_size, self.measure(size)),
            Entity::Place(place) => format!("{}: {}", n.of_town, place.name),
            Entity::UnknownPlace(place) => format!("{}: «{}»", n.of_unknown, place.text()),
            Entity::Phone(phone) => format!("{}: {}", n.of_phone, phone.text()),
            Entity::Email(mail) => format!("{}: {}", n.of_email, mail.text()),
        }
    }

    /// A measure, whose unit is told by a name of ours: `20 litre`.
    fn measure(&self, size: &str) -> String {
        let n = self.n;
        let (figure, unit) = size.rsplit_once(' ').unwrap_or((size, ""));
        let unit = match unit {
            "litre" => n.litre,
            "millilitre" => n.millilitre,
            "kilogram" => n.kilogram,
            "gram" => n.gram,
            "tonne" => n.tonne,
            "millimetre" => n.millimetre,
            "centimetre" => n.centimetre,
            "metre" => n.metre,
            "kilometre" => n.kilometre,
            "inch" => n.inch,
            "foot" => n.foot,
            "ounce" => n.ounce,
            "pound" => n.pound,
            "watt" => n.watt,
            "kilowatt" => n.kilowatt,
            "volt" => n.volt,
            "ampere" => n.ampere,
            "amperehour" => n.amperehour,
            "milliamperehour" => n.milliamperehour,
            "megabyte" => n.megabyte,
            "gigabyte" => n.gigabyte,
            "terabyte" => n.terabyte,
            "degree" => n.degree,
            // Of clothes and shoes.
            "size" => return figure.to_owned(),
            _ => return size.to_owned(),
        };
        format!("{figure}\u{a0}{unit}")
    }

    /// What a reply is for.
    #[must_use]
    pub const fn kind(&self, kind: ReplyKind) -> &'static str {
        match kind {
            ReplyKind::Answer => self.n.kind_answer,
            ReplyKind::Courtesy => self.n.kind_courtesy,
            ReplyKind::Question => self.n.kind_question,
            ReplyKind::HandoffNotice => self.n.kind_notice,
            ReplyKind::Seller => self.n.kind_seller,
            ReplyKind::OrderNews => self.n.kind_news,
        }
    }

    /// What a model was asked for.
    #[must_use]
    pub const fn purpose(&self, call: &ModelCall) -> &'static str {
        match call.purpose {
            Purpose::Understand => self.n.to_understand,
            Purpose::Phrase => self.n.to_phrase,
            Purpose::Embed => self.n.to_embed,
            Purpose::Transcribe => self.n.to_transcribe,
        }
    }

    /// What became of an order, by its wire name.
    #[must_use]
    pub fn became(&self, name: &str) -> Option<&'static str> {
        Some(match name {
            "submitted" => self.n.was_submitted,
            "placed" => self.n.was_placed,
            "declined" => self.n.was_declined,
            "cancelled" => self.n.was_cancelled,
            _ => return None,
        })
    }

    /// A fact's name and value, without where it stands.
    #[must_use]
    pub fn fact(&self, fact: &Fact) -> Phrase {
        let value = match (fact.name.as_str(), fact.value.as_str()) {
            ("stock.quantity", "some") => self.w.in_stock,
            ("stock.quantity", "on order") => self.w.on_order,
            (_, value) => value,
        };
        let mut phrase = match self.fact_named(&fact.name) {
            Some(name) => Phrase::plain(format!("{name}: {value}")),
            None => Phrase::with(format!("{}: {value}", self.n.fact), &fact.name),
        };
        phrase.ids.extend(fact.sku.iter().map(ToString::to_string));
        phrase
    }

    /// Where a fact stands.
    #[must_use]
    pub fn source(&self, source: &FactSource) -> Phrase {
        let n = self.n;
        match source {
            FactSource::Sheet(row) => self.row(row),
            FactSource::Settings(name) => Phrase::with(n.from_settings, name),
            FactSource::Buyer(event) => Phrase::with(n.from_buyer, event),
            FactSource::Seller(event) => Phrase::with(n.from_seller, event),
            FactSource::Counted => Phrase::plain(n.from_count),
            FactSource::Computed(how) => self.note(how),
            FactSource::Offer(turn) => Phrase::with(n.from_offer, turn),
            FactSource::Order(order) => Phrase::with(n.from_order, order.code()),
        }
    }

    fn row(&self, row: &SheetRow) -> Phrase {
        let tab = match self.tab(&row.tab) {
            Some(tab) => tab.to_owned(),
            None => format!("{} {}", self.n.tab_other, row.tab),
        };
        let text = format!("{tab}, {} {}", self.w.row, row.row);
        Phrase::with(text, format!("{}@{}", row.tab, row.revision))
    }

    /// A tab of the sheet.
    fn tab(&self, name: &str) -> Option<&'static str> {
        Some(match name {
            "products" => self.n.tab_products,
            "delivery" => self.n.tab_delivery,
            "faq" => self.n.tab_faq,
            "rules" => self.n.tab_rules,
            "settings" => self.n.tab_settings,
            _ => return None,
        })
    }

    fn fact_named(&self, name: &str) -> Option<&'static str> {
        let n = self.n;
        Some(match name {
            "product.name" => n.product_name,
            "product.price" => n.product_price,
            "product.description" => n.product_description,
            "stock.quantity" => n.stock_quantity,
            "stock.left" => n.stock_left,
            "price.each" => n.price_each,
            "price.total" => n.price_total,
            "offer.price" => n.offer_price,
            "offer.from_pieces" => n.offer_from_pieces,
            "offer.valid_hours" => n.offer_valid_hours,
            "rule.max_discount_percent" => n.rule_discount,
            "rule.discount_percent" => n.rule_discount_pieces,
            "rule.from_pieces" => n.rule_from_pieces,
            "rule.free_delivery_from" => n.rule_free_from,
            "rule.free_delivery_regions" => n.rule_free_regions,
            "rule.min_order" => n.rule_min_order,
            "delivery.region" => n.delivery_region,
            "delivery.price" => n.delivery_price,
            "delivery.days" => n.delivery_days,
            "cart.pieces" => n.cart_pieces,
            "cart.price" => n.cart_price,
            "cart.sum" => n.cart_sum,
            "cart.total" => n.cart_total,
            "order.code" => n.order_code,
            "order.total" => n.order_total,
            "order.pieces" => n.order_pieces,
            "order.price" => n.order_price,
            "order.missing" => n.order_missing,
            "order.expires_at" => n.order_expires,
            "order.reason" => n.order_reason,
            "order.tracking" => n.order_tracking,
            "invoice.number" => n.invoice_number,
            "list.length" => n.list_length,
            "faq.answer" => n.faq_answer,
            "code.tries_left" => n.code_tries,
            "shop.name" => n.shop_name,
            "shop.address" => n.shop_address,
            "shop.phone" => n.shop_phone,
            "shop.work_days" => n.shop_days,
            "shop.work_hours" => n.shop_hours,
            "shop.holidays" => n.shop_holidays,
            "shop.opens" => n.shop_opens,
            "shop.greeting" | "shop.signature" | "shop.tone" => n.shop_other,
            "buyer.name" => n.buyer_name,
            "buyer.phone" => n.buyer_phone,
            "buyer.email" => n.buyer_email,
            "buyer.address" => n.buyer_address,
            "buyer.words" => n.buyer_words,
            _ => return None,
        })
    }
}
