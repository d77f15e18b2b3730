//! `torg shop`: add a seller's file, show what is in force, check everything it names.

use std::{
    convert::Infallible,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use channels::{
    ChannelCredentials, ShopFile, check,
    desk::{AvitoKeys, sheet_link},
    sheets::SheetReader,
    shop_file::Told,
};
use clap::{Args, Subcommand};
use domain::Shop;
use eventlog::EventLog;
use ingest::sheet::{
    self, Kept, Verdict,
    folder::{self, FileSnapshot},
};
use schemas::{
    AggregateKey, ShopId,
    conversation::ChannelKind,
    shop::{SheetAddress, SheetProblem},
};

use crate::{
    output::{self, FOUND_FAULTS},
    places::Where,
};

/// How long a provider may take while credentials are tried.
const TRY: Duration = Duration::from_secs(10);

/// What to do with a shop.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Add a shop, or take over changes of its file; the same file again changes nothing
    Add(Add),
    /// Show a shop's settings and the state of its sheet
    Show(Show),
    /// Try every credential and read the sheet; list what is wrong with either
    Check(Box<Check>),
    /// Tell Avito and Telegram where this installation's webhooks are
    Connect(Box<super::connect::Connect>),
    /// Make a one-time code with which a seller sits down at the desk in Telegram
    Invite(Box<super::invite::Invite>),
}

/// Options of `torg shop add`.
#[derive(Args)]
pub(crate) struct Add {
    #[command(flatten)]
    place: Where,
    /// The seller's file
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
}

/// Options of `torg shop show`.
#[derive(Args)]
pub(crate) struct Show {
    #[command(flatten)]
    place: Where,
    /// The shop
    shop: ShopId,
    /// Print the settings as JSON
    #[arg(long)]
    json: bool,
}

/// Options of `torg shop check`.
#[derive(Args)]
pub(crate) struct Check {
    #[command(flatten)]
    place: Where,
    #[command(flatten)]
    providers: channels::Options,
    /// A shop that was added
    #[arg(required_unless_present = "file")]
    shop: Option<ShopId>,
    /// A seller's file that need not have been added
    #[arg(long, value_name = "FILE", conflicts_with = "shop")]
    file: Option<PathBuf>,
    /// Confirm the sheet as it is now, although it is empty or has shrunk
    #[arg(long)]
    accept: bool,
    /// Do not call the providers
    #[arg(long)]
    offline: bool,
}

/// Adds, shows or checks.
pub(crate) fn run(command: Command) -> ExitCode {
    output::finish(async move {
        match command {
            Command::Add(command) => {
                let log = command.place.log().await?;
                let changed = add_to(&log, &command.place.state_dir, &command.file).await?;
                tell_of_the_desk(&command.place.state_dir, &command.file)?;
                output::line(if changed {
                    "added"
                } else {
                    "nothing has changed"
                })?;
                Ok(0)
            }
            Command::Show(command) => show(&command).await,
            Command::Check(command) => check(&command).await,
            Command::Connect(command) => super::connect::run(&command).await,
            Command::Invite(command) => super::invite::run(&command).await,
        }
    })
}

/// Says what of the file does not hold, because a seller told something else through the desk.
fn tell_of_the_desk(state: &Path, file: &Path) -> anyhow::Result<()> {
    let shop = ShopFile::load(file, &channels::environment)?.settings.id;
    let shops = state.join("shops");
    for name in Told::new(&shops, &shop).names()? {
        let folder = shops.join(shop.as_str());
        output::line(&format!(
            "{name}: as a seller told it through the desk, not as in the file; see {}",
            folder.display()
        ))?;
    }
    Ok(())
}

/// Adds a shop on behalf of `torg up`.
pub(crate) async fn add(
    options: &eventlog::Options,
    state: &Path,
    file: &Path,
) -> anyhow::Result<bool> {
    let log = EventLog::open(options.config("torg", boot::clock::now)).await?;
    add_to(&log, state, file).await
}

/// Keeps the file in the state directory, where services find its secrets, and records its settings without them.
pub(crate) async fn add_to(log: &EventLog, state: &Path, file: &Path) -> anyhow::Result<bool> {
    let shop = ShopFile::load(file, &channels::environment)?;
    let shop = keep(state, file, &shop.settings.id)?;
    let key = AggregateKey::shop(&shop.settings.id);
    let decide = |current: &Shop| Ok::<_, Infallible>(current.configure(&shop.settings));
    let appended = log
        .decide::<Shop, _>(&key, decide)
        .await
        .context("while recording the settings")?;
    Ok(!appended.recorded.is_empty())
}

