//! gRPC contracts of Torg: generated code, re-exported by package. No hand-written logic.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::indexing_slicing,
    reason = "generated code"
)]

/// Descriptors of all contracts, for reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/torg.bin"));

/// Specialists.
pub mod agent {
    tonic::include_proto!("torg.agent.v1");
}
/// Carts and orders.
pub mod cart {
    tonic::include_proto!("torg.cart.v1");
}
/// The sellers' desk.
pub mod desk {
    tonic::include_proto!("torg.desk.v1");
}
/// History.
pub mod history {
    tonic::include_proto!("torg.history.v1");
}
/// Inbound messages.
pub mod ingest {
    tonic::include_proto!("torg.ingest.v1");
}
/// Invoices.
pub mod invoice {
    tonic::include_proto!("torg.invoice.v1");
}
/// Understanding.
pub mod router {
    tonic::include_proto!("torg.router.v1");
}
/// Shops.
pub mod shop {
    tonic::include_proto!("torg.shop.v1");
}
