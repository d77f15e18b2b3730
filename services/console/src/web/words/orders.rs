//! What the pages about orders say.

use super::words;

words! { OrderWords:
    orders: "Заказы", "Orders";
    order: "Заказ", "Order";
    search: "Код, имя, телефон или товар", "Code, name, phone or article";
    stage: "Что с заказом", "State of the order";
    all: "Все", "All";
    waiting: "Ждут вас", "Wait for you";
    unpaid: "Ждут оплаты", "To be paid";
    paid: "К отправке", "To be sent";
    shipped: "В пути", "On the way";
    closed: "Завершены", "Done";
    no_orders: "Заказов пока нет.", "There are no orders yet.";
    no_orders_hint: "Покупатель собирает корзину в диалоге и говорит «да»; заказ появляется здесь сам.", "A buyer fills a cart in the conversation and says yes; the order appears here by itself.";
    stage_submitted: "Резервируется", "Being reserved";
    stage_placed: "Ждёт подтверждения", "Waits for a yes";
    stage_approved: "Подтверждён", "Approved";
    stage_declined: "Не хватило товара", "Too little in stock";
    stage_rejected: "Отклонён", "Rejected";
    stage_cancelled: "Отменён покупателем", "Cancelled by the buyer";
    stage_expired: "Время вышло", "Nobody decided in time";
    is_paid: "оплачен", "paid";
    is_shipped: "отправлен", "sent";
    is_delivered: "доставлен", "delivered";
    is_returned: "вернулся", "returned";
    what: "Что заказано", "What is ordered";
    pieces: "Штук", "Pieces";
    price_rubles: "Цена, ₽", "Price, ₽";
    sum: "Сумма", "Sum";
    delivery: "Доставка", "Delivery";
    pickup: "самовывоз", "picked up by the buyer";
    total: "Итого", "Total";
    history: "Как было", "What happened";
    buyer: "Покупатель", "Buyer";
    name: "Имя", "Name";
    phone: "Телефон", "Phone";
    email: "Почта", "Mail";
    decide_until: "Решить до", "Decide until";
    because: "Почему спрашивает", "Why it asks";
    reason: "Причина для покупателя", "Reason, for the buyer";
    short: "Не хватило", "Too few";
    tracking: "Номер для отслеживания", "Tracking number";
    open_chat: "Открыть диалог", "Open the conversation";
    invoice: "Счёт", "Invoice";
    approve: "Подтвердить", "Approve";
    amend: "Изменить…", "Change…";
    amend_hint: "Дороже, чем согласился покупатель, сделать нельзя. Ноль штук убирает строку.", "Nothing can be made dearer than the buyer agreed to. No pieces removes a line.";
    amend_do: "Изменить заказ", "Change the order";
    reject: "Отклонить…", "Reject…";
    reject_do: "Отклонить заказ", "Reject the order";
    mark_paid: "Оплачен", "Paid";
    mark_shipped: "Отправлен", "Sent";
    mark_delivered: "Доставлен", "Delivered";
    mark_returned: "Вернулся", "Returned";
    did_submit: "Покупатель сказал «да»", "The buyer said yes";
    did_place: "Товар отложен", "The articles are reserved";
    did_decline: "Товара не хватило", "There was too little";
    did_amend: "Изменён", "Changed";
    did_approve: "Подтверждён", "Approved";
    did_reject: "Отклонён", "Rejected";
    did_cancel: "Покупатель отменил", "The buyer cancelled";
    did_expire: "Никто не решил вовремя", "Nobody decided in time";
    did_invoice: "Выставлен счёт", "Invoiced";
    told_approved: "Заказ подтверждён, покупатель узнает сейчас.", "The order is approved; the buyer is being told.";
    told_rejected: "Заказ отклонён, покупатель узнает сейчас.", "The order is rejected; the buyer is being told.";
    told_amended: "Заказ изменён, покупатель узнает сейчас.", "The order is changed; the buyer is being told.";
    told_marked: "Отмечено, покупатель узнает сейчас.", "Noted; the buyer is being told.";
    told_decided: "Ничего не изменено: заказ уже решён", "Nothing changed: the order is decided already";
    told_late: "Ничего не изменено: время на решение вышло.", "Nothing changed: the time to decide is over.";
    told_changed: "Ничего не изменено: заказ стал другим, посмотрите ещё раз.", "Nothing changed: the order is not what you saw; look again.";
    told_reserving: "Товар как раз резервируется, попробуйте через минуту.", "Its pieces are just being reserved; try again in a minute.";
    told_dearer: "Ничего не изменено: вышло бы дороже, чем согласился покупатель.", "Nothing changed: it would cost more than the buyer agreed to.";
    told_not_approved: "Ничего не отмечено: заказ не подтверждён.", "Nothing was noted: the order is not approved.";
    told_no_terms: "Ничего не изменено: такого заказа не бывает. Проверьте штуки и цены.", "Nothing changed: that makes no order. Check pieces and prices.";
    told_no_order: "Такого заказа в этом диалоге нет.", "This conversation has no such order.";
}

impl OrderWords {
    /// What came of something, by the name in the log: whether it was done, and how that is said.
    pub(crate) fn outcome(&self, outcome: &str) -> Option<(bool, &'static str)> {
        Some(match outcome {
            "order_approved" => (true, self.told_approved),
            "order_rejected" => (true, self.told_rejected),
            "order_amended" => (true, self.told_amended),
            "order_paid" | "order_shipped" | "order_delivered" | "order_returned" => {
                (true, self.told_marked)
            }
            "already_decided" => (false, self.told_decided),
            "too_late" => (false, self.told_late),
            "order_changed" => (false, self.told_changed),
            "order_reserving" => (false, self.told_reserving),
            "dearer_than_agreed" => (false, self.told_dearer),
            "not_approved" => (false, self.told_not_approved),
            "no_terms" => (false, self.told_no_terms),
            "no_such_order" => (false, self.told_no_order),
            _ => return None,
        })
    }
}
