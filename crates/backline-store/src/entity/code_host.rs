//! Repositories, their pull requests, and the remediations that these are.

table!(repository "repository" {
    #[sea_orm(primary_key, auto_increment = false)]
    name: String,
    host: String,
    default_branch: Option<String>,
    branch_read_at: Option<i64>,
    etag: Option<String>,
    polled_at: Option<i64>,
    hook: Option<String>,
    added_at: i64,
});

table!(pull_request "pull_request" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    repository: String,
    number: i64,
    state: String,
    title: String,
    branch: String,
    merged_at: Option<i64>,
    merged_by: Option<i64>,
    updated_at: i64,
    first_seen_at: i64,
    document: Json,
});

table!(body_rewrite "body_rewrite" {
    #[sea_orm(primary_key, auto_increment = false)]
    pull_request: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    day: i64,
    count: i64,
});

table!(remediation "remediation" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    #[sea_orm(unique)]
    pull_request: Uuid,
    status: String,
    mode: String,
    started_at: i64,
    resolved_at: Option<i64>,
});

table!(remediation_fix "remediation_fix" {
    #[sea_orm(primary_key, auto_increment = false)]
    remediation: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    vulnerability: Uuid,
    reason: String,
    /// Linked by a person: later matching leaves it alone.
    is_manual: bool,
    /// Unlinked by a person: kept so that matching does not link it again.
    is_removed: bool,
});

table!(suggested_fix "suggested_fix" {
    #[sea_orm(primary_key, auto_increment = false)]
    pull_request: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    vulnerability: Uuid,
    reason: String,
});

table!(written_block "written_block" {
    #[sea_orm(primary_key, auto_increment = false)]
    pull_request: Uuid,
    /// Hash of the block that the description had when it last was as it is wanted; empty where that was none.
    block: String,
    /// A comment of ours carries the block, or is about to.
    has_comment: bool,
});
