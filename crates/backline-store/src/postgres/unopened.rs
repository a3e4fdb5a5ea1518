//! Why a PostgreSQL database was not opened, in the words of whoever has to mend it.
//!
//! Invariant: nothing here is made of the address as it was given, since that holds a password.

use crate::error::StoreError;
use sea_orm::sqlx::{self, postgres::PgConnectOptions};
use std::time::Duration;

/// Cut by what is done next.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Unopened {
    #[error("database.url is not the address of a PostgreSQL database: {why}")]
    Address { why: String },
    #[error("{place} cannot be reached: {why}")]
    Unreachable { place: String, why: String },
    #[error("{place} does not let Backline in: {why}")]
    NotLetIn { place: String, why: String },
    #[error("{place} has {what}: {why}")]
    Unfit { place: String, what: String, why: &'static str },
}

impl Unopened {
    pub(super) fn address(why: impl Into<String>) -> Self {
        Self::Address { why: why.into() }
    }

    /// What to do about it, as a sentence.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Address { .. } => {
                "Write database.url as postgres://USER:PASSWORD@HOST:PORT/DATABASE, with %XX for special characters."
            }
            Self::Unreachable { .. } => {
                "Start PostgreSQL, or correct host and port in database.url; then start Backline again."
            }
            Self::NotLetIn { .. } => {
                "Correct user, password and database in database.url, or let this user in at the server."
            }
            Self::Unfit { .. } => {
                "Change that at the server or for this user and database, or name another one in database.url."
            }
        }
    }
}

/// A database as it is shown to people: without the password.
pub(super) struct Place(String);

impl Place {
    pub fn of(options: &PgConnectOptions) -> Self {
        let host = match options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", options.get_host(), options.get_port()),
        };
        let user = options.get_username();
        let database = options.get_database().unwrap_or(user);
        Self(format!("the PostgreSQL database {database} at {host} (user {user})"))
    }

    pub fn failed(&self, error: sqlx::Error) -> StoreError {
        let place = self.0.clone();
        let Some(refusal) = error.as_database_error() else {
            return Unopened::Unreachable { place, why: plain(&error) }.into();
        };
        let why = refusal.message().to_owned();
        // 53300 too many connections, 57P03 starting up: these pass. Everything else is about who asks for what.
        // Source: <https://www.postgresql.org/docs/15/errcodes-appendix.html>
        match refusal.code().as_deref() {
            Some("53300" | "57P01" | "57P02" | "57P03") => Unopened::Unreachable { place, why }.into(),
            _ => Unopened::NotLetIn { place, why }.into(),
        }
    }

    pub fn silent(&self, waited: Duration) -> Unopened {
        let why = format!("no answer within {} s", waited.as_secs());
        Unopened::Unreachable { place: self.0.clone(), why }
    }

    pub fn unfit(&self, what: String, why: &'static str) -> StoreError {
        Unopened::Unfit { place: self.0.clone(), what, why }.into()
    }
}

/// The innermost cause: what a library says around it is about itself.
fn plain(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Io(cause) => cause.to_string(),
        sqlx::Error::Tls(cause) => format!("no secure connection: {cause}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use secrecy::SecretString;

    #[test]
    fn what_is_said_of_an_address_never_holds_its_password() {
        for (url, said) in [
            ("mysql://ada:s3cret@db/backline", "does not begin with postgres://"),
            ("postgres://ada:s3cret@db:port/backline", "invalid port"),
            ("postgres://ada:s3cret@[::/backline", "invalid IPv6"),
            ("postgres://ada:5/s3cret@db/backline", "an @ behind the host"),
            ("postgres://ada:s3cret@db/backline?sslmode=s3cret2", "unknown value"),
        ] {
            let error = read(&SecretString::from(url)).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(said) && !error.contains("s3cret@"), "{url}: {error}");
        }
        let place = read(&SecretString::from("postgres://ada:s3cret@db:6432/backline")).unwrap().1;
        assert_eq!(place.0, "the PostgreSQL database backline at db:6432 (user ada)");
    }
}
