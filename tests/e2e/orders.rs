//! What becomes of orders: at the articles, in the rows, over gRPC and on the command line.

use domain::{
    Article, Conversation, Customer,
    conversation::{Order, OrderAction, Stage},
};
use e2e::{Service, Setup, World, shop, until};
use eventlog::EventLog;
use futures::StreamExt as _;
use proto::cart::{
    After, GetCartRequest, GetOrderRequest, ListOrdersRequest, WatchOrdersRequest,
    carts_client::CartsClient, orders_client::OrdersClient,
};
use schemas::{
    AggregateKey, Cause, CustomerId, EventId, OrderId,
    conversation::{Actor, ConversationEvent, Delivery, OrderCancelled, OrderMark, OrderTerms},
};
use serde_json::Value;

use crate::oversell::{SALE, chat, log_of, says_yes, stock, terms};

const SKU: &str = "RG-20-BLU";

/// So many of the sheet's five.
fn pieces(count: u32) -> OrderTerms {
    let mut lines = terms(&[SKU]).lines;
    lines[0].pieces = count;
    OrderTerms::new(lines, Delivery::Pickup).unwrap()
}

async fn until_order(world: &World, number: u32, check: impl Fn(&Order) -> bool) -> Order {
    until("the order is so far", || async {
        let loaded = world.log.load::<Conversation>(&chat(number).0).await.ok()?;
        let order = loaded.state.orders().first()?.clone();
        check(&order).then_some(order)
    })
    .await
}

async fn until_placed(world: &World, number: u32, revision: u32) -> Order {
    until_order(world, number, |order| {
        order.waits_for_approval() && order.revision == revision
    })
    .await
}

/// A seller acts, as escalation records it.
async fn act(sellers: &EventLog, number: u32, order: OrderId, action: OrderAction, tap: &str) {
    let id = EventId::derive(&["tap", tap]);
    let cause = Cause {
        id,
        correlation: Some(id),
    };
    let key = chat(number).0;
    let decided = sellers.decide::<Conversation, _>(&key, |state| {
        let now = boot::clock::now();
        state.act_on_order(order, &action, &Actor::Telegram(555), cause, now)
    });
    decided.await.unwrap();
}

/// The newest event of a chat, for an answer that takes it into account.
async fn after(world: &World, number: u32) -> After {
    let key = chat(number).0;
    let newest = world.log.history(&key).await.unwrap().pop().unwrap();
    let events = newest.decode::<ConversationEvent>().unwrap();
    After {
        conversation: key.id().to_owned(),
        event_id: events.last().unwrap().meta.id.to_string(),
        timeout_ms: 10_000,
    }
}

