//! Builds of a read model: each in a schema of its own, made beside the one that serves, and taking its place at once.
//!
//! The table `read_model` says which build of a version serves. It is written in one statement, and whoever reads looks
//! there in the transaction in which it reads: nobody sees half of two builds.

use anyhow::Context as _;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};

use super::{Projection, roles};

/// A table of a read model, and the columns of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its key, as `ORDER BY` has it.
    pub key: &'static str,
}

impl Table {
    /// A table with its key.
    #[must_use]
    pub const fn new(name: &'static str, key: &'static str) -> Self {
        Self { name, key }
    }
}

/// How the tables of a read model are made. Every table has the shop in a column of that name.
#[derive(Clone, Copy, Debug)]
pub struct Tables {
    /// Tables and views, without the name of a schema.
    pub create: &'static str,
    /// What only reading needs: made when all rows are there, as that takes a fraction of the time.
    pub indexes: &'static str,
    /// All tables, in the order of the dump.
    pub all: &'static [Table],
}

/// One build of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// The schema that has its tables.
    pub schema: String,
}

type Lock<'a> = sqlx::Transaction<'a, sqlx::Postgres>;

/// Makes the table of builds and the roles when they are absent.
///
/// # Errors
/// What the database says, and what an administrator has to do.
pub async fn migrate(pool: &PgPool) -> anyhow::Result<()> {
    roles::make(pool).await?;
    let mut tx = locked(pool).await?;
    sqlx::raw_sql(
        "CREATE TABLE IF NOT EXISTS public.read_model (
            projection text NOT NULL,
            version int NOT NULL,
            build int NOT NULL,
            schema text NOT NULL UNIQUE,
            state text NOT NULL CHECK (state IN ('building', 'serving', 'old')),
            made_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (projection, version, build)
        );
        CREATE UNIQUE INDEX IF NOT EXISTS read_model_serving ON public.read_model (projection, version)
            WHERE state = 'serving';
        GRANT SELECT ON public.read_model TO torg_all, torg_shop",
    )
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

/// One at a time makes, switches or drops builds: `if not exists` still fails when two sessions create at once.
async fn locked(pool: &PgPool) -> Result<Lock<'_>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock(7461726700)")
        .execute(&mut *tx)
        .await?;
    Ok(tx)
}

async fn in_state<P: Projection>(
    tx: &mut PgConnection,
    state: &str,
) -> Result<Option<Build>, sqlx::Error> {
    let schema: Option<String> = sqlx::query_scalar(
        "SELECT schema FROM public.read_model WHERE projection = $1 AND version = $2 AND state = $3 \
         ORDER BY build LIMIT 1",
    )
    .bind(P::NAME)
    .bind(P::VERSION)
    .bind(state)
    .fetch_optional(tx)
    .await?;
    Ok(schema.map(|schema| Build { schema }))
}

/// The build of this version that serves, if there is one.
///
/// # Errors
/// What the database says.
pub async fn serving<P: Projection>(pool: &PgPool) -> Result<Option<Build>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    in_state::<P>(&mut connection, "serving").await
}

/// The build that `build` is to be compared with: the one that serves, of this version or else of the newest before.
pub(super) async fn served<P: Projection>(
    pool: &PgPool,
    build: &Build,
) -> Result<Option<Build>, sqlx::Error> {
    let schema: Option<String> = sqlx::query_scalar(
        "SELECT schema FROM public.read_model WHERE projection = $1 AND version <= $2 AND state = 'serving' \
         AND schema <> $3 ORDER BY version DESC LIMIT 1",
    )
    .bind(P::NAME)
    .bind(P::VERSION)
    .bind(&build.schema)
    .fetch_optional(pool)
    .await?;
    Ok(schema.map(|schema| Build { schema }))
}

/// The build that serves; an empty one when this version has none yet.
///
/// # Errors
/// What the database says.
pub async fn serve<P: Projection>(pool: &PgPool) -> anyhow::Result<Build> {
    if let Ok(Some(build)) = serving::<P>(pool).await {
        return Ok(build);
    }
    migrate(pool).await?;
    let mut tx = locked(pool).await?;
    let build = match in_state::<P>(&mut tx, "serving").await? {
        Some(build) => build,
        None => {
            let build = make::<P>(&mut tx, "serving").await?;
            index::<P>(&mut tx, &build).await?;
            build
        }
    };
    tx.commit().await?;
    Ok(build)
}

