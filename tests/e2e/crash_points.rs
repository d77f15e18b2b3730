//! From a buyer's yes to the letter with the invoice, every process dies once at every step, with the mail server and
//! Telegram away for a while: still one order, one reservation, one invoice number, one letter, one message. What
//! nobody can know is flagged, and no second attempt is made at it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use domain::{
    Article, Conversation, Desk, Invoices,
    conversation::{OrderAction, OrderRefusal, Stage},
    invoice::Letter,
};
use e2e::{Channel, Fates, SELLERS, Seller, Setup, Talk, World, events, plain, shop, until_within};
use eventlog::{AppendError, EventLog};
use futures::future::join_all;
use schemas::{
    AggregateKey, Cause, EventId, OrderId, Sku, conversation::Actor, desk::LetterState,
    stock::Quantity,
};
use simulator::{Fault, Provider};

use crate::oversell::log_of;

const SALE: Setup = Setup {
    processes: true,
    demo: true,
    desk: true,
    mail: true,
    send_deadline_ms: 2_000,
    ..Setup::USUAL
};
/// What everybody buys one piece of.
const SKU: &str = "TH-05-BLU";
/// Two chats at Telegram and one at Avito: three cards are shown by themselves.
const CHANNELS: [Channel; 3] = [Channel::Telegram, Channel::Avito, Channel::Telegram];
/// So often three buyers say yes.
const ROUNDS: u32 = 3;
/// Buyers at Telegram who say yes as well when a place has not been met: who dies where depends on who is faster.
const SPARE: u32 = 3;
/// Everything is at rest when nothing has been left to do for this time.
const REST: Duration = Duration::from_secs(4);
/// A mail server that is away is asked again after half a minute, and one that is gone twice after a minute more.
const PATIENCE: Duration = Duration::from_secs(150);
/// How long a seller waits for a card that can be pressed.
const CARDS: Duration = Duration::from_secs(25);

/// A buyer, and the order.
struct Sale {
    talk: Talk,
    channel: Channel,
    email: String,
    order: Option<OrderId>,
}

impl Sale {
    fn new(world: &World, channel: Channel, number: u32) -> Self {
        Self {
            talk: Talk::new(world, channel, number),
            channel,
            email: format!("buyer{number}@example.org"),
            order: None,
        }
    }

    /// Up to the question whether everything is right.
    async fn is_made(&mut self) {
        let (talk, email) = (&mut self.talk, &self.email);
        talk.asks("термос Полярник 0.5 л есть в наличии?", &["Термос"])
            .await;
        talk.asks("добавьте 1 штуку", &["В корзине"]).await;
        talk.chat.until_events("cart_changed", 1).await;
        talk.asks("оформляем", &["город"]).await;
        talk.asks("Казань", &["адрес"]).await;
        let next = talk.asks("Баумана 5, кв. 12", &[]).await;
        if next.contains("чьё имя") {
            talk.asks("Иван Петров", &["почту"]).await;
        }
        talk.asks(email, &["Всё верно?"]).await;
    }

    /// The buyer says yes; from here on processes die.
    async fn is_agreed(&mut self) {
        self.talk.says("да, всё верно").await;
        let (talk, order) = (&self.talk, &mut self.order);
        let placed = until_within(PATIENCE, "the order is placed", || async {
            let state = talk.chat.state().await;
            let placed = state.orders().iter();
            let mut placed = placed.filter(|order| order.waits_for_approval());
            placed.next().map(|order| order.id)
        });
        *order = Some(placed.await);
    }

    fn id(&self) -> OrderId {
        self.order.unwrap()
    }

