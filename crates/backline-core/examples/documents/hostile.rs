//! Text that means harm, or that is merely awkward: what scanners, pull requests and people might hand in.

/// Name and text.
pub fn texts() -> Vec<(&'static str, String)> {
    let mut all: Vec<(&str, String)> =
        FIXED.iter().map(|(name, words)| (*name, (*words).to_owned())).collect();
    all.push(("a megabyte of letters", "é".repeat(500_000)));
    all.push(("many quotes", "\"\\".repeat(50_000)));
    all.push(("many words", "word ".repeat(20_000)));
    all.push(("many lines", "line\n".repeat(20_000)));
    all.push(("many paragraphs", "p\n\n".repeat(30_000)));
    all.push(("much that is not seen", "\u{202E}\u{0000}".repeat(20_000)));
    all.push(("many emoji", "👩\u{200D}💻".repeat(10_000)));
    all.push(("a long address", format!("https://example.com/{}", "a".repeat(100_000))));
    // About the lengths at which something is cut, on both sides.
    for length in [249, 250, 251, 2_047, 2_048, 2_049, 2_999, 3_000, 3_001, 3_999, 4_000, 4_001] {
        all.push(("about a limit", "x".repeat(length)));
        all.push(("about a limit, four bytes each", "💥".repeat(length)));
    }
    for length in (29_000..=33_000).step_by(250) {
        all.push(("about the length of a document", "word ".repeat(length / 5)));
        all.push(("about the length of a document, in paragraphs", "word word\n\n".repeat(length / 90)));
    }
    all.extend(mixed());
    all
}

const FIXED: &[(&str, &str)] = &[
    ("nothing", ""),
    ("blank", " \t\r\n\n\n \u{2028} "),
    ("a mention", "@team [~accountid:5b10a2844c20165700ede21g] <@U123> @channel"),
    ("a mention as a node", r#"{"type":"mention","attrs":{"id":"all","text":"@all"}}"#),
    ("a fence", "```adf\n{\"type\":\"doc\"}\n```\n~~~\nx\n~~~"),
    ("wiki markup", "{code}x{code} {noformat} h1. Big [a|javascript:alert(1)] !image.png! {{x}} {quote}"),
    ("markdown", "# Big\n- [x](javascript:alert(1)) ![i](data:text/html,x)\n1. **b** | t | u |\n> q"),
    ("html", "<script>alert(1)</script><a href=\"javascript:alert(1)\" onclick='x'>&lt;&#x3C;</a>"),
    ("a script as an address", "javascript:alert(1)"),
    ("data as an address", "data:text/html;base64,PHNjcmlwdD4="),
    ("a file as an address", "file:///etc/passwd"),
    ("an address in upper case", "HTTPS://EXAMPLE.COM/A"),
    ("an address with a space", "https://example.com/a b\n\"onmouseover=x"),
    ("an address of its scheme alone", "https://"),
    ("an address that turns around", "https://example.com/\u{202E}gpj.exe"),
    ("a smart link", "https://acme.atlassian.net/browse/SEC-1|smart-card"),
    (
        "bidirectional",
        "\u{202A}\u{202B}\u{202D}\u{202E}evil\u{202C}\u{2066}\u{2067}\u{2068}x\u{2069}\u{200E}\u{200F}\u{061C}",
    ),
    ("control characters", "\u{0}\u{1}\u{7}\u{8}\u{b}\u{c}\u{1b}[31mred\u{1b}[0m\u{7f}\u{80}\u{9f}"),
    ("no characters", "\u{FFFE}\u{FFFF}\u{1FFFE}\u{10FFFF}\u{FDD0}\u{FEFF}\u{FFF9}\u{FFFD}"),
    ("tags", "a\u{E0001}\u{E0041}\u{E007F}b"),
    ("combining", "Z\u{0351}\u{036B}\u{0343}\u{036A}\u{0302}\u{036B}\u{033D}\u{034F}\u{0334}"),
    ("a template", "{{ title }} {% for a in range(9) %}{{ a }}{% endfor %} {# c #}"),
    ("JSON", "\",\"type\":\"text\"}],\"x\":[{\"a\":\"\\u0000\\ud800"),
    ("spaces at the ends", "  a  \n  b  "),
];

const PIECES: &[&str] = &[
    "word",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\u{2028}",
    "@team",
    "```",
    "{code}",
    "https://b.example/a",
    "javascript:x",
    "\"",
    "\\",
    "é",
    "💥",
    "\u{202E}",
    "\u{0}",
    "<b>",
    "[x](y)",
    "{{ title }}",
    "| a |",
    "* ",
    "h1. ",
    "\u{FFFF}",
];

/// Pieces in an order that is the same every time.
fn mixed() -> Vec<(&'static str, String)> {
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or_default() % below
    };
    let mut one = |_| {
        let pieces = next(40);
        ("mixed", (0..pieces).map(|_| PIECES[next(PIECES.len())]).collect::<String>())
    };
    (0..200).map(&mut one).collect()
}