/// The build that is being made beside the one that serves: the one that was begun and not ended, else a new one.
///
/// # Errors
/// What the database says.
pub async fn begin<P: Projection>(pool: &PgPool) -> anyhow::Result<Build> {
    migrate(pool).await?;
    let mut tx = locked(pool).await?;
    let build = match in_state::<P>(&mut tx, "building").await? {
        Some(build) => build,
        None => make::<P>(&mut tx, "building").await?,
    };
    tx.commit().await?;
    Ok(build)
}

async fn make<P: Projection>(tx: &mut PgConnection, state: &str) -> anyhow::Result<Build> {
    let number: i32 = sqlx::query_scalar(
        "SELECT coalesce(max(build), 0) + 1 FROM public.read_model WHERE projection = $1 AND version = $2",
    )
    .bind(P::NAME)
    .bind(P::VERSION)
    .fetch_one(&mut *tx)
    .await?;
    let schema = format!("{}_v{}_{number}", P::NAME, P::VERSION);
    let create = P::TABLES.create;
    // Names and statements are constants of this program.
    let sql = format!(
        "CREATE SCHEMA {schema}; SET LOCAL search_path TO {schema};
         CREATE TABLE checkpoint (shard int PRIMARY KEY, seq bigint NOT NULL); {create}"
    );
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut *tx)
        .await
        .with_context(|| format!("while making the tables of {schema}"))?;
    roles::protect(&mut *tx, &schema, P::TABLES.all).await?;
    sqlx::query(
        "INSERT INTO public.read_model (projection, version, build, schema, state) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(P::NAME)
    .bind(P::VERSION)
    .bind(number)
    .bind(&schema)
    .bind(state)
    .execute(tx)
    .await?;
    Ok(Build { schema })
}

async fn index<P: Projection>(tx: &mut PgConnection, build: &Build) -> anyhow::Result<()> {
    let (schema, indexes) = (&build.schema, P::TABLES.indexes);
    let sql = format!(
        "SET LOCAL search_path TO {schema}; SET LOCAL maintenance_work_mem TO '256MB'; {indexes}"
    );
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(tx)
        .await
        .with_context(|| format!("while making the indexes of {schema}"))?;
    Ok(())
}

/// Makes the indexes of a build whose rows are all there. Once they are, nothing happens.
///
/// # Errors
/// What the database says.
pub async fn complete<P: Projection>(pool: &PgPool, build: &Build) -> anyhow::Result<()> {
    let mut tx = pool.begin().await?;
    index::<P>(&mut tx, build).await?;
    // The planner knows nothing of tables that were filled a moment ago.
    let all = P::TABLES.all.iter();
    let all: Vec<String> = all
        .map(|table| format!("{}.{}", build.schema, table.name))
        .collect();
    let analyze = format!("ANALYZE {}", all.join(", "));
    sqlx::raw_sql(AssertSqlSafe(analyze))
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}

/// Lets `build` serve, and returns the one that served. Readers and live projections come over within a second.
///
/// # Errors
/// What the database says.
pub async fn switch<P: Projection>(pool: &PgPool, build: &Build) -> anyhow::Result<Option<Build>> {
    let mut tx = locked(pool).await?;
    let before = in_state::<P>(&mut tx, "serving").await?;
    for (state, of) in [("old", before.as_ref()), ("serving", Some(build))] {
        let Some(of) = of else { continue };
        sqlx::query("UPDATE public.read_model SET state = $1 WHERE schema = $2")
            .bind(state)
            .bind(&of.schema)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(before.filter(|before| before != build))
}

/// Drops what no program of this version or a newer one needs: builds that served before, and those of older versions.
/// Returns their names.
///
/// # Errors
/// What the database says.
pub async fn drop_old<P: Projection>(pool: &PgPool) -> anyhow::Result<Vec<String>> {
    let mut tx = locked(pool).await?;
    let schemas: Vec<String> = sqlx::query_scalar(
        "DELETE FROM public.read_model WHERE projection = $1 AND (state = 'old' OR version < $2) RETURNING schema",
    )
    .bind(P::NAME)
    .bind(P::VERSION)
    .fetch_all(&mut *tx)
    .await?;
    for schema in &schemas {
        // The name was made by [`make`].
        let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE");
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(schemas)
}

/// Last position that a build has applied, by shard; shards that it has not begun are absent.
///
/// # Errors
/// What the database says.
pub async fn positions(pool: &PgPool, build: &Build) -> Result<Vec<(u16, u64)>, sqlx::Error> {
    let sql = format!(
        "SELECT shard, seq FROM {}.checkpoint ORDER BY shard",
        build.schema
    );
    let rows: Vec<(i32, i64)> = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(pool).await?;
    Ok(super::numbers(rows))
}