    /// A seller presses yes under the card. Under a card that was sent by a process that died before it could note that,
    /// nobody knows which terms were seen: whoever presses there is asked to look at the next card, and presses again.
    /// A card that came twice counts twice against the three that are shown in a minute: whose card is not among them is
    /// told yes as the other rounds are.
    async fn is_approved(&self, seller: &Seller, sellers: &EventLog) {
        let code = self.id().code();
        let (mut pressed, begun) = (0, Instant::now());
        loop {
            let card = seller.find(&[&code, "Решите до"]);
            if let Some(card) = card.filter(|card| card.message_id != pressed) {
                pressed = card.message_id;
                seller.taps(&card, "Подтвердить");
            }
            let state = self.talk.chat.state().await;
            let order = state.order(self.id()).unwrap();
            if order.stage == Stage::Approved {
                return;
            }
            if begun.elapsed() > CARDS {
                return self.is_waved_through(sellers).await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// A seller says yes in the log, as escalation writes it: more cards than three a minute are not shown.
    async fn is_waved_through(&self, sellers: &EventLog) {
        let cause = EventId::derive(&["yes", &self.id().to_string()]);
        let cause = Cause {
            id: cause,
            correlation: Some(cause),
        };
        let (id, by) = (self.id(), Actor::Telegram(SELLERS[0]));
        let yes = OrderAction::Approve { revision: 1 };
        let decided = sellers.decide::<Conversation, _>(&self.talk.chat.key, |state| {
            state.act_on_order(id, &yes, &by, cause, boot::clock::now())
        });
        match decided.await {
            // Pressed at the very same moment.
            Err(AppendError::Refused(OrderRefusal::Decided(Stage::Approved, _))) => {}
            decided => {
                decided.unwrap();
            }
        }
    }

    async fn is_invoiced(&self) {
        until_within(PATIENCE, "the order has its invoice", || async {
            let state = self.talk.chat.state().await;
            state.order(self.id())?.invoice.clone()
        })
        .await;
    }

    /// How often the buyer was told this of the order, and how often nobody knows whether it arrived.
    async fn told(&self, news: &str) -> (usize, usize) {
        let approved = format!("Заказ {} подтверждён", self.id().code());
        let replies = self.talk.chat.replies().await.into_iter();
        let told = replies.filter(|reply| match news {
            "approved" => plain(reply).starts_with(&approved),
            // Where a file can be sent, the words go with it.
            _ => plain(reply).starts_with("Счёт №") || reply.contains("schet-"),
        });
        let events = self.talk.chat.events().await;
        let named = |name: &str| {
            let name = format!("torg.conversation.{name}.v1");
            events.iter().filter(move |event| event["type"] == name)
        };
        let composed =
            named("reply_composed").filter(|event| event["data"]["told"]["news"] == news);
        let ids: Vec<_> = composed.map(|event| event["id"].clone()).collect();
        assert_eq!(ids.len(), 1, "{news} is said once");
        let unknown = named("reply_uncertain").filter(|event| event["data"]["reply"] == ids[0]);
        (told.count(), unknown.count())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_dies_wherever_a_sale_is_one_order_one_number_one_letter_one_message() {
    let mut world = World::with(SALE).await;
    // The sheet has nine of them.
    world
        .sheet
        .rewrite("Посуда,9,1290,,3363000691", "Посуда,12,1290,,3363000691");
    until_within(PATIENCE, "there are enough", || async {
        let products = world.products().await;
        let enough = Quantity::Pieces(ROUNDS * 3 + SPARE);
        let known = |shown: &domain::stock::Shown| {
            shown.product.sku.as_str() == SKU && shown.product.quantity == enough
        };
        products.iter().any(known).then_some(())
    })
    .await;
    let (seller, sellers) = (world.seller(0), log_of(&world, "escalation").await);
    let numbers = 1..=ROUNDS * 3;
    let mut sales: Vec<Sale> = numbers
        .zip(CHANNELS.into_iter().cycle())
        .map(|(number, channel)| Sale::new(&world, channel, number))
        .collect();
    let numbers = ROUNDS * 3 + 1..;
    let mut spare: Vec<Sale> = numbers
        .take(SPARE as usize)
        .map(|number| Sale::new(&world, Channel::Telegram, number))
        .collect();
    for three in sales.chunks_mut(3).chain([&mut spare[..]]) {
        join_all(three.iter_mut().map(Sale::is_made)).await;
    }
    world.until_idle().await;

    let begun = Instant::now();
    let mut fates = world.doom().await;
    let control = world.control().clone();
    let mail = world.mail.clone().unwrap();
    let mut rounds = sales.chunks_mut(3);
    for round in 0..ROUNDS {
        let three = rounds.next().unwrap();
        // In the second round the mail server and Telegram are away.
        if round == 1 {
            mail.is_away(true);
            control.fault(Fault {
                provider: Some(Provider::Telegram),
                chat: Some(three[0].talk.chat.id.clone()),
                status: Some(429),
                retry_after: Some(1),
                count: Some(3),
                ..Fault::default()
            });
        }
        let told = async {
            join_all(three.iter_mut().map(Sale::is_agreed)).await;
            for sale in three.iter() {
                match round {
                    0 => sale.is_approved(&seller, &sellers).await,
                    _ => sale.is_waved_through(&sellers).await,
                }
            }
            join_all(three.iter().map(Sale::is_invoiced)).await;
            if round == 1 {
                until_within(PATIENCE, "a letter could not be handed over", || async {
                    let failed = "torg.invoice.invoice_mail_failed.v1";
                    let key = AggregateKey::invoices(&shop());
                    let all = events(&sellers, &key).await;
                    all.iter()
                        .any(|event| event["type"] == failed)
                        .then_some(())
                })
                .await;
                mail.is_away(false);
            }
        };
        meanwhile(&mut world, &mut fates, told).await;
    }
    // What is left to do is done, whoever dies at it.
    let (settled, mut rested) = (Instant::now(), Instant::now());
    loop {
        world.bury(&mut fates);
        let key = AggregateKey::invoices(&shop());
        let invoices = world.log.load::<Invoices>(&key).await.unwrap().state;
        let open = invoices
            .all()
            .filter(|(_, one)| is_open(&one.letter))
            .count();
        if open == 0 && fates.ahead().is_empty() {
            break;
        }
        if open > 0 {
            rested = Instant::now();
        }
        if rested.elapsed() > REST
            && let Some(mut sale) = spare.pop()
        {
            let told = async {
                sale.is_agreed().await;
                sale.is_waved_through(&sellers).await;
                sale.is_invoiced().await;
            };
            meanwhile(&mut world, &mut fates, told).await;
            sales.push(sale);
            rested = Instant::now();
        }
        let waits = settled.elapsed();
        assert!(
            waits < PATIENCE,
            "{open} letters; never met: {:?}",
            fates.ahead()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let took = begun.elapsed();
    world.end().await;

    let counts = counted(&world, &sales, &mail).await;
    let deaths = fates.met.len();
    println!("{deaths} deaths in {took:?}: {counts:?}");
    assert_eq!(deaths, boot::CRASH_POINTS.len());
    assert_eq!(fates.met.iter().collect::<BTreeSet<_>>().len(), deaths);
    let orders = sales.len();
    for what in [
        "submitted",
        "placed",
        "approved",
        "invoiced",
        "kept",
        "numbers",
    ] {
        assert_eq!(counts[what], orders, "{what} in {counts:?}");
    }
    // Who died at the call and behind it leaves one of each that nobody can know of.
    assert!(counts["uncertain letters"] >= 2, "{counts:?}");
    assert!(counts["uncertain messages"] >= 2, "{counts:?}");
    let shown = counts["uncertain chats shown"];
    assert_eq!(shown, counts["uncertain chats"], "{counts:?}");
}

/// Does something while processes die and are started again.
async fn meanwhile(world: &mut World, fates: &mut Fates, what: impl Future<Output = ()>) {
    let mut what = std::pin::pin!(what);
    let pause = Duration::from_millis(40);
    while tokio::time::timeout(pause, &mut what).await.is_err() {
        world.bury(fates);
    }
}

const fn is_open(letter: &Letter) -> bool {
    matches!(letter, Letter::Ready { .. } | Letter::Mailing { .. })
}

/// What there is of everything, once it is certain that nothing is there twice.
async fn counted(
    world: &World,
    sales: &[Sale],
    mail: &e2e::MailServer,
) -> BTreeMap<&'static str, usize> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let key = AggregateKey::invoices(&shop());
    let invoices = world.log.load::<Invoices>(&key).await.unwrap().state;
    let key = AggregateKey::stock(&shop(), &Sku::new(SKU));
    let article = world.log.load::<Article>(&key).await.unwrap().state;
    let key = AggregateKey::desk(&shop());
    let desk = world.log.load::<Desk>(&key).await.unwrap().state;
    let letters = mail.letters();
    let seller = world.seller(0);
    let mut numbers = BTreeSet::new();
    for sale in sales {
        let chat = &sale.talk.chat;
        let mut count = |what: &'static str, number: usize| {
            *counts.entry(what).or_default() += number;
        };
        for (what, name) in [
            ("submitted", "order_submitted"),
            ("placed", "order_placed"),
            ("approved", "order_approved"),
            ("invoiced", "order_invoiced"),
        ] {
            let once = chat.count(name).await;
            assert_eq!(once, 1, "{name} in {}", chat.id);
            count(what, once);
        }
        let state = chat.state().await;
        assert_eq!(state.orders().len(), 1);
        assert_eq!(state.order(sale.id()).unwrap().stage, Stage::Approved);
        let held = article.held().iter().filter(|held| held.order == sale.id());
        let held: Vec<_> = held.map(|held| (held.pieces, held.kept)).collect();
        assert_eq!(held, [(1, true)], "{}", chat.id);
        count("kept", held.len());

        let (number, issued) = invoices.of_order(sale.id()).unwrap();
        assert!(numbers.insert(number));
        let mailed = letters.iter().filter(|letter| letter.to == sale.email);
        let mailed = mailed.count();
        let unknown = matches!(issued.letter, Letter::Uncertain(_));
        assert!(mailed <= 1, "{mailed} letters to {}", sale.email);
        assert!(mailed == 1 || unknown, "{:?}", issued.letter);
        assert!(
            unknown || issued.letter == Letter::Mailed,
            "{:?}",
            issued.letter
        );
        // The order's card says so.
        let mut matters = desk.matters();
        let matter = matters.find(|matter| matter.order == Some(sale.id()));
        let shown = matter.unwrap().invoice.as_ref().unwrap();
        let expected = match unknown {
            true => LetterState::Uncertain,
            false => LetterState::Mailed,
        };
        assert_eq!((shown.invoice, shown.letter), (number, expected));
        count("letters", mailed);
        count("uncertain letters", usize::from(unknown));

        let mut unknown = 0;
        for news in ["approved", "invoiced"] {
            let (told, uncertain) = sale.told(news).await;
            let heard = chat.replies().await;
            assert!(told <= 1 && uncertain <= 1, "{news}: {heard:?}");
            assert!(told == 1 || uncertain == 1, "{news}: {heard:?}");
            // Avito can be asked, and then it is known.
            assert!(uncertain == 0 || sale.channel == Channel::Telegram);
            unknown += uncertain;
            count("messages", told);
        }
        count("uncertain messages", unknown);
        if unknown > 0 {
            count("uncertain chats", 1);
            let handed = chat.count("handoff_requested").await;
            count("uncertain chats shown", handed.min(1));
        }
    }
    let all: BTreeSet<u64> = (1..=u64::try_from(sales.len()).unwrap()).collect();
    assert_eq!(numbers, all, "no gap");
    counts.insert("numbers", numbers.len());
    let cards = seller.shown().len();
    counts.insert("posts at the desk", cards);
    counts
}
