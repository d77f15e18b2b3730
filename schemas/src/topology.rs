//! Who writes what, and who looks when it is written. The one place where streams and consumers are named.

/// Number of shards of a new log; fixed once the log is made, and kept in its streams' metadata.
pub const SHARDS: u16 = 16;
/// The stream of pending and due timers.
pub const TIMERS: &str = "TIMERS";
/// The stream of what could not be handled.
pub const PARKED: &str = "PARKED";

/// An event type and its one writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventType {
    /// The wire name.
    pub name: &'static str,
    /// The only service that emits it.
    pub writer: &'static str,
}

/// A durable consumer and the event types that can give it work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reactor {
    /// The durable's name: one per shard, never renamed.
    pub consumer: &'static str,
    /// The service that runs it.
    pub service: &'static str,
    /// What it looks at.
    pub reacts_to: &'static [&'static str],
}

const fn event(name: &'static str, writer: &'static str) -> EventType {
    EventType { name, writer }
}

/// Every event type.
pub const EVENTS: &[EventType] = &[
    event("torg.conversation.message_received.v1", "ingest"),
    event("torg.conversation.message_edited.v1", "ingest"),
    event("torg.conversation.message_deleted.v1", "ingest"),
    event("torg.conversation.notice_received.v1", "ingest"),
    event("torg.conversation.button_pressed.v1", "ingest"),
    event("torg.conversation.seller_wrote.v1", "ingest"),
    event("torg.conversation.reply_echoed.v1", "ingest"),
    event("torg.conversation.voice_transcribed.v1", "dispatcher"),
    event("torg.conversation.model_called.v1", "router"),
    event("torg.conversation.turn_routed.v1", "router"),
    event("torg.conversation.answer_given.v1", "agents"),
    event("torg.conversation.cannot_answer.v1", "agents"),
    event("torg.conversation.reply_composed.v1", "router"),
    event("torg.conversation.reply_withdrawn.v1", "router"),
    event("torg.conversation.handoff_requested.v1", "router"),
    event("torg.conversation.bot_resumed.v1", "router"),
    event("torg.conversation.reply_sending.v1", "dispatcher"),
    event("torg.conversation.reply_sent.v1", "dispatcher"),
    event("torg.conversation.reply_uncertain.v1", "dispatcher"),
    event("torg.conversation.reply_failed.v1", "dispatcher"),
    event("torg.conversation.list_shown.v1", "dispatcher"),
    event("torg.conversation.offer_made.v1", "dispatcher"),
    event("torg.conversation.draft_suggested.v1", "router"),
    event("torg.conversation.seller_replied.v1", "escalation"),
    event("torg.conversation.chat_taken.v1", "escalation"),
    event("torg.conversation.chat_given_back.v1", "escalation"),
    event("torg.conversation.chat_closed.v1", "escalation"),
    event("torg.conversation.buyer_muted.v1", "escalation"),
    event("torg.conversation.buyer_unmuted.v1", "escalation"),
    event("torg.conversation.handoff_judged.v1", "escalation"),
    event("torg.conversation.handoff_labelled.v1", "escalation"),
    event("torg.conversation.cart_changed.v1", "dispatcher"),
    event("torg.conversation.checkout_changed.v1", "dispatcher"),
    event("torg.conversation.order_submitted.v1", "agents"),
    event("torg.conversation.order_cancelled.v1", "agents"),
    event("torg.conversation.order_placed.v1", "cart"),
    event("torg.conversation.order_declined.v1", "cart"),
    event("torg.conversation.order_expired.v1", "cart"),
    event("torg.conversation.order_amended.v1", "escalation"),
    event("torg.conversation.order_approved.v1", "escalation"),
    event("torg.conversation.order_rejected.v1", "escalation"),
    event("torg.conversation.order_marked.v1", "escalation"),
    event("torg.conversation.order_invoiced.v1", "invoicer"),
    event("torg.conversation.arm_assigned.v1", "router"),
    event("torg.stock.product_recorded.v1", "ingest"),
    event("torg.stock.product_withdrawn.v1", "ingest"),
    event("torg.stock.stock_reserved.v1", "cart"),
    event("torg.stock.reservation_kept.v1", "cart"),
    event("torg.stock.reservation_released.v1", "cart"),
    event("torg.shop.shop_configured.v1", "torg"),
    event("torg.shop.shop_reconfigured.v1", "escalation"),
    event("torg.shop.delivery_recorded.v1", "ingest"),
    event("torg.shop.faq_recorded.v1", "ingest"),
    event("torg.shop.rules_recorded.v1", "ingest"),
    event("torg.shop.settings_recorded.v1", "ingest"),
    event("torg.shop.model_spent.v1", "router"),
    event("torg.shop.sheet_read.v1", "ingest"),
    event("torg.shop.sheet_refused.v1", "ingest"),
    event("torg.shop.channel_paused.v1", "dispatcher"),
    event("torg.shop.channel_resumed.v1", "dispatcher"),
    event("torg.shop.webhook_unrecognised.v1", "ingest"),
    event("torg.shop.bot_held.v1", "escalation"),
    event("torg.shop.bot_released.v1", "escalation"),
    event("torg.shop.hours_told.v1", "escalation"),
    event("torg.shop.experiment_started.v1", "torg"),
    event("torg.shop.experiment_stopped.v1", "torg"),
    event("torg.desk.seller_invited.v1", "torg"),
    event("torg.desk.seller_tapped.v1", "ingest"),
    event("torg.desk.seller_said.v1", "ingest"),
    event("torg.desk.deed_asked.v1", "console"),
    event("torg.desk.input_handled.v1", "escalation"),
    event("torg.desk.input_deferred.v1", "escalation"),
    event("torg.desk.seller_bound.v1", "escalation"),
    event("torg.desk.code_refused.v1", "escalation"),
    event("torg.desk.console_code_told.v1", "escalation"),
    event("torg.desk.console_entered.v1", "console"),
    event("torg.desk.seller_unreachable.v1", "escalation"),
    event("torg.desk.matter_opened.v1", "escalation"),
    event("torg.desk.matter_changed.v1", "escalation"),
    event("torg.desk.matter_invoiced.v1", "escalation"),
    event("torg.desk.matter_snoozed.v1", "escalation"),
    event("torg.desk.reply_undelivered.v1", "escalation"),
    event("torg.desk.buyer_went_on.v1", "escalation"),
    event("torg.desk.posted.v1", "escalation"),
    event("torg.desk.post_edited.v1", "escalation"),
    event("torg.invoice.invoice_issued.v1", "invoicer"),
    event("torg.invoice.invoice_mailing.v1", "invoicer"),
    event("torg.invoice.invoice_mailed.v1", "invoicer"),
    event("torg.invoice.invoice_mail_failed.v1", "invoicer"),
    event("torg.invoice.invoice_mail_uncertain.v1", "invoicer"),
    event("torg.invoice.invoice_resend_asked.v1", "invoicer"),
    event("torg.customer.customer_ordered.v1", "cart"),
    event("torg.customer.customer_order_changed.v1", "cart"),
    event("torg.customer.code_asked.v1", "agents"),
    event("torg.customer.code_made.v1", "invoicer"),
    event("torg.customer.code_mailed.v1", "invoicer"),
    event("torg.customer.code_failed.v1", "invoicer"),
    event("torg.customer.code_missed.v1", "agents"),
    event("torg.customer.contact_confirmed.v1", "agents"),
    event("torg.customer.customer_parted.v1", "agents"),
    event("torg.customer.letter_counted.v1", "invoicer"),
    event("torg.customer.customers_joined.v1", "agents"),
    event("torg.webhook.webhook_due.v1", "dispatcher"),
    event("torg.webhook.webhook_delivered.v1", "dispatcher"),
    event("torg.webhook.webhook_failed.v1", "dispatcher"),
    event("torg.webhook.webhook_given_up.v1", "dispatcher"),
    event("torg.webhook.webhook_retry_asked.v1", "torg"),
    event("torg.webhook.webhook_test_asked.v1", "torg"),
    event("torg.shop.webhook_stopped.v1", "dispatcher"),
    event("torg.shop.webhook_resumed.v1", "torg"),
];

