//! `GET /settings`: how a shop is set up, and what of it does not work, as far as the log says. The seller's own file and
//! sheet are where it is changed.

use askama::Template;
use axum::{extract::Query, response::Response};
use domain::{Desk, Shop};
use schemas::{
    AggregateKey, ShopId,
    conversation::ChannelKind,
    shop::{Hold, Setting, SheetAddress},
};

use super::{
    Failure, Seen,
    frame::{Frame, Visit},
    page,
    products::Of,
};

struct Channel {
    name: &'static str,
    account: String,
    how: &'static str,
    paused: Option<String>,
}

struct Seller {
    name: String,
    id: i64,
    bound: bool,
    unreachable: Option<String>,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    f: Frame,
    shop: String,
    name: String,
    facts: Vec<(&'static str, String)>,
    hold: (&'static str, bool),
    channels: Vec<Channel>,
    sellers: Vec<Seller>,
    policy: Vec<(&'static str, String)>,
}

/// `GET /settings`.
pub(crate) async fn show(
    Seen(site): Seen,
    visit: Visit,
    Query(of): Query<Of>,
) -> Result<Response, Failure> {
    let f = Frame::new(&site, visit, "settings").await?;
    let id = f.shop(&of.shop).and_then(|shop| ShopId::new(&shop.id).ok());
    let mut shown = Settings {
        hold: (f.w.hold_none, true),
        f,
        shop: of.shop,
        name: String::new(),
        facts: Vec::new(),
        channels: Vec::new(),
        sellers: Vec::new(),
        policy: Vec::new(),
    };
    if let Some(id) = id {
        let shop = site.log.load::<Shop>(&AggregateKey::shop(&id)).await?.state;
        let desk = site.log.load::<Desk>(&AggregateKey::desk(&id)).await?.state;
        shown.shop = id.to_string();
        shown.fill(&shop, &desk);
    }
    page(&shown)
}

impl Settings {
    fn fill(&mut self, shop: &Shop, desk: &Desk) {
        let w = self.f.w;
        let Some(settings) = shop.settings() else {
            return;
        };
        self.name.clone_from(&settings.name);
        let sheet = match &settings.sheet {
            SheetAddress::Folder(place) | SheetAddress::Link(place) => place.clone(),
            SheetAddress::Google(id) => format!("Google Sheets {id}"),
        };
        let hours = shop.setting(Setting::WorkHours);
        let hours = hours.map(|row| row.value.clone());
        let hours = hours.or_else(|| shop.hours_told().map(str::to_owned));
        self.facts = vec![
            (w.sheet, sheet),
            (w.timezone, settings.timezone.clone()),
            (w.languages, settings.languages.join(", ")),
            (w.hours, hours.unwrap_or_else(|| w.nothing.to_owned())),
        ];
        self.hold = match shop.held() {
            None => (w.hold_none, true),
            Some(Hold::Paused) => (w.hold_paused, false),
            Some(Hold::Stopped) => (w.hold_stopped, false),
        };
        let channels = settings.channels.iter();
        self.channels = channels
            .map(|channel| Channel {
                name: w.channel_of(channel.kind.as_str()),
                account: channel.account.clone(),
                how: match (channel.kind, channel.webhook) {
                    (ChannelKind::Web, _) => w.chat_page,
                    (_, true) => w.webhook,
                    (_, false) => w.polling,
                },
                paused: shop
                    .paused(channel.kind, &channel.account)
                    .map(str::to_owned),
            })
            .collect();
        self.sellers = sellers(&settings.sellers, desk, w.seller);
        let policy = &settings.policy;
        let minutes = |count: u64| format!("{count} {}", w.unit_min);
        self.policy = vec![
            (w.policy_confidence, w.decimal(policy.confidence, 2)),
            (
                w.policy_quiet,
                format!("{} {}", policy.quiet_window_ms, w.unit_ms),
            ),
            (w.policy_approval, policy.order_approval.clone()),
            (
                w.policy_offer,
                format!("{} {}", policy.offer_valid_hours, w.unit_h),
            ),
            (w.policy_silent, minutes(policy.seller_silent_minutes)),
            (w.policy_reminder, minutes(policy.reminder_minutes)),
            (w.policy_cap, policy.messages_per_day.to_string()),
        ];
    }
}

/// Those of the shop's file first, then those who sat down with a code.
fn sellers(configured: &[i64], desk: &Desk, unnamed: &str) -> Vec<Seller> {
    let seats = desk.seats();
    let bound = seats.iter();
    let bound = bound.filter(|(id, seat)| seat.bound && !configured.contains(id));
    let ids = configured.iter().chain(bound.map(|(id, _)| id));
    let seller = |id: &i64| {
        let seat = seats.get(id);
        let name = seat.and_then(|seat| seat.name.as_ref());
        Seller {
            name: name.map_or_else(|| unnamed.to_owned(), |name| name.text().to_owned()),
            id: *id,
            bound: !configured.contains(id),
            unreachable: desk.unreachable(*id).map(str::to_owned),
        }
    };
    ids.map(seller).collect()
}
