//! Work that is due, and deliveries that were seen.

table!(work "work" {
    #[sea_orm(primary_key, auto_increment = false)]
    key: String,
    site: Option<String>,
    due_at: Option<i64>,
    priority: i32,
    generation: i64,
    attempt: i32,
    lease_owner: Option<String>,
    lease_until: Option<i64>,
    lease_epoch: i64,
    reasons: Json,
    is_watch: bool,
});

table!(pause "pause" {
    #[sea_orm(primary_key, auto_increment = false)]
    scope: String,
    until: i64,
});

table!(delivery "delivery" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: String,
    received_at: i64,
});