/// The router's durable.
pub const ROUTER: Reactor = Reactor {
    consumer: "router",
    service: "router",
    reacts_to: &[
        "torg.conversation.message_received.v1",
        "torg.conversation.message_edited.v1",
        "torg.conversation.message_deleted.v1",
        "torg.conversation.button_pressed.v1",
        "torg.conversation.seller_wrote.v1",
        "torg.conversation.reply_echoed.v1",
        "torg.conversation.voice_transcribed.v1",
        "torg.conversation.turn_routed.v1",
        "torg.conversation.answer_given.v1",
        "torg.conversation.cannot_answer.v1",
        "torg.conversation.handoff_requested.v1",
        "torg.conversation.bot_resumed.v1",
        "torg.conversation.seller_replied.v1",
        "torg.conversation.chat_taken.v1",
        "torg.conversation.chat_given_back.v1",
        "torg.conversation.chat_closed.v1",
        "torg.conversation.buyer_muted.v1",
        "torg.conversation.buyer_unmuted.v1",
        "torg.conversation.reply_sent.v1",
        "torg.conversation.reply_uncertain.v1",
        "torg.conversation.reply_failed.v1",
        "torg.conversation.order_approved.v1",
        "torg.conversation.order_rejected.v1",
        "torg.conversation.order_expired.v1",
        "torg.conversation.order_marked.v1",
        "torg.conversation.order_invoiced.v1",
    ],
};

