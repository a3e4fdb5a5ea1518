//! Reports, what they are snapshots of, what they showed, and the vulnerabilities that are tracked.

table!(report "report" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    scope_key: String,
    repository: String,
    git_ref: Option<String>,
    is_default_branch: bool,
    format: String,
    scanner: String,
    sha256: String,
    scanned_at: i64,
    received_at: i64,
    actor: String,
    findings: i64,
    /// `applied`, `held`, `believed` or `superseded`.
    state: String,
    /// Why it is held; empty otherwise.
    hold: Option<Json>,
    /// The answer that was given, given again to the same upload.
    answer: Json,
});

table!(scope "scope" {
    #[sea_orm(primary_key, auto_increment = false)]
    key: String,
    repository: String,
    scanner: String,
    git_ref: Option<String>,
    target: Option<String>,
    scan_kind: String,
    last_report: Uuid,
    last_sha256: String,
    last_scanned_at: i64,
});

table!(sighting "sighting" {
    #[sea_orm(primary_key, auto_increment = false)]
    scope_key: String,
    #[sea_orm(primary_key, auto_increment = false)]
    vulnerability: Uuid,
    scanner: String,
    is_present: bool,
    first_seen_at: i64,
    last_seen_at: i64,
    last_report: Uuid,
    hash: String,
    finding: Json,
});

table!(advisory_alias "advisory_alias" {
    #[sea_orm(primary_key, auto_increment = false)]
    alias: String,
    advisory: String,
    added_at: i64,
});

table!(vulnerability "vulnerability" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    #[sea_orm(unique)]
    key: String,
    repository: String,
    kind: String,
    severity: i32,
    status: String,
    /// Lower-case words that it is searched by.
    words: String,
    package: Option<String>,
    detected_at: i64,
    due_at: Option<i64>,
    last_seen_at: i64,
    resolved_at: Option<i64>,
    document: Json,
});
