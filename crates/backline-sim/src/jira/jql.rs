//! Search by JQL over the index.
//!
//! A small part of the language: the clauses that tools write, `AND`, `OR`, `NOT`, parentheses and `ORDER BY`.
//! What is not understood is refused as Jira refuses a syntax error, never ignored.

mod eval;
mod lex;
mod parse;
mod plan;
mod time;

pub use eval::matches;
pub use plan::{Cursor, Place, count, search};

use super::refusal::Refusal;

#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Clause(Clause),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// In lower case.
    pub field: String,
    pub op: Op,
    pub values: Vec<Operand>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Equals,
    NotEquals,
    In,
    NotIn,
    Contains,
    NotContains,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Is,
    IsNot,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    Text(String),
    /// `EMPTY` or `NULL`.
    Empty,
    /// Name in lower case and arguments.
    Function(String, Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub field: String,
    pub is_descending: bool,
}

/// A query that can be run: it has a restriction.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub expr: Expr,
    pub order: Vec<Order>,
}

/// Reads a query.
///
/// # Errors
/// A syntax error, an unknown field, or a query without any restriction.
pub fn parse(text: &str) -> Result<Query, Refusal> {
    parse::query(text)
}

/// What the name of an entity property of an issue begins with: `issue.property[key].path`. Apps search by none.
pub const PROPERTY: &str = "issue.property[";

/// Reads a restriction without an order, with fields as they were typed, known or not.
///
/// # Errors
/// A syntax error, in Jira's manner.
pub fn parse_filter(text: &str) -> Result<Expr, String> {
    parse::filter(text).map_err(|problem| format!("Error in the JQL Query: {problem}"))
}
