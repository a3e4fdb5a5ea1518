//! What stands around every page of somebody who is signed in: navigation, counts, who they are.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::session::Session;
use std::fmt::Display;

/// The entries of the navigation, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    Overview,
    Vulnerabilities,
    Remediations,
    Tickets,
    Activity,
    Integrations,
}

impl Nav {
    pub const ALL: [Self; 6] = [
        Self::Overview,
        Self::Vulnerabilities,
        Self::Remediations,
        Self::Tickets,
        Self::Activity,
        Self::Integrations,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Vulnerabilities => "Vulnerabilities",
            Self::Remediations => "Remediations",
            Self::Tickets => "Tickets",
            Self::Activity => "Activity",
            Self::Integrations => "Integration Hub",
        }
    }

    pub fn path(self) -> &'static str {
        match self {
            Self::Overview => "/",
            Self::Vulnerabilities => "/vulnerabilities",
            Self::Remediations => "/remediations",
            Self::Tickets => "/tickets",
            Self::Activity => "/activity",
            Self::Integrations => "/integrations",
        }
    }

    pub fn icon(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Vulnerabilities => "shield",
            Self::Remediations => "fix",
            Self::Tickets => "ticket",
            Self::Activity => "pulse",
            Self::Integrations => "plug",
        }
    }
}

/// A step of the way here; the last one has no link.
#[derive(Debug, Clone)]
pub struct Crumb {
    pub text: String,
    pub path: Option<String>,
}

/// Numbers beside the navigation and in the header.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub vulnerabilities: u64,
    pub remediations: u64,
    pub tickets: u64,
    pub in_sync: u64,
    pub blocked: u64,
}

/// Given to every page's template as `layout`.
#[derive(Debug, Clone)]
pub struct Layout {
    pub title: String,
    pub active: Nav,
    pub crumbs: Vec<Crumb>,
    pub organization: String,
    pub user_name: String,
    pub initials: String,
    pub csrf: String,
    pub counts: Counts,
}

impl Layout {
    /// For the page of a navigation entry itself, or one below it after [`Layout::under`].
    pub async fn load(
        app: &App,
        session: &Session,
        active: Nav,
        title: impl Into<String>,
    ) -> Result<Self, PageError> {
        let title = title.into();
        let overview = app.store.nav_counts().await?;
        Ok(Self {
            crumbs: vec![Crumb { text: title.clone(), path: None }],
            title,
            active,
            organization: app.config.organization.clone(),
            initials: initials(&session.user.name),
            user_name: session.user.name.clone(),
            csrf: session.csrf(),
            counts: Counts {
                vulnerabilities: overview.open_vulnerabilities,
                remediations: overview.remediations,
                tickets: overview.tickets,
                in_sync: overview.in_sync,
                blocked: overview.blocked,
            },
        })
    }

    /// Puts pages before the last step of the way here.
    #[must_use]
    pub fn under(mut self, above: &[(&str, &str)]) -> Self {
        let steps = above
            .iter()
            .map(|(text, path)| Crumb { text: (*text).to_owned(), path: Some((*path).to_owned()) });
        self.crumbs.splice(0..0, steps);
        self
    }

    pub fn is_active(&self, nav: &Nav) -> bool {
        self.active == *nav
    }

    /// The number beside an entry, where it has one.
    pub fn count(&self, nav: &Nav) -> Option<u64> {
        match nav {
            Nav::Vulnerabilities => Some(self.counts.vulnerabilities),
            Nav::Remediations => Some(self.counts.remediations),
            Nav::Tickets => Some(self.counts.tickets),
            Nav::Activity => Some(self.counts.blocked).filter(|count| *count > 0),
            Nav::Overview | Nav::Integrations => None,
        }
    }
}

/// With a comma between thousands, as every number of a page.
///
/// Takes any whole number, by reference too, since that is what a template hands over.
pub fn grouped(number: impl Display) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with its noun: "1 ticket", "2,000 tickets".
pub fn counted(number: impl Display, one: &str, many: &str) -> String {
    let digits = grouped(number);
    let noun = if digits == "1" { one } else { many };
    format!("{digits} {noun}")
}

fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{counted, grouped, initials};

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, text) in [(0_u64, "0"), (999, "999"), (1_312, "1,312"), (1_000_000, "1,000,000")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn one_takes_the_singular() {
        let check = |number: u64, text| assert_eq!(counted(number, "ticket", "tickets"), text);
        check(0, "0 tickets");
        check(1, "1 ticket");
        check(2_000, "2,000 tickets");
    }

    #[test]
    fn initials_are_two_at_most() {
        assert_eq!(initials("Security engineer of acme"), "SE");
        assert_eq!(initials(""), "");
    }
}
