//! Which vulnerabilities a pull request fixes.
