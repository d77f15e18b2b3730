//! The search over a small shop, in this process and in a vector store that comes and goes.

mod server;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use boot::Harness;
use language::Encoder;
use schemas::{
    Kopecks, ShopId, Sku,
    conversation::Language,
    stock::{Product, ProductRecorded, ProductWithdrawn, Quantity, SheetRow, StockEvent},
};
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{Condition, Embedder, Hits, Pending, Search, measure};
use crate::catalogue::Live;
use server::{Fake, Served};

const COLLECTION: &str = "torg-use-multilingual-v3-384";
const ANY: &str = "127.0.0.1:0";

/// Where `make setup` puts the language model.
pub(crate) fn weights() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.torg/runtime");
    #[expect(clippy::disallowed_methods, reason = "tests have no command line")]
    let runtime = std::env::var_os("TORG_RUNTIME_DIR").map_or(here, Into::into);
    runtime.join("use-multilingual-v3")
}

pub(crate) fn embedder() -> Embedder {
    Embedder::local(Encoder::shared(&weights()).unwrap())
}

fn shop(id: &str) -> ShopId {
    ShopId::new(id).unwrap()
}

fn shown(sku: &str, category: &str, name: &str, description: &str) -> StockEvent {
    StockEvent::ProductRecorded(ProductRecorded {
        product: Product {
            sku: Sku::new(sku),
            name: name.to_owned(),
            quantity: Quantity::Pieces(1),
            price: Kopecks::new(100_000),
            min_price: None,
            category: Some(category.to_owned()),
            description: Some(description.to_owned()),
            url: None,
            listing: None,
        },
        source: SheetRow {
            tab: "products".to_owned(),
            revision: "1".to_owned(),
            row: 2,
        },
        read_at: jiff::Timestamp::UNIX_EPOCH,
    })
}

/// A search at work over two shops: one with things for the house, one that sells the same screws.
struct World {
    search: Search,
    live: Live,
    process: Harness,
}

impl World {
    async fn start(build: impl FnOnce(Pending) -> Search) -> Self {
        let pending = Pending::default();
        let live = Live::alone(pending.clone());
        let search = build(pending);
        for (of, sku, category, name, description) in [
            (
                "one",
                "SCREW",
                "Крепёж",
                "Шуруп по бетону 7,5×112",
                "Вкручивается в бетон и кирпич без дюбеля",
            ),
            (
                "one",
                "DRILL",
                "Инструмент",
                "Дрель-шуруповёрт 18 В",
                "Два аккумулятора, кейс",
            ),
            (
                "one",
                "PAN",
                "Посуда",
                "Сковорода чугунная 26 см",
                "Для любых плит",
            ),
            (
                "one",
                "COAT",
                "Одежда",
                "Дождевик-пончо",
                "Проклеенные швы, вес 350 г",
            ),
            (
                "two",
                "SCREW",
                "Крепёж",
                "Шуруп по бетону 7,5×72",
                "Для кирпича и бетона",
            ),
        ] {
            live.apply_event(
                &shop(of),
                &Sku::new(sku),
                shown(sku, category, name, description),
            );
        }
        let (keeping, followed) = (search.clone(), live.clone());
        let process = Harness::start(move |tasks| async move {
            keeping.keep(&followed, &tasks);
            Ok(())
        });
        let process = process.await.unwrap();
        Self {
            search,
            live,
            process,
        }
    }

    async fn memory() -> Self {
        Self::start(|pending| Search::in_memory(embedder(), pending)).await
    }

    async fn qdrant(served: &Served) -> Self {
        let url = served.url();
        let key = SecretString::from("the key");
        Self::start(move |pending| {
            Search::in_qdrant(&url, Some(&key), embedder(), pending).unwrap()
        })
        .await
    }

    async fn find(&self, of: &str, text: &str) -> Hits {
        self.search.find(&shop(of), text, Language::Ru).await
    }

    async fn first(&self, of: &str, text: &str) -> Option<String> {
        let hits = self.find(of, text).await;
        assert_eq!(hits.degraded, None, "{text}");
        hits.fitting().first().map(|hit| hit.sku.to_string())
    }

