//! The first schema.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, key, columns) in TABLES {
            manager.create_table(table(name, key, columns)).await?;
        }
        for (name, on, columns, kind) in INDEXES {
            manager.create_index(index(name, on, columns, *kind)).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

#[derive(Clone, Copy)]
pub(super) enum Index {
    Plain,
    Unique,
    /// Unique among the rows that lack this time.
    UniqueWhereNull(&'static str),
    /// At most one open intent to create a ticket for a subject.
    UniqueOpenCreate,
}

/// A table: its name, the columns of its primary key, all its columns as `name:kind`, `?` where null is allowed.
const TABLES: &[(&str, &str, &str)] = &[
    (
        "work",
        "key",
        "key:text site:text? due_at:long? priority:int generation:long attempt:int \
         lease_owner:text? lease_until:long? lease_epoch:long reasons:json",
    ),
    ("delivery", "id", "id:text received_at:long"),
    (
        "report",
        "id",
        "id:uuid scope_key:text repository:text git_ref:text? is_default_branch:bool format:text \
         scanner:text sha256:text scanned_at:long received_at:long actor:text findings:long \
         state:text hold:json? answer:json",
    ),
    (
        "scope",
        "key",
        "key:text repository:text scanner:text git_ref:text? target:text? scan_kind:text \
         last_report:uuid last_sha256:text last_scanned_at:long",
    ),
    (
        "sighting",
        "scope_key vulnerability",
        "scope_key:text vulnerability:uuid scanner:text is_present:bool first_seen_at:long \
         last_seen_at:long last_report:uuid hash:text finding:json",
    ),
    ("advisory_alias", "alias", "alias:text advisory:text added_at:long"),
    (
        "vulnerability",
        "id",
        "id:uuid key:text repository:text kind:text severity:int status:text words:text \
         package:text? detected_at:long due_at:long? last_seen_at:long resolved_at:long? \
         document:json",
    ),
    (
        "connected_project",
        "id",
        "id:uuid connection:uuid cloud_id:text jira_project:text issue_type:text position:long \
         version:long is_deleted:bool saved_at:long saved_by:text document:json",
    ),
    (
        "mapping_version",
        "project version",
        "project:uuid version:long saved_at:long saved_by:text document:json",
    ),
    (
        "subject",
        "id",
        "id:uuid cloud_id:text jira_project:text group_key:text generation:long \
         connected_project:uuid? blocked:json? reconciled_at:long? created_at:long",
    ),
    ("subject_member", "subject vulnerability", "subject:uuid vulnerability:uuid"),
    (
        "ticket",
        "subject",
        "subject:uuid cloud_id:text issue:text key:text is_gone:bool created_at:long \
         document:json",
    ),
    (
        "workflow_step",
        "cloud_id jira_project issue_type from_status",
        "cloud_id:text jira_project:text issue_type:text from_status:text seen_at:long \
         transitions:json",
    ),
    (
        "intent",
        "id",
        "id:uuid subject:uuid kind:text nonce:text lease_epoch:long begun_at:long \
         deadline_at:long state:text settled_at:long? failure:text? operation:json",
    ),
    (
        "connection",
        "id",
        "id:uuid kind:text status:text reason:text? cloud_id:text? epoch:long connected_at:long \
         connected_by:text document:json",
    ),
    (
        "jira_grant",
        "connection",
        "connection:uuid version:long expires_at:long? refresh_owner:text? \
         refresh_started_at:long? refresh_until:long? sealed:text",
    ),
    (
        "oauth_state",
        "state_hash",
        "state_hash:text session_hash:text return_to:text actor:text created_at:long \
         used_at:long?",
    ),
    (
        "repository",
        "name",
        "name:text host:text default_branch:text? etag:text? polled_at:long? hook:text? \
         added_at:long",
    ),
    (
        "pull_request",
        "id",
        "id:uuid repository:text number:long state:text title:text branch:text merged_at:long? \
         merged_by:long? updated_at:long first_seen_at:long document:json",
    ),
    ("body_rewrite", "pull_request day", "pull_request:uuid day:long count:long"),
    (
        "remediation",
        "id",
        "id:uuid pull_request:uuid status:text mode:text started_at:long resolved_at:long?",
    ),
    (
        "remediation_fix",
        "remediation vulnerability",
        "remediation:uuid vulnerability:uuid reason:text is_manual:bool is_removed:bool",
    ),
    (
        "notice",
        "id",
        "id:uuid cause:text document:json first_at:long last_at:long told_at:long? over_at:long? \
         over_told_at:long? subjects_max:long",
    ),
    ("notice_subject", "notice subject", "notice:uuid subject:uuid"),
    (
        "timeline",
        "id",
        "id:uuid at:long actor:text kind:text text:text detail:text? subject:uuid? \
         vulnerability:uuid? pull_request:uuid?",
    ),
    (
        "user_account",
        "id",
        "id:uuid email:text name:text role:text password_hash:text failures:long \
         locked_until:long? created_at:long last_login_at:long?",
    ),
    ("session", "id_hash", "id_hash:text user:uuid? data:bytes expires_at:long"),
    (
        "api_token",
        "id",
        "id:uuid public_id:text secret_hash:text name:text scopes:json created_by:text \
         created_at:long expires_at:long? last_used_at:long? revoked_at:long?",
    ),
    ("setting", "name", "name:text is_sealed:bool version:long value:json saved_at:long saved_by:text"),
];

const INDEXES: &[(&str, &str, &[&str], Index)] = &[
    ("work_due", "work", &["due_at", "lease_until"], Index::Plain),
    ("work_site", "work", &["site", "due_at"], Index::Plain),
    ("delivery_age", "delivery", &["received_at"], Index::Plain),
    ("report_scope", "report", &["scope_key", "received_at"], Index::Plain),
    ("report_state", "report", &["state"], Index::Plain),
    ("sighting_vulnerability", "sighting", &["vulnerability"], Index::Plain),
    ("advisory_alias_set", "advisory_alias", &["advisory"], Index::Plain),
    ("vulnerability_key", "vulnerability", &["key"], Index::Unique),
    ("vulnerability_order", "vulnerability", &["severity", "detected_at", "id"], Index::Plain),
    ("vulnerability_status", "vulnerability", &["status", "severity"], Index::Plain),
    ("vulnerability_package", "vulnerability", &["repository", "package"], Index::Plain),
    ("subject_identity", "subject", &["cloud_id", "jira_project", "group_key", "generation"], Index::Unique),
    ("subject_project", "subject", &["connected_project"], Index::Plain),
    ("subject_member_vulnerability", "subject_member", &["vulnerability"], Index::Plain),
    ("ticket_issue", "ticket", &["cloud_id", "issue"], Index::Unique),
    ("ticket_key", "ticket", &["key"], Index::Plain),
    ("intent_one_create", "intent", &["subject"], Index::UniqueOpenCreate),
    ("intent_open", "intent", &["state", "subject"], Index::Plain),
    ("connection_status", "connection", &["status"], Index::Plain),
    ("pull_request_number", "pull_request", &["repository", "number"], Index::Unique),
    ("pull_request_state", "pull_request", &["state", "updated_at"], Index::Plain),
    ("remediation_pull_request", "remediation", &["pull_request"], Index::Unique),
    ("remediation_fix_vulnerability", "remediation_fix", &["vulnerability"], Index::Plain),
    ("notice_open_cause", "notice", &["cause"], Index::UniqueWhereNull("over_at")),
    ("notice_subject_subject", "notice_subject", &["subject"], Index::Plain),
    ("timeline_subject", "timeline", &["subject", "id"], Index::Plain),
    ("timeline_vulnerability", "timeline", &["vulnerability", "id"], Index::Plain),
    ("timeline_pull_request", "timeline", &["pull_request", "id"], Index::Plain),
    ("user_account_email", "user_account", &["email"], Index::Unique),
    ("session_expiry", "session", &["expires_at"], Index::Plain),
    ("session_user", "session", &["user"], Index::Plain),
    ("api_token_public_id", "api_token", &["public_id"], Index::Unique),
];

pub(super) fn table(name: &'static str, key: &'static str, columns: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).if_not_exists();
    for column in columns.split_whitespace() {
        let (column, kind) = column.split_once(':').expect("each column of the list names its kind");
        table.col(definition(column, kind));
    }
    let mut primary = sea_orm_migration::prelude::Index::create();
    for column in key.split_whitespace() {
        primary.col(column);
    }
    table.primary_key(&mut primary).take()
}

fn definition(column: &'static str, kind: &str) -> ColumnDef {
    let mut definition = ColumnDef::new(column);
    match kind.trim_end_matches('?') {
        "uuid" => definition.uuid(),
        "text" => definition.text(),
        "long" => definition.big_integer(),
        "int" => definition.integer(),
        "bool" => definition.boolean(),
        "bytes" => definition.blob(),
        "json" => definition.json_binary(),
        unknown => unreachable!("no kind of column is called {unknown}"),
    };
    if kind.ends_with('?') { definition.null() } else { definition.not_null() }.take()
}

pub(super) fn index(
    name: &'static str,
    on: &'static str,
    columns: &'static [&'static str],
    kind: Index,
) -> IndexCreateStatement {
    let mut index = sea_orm_migration::prelude::Index::create();
    index.name(name).table(on).if_not_exists();
    for column in columns {
        index.col(*column);
    }
    match kind {
        Index::Plain => {}
        Index::Unique => {
            index.unique();
        }
        Index::UniqueOpenCreate => {
            index.unique().and_where(Expr::col("kind").eq("create")).and_where(Expr::col("state").eq("open"));
        }
        Index::UniqueWhereNull(column) => {
            index.unique().and_where(Expr::col(column).is_null());
        }
    }
    index.take()
}
