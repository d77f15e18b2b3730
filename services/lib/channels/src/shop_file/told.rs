//! What sellers told through the desk, laid over their shop's file: accounts that they connected, the sheet they named.
//!
//! `<shops>/<shop>/`, for our user alone, holds a section of the file for each, and the secrets that it names. The file
//! `<shops>/<shop>.toml` is a copy that is made anew whenever the shop is added again, so what was told is laid over it
//! each time. To have the file's own word back, remove the section's file there and add the shop again.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use schemas::{ShopId, conversation::ChannelKind};
use secrecy::{ExposeSecret as _, SecretString};
use toml::{Table, Value};

use super::{ChannelCredentials, Env, ShopFile, ShopFileError, edit::Change};
use crate::{desk::AvitoKeys, private, secret};

/// What the file of an account's section begins with.
const AVITO: &str = "avito-";
/// The file of the sheet's section.
const SHEET: &str = "sheet";

/// Why a shop's file was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ToldError {
    /// The disk; try again.
    #[error("the shop's file cannot be written")]
    Io(#[from] io::Error),
    /// The file is no TOML, or has something else in place of its channels. A person has to look at it.
    #[error("{} cannot be edited: it is not TOML, or its channels are no list", .0.display())]
    NotEditable(PathBuf),
    /// With the change it could not be used.
    #[error(transparent)]
    Refused(#[from] ShopFileError),
}

/// The file of one shop and what was told beside it. Every method blocks.
#[derive(Clone, Debug)]
pub struct Told {
    shops: PathBuf,
    shop: ShopId,
}

impl Told {
    /// Of `shop`, whose file is in `shops`.
    #[must_use]
    pub fn new(shops: &Path, shop: &ShopId) -> Self {
        Self {
            shops: shops.to_owned(),
            shop: shop.clone(),
        }
    }

    /// Writes the shop's file anew, with what was told laid over it; returns the file as services read it from now on.
    ///
    /// # Errors
    /// [`ToldError`]; the file is as it was.
    pub fn replace_file(&self, mut file: Table, env: Env<'_>) -> Result<ShopFile, ToldError> {
        let _lock = self.lock()?;
        for change in self.changes()? {
            if !change.apply(&mut file) {
                return Err(ToldError::NotEditable(self.file()));
            }
        }
        let text = toml::to_string(&file).map_err(io::Error::other)?;
        self.put_file(&text, env)
    }

    /// The names of what was told: `avito 94000311`, `sheet`.
    ///
    /// # Errors
    /// [`io::Error`] when that cannot be read.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let changes = self.changes()?.into_iter();
        let names = changes.map(|change| match change {
            Change::Channel { kind, account, .. } => format!("{kind} {account}"),
            Change::Section { name, .. } => name.to_owned(),
        });
        Ok(names.collect())
    }

    /// Connects an Avito account, or gives one that is connected other keys. `fresh`: the secret of its webhook, if it has
    /// none yet. The same again changes nothing.
    ///
    /// # Errors
    /// [`ToldError`]; the shop's file is as it was.
    pub fn connect_avito(
        &self,
        user_id: &str,
        keys: &AvitoKeys,
        fresh: SecretString,
        env: Env<'_>,
    ) -> Result<ShopFile, ToldError> {
        let _lock = self.lock()?;
        let current = ShopFile::load(&self.file(), env)?;
        let known = current.credentials.channel(ChannelKind::Avito, user_id);
        let webhook_secret = match known {
            Some(ChannelCredentials::Avito(avito)) => avito.webhook_secret.clone(),
            _ => fresh,
        };
        let client_id = SecretString::from(keys.client_id.as_str());
        let mut fields = Table::new();
        fields.insert("kind".to_owned(), Value::from("avito"));
        let number = user_id.parse::<i64>().map(Value::from);
        fields.insert("user_id".to_owned(), number.unwrap_or(Value::from(user_id)));
        for (name, value) in [
            ("client_id", &client_id),
            ("client_secret", &keys.client_secret),
            ("webhook_secret", &webhook_secret),
        ] {
            let file = self.put_secret(&format!("{AVITO}{user_id}-{name}"), value)?;
            let file = Table::from_iter([("file".to_owned(), Value::from(file))]);
            fields.insert(name.to_owned(), Value::Table(file));
        }
        let change = Change::Channel {
            kind: "avito",
            named_by: "user_id",
            account: user_id.to_owned(),
            fields: fields.clone(),
        };
        let file = self.change(&change, &format!("{AVITO}{user_id}"), &fields, env)?;
        self.drop_old_secrets(&format!("{AVITO}{user_id}-"), &fields)?;
        Ok(file)
    }

    /// Has the shop's sheet read from a link.
    ///
    /// # Errors
    /// [`ToldError`]; the shop's file is as it was.
    pub fn name_sheet(&self, link: &str, env: Env<'_>) -> Result<ShopFile, ToldError> {
        let _lock = self.lock()?;
        let fields = Table::from_iter([("link".to_owned(), Value::from(link))]);
        let change = Change::Section {
            name: SHEET,
            fields: fields.clone(),
        };
        self.change(&change, SHEET, &fields, env)
    }

    /// The section is kept before the file has it: a crash in between is mended by the next change, or by adding the shop
    /// again.
    fn change(
        &self,
        change: &Change,
        name: &str,
        fields: &Table,
        env: Env<'_>,
    ) -> Result<ShopFile, ToldError> {
        let path = self.file();
        let before = fs::read_to_string(&path)?;
        let Some(text) = change.edit(&before) else {
            return Err(ToldError::NotEditable(path));
        };
        // What the file would not be accepted with is not kept either.
        ShopFile::parse(&text, &path, env)?;
        let folder = self.folder();
        private::folder(&folder)?;
        let section = folder.join(name).with_extension("toml");
        let kept = toml::to_string(fields).map_err(io::Error::other)?;
        private::write(&section, &section.with_extension("new"), kept.as_bytes())?;
        self.put_file(&text, env)
    }

    /// Checks a text and puts it in the file's place.
    fn put_file(&self, text: &str, env: Env<'_>) -> Result<ShopFile, ToldError> {
        let path = self.file();
        let file = ShopFile::parse(text, &path, env)?;
        let beside = self.shops.join(format!(".{}.new", self.shop));
        private::write(&path, &beside, text.as_bytes())?;
        Ok(file)
    }

    /// Writes a secret under a name of its own, so that the file changes from all old ones to all new ones at once;
    /// returns the name as the file tells it.
    fn put_secret(&self, name: &str, value: &SecretString) -> io::Result<String> {
        let folder = self.folder();
        private::folder(&folder)?;
        let name = format!("{name}-{}", secret::digest(value));
        let path = folder.join(&name);
        private::write(
            &path,
            &folder.join(format!("{name}.new")),
            value.expose_secret().as_bytes(),
        )?;
        Ok(format!("{}/{name}", self.shop))
    }

    /// Removes the secrets of an account that its section no longer names.
    fn drop_old_secrets(&self, prefix: &str, fields: &Table) -> io::Result<()> {
        let named = |name: &str| {
            let told = format!("{}/{name}", self.shop);
            let mut files = fields.values().filter_map(|value| value.get("file"));
            files.any(|file| file.as_str() == Some(told.as_str()))
        };
        for entry in fs::read_dir(self.folder())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(prefix) && !named(&name) {
                private::gone(fs::remove_file(entry.path()))?;
            }
        }
        Ok(())
    }

    /// Everything that was told, in the order of the files' names.
    fn changes(&self) -> io::Result<Vec<Change>> {
        let mut changes = Vec::new();
        let entries = match fs::read_dir(self.folder()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(changes),
            entries => entries?,
        };
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
        paths.sort();
        for path in paths {
            let name = path.file_name().map(|name| name.to_string_lossy());
            let Some(name) = name.as_deref().and_then(|name| name.strip_suffix(".toml")) else {
                continue;
            };
            let account = name.strip_prefix(AVITO);
            if account.is_none() && name != SHEET {
                continue;
            }
            let fields: Table = fs::read_to_string(&path)?.parse().map_err(|_| {
                // The parser's own words could show a line of the file.
                let problem = format!("{} is not TOML", path.display());
                io::Error::new(io::ErrorKind::InvalidData, problem)
            })?;
            changes.push(match account {
                Some(account) => Change::Channel {
                    kind: "avito",
                    named_by: "user_id",
                    account: account.to_owned(),
                    fields,
                },
                None => Change::Section {
                    name: SHEET,
                    fields,
                },
            });
        }
        Ok(changes)
    }

    /// One program at a time changes the file: it is read, changed, and put in its place.
    fn lock(&self) -> io::Result<File> {
        fs::create_dir_all(&self.shops)?;
        let lock = File::create(self.shops.join(format!(".{}.lock", self.shop)))?;
        lock.lock()?;
        Ok(lock)
    }

    fn file(&self) -> PathBuf {
        self.shops.join(format!("{}.toml", self.shop))
    }

    fn folder(&self) -> PathBuf {
        self.shops.join(self.shop.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const SECRET: &str = "b8Nq_ZrT5yHc-0LmXw2EvJ7sPk9DgUa4FtRiOo1M";
    const FILE: &str = r#"# Anna's shop
id = "lavka"
name = "Лавка"
timezone = "Europe/Moscow"
currency = "RUB"
languages = ["ru"]

[sheet]
folder = "./sheet"

[[channel]]
kind = "web" # for the site
"#;

    fn keys(secret: &str) -> AvitoKeys {
        AvitoKeys {
            client_id: "xQ7-pLm2Vb_9sTzKd4Wa".to_owned(),
            client_secret: secret.into(),
            user_id: None,
        }
    }

    fn shop(test: &str) -> (PathBuf, Told) {
        let folder = format!("torg-told-{test}-{}", std::process::id());
        let shops = std::env::temp_dir().join(folder);
        fs::create_dir_all(&shops).unwrap();
        fs::write(shops.join("lavka.toml"), FILE).unwrap();
        let told = Told::new(&shops, &ShopId::new("lavka").unwrap());
        (shops, told)
    }

    fn connect(told: &Told, secret: &str, fresh: &str) -> ShopFile {
        told.connect_avito("94000312", &keys(secret), fresh.into(), &|_| None)
            .unwrap()
    }

    fn avito(file: &ShopFile) -> (String, String) {
        let channel = file.credentials.channel(ChannelKind::Avito, "94000312");
        let Some(ChannelCredentials::Avito(avito)) = channel else {
            panic!("no account: {file:?}")
        };
        let open = |secret: &SecretString| secret.expose_secret().to_owned();
        (open(&avito.client_secret), open(&avito.webhook_secret))
    }

    #[test]
    fn an_account_is_connected_with_its_secrets_beside_the_file_and_other_keys_replace_them() {
        let (shops, told) = shop("connect");
        let first = "first-webhook-secret-0001";
        assert_eq!(
            avito(&connect(&told, SECRET, first)),
            (SECRET.to_owned(), first.to_owned())
        );
        let text = fs::read_to_string(shops.join("lavka.toml")).unwrap();
        assert!(text.starts_with(FILE), "{text}");
        assert!(!text.contains(SECRET) && !text.contains(first), "{text}");
        // The same keys again, then others: the webhook that Avito knows stays.
        let other = SECRET.replace('b', "c");
        for secret in [SECRET, &other] {
            let now = avito(&connect(&told, secret, "second-webhook-secret-02"));
            assert_eq!(now, (secret.to_owned(), first.to_owned()));
        }
        let folder = shops.join("lavka");
        let files: Vec<_> = fs::read_dir(&folder).unwrap().collect();
        assert_eq!(files.len(), 4, "a section and three secrets: {files:?}");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        for file in files {
            assert_eq!(mode(&file.unwrap().path()), 0o600);
        }
        assert_eq!(mode(&shops.join("lavka.toml")), 0o600);
        fs::remove_dir_all(&shops).unwrap();
    }

    #[test]
    fn what_was_told_outlasts_the_file_being_added_again() {
        let (shops, told) = shop("again");
        connect(&told, SECRET, "first-webhook-secret-0001");
        let link = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz/edit";
        told.name_sheet(link, &|_| None).unwrap();
        let before = ShopFile::load(&shops.join("lavka.toml"), &|_| None).unwrap();
        let file = FILE.replace("Лавка", "Лавка 2").parse().unwrap();
        let added = told.replace_file(file, &|_| None).unwrap();
        assert_eq!(avito(&added).0, SECRET);
        assert_eq!(added.settings.sheet, before.settings.sheet);
        assert_eq!(added.settings.name, "Лавка 2");
        assert_eq!(told.names().unwrap(), ["avito 94000312", "sheet"]);
        fs::remove_dir_all(&shops).unwrap();
    }

    #[test]
    fn a_sheet_may_be_the_first_thing_that_is_told() {
        let (shops, told) = shop("sheet");
        let link = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz/edit";
        told.name_sheet(link, &|_| None).unwrap();
        assert_eq!(told.names().unwrap(), ["sheet"]);
        fs::remove_dir_all(&shops).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_used_is_left_as_it_is() {
        let (shops, told) = shop("broken");
        let broken = FILE.replace("Europe/Moscow", "Nowhere");
        fs::write(shops.join("lavka.toml"), &broken).unwrap();
        let refused = told.connect_avito("94000312", &keys(SECRET), "x".into(), &|_| None);
        assert!(matches!(refused, Err(ToldError::Refused(_))), "{refused:?}");
        assert_eq!(
            fs::read_to_string(shops.join("lavka.toml")).unwrap(),
            broken
        );
        assert_eq!(told.names().unwrap(), Vec::<String>::new());
        fs::remove_dir_all(&shops).unwrap();
    }
}
