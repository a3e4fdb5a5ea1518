use super::{Reach, Scheme, compare, reach};
use std::cmp::Ordering;

/// Each line is in rising order; `=` stands between equal ones.
fn check(scheme: Scheme, rising: &str) {
    let words: Vec<&str> = rising.split_whitespace().collect();
    for window in words.windows(3).step_by(2) {
        let (left, sign, right) = (window[0], window[1], window[2]);
        let expected = if sign == "=" { Ordering::Equal } else { Ordering::Less };
        assert_eq!(compare(scheme, left, right), Some(expected), "{left} {sign} {right}");
        assert_eq!(compare(scheme, right, left), Some(expected.reverse()), "{right} against {left}");
    }
}

#[test]
fn semantic_versions() {
    check(
        Scheme::Semantic,
        "1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-beta.2 < 1.0.0-beta.11 < 1.0.0-rc.1 < 1.0.0",
    );
    check(Scheme::Semantic, "4.17.9 < 4.17.20 < 4.17.21 < 5 = 5.0 = v5.0.0+build.7 < 5.0.0.1");
    check(
        Scheme::Semantic,
        "v0.0.0-20210101000000-abcdefabcdef < v0.0.0-20220101000000-abcdefabcdef < v0.0.1",
    );
    check(Scheme::Composer, "2.4.6-beta1 < 2.4.6 < 2.4.6-p1 < 2.4.6-p10 < 2.4.7");
}

#[test]
fn python_versions() {
    check(Scheme::Python, "2.0.dev1 < 2.0a1 < 2.0rc1 < 2.0 = 2.0.0 < 2.0.post1 < 2.1 < 1!1.0");
}

#[test]
fn maven_versions() {
    check(
        Scheme::Maven,
        "1-alpha-1 < 1-beta1 < 1-m2 < 1-rc1 = 1-cr1 < 1-SNAPSHOT < 1 = 1.0.0 = 1-ga < 1-sp < 1-jre",
    );
    check(Scheme::Maven, "2.0-beta9 < 2.3.1 < 2.12.2 < 2.15.0 < 2.17.1");
    check(Scheme::Maven, "5.3.17.RELEASE = 5.3.17 < 5.3.18 < 31.1-jre < 32.0.0-android < 32.0.0-jre");
    check(Scheme::Maven, "1.0.0-foo.0.0 = 1-foo < 1-1 < 1.1");
    check(Scheme::Maven, "4.1.100.Final < 4.1.101.Final < 4.1.1000.Final");
}

#[test]
fn gem_versions() {
    check(Scheme::Gem, "6.1.7.pre < 6.1.7 < 6.1.7.1 < 7.0.0.rc1 < 7.0.0.rc2 < 7.0 = 7.0.0");
}

#[test]
fn debian_versions() {
    check(Scheme::Debian, "1.0~rc1-1 < 1.0-1 < 1.0-1+deb11u1 < 1.0-1+deb11u2 < 1.0.1-1 < 1:0.1-1");
    check(Scheme::Debian, "1.1.1n-0+deb11u3 < 1.1.1n-0+deb11u4 < 1.1.1w-0+deb11u1");
}

#[test]
fn rpm_versions() {
    check(Scheme::Rpm, "1.0~rc1-1.el8 < 1.0-1.el8 < 1.0^git1-1.el8 < 1.0.1-1.el8 < 1:0.9-1.el8");
    check(Scheme::Rpm, "1.1.1k-7.el8_6 < 1.1.1k-9.el8_7 < 1.1.1k-12.el8_9");
    check(Scheme::Rpm, "1.0-1.el8 = 1.0");
    check(
        Scheme::Rpm,
        "xyz.4 < 2.0.1 < 2.0.1a < 5.5p1 < 5.5p10 < 6.0 < 6.0.rc1 < 10xyz < 10.0001 = 10.1 < 10.0039",
    );
}

#[test]
fn alpine_versions() {
    check(Scheme::Alpine, "3.0_rc1-r0 < 3.0-r0 < 3.0-r1 < 3.0_p1-r0 < 3.0.1-r0 < 3.0.10-r0");
    check(Scheme::Alpine, "1.1.1a-r0 < 1.1.1n-r0 < 1.1.1n-r1");
}

#[test]
fn what_is_no_version_has_no_order() {
    for (scheme, text) in [
        (Scheme::Semantic, "latest"),
        (Scheme::Semantic, "1.2.3.4.5"),
        (Scheme::Semantic, ""),
        (Scheme::Semantic, "99999999999999999999.0"),
        (Scheme::Composer, "dev-master"),
        (Scheme::Python, "one"),
        (Scheme::Maven, "${log4j.version}"),
        (Scheme::Maven, "RELEASE"),
        (Scheme::Gem, "main"),
        (Scheme::Debian, "a:1"),
        (Scheme::Rpm, "x y"),
        (Scheme::Alpine, "1.2_odd3-r1"),
    ] {
        assert_eq!(compare(scheme, text, "1.0"), None, "{scheme:?} {text}");
    }
}

fn check_reach(ecosystem: &str, new: &str, fixed: &[&str], expected: &str) {
    let fixed: Vec<String> = fixed.iter().map(|&version| version.to_owned()).collect();
    let found = match reach(ecosystem, new, &fixed) {
        Reach::Reached { fixed } => fixed,
        Reach::Below => "below".to_owned(),
        Reach::Unclear => "unclear".to_owned(),
    };
    assert_eq!(found, expected, "{ecosystem} {new} against {fixed:?}");
}

#[test]
fn the_fix_of_the_same_line_counts() {
    let log4j = ["2.15.0", "2.12.2", "2.3.1"];
    check_reach("maven", "2.17.1", &log4j, "2.15.0");
    check_reach("maven", "2.12.4", &log4j, "2.12.2");
    check_reach("maven", "2.12.2", &log4j, "2.12.2");
    check_reach("maven", "2.14.1", &log4j, "unclear");
    check_reach("maven", "2.15.0-rc1", &log4j, "below");
    check_reach("maven", "2.3.0", &log4j, "below");
    check_reach("npm", "1.2.4", &["1.2.4", "2.0.1"], "1.2.4");
    check_reach("npm", "1.5.0", &["1.2.4", "2.0.1"], "1.2.4");
    check_reach("npm", "2.0.0", &["1.2.4, 2.0.1"], "below");
    check_reach("npm", "3.1.0", &["1.2.4, 2.0.1"], "2.0.1");
}

#[test]
fn what_cannot_be_compared_is_unclear() {
    check_reach("conan", "1.0", &["1.0"], "unclear");
    check_reach("npm", "1.0.0", &[], "unclear");
    check_reach("npm", "next", &["1.0.0"], "unclear");
    check_reach("npm", "2.0.0", &["1.0.0", "see advisory"], "unclear");
}

proptest::proptest! {
    #[test]
    fn every_text_is_answered_and_the_order_has_two_sides(left in ".{0,24}", right in "[0-9a-zA-Z.:~^_+-]{0,24}") {
        for ecosystem in ["npm", "composer", "pypi", "maven", "gem", "deb", "rpm", "apk"] {
            let scheme = Scheme::of(ecosystem).expect("listed");
            let order = compare(scheme, &left, &right);
            proptest::prop_assert_eq!(order, compare(scheme, &right, &left).map(Ordering::reverse));
            let same = compare(scheme, &right, &right);
            proptest::prop_assert!(same.is_none_or(Ordering::is_eq));
        }
    }
}
