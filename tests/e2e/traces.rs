//! One trace from the webhook to the receipt, through every process.

use std::collections::BTreeSet;

use e2e::{Channel, Setup, World};

use crate::told::Sale;

#[tokio::test(flavor = "multi_thread")]
async fn every_event_of_a_turn_carries_the_trace_of_its_webhook() {
    let setup = Setup {
        processes: true,
        ..Setup::default()
    };
    let world = World::with(setup).await;
    let mut all = BTreeSet::new();
    for channel in Channel::ALL {
        let mut sale = Sale::new(&world, channel, 1);
        sale.asks().await;
        sale.is_answered().await;
        sale.goes_on().await;
        let chains = sale.chat().traces().await;
        assert_eq!(chains.len(), 3, "one chain for each message: {chains:?}");
        for traces in chains.into_values() {
            // Message, turn, answer, reply, intent, and the receipt unless the echo was faster.
            assert!((5..=6).contains(&traces.len()), "{traces:?}");
            let one: BTreeSet<_> = traces.into_iter().collect();
            assert_eq!(one.len(), 1, "{one:?}");
            assert!(one.iter().all(|trace| trace.len() == 32), "{one:?}");
            all.extend(one);
        }
        sale.ends(&world).await;
    }
    assert_eq!(all.len(), 9, "each message has a trace of its own");
}
