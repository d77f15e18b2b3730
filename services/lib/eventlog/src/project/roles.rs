//! Who may see which rows: two roles of the database, and row-level security that holds even for the tables' owner.
//!
//! `torg_shop` reads, and sees the rows of the shop that `torg.shop` names: without it none. `torg_all` reads and writes
//! all. Whoever logs in becomes one of them for one transaction, in one of two ways: [`super::Reader`], or by projecting.
//! A query beside both finds no table, and in a table that it names in full no row.

use anyhow::Context as _;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};

use super::Table;

/// Reads and writes every row: what projects, and what says in so many words that it is about all shops.
pub(super) const ALL: &str = "torg_all";
/// Reads the rows of one shop.
pub(super) const SHOP: &str = "torg_shop";

/// Makes the roles when they are absent, and lets whoever is logged in become them. Roles are of the whole server, so another
/// database may be doing the same at this moment.
pub(super) async fn make(pool: &PgPool) -> anyhow::Result<()> {
    let mut tries = 0_u32;
    loop {
        match try_to_make(pool).await {
            Ok(()) => break,
            Err(error) if tries < 5 => {
                tracing::debug!(%error, "the roles are tried again");
                tries += 1;
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            Err(error) => {
                return Err(error).with_context(|| {
                    format!(
                        "the roles {ALL} and {SHOP} cannot be made; let an administrator run \
                         `CREATE ROLE {ALL} NOLOGIN; CREATE ROLE {SHOP} NOLOGIN; \
                         GRANT {ALL}, {SHOP} TO <this user> WITH INHERIT FALSE, SET TRUE`"
                    )
                });
            }
        }
    }
    let (inherits, superuser): (bool, bool) = sqlx::query_as(
        "SELECT pg_has_role(current_user, 'torg_all', 'USAGE'), rolsuper FROM pg_roles WHERE rolname = current_user",
    )
    .fetch_one(pool)
    .await?;
    anyhow::ensure!(
        superuser || !inherits,
        "this user inherits the role {ALL}, so that it sees every shop's rows unasked; let an administrator run \
         `GRANT {ALL}, {SHOP} TO <this user> WITH INHERIT FALSE, SET TRUE`"
    );
    Ok(())
}

async fn try_to_make(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(
        "DO $$ DECLARE name text; BEGIN
            FOREACH name IN ARRAY ARRAY['torg_all', 'torg_shop'] LOOP
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
                    EXECUTE format('CREATE ROLE %I NOLOGIN', name);
                END IF;
                IF NOT pg_has_role(current_user, name, 'SET') THEN
                    EXECUTE format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE', name, current_user);
                END IF;
            END LOOP;
        END $$",
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Lets both roles into the tables of a schema, and closes each table that has a column `shop` to everybody else.
pub(super) async fn protect(
    tx: &mut PgConnection,
    schema: &str,
    tables: &[Table],
) -> Result<(), sqlx::Error> {
    let mut sql = format!(
        "GRANT USAGE ON SCHEMA {schema} TO {ALL}, {SHOP};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {ALL};
         GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {SHOP};"
    );
    for Table { name, .. } in tables {
        sql.push_str(&format!(
            "ALTER TABLE {schema}.{name} ENABLE ROW LEVEL SECURITY;
             ALTER TABLE {schema}.{name} FORCE ROW LEVEL SECURITY;
             CREATE POLICY every_row ON {schema}.{name} TO {ALL} USING (true) WITH CHECK (true);
             CREATE POLICY one_shop ON {schema}.{name} FOR SELECT TO {SHOP}
                USING (shop = current_setting('torg.shop', true));"
        ));
    }
    // All names are constants of this program, and the number of a build.
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(tx).await?;
    Ok(())
}
