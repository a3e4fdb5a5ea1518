//! Tokens to a query.

use super::lex::{Token, tokens};
use super::{Clause, Expr, Op, Operand, Order, Query};
use crate::jira::refusal::Refusal;

const ORDER_MAX: usize = 7;

const FIELDS: [&str; 29] = [
    "project",
    "key",
    "issuekey",
    "id",
    "issue",
    "status",
    "statuscategory",
    "issuetype",
    "type",
    "labels",
    "assignee",
    "reporter",
    "creator",
    "priority",
    "resolution",
    "created",
    "createddate",
    "updated",
    "updateddate",
    "resolved",
    "resolutiondate",
    "duedate",
    "due",
    "summary",
    "text",
    "description",
    "parent",
    "component",
    "fixversion",
];

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// Whether fields that are unknown here are left to the caller, as they were typed.
    is_lenient: bool,
}

type Parsed<T> = Result<T, String>;

pub fn query(text: &str) -> Result<Query, Refusal> {
    let refuse = |problem: String| Refusal::bad(format!("Error in the JQL Query: {problem}"));
    let tokens = tokens(text).map_err(refuse)?;
    let mut parser = Parser { tokens, at: 0, is_lenient: false };
    let is_restricted = !parser.tokens.is_empty() && !parser.is_word("order");
    let expr = if is_restricted { Some(parser.or().map_err(refuse)?) } else { None };
    let order = parser.order().map_err(refuse)?;
    if let Some(token) = parser.tokens.get(parser.at) {
        return Err(refuse(format!("Expecting either 'OR' or 'AND' but got '{}'.", show(token))));
    }
    let text = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.";
    let expr = expr.ok_or_else(|| Refusal::bad(text))?;
    Ok(Query { expr, order })
}

pub fn filter(text: &str) -> Parsed<Expr> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, is_lenient: true };
    let expr = parser.or()?;
    match parser.tokens.get(parser.at) {
        Some(token) => Err(format!("Expecting either 'OR' or 'AND' but got '{}'.", show(token))),
        None => Ok(expr),
    }
}

fn show(token: &Token) -> String {
    match token {
        Token::Word(text) | Token::Quoted(text) => text.clone(),
        Token::Open => "(".into(),
        Token::Close => ")".into(),
        Token::Comma => ",".into(),
        Token::Op(op) => (*op).into(),
    }
}

impl Parser {
    fn is_word(&self, word: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Word(text)) if text.eq_ignore_ascii_case(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_there = self.is_word(word);
        self.at += usize::from(is_there);
        is_there
    }

    fn take(&mut self, token: &Token) -> bool {
        let is_there = self.tokens.get(self.at) == Some(token);
        self.at += usize::from(is_there);
        is_there
    }

