//! How a verb ends when it did not do what was asked: a sentence for people, a number for scripts.

use crate::serve::NeedsPeers;
use backline_clients::transport::TransportError;
use backline_store::StoreError;
use backline_store::postgres::Unopened;
use std::io::ErrorKind;
use std::process::ExitCode;

pub const HELP: &str = "Exit codes: 0 done, 1 something is wrong or differs, 2 usage, 3 input refused, 4 not allowed, \
5 remote or server down (try again), 6 conflict.";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// A fault of ours, or a check that found something: `doctor` a problem, `config diff` a difference.
    Fault = 1,
    Refused = 3,
    NotAllowed = 4,
    /// Try again later.
    Unreachable = 5,
    /// Somebody else changed it, or it is in use.
    Conflict = 6,
}

impl Exit {
    /// From the mildest to the worst.
    fn rank(self) -> u8 {
        match self {
            Self::Refused => 0,
            Self::Conflict => 1,
            Self::Unreachable => 2,
            Self::NotAllowed => 3,
            Self::Fault => 4,
        }
    }

    /// The worse of two.
    pub fn worse(self, other: Self) -> Self {
        if other.rank() > self.rank() { other } else { self }
    }

    /// What an answer of the API means.
    pub fn of_status(status: u16) -> Self {
        match status {
            401 | 403 => Self::NotAllowed,
            409 | 412 => Self::Conflict,
            400 | 404 | 405 | 413 | 415 | 422 => Self::Refused,
            _ => Self::Unreachable,
        }
    }

    pub fn code(self) -> u8 {
        self as u8
    }
}

/// Why a verb ended early.
#[derive(Debug)]
pub struct Failed {
    pub exit: Exit,
    /// Already told where it is empty.
    pub message: String,
    /// What to do, as a sentence; may be empty.
    pub remedy: String,
}

impl Failed {
    pub fn new(exit: Exit, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { exit, message: message.into(), remedy: remedy.into() }
    }

    /// Everything was told already.
    pub fn told(exit: Exit) -> Self {
        Self::new(exit, "", "")
    }

    pub fn report(&self) -> ExitCode {
        if !self.message.is_empty() {
            eprintln!("backline: {}", super::out::plain(&self.message));
        }
        if !self.remedy.is_empty() {
            eprintln!("  what to do: {}", super::out::plain(&self.remedy));
        }
        ExitCode::from(self.exit.code())
    }
}

impl From<anyhow::Error> for Failed {
    fn from(error: anyhow::Error) -> Self {
        let message = format!("{error:#}");
        let is_taken = |cause: &(dyn std::error::Error + 'static)| {
            matches!(cause.downcast_ref(), Some(StoreError::InUse(_)))
                || cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::ResourceBusy)
        };
        if error.chain().any(is_taken) {
            let remedy = "Stop the other one first, or choose another folder with --data.";
            return Self::new(Exit::Conflict, message, remedy);
        }
        let stored = error.chain().find_map(|cause| cause.downcast_ref::<StoreError>());
        if let Some(StoreError::Unopened(unopened)) = stored {
            let exit = match unopened {
                Unopened::Unreachable { .. } => Exit::Unreachable,
                Unopened::NotLetIn { .. } => Exit::NotAllowed,
                Unopened::Address { .. } | Unopened::Unfit { .. } => Exit::Refused,
            };
            return Self::new(exit, message, unopened.remedy());
        }
        if let Some(StoreError::WrongKey) = stored {
            let remedy = "Give it the key that the database was begun with: key_file or BACKLINE_KEY, the same for every process.";
            return Self::new(Exit::Refused, message, remedy);
        }
        if error.chain().any(|cause| cause.is::<NeedsPeers>()) {
            return Self::new(
                Exit::Refused,
                message,
                "Leave --role out, or name a PostgreSQL database in database.url.",
            );
        }
        let is_occupied = |cause: &(dyn std::error::Error + 'static)| {
            cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::AddrInUse)
        };
        if error.chain().any(is_occupied) {
            let remedy = "Stop the program that listens there, or choose another address with --listen.";
            return Self::new(Exit::Conflict, message, remedy);
        }
        if error.chain().any(|cause| cause.downcast_ref::<TransportError>().is_some()) {
            return Self::new(Exit::Unreachable, message, "Start it, or name another address.");
        }
        Self::new(Exit::Fault, message, "")
    }
}

#[cfg(test)]
mod tests {
    use super::{Exit, Failed};
    use anyhow::Context;
    use backline_clients::transport::TransportError;
    use std::io::{Error, ErrorKind};

    #[test]
    fn an_answer_of_the_api_has_its_exit_code() {
        for (status, code) in [
            (422, 3),
            (413, 3),
            (404, 3),
            (401, 4),
            (403, 4),
            (503, 5),
            (502, 5),
            (500, 5),
            (409, 6),
            (412, 6),
        ] {
            assert_eq!(Exit::of_status(status).code(), code, "{status}");
        }
    }

    #[test]
    fn an_address_that_is_taken_is_a_conflict() {
        let failed = |kind: ErrorKind| {
            let error = Err::<(), _>(Error::from(kind)).context("cannot listen").unwrap_err();
            Failed::from(error).exit.code()
        };
        assert_eq!((failed(ErrorKind::AddrInUse), failed(ErrorKind::PermissionDenied)), (6, 1));
    }

    #[test]
    fn a_server_that_is_not_there_is_unreachable() {
        let error = TransportError::NotSent { reason: "refused".to_owned() };
        let error = Err::<(), _>(error).context("the simulators do not answer").unwrap_err();
        assert_eq!(Failed::from(error).exit.code(), 5);
    }

    #[test]
    fn the_worst_of_several_files_wins() {
        assert_eq!(Exit::Refused.worse(Exit::Unreachable), Exit::Unreachable);
        assert_eq!(Exit::NotAllowed.worse(Exit::Refused), Exit::NotAllowed);
        assert_eq!(Exit::Refused.worse(Exit::Conflict), Exit::Conflict);
    }
}