/// Copies the file, readable by us alone, with every path in it made absolute, and what sellers told through the desk laid
/// over it; returns what services read from now on.
fn keep(state: &Path, file: &Path, shop: &ShopId) -> anyhow::Result<ShopFile> {
    let text = fs::read_to_string(file)?;
    let mut table: toml::Table = text.parse()?;
    let absolute = file.canonicalize()?;
    let beside = absolute.parent().unwrap_or(Path::new("/"));
    for (name, value) in &mut table {
        absolute_paths(name, value, beside);
    }
    let shops = state.join("shops");
    let told = Told::new(&shops, shop);
    let kept = told.replace_file(table, &channels::environment);
    let kept = kept.with_context(|| format!("cannot keep the file in {}", shops.display()))?;
    Ok(kept)
}

/// The folder of a sheet and the files of secrets are told relative to the seller's file.
fn absolute_paths(name: &str, value: &mut toml::Value, beside: &Path) {
    match value {
        toml::Value::Table(table) => {
            for (name, value) in table {
                absolute_paths(name, value, beside);
            }
        }
        toml::Value::Array(values) => {
            for value in values {
                absolute_paths(name, value, beside);
            }
        }
        toml::Value::String(text) if matches!(name, "folder" | "file" | "credentials") => {
            let path: PathBuf = beside.join(&*text).components().collect();
            *text = path.display().to_string();
        }
        _ => {}
    }
}

async fn show(command: &Show) -> anyhow::Result<u8> {
    let log = command.place.log().await?;
    let shop = log
        .load::<Shop>(&AggregateKey::shop(&command.shop))
        .await?
        .state;
    let settings = shop
        .settings()
        .with_context(|| format!("shop {} was never added", command.shop))?;
    if command.json {
        output::json(settings)?;
        return Ok(0);
    }
    output::line(&format!("{} — {}", settings.id, settings.name))?;
    output::line(&format!("  languages   {}", settings.languages.join(", ")))?;
    for channel in &settings.channels {
        let how = match (channel.kind, channel.webhook) {
            (ChannelKind::Web, _) => "chat page",
            (_, true) => "webhook",
            (_, false) => "long polling",
        };
        let paused = shop.paused(channel.kind, &channel.account);
        let paused = paused.map_or_else(String::new, |why| format!("  PAUSED: {why}"));
        output::line(&format!(
            "  channel     {} {} ({how}){paused}",
            channel.kind.as_str(),
            channel.account
        ))?;
    }
    for tab in tabs() {
        match shop.sheet(tab) {
            Some(sheet) => output::line(&format!(
                "  {tab:<10}  {} rows, {} set aside, revision {} read {}",
                sheet.rows,
                sheet.problems.len(),
                sheet.revision,
                sheet.read_at
            ))?,
            None => output::line(&format!("  {tab:<10}  never read"))?,
        }
        if let Some(refused) = shop.refused(tab) {
            output::line(&format!(
                "  REFUSED     revision {}: {}",
                refused.revision, refused.reason
            ))?;
        }
    }
    Ok(0)
}

async fn check(command: &Check) -> anyhow::Result<u8> {
    let path = match (&command.file, &command.shop) {
        (Some(file), _) => file.clone(),
        (None, Some(shop)) => command
            .place
            .state_dir
            .join("shops")
            .join(format!("{shop}.toml")),
        (None, None) => anyhow::bail!("name a shop or a file"),
    };
    let shop = ShopFile::load(&path, &channels::environment)?;
    output::line(&format!(
        "settings  ok: {} «{}»",
        shop.settings.id, shop.settings.name
    ))?;
    let mut faults = 0_u32;
    if !command.offline {
        for credentials in &shop.credentials.channels {
            let told = try_out(credentials, &command.providers).await;
            let (kind, account) = (credentials.kind().as_str(), credentials.account());
            match told {
                Ok(name) => output::line(&format!("{kind:<9} ok: {account} {name}"))?,
                Err(error) => {
                    faults = faults.saturating_add(1);
                    output::line(&format!("{kind:<9} FAILED: {account}: {error:#}"))?;
                }
            }
        }
    }
    let wrong = match &shop.settings.sheet {
        SheetAddress::Link(link) if !command.offline => {
            check_link(command, &shop.settings.id, link).await?
        }
        SheetAddress::Link(_) => {
            output::line("sheet     not checked: it is behind a link")?;
            0
        }
        SheetAddress::Folder(_) | SheetAddress::Google(_) => check_sheet(&shop, command.accept)?,
    };
    faults = faults.saturating_add(wrong);
    Ok(if faults == 0 { 0 } else { FOUND_FAULTS })
}

/// The tabs of a sheet by name, the one that every shop has first.
fn tabs() -> impl Iterator<Item = &'static str> {
    let kept = Kept::ALL.into_iter().map(Kept::name);
    std::iter::once(sheet::products::TAB.name).chain(kept)
}

