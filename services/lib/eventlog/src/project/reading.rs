//! Reading the rows of a projection: in the build that serves, and of one shop unless all are asked for by name.

use schemas::ShopId;
use sqlx::{PgPool, Postgres, Transaction};

use super::{
    Projection,
    roles::{ALL, SHOP},
};

/// A transaction that reads and cannot write. Dropping it ends it.
pub type Reading = Transaction<'static, Postgres>;

/// The one way to the rows of a projection.
#[derive(Clone, Debug)]
pub struct Reader {
    pool: PgPool,
    projection: &'static str,
    version: i32,
}

impl Reader {
    /// Reads the rows of `P`.
    #[must_use]
    pub const fn new<P: Projection>(pool: PgPool) -> Self {
        Self {
            pool,
            projection: P::NAME,
            version: P::VERSION,
        }
    }

    /// Reads the rows of one shop. Those of others are not there, whatever a query says or forgets to say.
    ///
    /// # Errors
    /// What the database says.
    pub async fn of(&self, shop: &ShopId) -> Result<Reading, sqlx::Error> {
        self.begin(SHOP, shop.as_str()).await
    }

    /// Reads the rows of every shop: for pages of whoever runs the installation, and to find out which shop something is of.
    ///
    /// # Errors
    /// What the database says.
    pub async fn everything(&self) -> Result<Reading, sqlx::Error> {
        self.begin(ALL, "").await
    }

    /// How far the rows have come, by shard; shards that are not begun are absent.
    ///
    /// # Errors
    /// What the database says.
    pub async fn applied(&self) -> Result<Vec<(u16, u64)>, sqlx::Error> {
        let mut rows = self.everything().await?;
        let rows = sqlx::query_as("SELECT shard, seq FROM checkpoint ORDER BY shard")
            .fetch_all(&mut *rows)
            .await?;
        Ok(super::numbers(rows))
    }

    async fn begin(&self, role: &str, shop: &str) -> Result<Reading, sqlx::Error> {
        let mut tx = self.pool.begin_with("BEGIN READ ONLY").await?;
        // One question: a switch to another build is seen whole or not at all.
        let schema: Option<String> = sqlx::query_scalar(
            "SELECT serving.schema, set_config('search_path', serving.schema, true), set_config('role', $3, true), \
             set_config('torg.shop', $4, true) FROM (SELECT (SELECT schema FROM public.read_model \
             WHERE projection = $1 AND version = $2 AND state = 'serving')) AS serving (schema)",
        )
        .bind(self.projection)
        .bind(self.version)
        .bind(role)
        .bind(shop)
        .fetch_one(&mut *tx)
        .await?;
        if schema.is_none() {
            return Err(sqlx::Error::Configuration(
                format!(
                    "there are no rows of {} {} yet",
                    self.projection, self.version
                )
                .into(),
            ));
        }
        Ok(tx)
    }
}
