//! Users, their sessions, API tokens, and what an administrator has set.

table!(user_account "user_account" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    #[sea_orm(unique)]
    email: String,
    name: String,
    role: String,
    password_hash: String,
    failures: i64,
    locked_until: Option<i64>,
    created_at: i64,
    last_login_at: Option<i64>,
});

table!(session "session" {
    #[sea_orm(primary_key, auto_increment = false)]
    id_hash: String,
    user: Option<Uuid>,
    data: Vec<u8>,
    expires_at: i64,
});

table!(api_token "api_token" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    public_id: String,
    secret_hash: String,
    name: String,
    scopes: Json,
    created_by: String,
    created_at: i64,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
});

table!(setting "setting" {
    #[sea_orm(primary_key, auto_increment = false)]
    name: String,
    is_sealed: bool,
    version: i64,
    value: Json,
    saved_at: i64,
    saved_by: String,
});

table!(kept_answer "kept_answer" {
    #[sea_orm(primary_key, auto_increment = false)]
    token: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    key_hash: String,
    request: String,
    body_hash: Option<String>,
    status: i64,
    answer: String,
    kept_at: i64,
});
