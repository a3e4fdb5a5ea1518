//! Connected projects and their earlier versions.

table!(connected_project "connected_project" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    connection: Uuid,
    cloud_id: String,
    jira_project: String,
    issue_type: String,
    position: i64,
    version: i64,
    is_deleted: bool,
    saved_at: i64,
    saved_by: String,
    document: Json,
});

table!(mapping_version "mapping_version" {
    #[sea_orm(primary_key, auto_increment = false)]
    project: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    version: i64,
    saved_at: i64,
    saved_by: String,
    document: Json,
});

table!(drift "drift" {
    #[sea_orm(primary_key, auto_increment = false)]
    project: Uuid,
    changes: Json,
    read_at: i64,
});
