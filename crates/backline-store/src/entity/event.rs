//! Failures by cause, and what happened.

table!(notice "notice" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    cause: String,
    document: Json,
    first_at: i64,
    last_at: i64,
    told_at: Option<i64>,
    over_at: Option<i64>,
    over_told_at: Option<i64>,
    /// Subjects that it ever held; the page shows how many at its worst.
    subjects_max: i64,
    /// A word of [`backline_core::notice::End`]; empty while it is open.
    ended_as: Option<String>,
    /// When all that waited was let go at once, since the last look that was not asked for.
    released_at: Option<i64>,
});

table!(notice_subject "notice_subject" {
    #[sea_orm(primary_key, auto_increment = false)]
    notice: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    subject: Uuid,
});

table!(timeline "timeline" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    at: i64,
    actor: String,
    kind: String,
    text: String,
    detail: Option<String>,
    subject: Option<Uuid>,
    vulnerability: Option<Uuid>,
    pull_request: Option<Uuid>,
});
