//! Connections to Jira, their sealed credentials, and consents under way.

table!(connection "connection" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    kind: String,
    status: String,
    reason: Option<String>,
    cloud_id: Option<String>,
    epoch: i64,
    connected_at: i64,
    connected_by: String,
    document: Json,
});

table!(jira_grant "jira_grant" {
    #[sea_orm(primary_key, auto_increment = false)]
    connection: Uuid,
    version: i64,
    expires_at: Option<i64>,
    refresh_owner: Option<String>,
    refresh_started_at: Option<i64>,
    refresh_until: Option<i64>,
    sealed: String,
});

table!(oauth_state "oauth_state" {
    #[sea_orm(primary_key, auto_increment = false)]
    state_hash: String,
    session_hash: String,
    return_to: String,
    actor: String,
    created_at: i64,
    used_at: Option<i64>,
});
