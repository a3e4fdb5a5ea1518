//! A severity as bars and a word, so that colour is never alone.

use backline_core::severity::Severity;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub title: &'static str,
    pub word: &'static str,
    /// The class that colours it; empty where nothing is known.
    pub class: &'static str,
    /// How many of the four bars are filled.
    filled: usize,
}

/// One bar: its place and size in a box of 16 by 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    pub x: &'static str,
    pub y: &'static str,
    pub height: &'static str,
    pub is_filled: bool,
}

const BARS: [(&str, &str, &str); 4] =
    [("1.0", "10.0", "4.0"), ("4.7", "7.4", "6.6"), ("8.4", "4.8", "9.2"), ("12.1", "2.2", "11.8")];

impl Mark {
    pub fn of(severity: Severity) -> Self {
        let (class, filled) = match severity {
            Severity::Critical => ("c", 4),
            Severity::High => ("h", 3),
            Severity::Medium => ("m", 2),
            Severity::Low => ("l", 1),
            Severity::Info | Severity::Unknown => ("", 0),
        };
        Self { title: severity.title(), word: severity.word(), class, filled }
    }

    pub fn bars(&self) -> Vec<Bar> {
        BARS.iter()
            .enumerate()
            .map(|(index, (x, y, height))| Bar { x, y, height, is_filled: index < self.filled })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Mark;
    use backline_core::severity::Severity;

    #[test]
    fn a_worse_severity_fills_more_bars() {
        let filled = |severity| Mark::of(severity).bars().iter().filter(|bar| bar.is_filled).count();
        assert_eq!(Severity::ALL.map(filled), [4, 3, 2, 1, 0, 0]);
    }
}
