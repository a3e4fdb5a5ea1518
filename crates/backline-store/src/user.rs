//! People who sign in to Backline.

use crate::audit::{Action, AuditEntry};
use crate::column::{ms, time};
use crate::entity::user_account;
use crate::error::StoreError;
use crate::store::Store;
use backline_core::ids::UserId;
use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    /// `admin`, `operator` or `viewer`.
    pub role: String,
    /// In PHC form; never shown.
    pub password_hash: String,
    pub created_at: Timestamp,
}

/// Somebody who is to have an account.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Lower case.
    pub email: String,
    pub name: String,
    pub password_hash: String,
}

impl Store {
    pub async fn has_users(&self) -> Result<bool, StoreError> {
        Ok(user_account::Entity::find().count(self.reader()).await? > 0)
    }

    /// Makes the administrator of a fresh installation.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is an account already, also one made at the same moment.
    pub async fn create_first_user(&self, new: NewUser, now: Timestamp) -> Result<User, StoreError> {
        let row = user_account::Model {
            id: self.uuid(now),
            email: new.email,
            name: new.name,
            role: "admin".to_owned(),
            password_hash: new.password_hash,
            failures: 0,
            locked_until: None,
            created_at: ms(now),
            last_login_at: None,
        };
        let audit = self.auditor();
        self.write(move |tx| {
            Box::pin(async move {
                if user_account::Entity::find().count(tx).await? > 0 {
                    return Err(StoreError::Conflict("the first account"));
                }
                let active = sea_orm::ActiveModelTrait::reset_all(row.clone().into_active_model());
                user_account::Entity::insert(active).exec_without_returning(tx).await?;
                let act = AuditEntry::new(now, row.email.as_str(), Action::UserCreated, row.email.as_str());
                audit.add(tx, [act.with_reason(row.role.as_str())]).await?;
                user(row)
            })
        })
        .await
    }

    pub async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        user_account::Entity::find_by_id(id.0).one(self.reader()).await?.map(user).transpose()
    }

    pub async fn find_user_by_email(&self, email: &str) -> Result<Option<User>, StoreError> {
        let row = user_account::Entity::find()
            .filter(user_account::Column::Email.eq(email.to_lowercase()))
            .one(self.reader())
            .await?;
        row.map(user).transpose()
    }
}

fn user(row: user_account::Model) -> Result<User, StoreError> {
    Ok(User {
        id: UserId(row.id),
        email: row.email,
        name: row.name,
        role: row.role,
        password_hash: row.password_hash,
        created_at: time(row.created_at)?,
    })
}

#[cfg(test)]
mod tests {
    use super::NewUser;
    use crate::{Store, StoreError};
    use jiff::Timestamp;

    #[tokio::test]
    async fn a_fresh_installation_makes_one_administrator_and_no_second() {
        let store = Store::fresh().await;
        let new = |email: &str| NewUser {
            email: email.to_owned(),
            name: "Ada".to_owned(),
            password_hash: "$argon2id$".to_owned(),
        };
        assert!(!store.has_users().await.unwrap());
        let (first, second) = tokio::join!(
            store.create_first_user(new("ada@acme.test"), Timestamp::UNIX_EPOCH),
            store.create_first_user(new("eve@acme.test"), Timestamp::UNIX_EPOCH),
        );
        assert_eq!(first.unwrap().role, "admin");
        assert!(matches!(second, Err(StoreError::Conflict(_))));
        assert!(store.find_user_by_email("Ada@Acme.test").await.unwrap().is_some());
    }
}
