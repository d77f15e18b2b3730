//! Who is signed in: the token of this installation, sessions in the database, and the brake on guessing.

use std::{
    collections::HashMap,
    fs::{self, OpenOptions},
    io::Write as _,
    net::{IpAddr, Ipv4Addr},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx as _;
use schemas::ShopId;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use subtle::ConstantTimeEq as _;

use super::guard::Person;

/// A session that nobody uses ends after this time …
const IDLE: SignedDuration = SignedDuration::from_hours(24);
/// … and every one after this.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 14);
/// How exactly it is known when a session was last used.
const SEEN: SignedDuration = SignedDuration::from_mins(5);
/// How many wrong tokens may come from one address …
const TRIES: usize = 10;
/// … within this time.
const TRIES_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// Of how many addresses that is known …
const ADDRESSES: usize = 4_096;
/// … and the line on which all others are written down.
const OTHERS: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Sessions of this installation.
pub(crate) struct Sessions {
    pool: PgPool,
    token: [u8; 32],
    tries: Mutex<HashMap<IpAddr, Vec<Timestamp>>>,
}

/// The file in the state directory that holds the token.
#[must_use]
pub fn token_file(state_dir: &Path) -> PathBuf {
    state_dir.join("console.token")
}

/// The token to sign in with; made when there is none. Only the owner of the file can read it.
///
/// # Errors
/// When the file cannot be written or read.
pub fn token(state_dir: &Path) -> anyhow::Result<String> {
    let path = token_file(state_dir);
    fs::create_dir_all(state_dir)
        .with_context(|| format!("cannot make {}", state_dir.display()))?;
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path);
    match made {
        Ok(mut file) => {
            let token = boot::id::token();
            file.write_all(token.as_bytes())
                .and_then(|()| file.sync_all())
                .with_context(|| format!("cannot write {}", path.display()))?;
            Ok(token)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let doing = || format!("while reading {}", path.display());
            let mode = fs::metadata(&path).with_context(doing)?.permissions();
            if mode.mode() & 0o077 != 0 {
                tracing::warn!("{} could be read by others; no longer", path.display());
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600))
                    .with_context(doing)?;
            }
            let token = fs::read_to_string(&path).with_context(doing)?;
            let token = token.trim();
            anyhow::ensure!(
                token.len() >= 32,
                "{} holds no token; remove it, and one is made at the next start",
                path.display()
            );
            Ok(token.to_owned())
        }
        Err(error) => Err(error).with_context(|| format!("cannot write {}", path.display())),
    }
}

fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Makes the table of sessions when it is absent. It is no read model: a rebuild signs nobody out.
pub(crate) async fn migrate(pool: &PgPool) -> Result<(), sqlx::Error> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock(7461726702)")
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "CREATE TABLE IF NOT EXISTS session (
            digest bytea PRIMARY KEY,
            name text NOT NULL,
            opened_at timestamptz NOT NULL,
            seen_at timestamptz NOT NULL
        )",
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query("ALTER TABLE session ADD COLUMN IF NOT EXISTS shop text")
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

impl Sessions {
    pub(crate) fn new(pool: PgPool, token: &str) -> Self {
        Self {
            pool,
            token: digest(token),
            tries: Mutex::default(),
        }
    }

    /// Whether somebody at `from` may name another token or code; it counts as a wrong one until it is known to be right.
    pub(crate) fn may_try(&self, from: IpAddr, now: Timestamp) -> bool {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let recent = |at: &Timestamp| now.duration_since(*at) < TRIES_WITHIN;
        if tries.len() >= ADDRESSES {
            tries.retain(|_, wrong| wrong.iter().any(recent));
        }
        // Who comes while the book is full of others' wrong tokens is written down on one line with them.
        let full = tries.len() >= ADDRESSES && !tries.contains_key(&from);
        let wrong = tries.entry(if full { OTHERS } else { from }).or_default();
        wrong.retain(recent);
        if wrong.len() >= TRIES {
            return false;
        }
        wrong.push(now);
        true
    }

    /// It was right: the wrong ones from there are forgotten.
    pub(crate) fn was_right(&self, from: IpAddr) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.remove(&from).is_none() {
            tries.entry(OTHERS).or_default().pop();
        }
    }

    /// Whether this is the token of the installation. Compared by digest, in constant time.
    pub(crate) fn is_token(&self, token: &str) -> bool {
        digest(token.trim()).ct_eq(&self.token).into()
    }

    /// Opens a session and returns its secret, of which only the digest is kept. Sessions that have ended are forgotten.
    pub(crate) async fn open(
        &self,
        person: &Person,
        now: Timestamp,
    ) -> Result<String, sqlx::Error> {
        let secret = boot::id::token();
        sqlx::query("DELETE FROM session WHERE opened_at <= $1 OR seen_at <= $2")
            .bind(before(now, LONGEST))
            .bind(before(now, IDLE))
            .execute(&self.pool)
            .await?;
        sqlx::query(
            "INSERT INTO session (digest, name, shop, opened_at, seen_at) VALUES ($1, $2, $3, $4, $4)",
        )
        .bind(digest(&secret).as_slice())
        .bind(&person.name)
        .bind(person.shop.as_ref().map(ShopId::as_str))
        .bind(now.to_sqlx())
        .execute(&self.pool)
        .await?;
        Ok(secret)
    }

    /// Whose session this is, if it is one that has not ended.
    pub(crate) async fn who(
        &self,
        secret: &str,
        now: Timestamp,
    ) -> Result<Option<Person>, sqlx::Error> {
        let digest = digest(secret);
        let row: Option<(String, Option<String>, jiff_sqlx::Timestamp)> = sqlx::query_as(
            "SELECT name, shop, seen_at FROM session WHERE digest = $1 AND opened_at > $2 AND seen_at > $3",
        )
        .bind(digest.as_slice())
        .bind(before(now, LONGEST))
        .bind(before(now, IDLE))
        .fetch_optional(&self.pool)
        .await?;
        let Some((name, shop, seen)) = row else {
            return Ok(None);
        };
        let shop = shop.map(ShopId::new).transpose();
        let shop = shop.map_err(|error| sqlx::Error::Decode(error.into()))?;
        if now.duration_since(seen.to_jiff()) >= SEEN {
            sqlx::query("UPDATE session SET seen_at = $2 WHERE digest = $1 AND seen_at < $2")
                .bind(digest.as_slice())
                .bind(now.to_sqlx())
                .execute(&self.pool)
                .await?;
        }
        Ok(Some(Person { name, shop }))
    }

    /// Ends a session, for whoever holds its secret.
    pub(crate) async fn close(&self, secret: &str) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM session WHERE digest = $1")
            .bind(digest(secret).as_slice())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

fn before(now: Timestamp, by: SignedDuration) -> jiff_sqlx::Timestamp {
    now.checked_sub(by).unwrap_or(Timestamp::MIN).to_sqlx()
}
