//! Where recordings and simulator differ, and why.

/// Endpoint (and kind of field), the difference, and its reason.
pub const DIFFERENCES: &[(&str, &str, &str)] = &[];
