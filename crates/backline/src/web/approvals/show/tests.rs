use super::{Page, Sample, Waiting};
use crate::web::part::moment::Moment;
use crate::web::part::sample;
use askama::Template;
use backline_core::vulnerability::Vulnerability;
use backline_store::admission::HeldTicket;

fn render(about: Vec<Vulnerability>) -> String {
    let held = HeldTicket { subject: sample::subject().id, about };
    let waiting = Waiting {
        project: "1".to_owned(),
        shown: "1.1200.7".to_owned(),
        place: "SEC / Bug".to_owned(),
        tickets: 1_200,
        since: Moment::of(sample::at("2026-11-25T06:40:00Z")),
        samples: vec![Sample::of(&held)],
    };
    let page =
        Page { layout: sample::layout(), waiting: vec![waiting], batches: Vec::new(), per_hour: Some(1_000) };
    page.render().unwrap()
}

#[test]
fn what_waits_is_shown_with_what_it_is_about_and_where() {
    let html = render(vec![sample::vulnerability()]);
    for text in [
        "up to 1,000 tickets of a project",
        "1,200 new tickets in SEC / Bug",
        "Remote code execution in log messages",
        "CVE-2021-44228</span> in log4j-core 2.14.1",
        ">acme/payments-api</td>",
        "and 1,199 more",
        "name=\"shown\" value=\"1.1200.7\"",
    ] {
        assert!(html.contains(text), "{text} in {html}");
    }
}

#[test]
fn hostile_text_of_what_waits_is_text() {
    sample::assert_inert(&render(vec![sample::hostile_vulnerability()]));
}
