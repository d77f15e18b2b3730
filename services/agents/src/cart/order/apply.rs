//! What the buyer tells, taken over into an order in the making.

use language::{Details, Settlement};
use schemas::{
    Kopecks,
    conversation::{Cart, Checkout, Delivery, Detail, Language, Recipient},
};

use super::{
    fresh::{can_be_fetched, delivered},
    talk::Talk,
};

/// Why something cannot be taken over: for the seller.
pub(super) struct Reason(pub(super) String);

/// An order that begins: as the last one, as far as there was one; else with the name that the provider shows, for the
/// summary to show and the buyer to correct.
pub(super) fn begin(talk: &Talk<'_>, cart: &Cart) -> Checkout {
    let mut checkout = Checkout {
        id: talk.new_checkout(),
        recipient: Recipient::default(),
        delivery: None,
        as_last_time: false,
        summary: None,
    };
    if let Some(last) = &talk.world.last {
        checkout.recipient = last.recipient.clone();
        let goods = cart.total().unwrap_or_default();
        checkout.delivery = match &last.terms.delivery {
            Delivery::Pickup => can_be_fetched(talk).then_some(Delivery::Pickup),
            shipped @ Delivery::Shipped { .. } => delivered(talk.world, shipped, goods),
        };
        checkout.as_last_time = true;
    }
    if checkout.recipient.name.is_none() {
        let shown = talk.question.sale.name.as_ref();
        let name = shown.and_then(|name| language::a_name(name.text()));
        checkout.recipient.name = name.map(Into::into);
    }
    checkout
}

/// Takes over what was told; whether anything is different now.
///
/// # Errors
/// [`Reason`]: the shop does not say how it could be done.
pub(super) fn apply(
    talk: &Talk<'_>,
    cart: &Cart,
    checkout: &mut Checkout,
    told: &Details,
) -> Result<bool, Reason> {
    let before = checkout.clone();
    let recipient = &mut checkout.recipient;
    recipient.name = told.name.clone().or_else(|| recipient.name.take());
    recipient.phone = told.phone.clone().or_else(|| recipient.phone.take());
    recipient.email = told.email.clone().or_else(|| recipient.email.take());
    let goods = cart.total().unwrap_or_default();
    if told.pickup {
        if !can_be_fetched(talk) {
            return Err(Reason(
                "the buyer wants to fetch the order, and the sheet does not say that it can be"
                    .to_owned(),
            ));
        }
        checkout.delivery = Some(Delivery::Pickup);
    } else if let Some(place) = told.place {
        checkout.delivery = Some(sent_to(talk, checkout, place, told, goods)?);
    } else if told.unknown_place.is_some() {
        return Err(Reason(
            "the gazetteer does not know the place that the buyer wants the order sent to"
                .to_owned(),
        ));
    } else if let Some(street) = &told.address {
        match &mut checkout.delivery {
            Some(Delivery::Shipped { address, .. }) => *address = Some(street.clone()),
            // A street says that it is to be sent, and not to which town.
            Some(Delivery::Pickup) | None => checkout.delivery = None,
        }
    }
    let changed = *checkout != before;
    if changed {
        checkout.as_last_time = false;
        checkout.summary = None;
    }
    Ok(changed)
}

fn sent_to(
    talk: &Talk<'_>,
    checkout: &Checkout,
    place: Settlement,
    told: &Details,
    goods: Kopecks,
) -> Result<Delivery, Reason> {
    let name = place.name(Language::Ru);
    let known = match &checkout.delivery {
        Some(Delivery::Shipped { place, address, .. }) if place == name => address.clone(),
        Some(Delivery::Shipped { .. } | Delivery::Pickup) | None => None,
    };
    let wanted = Delivery::Shipped {
        region: String::new(),
        place: name.to_owned(),
        address: told.address.clone().or(known),
        price: Kopecks::new(0),
        days: None,
        source: None,
    };
    delivered(talk.world, &wanted, goods).ok_or_else(|| {
        let rows = &talk.world.shop.delivery().rows;
        Reason(if rows.is_empty() {
            format!("the delivery table is empty, and the buyer wants the order sent to {name}")
        } else {
            format!(
                "no row of the delivery table covers {name}, where the buyer wants the order sent"
            )
        })
    })
}

/// Forgets what is to be different and was named without a value: it is asked anew.
pub(super) fn forget(checkout: &mut Checkout, mentioned: &[Detail]) -> bool {
    let before = checkout.clone();
    for detail in mentioned {
        match (detail, &mut checkout.delivery) {
            (Detail::Address, Some(Delivery::Shipped { address, .. })) => *address = None,
            (Detail::Delivery | Detail::Address, delivery) => *delivery = None,
            (Detail::Name, _) => checkout.recipient.name = None,
            (Detail::Contact, _) => {
                checkout.recipient.phone = None;
                checkout.recipient.email = None;
            }
        }
    }
    let changed = *checkout != before;
    if changed {
        checkout.as_last_time = false;
        checkout.summary = None;
    }
    changed
}
