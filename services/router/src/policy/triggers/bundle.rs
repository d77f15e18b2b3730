//! Several conditions at once: only the seller can weigh them against each other.

use schemas::conversation::Entity;

use super::phrases::Words;

const CONDITION: &[&str] = &[
    "если|чтоб|чтобы|при|условии|условие|тогда",
    "if|provided|unless|when",
    "si",
];
const DISCOUNT: &[&str] = &[
    "скид*|скин*|уступ*|дешев*|подешев*|торг*|ниже|пониже|упад*|снизит*|сбрось*|сбросите|снизите|снизить",
    "discount*|cheaper|price|knock|lower|percent",
    "descuent*|rebaj*|baja*|precio|barat*",
];
const DELIVERY: &[&str] = &[
    "достав*|отправ*|привез*|самовывоз*|пришл*|довез*|вышл*",
    "ship*|deliver*|send|post",
    "envi*|enví*|entreg*|mand*",
];
/// More than one place to go to.
const PLACES: &[&str] = &[
    "адреса|адресов|адресам",
    "разн* … город*|адрес*|посылк*|мест*",
    "две|двумя|три|тремя|несколько|нескольк* посылк*|посылками|адрес*|город*",
    "два|оба|три|двух|трех … офис*|точк*|филиал*|магазин*|склад*|дом*",
    "both … offices|shops|branches|addresses|cities",
    "один … другой|второй|остальн*",
    "одну … другую|вторую",
    "addresses|parcels",
    "two|different|several places|cities|towns",
    "one to … one|other|another to",
    "direcciones|ciudades",
    "uno|una a … otro|otra",
];
/// What no rule of the shop's says: presents, payment later, exchange, work on the goods, papers.
const UNUSUAL: [&[&str]; 4] = [
    &[
        "подар*|дари*|подари*|бонус*|впридачу|придачу",
        "gift*|include*|bonus",
        "throw in",
        "regal*|gratis|incluy*",
    ],
    &[
        "рассроч*|отсроч*|кредит*|предоплат*|постоплат*|частями|половин*|налом|наличк*",
        "оплат* … потом|позже|частями|сразу|налом|получении",
        "installment*|instalment*|credit|half|later|cash",
        "pay now|later|cash",
        "plazos|ahora|mitad|efectivo",
    ],
    &[
        "старый|старую|старое|старого … отдам|обмен*|зачет|доплат*|сдам|заберете",
        "отдам|сдам|меняю|обменяю … старый|старую|старое|свой|мой",
        "обме*|возвра*|верн*|возвращ*|доплат*|трейд",
        "return*|exchange*|swap*|trade",
        "devol*|devuel*|cambi*",
    ],
    &[
        "логотип*|нанесен*|гравировк*|вышив*|документ*|бухгалтер*|договор*|упаковк*|упаку*|накладн*|юрлиц*|безнал*|открытк*|чек",
        "счет на|для|юр*|компан*|ип|ооо",
        "logo|engrav*|invoice|paperwork|wrap*",
        "logotipo|factura|grabado",
    ],
];

/// The buyer's own thing is part of the price.
const TRADED: &[&str] = &[
    "обмен*|доплат*|зачет … старый|старого|старую|старое|свой|своего|мой|моего",
    "старый|старую|старое|свой|мой … плюс|обмен*|доплат*|зачет",
    "swap|trade|exchange … my old|mine",
    "mi viejo|vieja|antiguo|antigua … cambio",
    "cambio … mi",
];

/// Whether a burst sets several conditions.
pub(super) fn is_set(words: &Words<'_>, entities: &[Entity]) -> bool {
    let named = |wanted: fn(&Entity) -> bool| entities.iter().any(wanted);
    let counted = named(|entity| matches!(entity, Entity::Quantity(pieces) if *pieces > 1));
    let lowered = named(|entity| matches!(entity, Entity::Percent(_) | Entity::Discount(_)));
    let condition = words.say(CONDITION);
    let places = words.say(PLACES);
    let unusual = UNUSUAL.iter().filter(|one| words.say(one)).count();
    let unusual = unusual.saturating_add(usize::from(places));
    let discount = lowered || words.say(DISCOUNT);
    let demands = unusual
        .saturating_add(usize::from(discount))
        .saturating_add(usize::from(words.say(DELIVERY)));
    (condition && (demands >= 2 || (counted && places)))
        || (counted && unusual >= 1 && demands >= 2)
        || (words.say(TRADED) && demands >= 2)
        || (places && discount)
        || demands >= 3
}

#[cfg(test)]
mod tests {
    use super::{super::human::CLASSES, *};

    #[test]
    fn several_conditions_at_once_are_a_bundle_and_one_is_not() {
        let bundle =
            |text: &str, pieces| is_set(&Words::of(text, &CLASSES), &[Entity::Quantity(pieces)]);
        assert!(bundle("если возьму 10, скинете? и на три адреса", 10));
        assert!(bundle(
            "if I take 10 will you give a discount and free shipping?",
            10
        ));
        assert!(bundle("беру 6 штук, сделаете гравировку и скидку?", 6));
        assert!(!bundle("если возьму 3, скидка будет?", 3));
        assert!(!bundle("есть синий и отправите в Сибирь?", 1));
        assert!(!bundle("какая скидка на 3 штуки и сколько доставка?", 3));
    }
}
