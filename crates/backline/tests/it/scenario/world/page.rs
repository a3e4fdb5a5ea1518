//! A person at Backline's own pages, signed in.

use super::World;
use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::redirect::Policy;

pub struct Pages {
    http: Client,
    ui: String,
    cookie: String,
    token: String,
}

impl World {
    pub fn person_at_pages(&self) -> Pages {
        let http = Client::builder().redirect(Policy::none()).no_proxy().build().expect("a client");
        let mut pages = Pages { http, ui: self.text("/ui"), cookie: String::new(), token: String::new() };
        let login = pages.send(pages.http.get(format!("{}/login", pages.ui)));
        pages.enter(login);
        let (email, password) = (self.text("/login/email"), self.text("/login/password"));
        let form = [("csrf", pages.token.clone()), ("email", email), ("password", password)];
        let entered = pages.send(pages.http.post(format!("{}/login", pages.ui)).form(&form));
        assert_eq!(entered.status(), 303);
        pages.enter(entered);
        let home =
            pages.send(pages.http.get(format!("{}/integrations/jira/projects/new?project=SEC", pages.ui)));
        pages.enter(home);
        pages
    }
}

impl Pages {
    pub fn get(&self, path: &str) -> String {
        self.send(self.http.get(format!("{}{path}", self.ui))).text().expect("a page")
    }

    /// Status and page.
    pub fn post(&self, path: &str, form: &[(String, String)]) -> (u16, String) {
        let mut form = form.to_vec();
        form.push(("csrf".to_owned(), self.token.clone()));
        let answer = self.send(self.http.post(format!("{}{path}", self.ui)).form(&form));
        (answer.status().as_u16(), answer.text().expect("a page"))
    }

    fn send(&self, request: RequestBuilder) -> Response {
        request.header("cookie", &self.cookie).send().expect("it answers")
    }

    /// Keeps the cookie and the token of a page.
    fn enter(&mut self, answer: Response) {
        let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        if let Some(cookie) = cookie.and_then(|cookie| cookie.split(';').next()) {
            self.cookie = cookie.to_owned();
        }
        let page = answer.text().expect("a page");
        if let Some(token) =
            page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next())
        {
            self.token = token.to_owned();
        }
    }
}
