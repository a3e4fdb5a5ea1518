//! Who did what: rows that are only ever added, numbered and sealed once, and where their chain ends.
//!
//! The database itself refuses to change or delete a row. That stops accidents; whoever can drop the triggers is found
//! by the chain.

use super::add_columns;
use super::m0001_first::{Index, index, table};
use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let audit = table(
            "audit",
            "id",
            "id:uuid at:long actor:text action:text object:text subject:uuid? pull_request:uuid? intent:uuid? \
             call:uuid? cause:text? rule:text? reason:text? method:text? path:text? body:text? status:long? \
             answer:text? mac:text seq:long? seal:text?",
        );
        manager.create_table(audit).await?;
        for (name, columns, kind) in [
            ("audit_seq", &["seq"] as &[&str], Index::Unique),
            ("audit_intent", &["intent"], Index::Unique),
            ("audit_subject", &["subject", "seq"], Index::Plain),
            ("audit_pull_request", &["pull_request", "seq"], Index::Plain),
            ("audit_actor", &["actor", "seq"], Index::Plain),
            ("audit_action", &["action", "seq"], Index::Plain),
        ] {
            manager.create_index(index(name, "audit", columns, kind)).await?;
        }
        let head = table("audit_head", "id", "id:long rows:long seal:text at:long mac:text");
        manager.create_table(head).await?;
        let none = Query::insert()
            .into_table("audit_head")
            .columns(["id", "rows", "seal", "at", "mac"])
            .values_panic([1.into(), 0.into(), "".into(), 0.into(), "".into()])
            .take();
        manager.execute(none).await?;
        add_columns(manager, [("intent", ColumnDef::new("sent").json_binary().null().take())]).await?;
        let db = manager.get_connection();
        let guards = match db.get_database_backend() {
            DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        for guard in guards {
            db.execute_unprepared(guard).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const SQLITE: &[&str] = &[
    "CREATE INDEX audit_unsealed ON audit (id) WHERE seq IS NULL",
    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit
     BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END",
    "CREATE TRIGGER audit_fixed BEFORE UPDATE OF id, at, actor, action, object, subject, pull_request, intent, call,
       cause, rule, reason, method, path, body, status, answer, mac ON audit
     BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END",
    "CREATE TRIGGER audit_sealed_once BEFORE UPDATE OF seq, seal ON audit
     WHEN OLD.seq IS NOT NULL OR NEW.seq IS NULL OR NEW.seal IS NULL
     BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END",
    "CREATE TRIGGER audit_head_kept BEFORE DELETE ON audit_head
     BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END",
    "CREATE TRIGGER audit_head_rises BEFORE UPDATE ON audit_head WHEN NEW.rows <= OLD.rows
     BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END",
];

/// Whole rows are compared, since a trigger that names columns keeps them from being altered later.
const POSTGRES: &[&str] = &[
    "CREATE INDEX audit_unsealed ON audit (id) WHERE seq IS NULL",
    "CREATE OR REPLACE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'audit' THEN
         IF OLD.seq IS NULL AND NEW.seq IS NOT NULL AND NEW.seal IS NOT NULL
           AND to_jsonb(NEW) - 'seq' - 'seal' = to_jsonb(OLD) - 'seq' - 'seal' THEN
           RETURN NEW;
         END IF;
       ELSIF TG_OP = 'UPDATE' THEN
         IF NEW.rows > OLD.rows THEN
           RETURN NEW;
         END IF;
       END IF;
       RAISE EXCEPTION 'the audit is only added to';
     END $$",
    "CREATE TRIGGER audit_guarded BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_guard()",
    "CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_guard()",
    "CREATE TRIGGER audit_head_guarded BEFORE UPDATE OR DELETE ON audit_head
     FOR EACH ROW EXECUTE FUNCTION audit_guard()",
    "CREATE TRIGGER audit_head_whole BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_guard()",
];