/// The stock specialist's durable.
pub const AGENT_STOCK: Reactor = Reactor {
    consumer: "agent-stock",
    service: "agents",
    reacts_to: &["torg.conversation.turn_routed.v1"],
};

/// The delivery specialist's durable.
pub const AGENT_DELIVERY: Reactor = Reactor {
    consumer: "agent-delivery",
    service: "agents",
    reacts_to: &["torg.conversation.turn_routed.v1"],
};

/// The pricing specialist's durable.
pub const AGENT_PRICING: Reactor = Reactor {
    consumer: "agent-pricing",
    service: "agents",
    reacts_to: &["torg.conversation.turn_routed.v1"],
};

/// The catalog specialist's durable.
pub const AGENT_CATALOG: Reactor = Reactor {
    consumer: "agent-catalog",
    service: "agents",
    reacts_to: &["torg.conversation.turn_routed.v1"],
};

/// The durable of the specialist for small talk and the seller's own questions and answers.
pub const AGENT_GENERAL: Reactor = Reactor {
    consumer: "agent-general",
    service: "agents",
    reacts_to: &["torg.conversation.turn_routed.v1"],
};

/// The durable of the specialist for carts and orders.
pub const AGENT_CART: Reactor = Reactor {
    consumer: "agent-cart",
    service: "agents",
    reacts_to: &[
        "torg.conversation.turn_routed.v1",
        "torg.conversation.order_submitted.v1",
        "torg.conversation.order_placed.v1",
        "torg.conversation.order_declined.v1",
    ],
};

/// The durable that reserves what is ordered, and lets go what is not bought.
pub const ORDERS: Reactor = Reactor {
    consumer: "orders",
    service: "cart",
    reacts_to: &[
        "torg.conversation.order_submitted.v1",
        "torg.conversation.order_amended.v1",
        "torg.conversation.order_placed.v1",
        "torg.conversation.order_approved.v1",
        "torg.conversation.order_rejected.v1",
        "torg.conversation.order_cancelled.v1",
        "torg.conversation.order_declined.v1",
        "torg.conversation.order_expired.v1",
        "torg.conversation.order_marked.v1",
    ],
};

/// The durable that issues the invoice of an approved order.
pub const INVOICER: Reactor = Reactor {
    consumer: "invoicer",
    service: "invoicer",
    reacts_to: &[
        "torg.conversation.order_placed.v1",
        "torg.conversation.order_approved.v1",
    ],
};

/// The durable that mails invoices.
pub const INVOICE_MAIL: Reactor = Reactor {
    consumer: "invoice-mail",
    service: "invoicer",
    reacts_to: &[
        "torg.invoice.invoice_issued.v1",
        "torg.invoice.invoice_mailing.v1",
        "torg.invoice.invoice_mail_failed.v1",
        "torg.invoice.invoice_resend_asked.v1",
    ],
};

/// The durable that mails the codes with which buyers show that an address is theirs.
pub const CODE_MAIL: Reactor = Reactor {
    consumer: "code-mail",
    service: "invoicer",
    reacts_to: &["torg.customer.code_asked.v1"],
};

/// The dispatcher's durable.
pub const DISPATCHER: Reactor = Reactor {
    consumer: "dispatcher",
    service: "dispatcher",
    reacts_to: &[
        "torg.conversation.message_received.v1",
        "torg.conversation.message_edited.v1",
        "torg.conversation.reply_composed.v1",
        "torg.conversation.seller_replied.v1",
        "torg.conversation.reply_sending.v1",
        "torg.conversation.reply_failed.v1",
        "torg.conversation.reply_echoed.v1",
    ],
};

/// The durable that notes which endpoints are to be told of an order.
pub const WEBHOOK_ORDERS: Reactor = Reactor {
    consumer: "webhook-orders",
    service: "dispatcher",
    reacts_to: &[
        "torg.conversation.order_submitted.v1",
        "torg.conversation.order_placed.v1",
        "torg.conversation.order_declined.v1",
        "torg.conversation.order_amended.v1",
        "torg.conversation.order_approved.v1",
        "torg.conversation.order_rejected.v1",
        "torg.conversation.order_cancelled.v1",
        "torg.conversation.order_expired.v1",
        "torg.conversation.order_marked.v1",
    ],
};

