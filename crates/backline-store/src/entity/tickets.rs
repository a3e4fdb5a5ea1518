//! Subjects, their tickets, and what was about to be done to them.

table!(subject "subject" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    cloud_id: String,
    jira_project: String,
    group_key: String,
    generation: i64,
    /// The connected project that writes it; empty while dormant.
    connected_project: Option<Uuid>,
    blocked: Option<Json>,
    reconciled_at: Option<i64>,
    created_at: i64,
    /// When a person unlinked it; nothing becomes of it after that.
    unlinked_at: Option<i64>,
    /// The version of its project's mapping that it stays on; empty where it follows the newest.
    kept_version: Option<i64>,
    /// When it last got leave to make its ticket, under the limit of an hour.
    admitted_at: Option<i64>,
    /// Since when it waits for a person to approve its ticket.
    held_at: Option<i64>,
    /// Rises with each that is held: what is held later has a higher one.
    held_no: Option<i64>,
    /// What it was approved with; still with `held_at` until its batch lets it go.
    batch: Option<Uuid>,
});

table!(batch "batch" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    project: Uuid,
    approved_at: i64,
    approved_by: String,
    /// How many there were.
    tickets: i64,
    /// When a person took it back, and when the last of its tickets was settled.
    undo_at: Option<i64>,
    undo_by: Option<String>,
    undone_at: Option<i64>,
});

table!(counter "counter" {
    #[sea_orm(primary_key, auto_increment = false)]
    name: String,
    value: i64,
});

table!(subject_member "subject_member" {
    #[sea_orm(primary_key, auto_increment = false)]
    subject: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    vulnerability: Uuid,
});

table!(ticket "ticket" {
    #[sea_orm(primary_key, auto_increment = false)]
    subject: Uuid,
    cloud_id: String,
    issue: String,
    key: String,
    is_gone: bool,
    created_at: i64,
    document: Json,
    /// The newest change of the issue that was looked at, by Jira's clock.
    changed_at: Option<i64>,
    /// Rises with each change that is to be looked at; 0 after the look.
    stale: i64,
});

table!(feed "feed" {
    #[sea_orm(primary_key, auto_increment = false)]
    connection: Uuid,
    read_to: Option<i64>,
    audited_at: Option<i64>,
    audit_after: Option<Uuid>,
    hook: Option<i64>,
    hook_url: Option<String>,
    hook_filter: Option<String>,
    hook_until: Option<i64>,
    sweep_from: Option<i64>,
});

table!(double_ticket "double_ticket" {
    /// Site and issue.
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    cloud_id: String,
    issue: String,
    key: String,
    subject: Uuid,
    found_at: i64,
    over_at: Option<i64>,
});

table!(former_key "former_key" {
    #[sea_orm(primary_key, auto_increment = false)]
    subject: Uuid,
    /// One that its ticket had before people moved it; Jira gives a key to no other issue.
    #[sea_orm(primary_key, auto_increment = false)]
    key: String,
});

table!(workflow_step "workflow_step" {
    #[sea_orm(primary_key, auto_increment = false)]
    cloud_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    jira_project: String,
    #[sea_orm(primary_key, auto_increment = false)]
    issue_type: String,
    #[sea_orm(primary_key, auto_increment = false)]
    from_status: String,
    seen_at: i64,
    transitions: Json,
});

table!(intent "intent" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    subject: Uuid,
    kind: String,
    nonce: String,
    lease_epoch: i64,
    begun_at: i64,
    deadline_at: i64,
    /// `open`, `confirmed` or `failed`.
    state: String,
    settled_at: Option<i64>,
    failure: Option<String>,
    operation: Json,
    /// The call of an open one whose answer was lost, as it was sent.
    sent: Option<Json>,
});