    async fn settled(&self) {
        self.until(|world| {
            world.search.0.pending.len() == 0 && world.search.condition() == Condition::Ready
        })
        .await;
    }

    async fn until(&self, what: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !what(self) {
            let condition = self.search.condition();
            assert!(begun.elapsed() < Duration::from_secs(30), "{condition:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// What `/readyz` says.
    async fn health(&self) -> String {
        let address = self.process.address("admin").unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = b"GET /readyz HTTP/1.1\r\nHost: torg\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_need_in_three_languages_finds_what_serves_it_and_nonsense_finds_nothing() {
    let world = World::memory().await;
    world.settled().await;
    for text in [
        "чем прикрутить дерево к бетону",
        "something to fasten wood to concrete",
        "algo para fijar madera al hormigón",
    ] {
        assert_eq!(
            world.first("one", text).await.as_deref(),
            Some("SCREW"),
            "{text}"
        );
    }
    assert_eq!(world.first("one", "видеокарта").await, None);
    assert_eq!(world.first("nobody", "шуруп").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_articles_are_found_by_their_new_words_and_withdrawn_ones_not_at_all() {
    let world = World::memory().await;
    world.settled().await;
    assert_eq!(
        world.first("one", "сковорода").await.as_deref(),
        Some("PAN")
    );
    let sku = Sku::new("PAN");
    world.live.apply_event(
        &shop("one"),
        &sku,
        shown("PAN", "Зоотовары", "Когтеточка", "Для кошек"),
    );
    assert_eq!(
        world.first("one", "кот дерёт диван").await.as_deref(),
        Some("PAN")
    );
    let gone = StockEvent::ProductWithdrawn(ProductWithdrawn {
        sku: sku.clone(),
        revision: "2".to_owned(),
    });
    world.live.apply_event(&shop("one"), &sku, gone);
    let hits = world.find("one", "когтеточка").await;
    assert!(hits.ranked.iter().all(|hit| hit.sku != sku), "{hits:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vector_store_is_filled_once_and_asked_for_one_shop_alone() {
    let fake = Fake::default();
    let served = fake.serve(ANY.parse().unwrap()).await;
    let world = World::qdrant(&served).await;
    world.settled().await;
    {
        let state = fake.lock();
        let (size, points) = &state.collections[COLLECTION];
        assert_eq!((*size, points.len(), state.written), (384, 5, 5));
        assert_eq!(state.indexed, ["shop"]);
        let text = points
            .values()
            .filter_map(|point| point.payload["text"].as_str());
        assert!(
            text.into_iter()
                .any(|text| text.starts_with("Одежда: Дождевик-пончо. "))
        );
    }
    for of in ["one", "two"] {
        let found = world.first(of, "чем прикрутить дерево к бетону").await;
        assert_eq!(found.as_deref(), Some("SCREW"), "{of}");
    }
    let hits = world.find("two", "дождевик").await;
    assert_eq!(hits.ranked.len(), 1, "another shop's article: {hits:?}");
    assert_eq!(fake.lock().key.as_deref(), Some("the key"));
    // The same question has the same answer in this process.
    let memory = World::memory().await;
    memory.settled().await;
    let (there, here) = (
        world.find("one", "дрель").await,
        memory.find("one", "дрель").await,
    );
    let skus = |hits: &Hits| {
        hits.ranked
            .iter()
            .map(|hit| hit.sku.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(skus(&there), skus(&here));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_writes_what_is_missing_or_changed_and_removes_what_is_gone() {
    let fake = Fake::default();
    let served = fake.serve(ANY.parse().unwrap()).await;
    let before = World::qdrant(&served).await;
    before.settled().await;
    let extra = Sku::new("EXTRA");
    before.live.apply_event(
        &shop("two"),
        &extra,
        shown("EXTRA", "Разное", "Лишнее", "-"),
    );
    before.settled().await;
    before.process.stop().await.unwrap();
    {
        let mut state = fake.lock();
        let (_, points) = state.collections.get_mut(COLLECTION).unwrap();
        assert_eq!(points.len(), 6);
        let (drill, pan) = (of_sku(points, "DRILL"), of_sku(points, "PAN"));
        points.remove(&drill);
        points
            .get_mut(&pan)
            .unwrap()
            .payload
            .insert("hash".to_owned(), "old".into());
        state.written = 0;
    }
    let after = World::qdrant(&served).await;
    after.settled().await;
    let state = fake.lock();
    let (_, points) = &state.collections[COLLECTION];
    assert_eq!(
        (points.len(), state.written),
        (5, 2),
        "missing and changed, no others"
    );
}

type Stored = std::collections::BTreeMap<String, qdrant_client::qdrant::PointStruct>;

fn of_sku(points: &Stored, sku: &str) -> String {
    let found = points
        .iter()
        .find(|(_, point)| point.payload["sku"].as_str().is_some_and(|own| own == sku));
    found.unwrap().0.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_vector_store_words_are_searched_and_it_comes_back_by_itself() {
    let fake = Fake::default();
    let served = fake.serve(ANY.parse().unwrap()).await;
    let address = served.address;
    let world = World::qdrant(&served).await;
    world.settled().await;
    drop(served);
    let away = "the vector store is away; searched by words";
    // A server that is told to stop may still answer a question or two.
    let mut hits = Hits::default();
    for _ in 0..200 {
        let begun = Instant::now();
        hits = world.find("one", "шуруп по бетону").await;
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(3), "{took:?}");
        if hits.degraded.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(hits.degraded.as_deref(), Some(away));
    assert_eq!(hits.fitting()[0].sku, Sku::new("SCREW"));
    assert!(world.find("one", "видеокарта").await.fitting().is_empty());
    // What changes meanwhile is found by its words, and is in the store when that is back.
    let lamp = Sku::new("LAMP");
    world.live.apply_event(
        &shop("one"),
        &lamp,
        shown("LAMP", "Свет", "Лампа", "Тёплый свет"),
    );
    world
        .until(|world| matches!(world.search.condition(), Condition::Away(_)))
        .await;
    let mut health = world.health().await;
    for _ in 0..200 {
        if health.contains("degraded") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        health = world.health().await;
    }
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    assert!(
        health.contains("degraded") && health.contains("the vector store is away"),
        "{health}"
    );
    let _served = fake.serve(address).await;
    world.settled().await;
    assert_eq!(world.first("one", "лампа").await.as_deref(), Some("LAMP"));
    assert_eq!(fake.lock().collections[COLLECTION].1.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vector_store_that_is_slow_or_lost_its_data_is_no_better_than_none_until_it_is_mended() {
    let fake = Fake::default();
    let served = fake.serve(ANY.parse().unwrap()).await;
    let world = World::qdrant(&served).await;
    world.settled().await;
    fake.lock().delay = Duration::from_secs(5);
    let begun = Instant::now();
    let hits = world.find("one", "шуруп").await;
    assert!(hits.degraded.is_some());
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    fake.lock().delay = Duration::ZERO;
    world.settled().await;
    fake.lock().collections.clear();
    // The first question finds it out; then everything is written anew.
    assert!(world.find("one", "шуруп").await.degraded.is_some());
    world.settled().await;
    assert_eq!(world.first("one", "шуруп").await.as_deref(), Some("SCREW"));
    assert_eq!(fake.lock().collections[COLLECTION].1.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_development_set_is_found_as_well_as_was_measured() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../lib/language/data/search_development");
    let report = measure(&weights(), None, &folder).await.unwrap();
    let all = &report.groups[0];
    assert!(report.articles >= 120 && all.questions >= 90, "{report:?}");
    assert!(all.hit_5 >= 0.75, "{report:#?}");
    assert!(report.refused >= 0.80, "{report:#?}");
    assert!(report.mistaken == 0.0, "{report:#?}");
    if std::env::args().any(|arg| arg == "--nocapture") {
        println!("{report:#?}");
    }
}
