//! `torg shop invite`: a one-time code with which somebody sits down at the shop's desk in Telegram.

use std::{convert::Infallible, path::PathBuf, time::Duration};

use anyhow::Context as _;
use channels::{
    ShopFile,
    desk::{CODE_PREFIX, DeskBot},
    telegram::TelegramConfig,
};
use clap::Args;
use domain::{Desk, Shop};
use jiff::SignedDuration;
use schemas::{
    AggregateKey, ShopId,
    desk::{SellerInvited, code_digest},
};
use serde::Serialize;

use crate::{output, places::Where};

/// How long a code holds.
const HOLDS: SignedDuration = SignedDuration::from_mins(10);
/// How long Telegram may take to say what the bot is called.
const TRY: Duration = Duration::from_secs(10);
/// Options of `torg shop invite`.
#[derive(Args)]
pub(crate) struct Invite {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    providers: channels::Options,
    /// A shop that was added, with a [desk] in its file
    shop: ShopId,
    /// Print the invitation as JSON
    #[arg(long)]
    json: bool,
}

/// What the invited person needs.
#[derive(Serialize)]
struct Invitation {
    shop: ShopId,
    code: String,
    /// Opens the bot with the code; none when Telegram did not say what the bot is called.
    link: Option<String>,
    expires_at: jiff::Timestamp,
}

/// Makes a code and prints it. The log only knows its digest.
pub(crate) async fn run(command: &Invite) -> anyhow::Result<u8> {
    let shop = &command.shop;
    let bot = bot(command)?;
    let log = command.place.log().await?;
    let known = log.load::<Shop>(&AggregateKey::shop(shop)).await?.state;
    anyhow::ensure!(
        known.settings().is_some(),
        "shop {shop} was never added to this log; add it with `torg shop add`"
    );
    let code = format!("{CODE_PREFIX}{}", boot::id::code());
    let expires_at = boot::clock::now().checked_add(HOLDS)?;
    let invited = SellerInvited {
        digest: code_digest(&code),
        expires_at,
    };
    log.decide::<Desk, Infallible>(&AggregateKey::desk(shop), |desk| Ok(desk.invite(&invited)))
        .await
        .context("while recording the invitation")?;
    let (link, problem) = match tokio::time::timeout(TRY, bot.me()).await {
        Ok(Ok(me)) => (
            Some(format!("https://t.me/{}?start={code}", me.user_name)),
            None,
        ),
        Ok(Err(error)) => (None, Some(error.to_string())),
        Err(_) => (None, Some("Telegram does not answer".to_owned())),
    };
    let invitation = Invitation {
        shop: shop.clone(),
        code,
        link,
        expires_at,
    };
    if command.json {
        output::json(&invitation)?;
    } else {
        for line in told(&invitation, problem.as_deref()) {
            output::line(&line)?;
        }
    }
    Ok(0)
}

fn told(invitation: &Invitation, problem: Option<&str>) -> Vec<String> {
    let Invitation {
        shop, code, link, ..
    } = invitation;
    let minutes = HOLDS.as_mins();
    let mut lines = vec![
        format!(
            "One person can sit down at the desk of {shop} with this, within {minutes} minutes:"
        ),
        String::new(),
        format!("  code   {code}"),
    ];
    match link {
        Some(link) => {
            lines.push(format!("  link   {link}"));
            lines.push(String::new());
            lines.push("Open the link on the phone and press Start.".to_owned());
        }
        None => {
            lines.push(String::new());
            let problem = problem.unwrap_or_default();
            lines.push(format!("The bot cannot be asked for its name: {problem}."));
        }
    }
    lines.push(format!("Or write to the desk's bot: /start {code}"));
    lines
}

/// The desk's bot, by the seller's file.
fn bot(command: &Invite) -> anyhow::Result<DeskBot> {
    let shop = &command.shop;
    let path: PathBuf = command
        .place
        .state_dir
        .join("shops")
        .join(format!("{shop}.toml"));
    anyhow::ensure!(
        path.try_exists()?,
        "shop {shop} has no file in {}; add it with `torg shop add`",
        command.place.state_dir.display()
    );
    let file = ShopFile::load(&path, &channels::environment)?;
    let desk = file.credentials.desk.as_ref().with_context(|| {
        format!("the file of shop {shop} has no [desk]: write the bot's token there, then `torg shop add` it again")
    })?;
    let base = command.providers.telegram_base_url.clone();
    Ok(DeskBot::new(TelegramConfig::new(base, desk.token.clone()))?)
}

#[cfg(test)]
mod tests {
    use channels::desk::start_code;

    use super::*;

    #[test]
    fn a_code_is_what_the_bot_hears_when_its_link_is_opened_or_it_is_typed() {
        let code = format!("{CODE_PREFIX}{}", boot::id::code());
        // Source: Bot API, "Deep linking".
        assert!(code.len() <= 64 && code.starts_with(CODE_PREFIX), "{code}");
        assert!(
            code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
            "{code}"
        );
        let digest = code_digest(&code);
        for said in [format!("/start {code}"), format!("/start@bot  {code} ")] {
            let heard = start_code(&said).unwrap();
            assert_eq!(code_digest(heard), digest, "{said:?}");
        }
    }
}
