//! Known bugs, planted one at a time: a guarantee whose bug nobody catches is not tested.
//!
//! Most stand in the doubles around a replica ([`transport`], [`ledger`], its settings); a few in the engine itself,
//! behind its feature `sabotage`. Which of the list in `GUARANTEES.md` are not here, and why, stands in the decision
//! record.

pub mod ledger;
pub mod transport;

/// One bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Switch {
    NoIntent,
    IntentAfterSend,
    NoMarker,
    MarkerBySecondCall,
    NoSettle,
    CreateRetriedBlindly,
    ResultNotFenced,
    HeartbeatSteals,
    RefreshWithoutLease,
    OldTokenKept,
    RetryAfterIgnored,
    DisconnectDoesNotWait,
    BaseNotRenewed,
    CapIgnored,
    OverwritesPeople,
    /// In the engine itself.
    #[cfg(feature = "sabotage")]
    NotFoundIsExpired,
    #[cfg(feature = "sabotage")]
    AnswerNotReadBack,
    #[cfg(feature = "sabotage")]
    LostEditSettled,
}

impl Switch {
    pub const ALL: &'static [Self] = &[
        Self::NoIntent,
        Self::IntentAfterSend,
        Self::NoMarker,
        Self::MarkerBySecondCall,
        Self::NoSettle,
        Self::CreateRetriedBlindly,
        Self::ResultNotFenced,
        Self::HeartbeatSteals,
        Self::RefreshWithoutLease,
        Self::OldTokenKept,
        Self::RetryAfterIgnored,
        Self::DisconnectDoesNotWait,
        Self::BaseNotRenewed,
        Self::CapIgnored,
        Self::OverwritesPeople,
        #[cfg(feature = "sabotage")]
        Self::NotFoundIsExpired,
        #[cfg(feature = "sabotage")]
        Self::AnswerNotReadBack,
        #[cfg(feature = "sabotage")]
        Self::LostEditSettled,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::NoIntent => "no-intent",
            Self::IntentAfterSend => "intent-after-send",
            Self::NoMarker => "no-marker",
            Self::MarkerBySecondCall => "marker-by-second-call",
            Self::NoSettle => "no-settle",
            Self::CreateRetriedBlindly => "create-retried-blindly",
            Self::ResultNotFenced => "result-not-fenced",
            Self::HeartbeatSteals => "heartbeat-steals",
            Self::RefreshWithoutLease => "refresh-without-lease",
            Self::OldTokenKept => "old-token-kept",
            Self::RetryAfterIgnored => "retry-after-ignored",
            Self::DisconnectDoesNotWait => "disconnect-does-not-wait",
            Self::BaseNotRenewed => "base-not-renewed",
            Self::CapIgnored => "cap-ignored",
            Self::OverwritesPeople => "overwrites-people",
            #[cfg(feature = "sabotage")]
            Self::NotFoundIsExpired => "404-is-expired",
            #[cfg(feature = "sabotage")]
            Self::AnswerNotReadBack => "answer-not-read-back",
            #[cfg(feature = "sabotage")]
            Self::LostEditSettled => "lost-edit-settled",
        }
    }

    /// The same in the engine, where it is one of the engine's own.
    #[cfg(feature = "sabotage")]
    pub fn in_the_engine(self) -> Option<backline_engine::sabotage::Bug> {
        match self {
            Self::NotFoundIsExpired => Some(backline_engine::sabotage::Bug::NotFoundIsExpired),
            Self::AnswerNotReadBack => Some(backline_engine::sabotage::Bug::AnswerNotReadBack),
            Self::LostEditSettled => Some(backline_engine::sabotage::Bug::LostEditSettled),
            _ => None,
        }
    }
}

impl std::str::FromStr for Switch {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().copied().find(|switch| switch.word() == text);
        known.ok_or_else(|| format!("there is no switch {text}"))
    }
}