/// Reads the sheet as ingest would, prints what is wrong, and returns how many things are.
fn check_sheet(shop: &ShopFile, accept: bool) -> anyhow::Result<u32> {
    let SheetAddress::Folder(folder) = &shop.settings.sheet else {
        output::line("sheet     not checked: only links and folders of CSV files are read so far")?;
        return Ok(1);
    };
    let file = |tab: &str| Path::new(folder).join(tab).with_extension("csv");
    let name = sheet::products::TAB.name;
    let read =
        |path: &Path| folder::read(path).with_context(|| format!("cannot read {}", path.display()));
    let path = file(name);
    let mut faults = check_tab(name, &read(&path)?, accept.then_some(&path), products)?;
    for tab in Kept::ALL {
        let path = file(tab.name());
        if !path.try_exists()? {
            output::line(&format!(
                "{:<9} no file: nothing is answered from it",
                tab.name()
            ))?;
            continue;
        }
        let table = |snapshot: &FileSnapshot| {
            let read = tab.parse(&snapshot.bytes, &snapshot.revision);
            let counted = read.as_ref().map(|content| content.counted);
            // Against nothing in force: only what no confirmation can mend is a fault here.
            match (
                sheet::table_verdict(0, counted, &snapshot.revision, None),
                read,
            ) {
                (Verdict::TakeOver, Ok(content)) => Ok((content.counted.rows, content.problems)),
                (Verdict::Refuse(refusal), _) => Err(refusal.to_string()),
                (Verdict::TakeOver, Err(error)) => Err(error.to_string()),
            }
        };
        let accept = accept.then_some(&path);
        faults = faults.saturating_add(check_tab(tab.name(), &read(&path)?, accept, table)?);
    }
    Ok(faults)
}

/// What the products say.
fn products(snapshot: &FileSnapshot) -> Result<(usize, Vec<SheetProblem>), String> {
    let read = sheet::products::parse(&snapshot.bytes).map_err(|error| error.to_string())?;
    Ok((read.products.len(), read.problems))
}

/// Reads a sheet behind a link as ingest would; it is the products.
async fn check_link(command: &Check, shop: &ShopId, link: &str) -> anyhow::Result<u32> {
    let tab = sheet::products::TAB.name;
    let Some(address) = sheet_link(link) else {
        output::line("sheet     FAILED: this is no link of a Google spreadsheet")?;
        return Ok(1);
    };
    let reader = SheetReader::new(&command.providers.sheets_base_url, TRY)?;
    let bytes = match reader.read(&address).await {
        Ok(bytes) => bytes.to_vec(),
        Err(error) => {
            output::line(&format!("sheet     FAILED: {error}"))?;
            return Ok(1);
        }
    };
    let revision = sheet::revision(&bytes);
    let path = command.place.state_dir.join("shops").join(shop.as_str());
    if command.accept {
        fs::create_dir_all(&path)?;
    }
    let accept = command.accept.then(|| path.join(tab));
    let snapshot = FileSnapshot { bytes, revision };
    check_tab(tab, &snapshot, accept.as_ref(), products)
}

/// Prints what is wrong with one tab, and returns how many things are. `accept`: confirm it, beside this file.
fn check_tab(
    tab: &str,
    snapshot: &FileSnapshot,
    accept: Option<&PathBuf>,
    read: impl FnOnce(&FileSnapshot) -> Result<(usize, Vec<SheetProblem>), String>,
) -> anyhow::Result<u32> {
    let (rows, problems) = match read(snapshot) {
        Ok(read) => read,
        Err(error) => {
            output::line(&format!("{tab:<9} FAILED: {error}"))?;
            return Ok(1);
        }
    };
    output::line(&format!(
        "{tab:<9} {rows} rows understood, {} problems, revision {}",
        problems.len(),
        snapshot.revision
    ))?;
    for problem in &problems {
        output::line(&format!("  {}", sheet::line(problem)))?;
    }
    if let Some(path) = accept {
        fs::write(path.with_extension("accepted"), &snapshot.revision)?;
        output::line(&format!("{tab:<9} this revision is confirmed"))?;
    }
    Ok(u32::try_from(problems.len()).unwrap_or(u32::MAX))
}

async fn try_out(
    credentials: &ChannelCredentials,
    providers: &channels::Options,
) -> anyhow::Result<String> {
    match credentials {
        ChannelCredentials::Avito(avito) => {
            let keys = AvitoKeys {
                client_id: avito.client_id.clone(),
                client_secret: avito.client_secret.clone(),
                user_id: Some(avito.user_id.clone()),
            };
            Ok(check::avito_keys(&keys, providers, TRY).await?.name)
        }
        ChannelCredentials::Telegram(_) => {
            match channels::Outbound::connect(credentials, providers, TRY)? {
                channels::Outbound::Telegram(client) => {
                    Ok(format!("@{}", client.get_me().await?.1))
                }
                channels::Outbound::Avito(_) | channels::Outbound::Web => {
                    anyhow::bail!("a bot's token made no bot")
                }
            }
        }
        ChannelCredentials::Web => Ok("served by ingest".to_owned()),
    }
}
