//! Compiles the contracts without `protoc`, and keeps the descriptors for reflection.

use std::{env, error::Error, fs, path::Path};

use prost::Message as _;

const CONTRACTS: [&str; 10] = [
    "torg/agent/v1/agent.proto",
    "torg/cart/v1/cart.proto",
    "torg/desk/v1/desk.proto",
    "torg/history/v1/experiment.proto",
    "torg/history/v1/history.proto",
    "torg/history/v1/replay.proto",
    "torg/ingest/v1/ingest.proto",
    "torg/invoice/v1/invoice.proto",
    "torg/router/v1/router.proto",
    "torg/shop/v1/shop.proto",
];

#[expect(
    clippy::disallowed_methods,
    reason = "this is how cargo and its build scripts talk"
)]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=torg");
    let descriptors = protox::compile(CONTRACTS, ["."])?;
    let out = env::var("OUT_DIR")?;
    fs::write(
        Path::new(&out).join("torg.bin"),
        descriptors.encode_to_vec(),
    )?;
    tonic_prost_build::configure().compile_fds(descriptors)?;
    Ok(())
}
