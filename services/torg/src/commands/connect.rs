//! `torg shop connect`: tell the providers where the webhooks are.

use std::time::Duration;

use channels::{
    ChannelCredentials, ShopFile, Url,
    webhook::{self, RegisterError, Registered},
};
use clap::Args;
use schemas::ShopId;

use crate::{
    output::{self, FOUND_FAULTS},
    places::Where,
};

/// How long a provider may take.
const DEADLINE: Duration = Duration::from_secs(15);

/// Options of `torg shop connect`.
#[derive(Args)]
pub(crate) struct Connect {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    providers: channels::Options,
    /// A shop that was added
    shop: ShopId,
    /// The public address of ingest, as providers reach it: https://torg.example.org
    #[arg(long, env = "TORG_PUBLIC_URL", value_name = "URL")]
    url: Url,
    /// Replace a webhook of another program: Avito keeps only one, so that program will hear nothing any more
    #[arg(long)]
    takeover: bool,
}

/// Registers the webhooks of every channel that has a webhook secret.
pub(crate) async fn run(command: &Connect) -> anyhow::Result<u8> {
    let path = command
        .place
        .state_dir
        .join("shops")
        .join(format!("{}.toml", command.shop));
    let shop = ShopFile::load(&path, &channels::environment)?;
    let mut faults = 0;
    for credentials in &shop.credentials.channels {
        let (kind, account) = (credentials.kind().as_str(), credentials.account());
        match connect(command, credentials).await {
            Ok(told) => output::line(&format!("{kind:<9} {account}: {told}"))?,
            Err(error) => {
                faults = FOUND_FAULTS;
                output::line(&format!("{kind:<9} {account}: FAILED: {error:#}"))?;
            }
        }
    }
    Ok(faults)
}

async fn connect(
    command: &Connect,
    credentials: &ChannelCredentials,
) -> anyhow::Result<&'static str> {
    let registered = webhook::register(
        credentials,
        &command.shop,
        &command.url,
        command.takeover,
        &command.providers,
        DEADLINE,
    );
    match registered.await {
        Ok(Registered::Webhook) => Ok("webhook registered"),
        Ok(Registered::Polled) => Ok("long polling, nothing to register"),
        Ok(Registered::OwnPage) => Ok("served by ingest, nothing to register"),
        Err(error @ RegisterError::OtherProgram) => {
            anyhow::bail!("{error}; --takeover replaces it")
        }
        Err(error) => Err(error.into()),
    }
}