    fn next(&mut self) -> Parsed<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token.ok_or_else(|| "Expecting more but reached the end of the query.".into())
    }

    fn or(&mut self) -> Parsed<Expr> {
        let mut parts = vec![self.and()?];
        while self.take_word("or") {
            parts.push(self.and()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::Or(parts) })
    }

    fn and(&mut self) -> Parsed<Expr> {
        let mut parts = vec![self.not()?];
        while self.take_word("and") {
            parts.push(self.not()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::And(parts) })
    }

    fn not(&mut self) -> Parsed<Expr> {
        if self.take_word("not") {
            return Ok(Expr::Not(Box::new(self.not()?)));
        }
        if self.take(&Token::Open) {
            let inner = self.or()?;
            return if self.take(&Token::Close) { Ok(inner) } else { Err("Expecting ')'.".into()) };
        }
        self.clause().map(Expr::Clause)
    }

    fn clause(&mut self) -> Parsed<Clause> {
        let field = match self.next()? {
            Token::Word(text) | Token::Quoted(text) if self.is_lenient => text,
            Token::Word(text) | Token::Quoted(text) => text.to_lowercase(),
            other => return Err(format!("Expecting a field name but got '{}'.", show(&other))),
        };
        let is_custom = field.starts_with("cf[") && field.ends_with(']') || field.starts_with("customfield_");
        if !FIELDS.contains(&field.as_str()) && !is_custom && !self.is_lenient {
            let text = format!("Field '{field}' does not exist or you do not have permission to view it.");
            return Err(text);
        }
        let op = self.operator()?;
        let values = match op {
            Op::In | Op::NotIn => self.list()?,
            _ => vec![self.operand()?],
        };
        Ok(Clause { field, op, values })
    }

    fn operator(&mut self) -> Parsed<Op> {
        let token = self.next()?;
        Ok(match &token {
            Token::Op("=") => Op::Equals,
            Token::Op("!=") => Op::NotEquals,
            Token::Op("~") => Op::Contains,
            Token::Op("!~") => Op::NotContains,
            Token::Op("<") => Op::Less,
            Token::Op("<=") => Op::LessOrEqual,
            Token::Op(">") => Op::Greater,
            Token::Op(">=") => Op::GreaterOrEqual,
            Token::Word(word) if word.eq_ignore_ascii_case("in") => Op::In,
            Token::Word(word) if word.eq_ignore_ascii_case("not") && self.take_word("in") => Op::NotIn,
            Token::Word(word) if word.eq_ignore_ascii_case("is") => {
                if self.take_word("not") {
                    Op::IsNot
                } else {
                    Op::Is
                }
            }
            other => return Err(format!("Expecting an operator but got '{}'.", show(other))),
        })
    }

    fn list(&mut self) -> Parsed<Vec<Operand>> {
        if !self.take(&Token::Open) {
            return Ok(vec![self.operand()?]);
        }
        let mut values = vec![self.operand()?];
        while self.take(&Token::Comma) {
            values.push(self.operand()?);
        }
        if self.take(&Token::Close) {
            Ok(values)
        } else {
            Err("Expecting ')' at the end of the list.".into())
        }
    }

    fn operand(&mut self) -> Parsed<Operand> {
        match self.next()? {
            Token::Quoted(text) => Ok(Operand::Text(text)),
            Token::Word(word) if word.eq_ignore_ascii_case("empty") || word.eq_ignore_ascii_case("null") => {
                Ok(Operand::Empty)
            }
            Token::Word(word) if self.take(&Token::Open) => {
                let mut arguments = Vec::new();
                while !self.take(&Token::Close) {
                    match self.next()? {
                        Token::Comma => {}
                        token => arguments.push(show(&token)),
                    }
                }
                Ok(Operand::Function(word.to_lowercase(), arguments))
            }
            Token::Word(word) => Ok(Operand::Text(word)),
            other => Err(format!("Expecting a value but got '{}'.", show(&other))),
        }
    }

    fn order(&mut self) -> Parsed<Vec<Order>> {
        let mut order = Vec::new();
        if !self.take_word("order") {
            return Ok(order);
        }
        if !self.take_word("by") {
            return Err("Expecting 'by' after 'order'.".into());
        }
        loop {
            let field = match self.next()? {
                Token::Word(text) | Token::Quoted(text) => text.to_lowercase(),
                other => return Err(format!("Expecting a field name but got '{}'.", show(&other))),
            };
            if !FIELDS.contains(&field.as_str()) {
                return Err(format!("Not able to sort using field '{field}'."));
            }
            let is_descending = self.take_word("desc");
            if !is_descending {
                self.take_word("asc");
            }
            order.push(Order { field, is_descending });
            if !self.take(&Token::Comma) {
                break;
            }
        }
        if order.len() > ORDER_MAX {
            return Err(format!("At most {ORDER_MAX} fields can be ordered by."));
        }
        Ok(order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_binds_closer_than_or() {
        let query = query("project = SEC and labels in (a, 'b c') or not key = SEC-1 order by updated desc")
            .expect("well formed");
        assert!(matches!(&query.expr, Expr::Or(parts) if matches!(parts[0], Expr::And(_))));
        assert!(query.order[0].is_descending);
    }

    #[test]
    fn a_query_without_restriction_and_broken_ones_are_refused() {
        for text in
            ["", "order by key", "project =", "nosuchfield = 1", "project = A project = B", "labels in (a"]
        {
            assert!(query(text).is_err(), "{text}");
        }
    }
}