async fn until_held(world: &World, what: &str, expected: &[(u32, bool)]) {
    until(what, || async {
        let article = world.log.load::<Article>(&stock(SKU)).await.ok()?.state;
        let held = article.held().iter().map(|held| (held.pieces, held.kept));
        (held.collect::<Vec<_>>() == expected).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_follow_what_becomes_of_an_order() {
    let world = World::with(SALE).await;
    let agents = log_of(&world, "agents").await;
    let sellers = log_of(&world, "escalation").await;
    let order = says_yes(&agents, 1, pieces(2)).await;
    let placed = until_placed(&world, 1, 1).await;
    assert_eq!(placed.because, "policy: always");
    until_held(&world, "two are held", &[(2, false)]).await;

    let amend = |revision, count| OrderAction::Amend {
        revision,
        terms: {
            // Never dearer than what the buyer said yes to.
            let mut lines = pieces(count).lines;
            lines[0].price = schemas::Kopecks::new(100);
            OrderTerms::new(lines, Delivery::Pickup).unwrap()
        },
    };
    act(&sellers, 1, order, amend(1, 4), "more").await;
    let changed = until_placed(&world, 1, 2).await;
    assert_eq!(changed.because, "a seller changed it");
    until_held(&world, "four are held", &[(4, false)]).await;

    // Nine are not there: it stays at four.
    act(&sellers, 1, order, amend(2, 9), "too many").await;
    let same = until_placed(&world, 1, 4).await;
    assert_eq!(same.terms, changed.terms);
    until_held(&world, "still four", &[(4, false)]).await;

    act(&sellers, 1, order, amend(4, 1), "fewer").await;
    until_placed(&world, 1, 5).await;
    until_held(&world, "one is held", &[(1, false)]).await;

    act(
        &sellers,
        1,
        order,
        OrderAction::Approve { revision: 5 },
        "yes",
    )
    .await;
    until_held(&world, "it is sold", &[(1, true)]).await;

    // Who takes an order back gives its pieces back, and so does a seller's no.
    let second = says_yes(&agents, 2, pieces(3)).await;
    until_placed(&world, 2, 1).await;
    let third = says_yes(&agents, 3, pieces(1)).await;
    until_placed(&world, 3, 1).await;
    until_held(&world, "all are held", &[(1, true), (3, false), (1, false)]).await;
    let cancelled = OrderCancelled {
        order: second,
        messages: Vec::new(),
    };
    let key = chat(2).0;
    let decided = agents.decide::<Conversation, _>(&key, |state| state.cancel(&cancelled));
    decided.await.unwrap();
    let reason = "нет".to_owned();
    act(&sellers, 3, third, OrderAction::Reject { reason }, "no").await;
    until_held(&world, "only what is sold", &[(1, true)]).await;

    // What came back can be sold again.
    let back = OrderAction::Mark(OrderMark::Returned);
    act(&sellers, 1, order, back, "back").await;
    until_held(&world, "nothing is held", &[]).await;
    world.end().await;

    let known = chat(1).1;
    let customer = CustomerId::of(&shop(), known.channel.as_str(), &known.chat);
    let customer = AggregateKey::customer(&shop(), customer);
    let customer = world.log.load::<Customer>(&customer).await.unwrap().state;
    assert_eq!(customer.ordered(), 1);
    assert_eq!(customer.last().unwrap().order, order);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_need_nobody_are_sold_at_once_and_others_say_why() {
    let world = World::with(SALE).await;
    let agents = log_of(&world, "agents").await;
    world.change_shop(
        "order_approval = \"always\"",
        "order_approval = \"over:2000\"",
    );
    let told = |number: u32, count: u32| {
        let (world, agents) = (&world, &agents);
        async move {
            says_yes(agents, number, pieces(count)).await;
            until_order(world, number, |order| order.stage != Stage::Submitted).await
        }
    };
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let small = told(1, 1).await;
    assert_eq!(
        (small.stage, small.because.as_str()),
        (Stage::Approved, "policy: over 2000")
    );
    until_held(&world, "it is sold", &[(1, true)]).await;
    assert!(told(2, 2).await.waits_for_approval());

    // The sheet stops counting: whether it can be had is the seller's to say.
    world.sheet.change(SKU, ",5,", ",много,");
    until("the sheet is read", || async {
        let article = world.log.load::<Article>(&stock(SKU)).await.ok()?.state;
        let quantity = article.shown()?.product.quantity;
        (quantity == schemas::stock::Quantity::Some).then_some(())
    })
    .await;
    let uncounted = told(3, 1).await;
    assert!(uncounted.waits_for_approval());
    assert_eq!(uncounted.because, format!("the sheet does not count {SKU}"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_can_be_listed_watched_exported_and_built_anew() {
    let world = World::with(Setup {
        console: true,
        ..SALE
    })
    .await;
    let agents = log_of(&world, "agents").await;
    let sellers = log_of(&world, "escalation").await;
    let url = world.grpc(Service::Cart);
    let mut orders = OrdersClient::connect(url.clone()).await.unwrap();
    let watch = WatchOrdersRequest {
        shop: shop().to_string(),
        stages: Vec::new(),
    };
    let mut seen = orders.watch_orders(watch).await.unwrap().into_inner();

    let first = says_yes(&agents, 1, pieces(2)).await;
    until_placed(&world, 1, 1).await;
    let mut stages = Vec::new();
    while stages.last().is_none_or(|stage| stage != "placed") {
        let order = seen.next().await.unwrap().unwrap().order.unwrap();
        assert_eq!(order.id, first.to_string());
        stages.push(order.stage);
    }
    says_yes(&agents, 2, pieces(9)).await;
    let declined = until_order(&world, 2, |order| matches!(order.stage, Stage::Declined(_))).await;
    act(
        &sellers,
        1,
        first,
        OrderAction::Approve { revision: 1 },
        "yes",
    )
    .await;
    act(
        &sellers,
        1,
        first,
        OrderAction::Mark(OrderMark::Paid),
        "paid",
    )
    .await;
    world.end().await;

    // What could not be had is in the cart again.
    let mut carts = CartsClient::connect(url).await.unwrap();
    let request = GetCartRequest {
        shop: shop().to_string(),
        conversation: chat(2).0.id().to_owned(),
        after_event: Some(after(&world, 2).await),
    };
    let cart = carts
        .get_cart(request)
        .await
        .unwrap()
        .into_inner()
        .cart
        .unwrap();
    assert_eq!((cart.pieces, cart.total), (9, 9 * 145_000));

    let code = first.code();
    // Who has written something and gives its id reads it at once.
    let newest = after(&world, 1).await;
    let request = |after_event| GetOrderRequest {
        shop: shop().to_string(),
        order: code.clone(),
        after_event: Some(after_event),
    };
    let got = orders.clone().get_order(request(newest.clone())).await;
    let order = got.unwrap().into_inner().order.unwrap();
    let unheard_of = After {
        event_id: EventId::derive(&["nobody's"]).to_string(),
        timeout_ms: 100,
        ..newest
    };
    let late = orders.clone().get_order(request(unheard_of)).await;
    assert_eq!(late.unwrap_err().code(), tonic::Code::DeadlineExceeded);
    assert_eq!((order.stage.as_str(), order.total), ("approved", 290_000));
    assert_eq!(order.marks[0].what, "paid");
    let list = |stages: &[&str]| ListOrdersRequest {
        shop: shop().to_string(),
        stages: stages.iter().map(|stage| (*stage).to_owned()).collect(),
        limit: 1,
        ..ListOrdersRequest::default()
    };
    let newest = orders.list_orders(list(&[])).await.unwrap().into_inner();
    assert_eq!(newest.orders[0].id, declined.id.to_string());
    assert_eq!(newest.orders[0].short[0].left, 3);
    let mut older = list(&[]);
    older.after = newest.next;
    let older = orders.list_orders(older).await.unwrap().into_inner();
    assert_eq!(older.orders[0].id, first.to_string());
    let sold = orders.list_orders(list(&["approved"])).await.unwrap();
    assert_eq!(sold.into_inner().orders.len(), 1);
    let wrong = orders.list_orders(list(&["paid"])).await.unwrap_err();
    assert!(
        wrong.message().contains("write one of submitted"),
        "{wrong}"
    );

    let url = world.database.as_ref().unwrap().url();
    let on = |command: &[&str]| {
        let place = ["--database-url", url.as_str()];
        world.torg(&[command, &place[..]].concat())
    };
    let name = shop().to_string();
    let listed = on(&["orders", "list", &name, "--json", "--stage", "approved"]);
    let listed: Value = serde_json::from_str(listed.trim()).unwrap();
    assert_eq!(listed["code"], code);
    let shown = on(&["orders", "show", &name, &code]);
    assert!(
        shown.contains("approved, paid") && shown.contains("2900"),
        "{shown}"
    );
    let table = on(&["orders", "export", &name]);
    assert!(
        table.starts_with("\u{feff}\"order\",\"ordered_at\""),
        "{table}"
    );
    assert_eq!(table.lines().count(), 3, "{table}");

    // Built anew they are the same bytes.
    let live = dump(&url).await;
    let another = world.database.as_ref().unwrap().another("orders").await;
    on(&["rebuild", "--into", &another]);
    assert_eq!(live, dump(&another).await);
    assert!(live.len() >= 6, "{live:?}");
}

/// The rows of carts, orders and customers.
async fn dump(url: &str) -> Vec<String> {
    let pool = console::connect(url, 2).await.unwrap();
    crate::rebuild::dump_of::<cart::Rows>(&pool).await
}
