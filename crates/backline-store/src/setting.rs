//! What an administrator has set on a page: plain values, and secrets in their envelope.

use crate::audit::{Action, AuditEntry};
use crate::column::ms;
use crate::crypto::Place;
use crate::entity::setting;
use crate::error::StoreError;
use crate::postgres::hint::Hint;
use crate::store::Store;
use jiff::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait, JsonValue};
use secrecy::SecretString;

/// The setting that proves that a key file belongs to this database.
const KEY_CHECK: &str = "key.check";
/// Tells this installation from every other in markers on Jira issues.
const INSTANCE: &str = "instance";

impl Store {
    pub async fn load_setting(&self, name: &str) -> Result<Option<JsonValue>, StoreError> {
        let row = setting::Entity::find_by_id(name).one(self.reader()).await?;
        Ok(row.filter(|row| !row.is_sealed).map(|row| row.value))
    }

    pub async fn save_setting(
        &self,
        name: &str,
        value: JsonValue,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.put_setting(name, value, false, by, now).await
    }

    /// # Errors
    /// [`StoreError::WrongKey`] when the envelope does not open.
    pub async fn load_secret(&self, name: &str) -> Result<Option<SecretString>, StoreError> {
        let row = setting::Entity::find_by_id(name).one(self.reader()).await?;
        let Some(row) = row.filter(|row| row.is_sealed) else { return Ok(None) };
        let envelope = row.value.as_str().ok_or_else(|| StoreError::Corrupt(format!("setting {name}")))?;
        let opened = self.keys().open(place(name), envelope).map_err(|_| StoreError::WrongKey)?;
        Ok(Some(opened))
    }

    pub async fn save_secret(
        &self,
        name: &str,
        secret: SecretString,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sealed = self.keys().seal(place(name), &secret);
        self.put_setting(name, sealed.into(), true, by, now).await
    }

    pub async fn delete_setting(&self, name: &str, by: &str, now: Timestamp) -> Result<(), StoreError> {
        tracing::info!(name, by, at = %now, "a setting was removed");
        let (name, audit) = (name.to_owned(), self.auditor());
        let act = AuditEntry::new(now, by, Action::SettingRemoved, name.as_str());
        self.write(move |tx| {
            Box::pin(async move {
                setting::Entity::delete_by_id(name).exec(tx).await?;
                audit.add(tx, [act]).await?;
                Ok(Hint::Settings.tell(tx).await?)
            })
        })
        .await
    }

    /// Refuses a key file that does not belong to this database; a fresh database takes any.
    pub(crate) async fn check_key(&self) -> Result<(), StoreError> {
        if self.load_secret(KEY_CHECK).await?.is_some() {
            return Ok(());
        }
        self.save_secret(KEY_CHECK, SecretString::from("backline"), "Backline", Timestamp::UNIX_EPOCH).await
    }

    /// This installation's own id, made when it is first asked for.
    pub(crate) async fn make_instance(&self) -> Result<String, StoreError> {
        if let Some(known) = self.load_setting(INSTANCE).await? {
            return Ok(known.as_str().unwrap_or_default().to_owned());
        }
        let instance = self.uuid(Timestamp::UNIX_EPOCH).simple().to_string();
        self.save_setting(INSTANCE, instance.clone().into(), "Backline", Timestamp::UNIX_EPOCH).await?;
        Ok(instance)
    }

    async fn put_setting(
        &self,
        name: &str,
        value: JsonValue,
        is_sealed: bool,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let row = setting::ActiveModel {
            name: Set(name.to_owned()),
            is_sealed: Set(is_sealed),
            version: Set(1),
            value: Set(value),
            saved_at: Set(ms(now)),
            saved_by: Set(by.to_owned()),
        };
        // What Backline keeps for itself is nobody's act.
        let is_act = ![KEY_CHECK, INSTANCE].contains(&name);
        let (audit, act) = (self.auditor(), AuditEntry::new(now, by, Action::SettingSaved, name));
        self.write(move |tx| {
            Box::pin(async move {
                let over = OnConflict::column(setting::Column::Name)
                    .update_columns([
                        setting::Column::IsSealed,
                        setting::Column::Value,
                        setting::Column::SavedAt,
                        setting::Column::SavedBy,
                    ])
                    .to_owned();
                setting::Entity::insert(row).on_conflict(over).exec_without_returning(tx).await?;
                audit.add(tx, Some(act).filter(|_| is_act)).await?;
                Ok(Hint::Settings.tell(tx).await?)
            })
        })
        .await
    }
}

fn place(name: &str) -> Place<'_> {
    Place { table: "setting", row: name, field: "value", version: 1 }
}
