//! JQL in tokens.

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A bare word; keywords are words too.
    Word(String),
    Quoted(String),
    Open,
    Close,
    Comma,
    Op(&'static str),
}

/// The tokens, or what stands in the way.
pub fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        let (token, length) = match (c, next) {
            (c, _) if c.is_whitespace() => {
                at += 1;
                continue;
            }
            ('(', _) => (Token::Open, 1),
            (')', _) => (Token::Close, 1),
            (',', _) => (Token::Comma, 1),
            ('!', Some('=')) => (Token::Op("!="), 2),
            ('!', Some('~')) => (Token::Op("!~"), 2),
            ('>', Some('=')) => (Token::Op(">="), 2),
            ('<', Some('=')) => (Token::Op("<="), 2),
            ('=', _) => (Token::Op("="), 1),
            ('~', _) => (Token::Op("~"), 1),
            ('>', _) => (Token::Op(">"), 1),
            ('<', _) => (Token::Op("<"), 1),
            ('&', Some('&')) => (Token::Word("AND".into()), 2),
            ('|', Some('|')) => (Token::Word("OR".into()), 2),
            ('!', _) => (Token::Word("NOT".into()), 1),
            ('"' | '\'', _) => quoted(&chars[at..])?,
            _ => {
                let is_word = |c: &&char| !c.is_whitespace() && !"()=!<>~,\"'&|".contains(**c);
                let word: String = chars[at..].iter().take_while(is_word).collect();
                if word.is_empty() {
                    return Err(format!("The character '{c}' is a reserved JQL character."));
                }
                let length = word.chars().count();
                (Token::Word(word), length)
            }
        };
        tokens.push(token);
        at += length;
    }
    Ok(tokens)
}

fn quoted(chars: &[char]) -> Result<(Token, usize), String> {
    let mut text = String::new();
    let mut at = 1;
    while let Some(&c) = chars.get(at) {
        match c {
            '\\' => {
                let escaped = chars.get(at + 1).ok_or("The quoted string ends in a backslash.")?;
                text.push(match escaped {
                    'n' => '\n',
                    't' => '\t',
                    other => *other,
                });
                at += 2;
            }
            c if c == chars[0] => return Ok((Token::Quoted(text), at + 1)),
            c => {
                text.push(c);
                at += 1;
            }
        }
    }
    Err("The quoted string has not been completed.".into())
}
