//! Who did what, and where the chain of it ends.

table!(audit "audit" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    at: i64,
    actor: String,
    /// A word of [`crate::audit::Action`].
    action: String,
    object: String,
    subject: Option<Uuid>,
    pull_request: Option<Uuid>,
    /// What it carried out; no two rows have the same.
    intent: Option<Uuid>,
    /// The same in all rows of what one request carried.
    call: Option<Uuid>,
    cause: Option<String>,
    rule: Option<String>,
    reason: Option<String>,
    method: Option<String>,
    path: Option<String>,
    body: Option<String>,
    status: Option<i64>,
    answer: Option<String>,
    /// Over all of the above.
    mac: String,
    /// From 1, without gaps; empty until the row is sealed.
    seq: Option<i64>,
    /// Over the number, the row and the seal before it.
    seal: Option<String>,
});

table!(audit_head "audit_head" {
    /// There is one row.
    #[sea_orm(primary_key, auto_increment = false)]
    id: i64,
    rows: i64,
    /// That of the last row.
    seal: String,
    at: i64,
    mac: String,
});