/// The durable that notes which endpoints are to be told of an invoice.
pub const WEBHOOK_INVOICES: Reactor = Reactor {
    consumer: "webhook-invoices",
    service: "dispatcher",
    reacts_to: &[
        "torg.invoice.invoice_issued.v1",
        "torg.invoice.invoice_mailed.v1",
        "torg.invoice.invoice_mail_failed.v1",
        "torg.invoice.invoice_mail_uncertain.v1",
    ],
};

/// The durable that tells endpoints.
pub const WEBHOOKS: Reactor = Reactor {
    consumer: "webhooks",
    service: "dispatcher",
    reacts_to: &[
        "torg.webhook.webhook_due.v1",
        "torg.webhook.webhook_failed.v1",
        "torg.webhook.webhook_retry_asked.v1",
        "torg.webhook.webhook_test_asked.v1",
    ],
};

/// The durable that puts on the desk what is handed over, and follows what becomes of it.
pub const ESCALATION: Reactor = Reactor {
    consumer: "escalation",
    service: "escalation",
    reacts_to: &[
        "torg.conversation.message_received.v1",
        "torg.conversation.seller_wrote.v1",
        "torg.conversation.handoff_requested.v1",
        "torg.conversation.draft_suggested.v1",
        "torg.conversation.bot_resumed.v1",
        "torg.conversation.seller_replied.v1",
        "torg.conversation.chat_taken.v1",
        "torg.conversation.chat_given_back.v1",
        "torg.conversation.chat_closed.v1",
        "torg.conversation.buyer_muted.v1",
        "torg.conversation.buyer_unmuted.v1",
        "torg.conversation.handoff_judged.v1",
        "torg.conversation.reply_uncertain.v1",
        "torg.conversation.reply_failed.v1",
        "torg.conversation.order_placed.v1",
        "torg.conversation.order_declined.v1",
        "torg.conversation.order_amended.v1",
        "torg.conversation.order_approved.v1",
        "torg.conversation.order_rejected.v1",
        "torg.conversation.order_cancelled.v1",
        "torg.conversation.order_expired.v1",
        "torg.conversation.order_marked.v1",
        "torg.conversation.order_invoiced.v1",
    ],
};

/// The durable that shows at the desk what became of the letters with invoices.
pub const DESK_LETTERS: Reactor = Reactor {
    consumer: "desk-letters",
    service: "escalation",
    reacts_to: &[
        "torg.invoice.invoice_mailed.v1",
        "torg.invoice.invoice_mail_failed.v1",
        "torg.invoice.invoice_mail_uncertain.v1",
        "torg.invoice.invoice_resend_asked.v1",
    ],
};

/// The durable that sees to a shop's desk: taps, words, cards, reminders.
pub const DESK: Reactor = Reactor {
    consumer: "desk",
    service: "escalation",
    reacts_to: &[
        "torg.desk.seller_tapped.v1",
        "torg.desk.seller_said.v1",
        "torg.desk.seller_bound.v1",
        "torg.desk.seller_unreachable.v1",
        "torg.desk.matter_opened.v1",
        "torg.desk.matter_changed.v1",
        "torg.desk.matter_invoiced.v1",
        "torg.desk.matter_snoozed.v1",
        "torg.desk.reply_undelivered.v1",
        "torg.desk.buyer_went_on.v1",
    ],
};

/// The durable that does what is asked for at the console. One of its own, so that nothing there waits for Telegram.
pub const DEEDS: Reactor = Reactor {
    consumer: "deeds",
    service: "escalation",
    reacts_to: &["torg.desk.deed_asked.v1"],
};

/// Every durable consumer of the log.
pub const REACTORS: &[Reactor] = &[
    ROUTER,
    AGENT_STOCK,
    AGENT_DELIVERY,
    AGENT_PRICING,
    AGENT_CATALOG,
    AGENT_GENERAL,
    AGENT_CART,
    ORDERS,
    INVOICER,
    INVOICE_MAIL,
    CODE_MAIL,
    DISPATCHER,
    WEBHOOK_ORDERS,
    WEBHOOK_INVOICES,
    WEBHOOKS,
    ESCALATION,
    DESK_LETTERS,
    DESK,
    DEEDS,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_event_type_has_exactly_one_writer() {
        let names: BTreeSet<_> = EVENTS.iter().map(|event| event.name).collect();
        assert_eq!(names.len(), EVENTS.len());
    }

    #[test]
    fn reactors_look_at_types_that_exist() {
        for reactor in REACTORS {
            for name in reactor.reacts_to {
                assert!(EVENTS.iter().any(|event| event.name == *name), "{name}");
            }
        }
    }
}
