//! The check of requests can fail: one request for each way to be wrong.

use crate::published::{BASE, published};
use backline_clients::transport::{Method, Request};
use serde_json::{Value as Json, json};

fn request(method: Method, path: &str) -> Request {
    Request::new(method, format!("{BASE}/rest/api/3/{path}"))
        .header("accept", "application/json")
        .header("authorization", "Bearer token")
}

fn get(path: &str) -> Request {
    request(Method::Get, path)
}

fn post(path: &str, body: Json) -> Request {
    request(Method::Post, path).json(&body)
}

/// `says` is part of the one problem; empty where there is none.
fn check(request: &Request, says: &str) {
    let Some(published) = published() else { return };
    let problems = published.problems(request);
    let is_expected = match problems.as_slice() {
        [] => says.is_empty(),
        [problem] => !says.is_empty() && problem.contains(says),
        _ => false,
    };
    assert!(is_expected, "{} should say: {says:?}, but: {problems:#?}", request.url);
}

#[test]
fn a_wrong_address_is_found() {
    check(&get("myself"), "");
    check(&get("mysel"), "is not published");
    check(&get("issue//comment"), "is not published");
    check(&get("issue/../comment"), "is not published");
    check(&request(Method::Patch, "issue/1"), "is not published");
    check(&Request::new(Method::Get, "https://acme.example/rest/api/3/myself"), "is not published");
    check(&get("priority"), "is deprecated");
    check(&get("priority/search"), "is deprecated");
}

#[test]
fn a_wrong_parameter_is_found() {
    check(&get("myself?expands=groups"), "has no query parameter expands");
    check(&get("issue/1/comment?startAt=ten"), "startAt: \"ten\" is not of type \"integer\"");
    check(&get("issue/1/comment?orderBy=-updated"), "orderBy");
    check(&get("issue/1/comment?startAt=0&startAt=1"), "takes \"startAt\" once");
    check(&get("issue/1?fields=a,b&fields=c&fieldsByKeys=true"), "");
    check(&get("issue/1?fieldsByKeys=yes"), "fieldsByKeys");
    check(&get("issue/createmeta/SEC/issuetypes?maxResults=201"), "201 is greater than the maximum of 200");
    check(&get("mypermissions"), "needs permissions");
    check(&get("user/assignable/search?query=ann"), "needs project");
}

#[test]
fn a_wrong_body_is_found() {
    let link = json!({"url": "https://c.example", "title": "t"});
    check(&post("issue/1/remotelink", json!({"object": link})), "");
    check(&post("issue/1/remotelink", json!({"globalid": "g", "object": link})), "'globalid' was unexpected");
    check(&post("issue/1/remotelink", json!({"object": {"title": "t"}})), "\"url\" is a required property");
    let status = json!({"resolved": "yes"});
    let object = json!({"url": "https://c.example", "title": "t", "status": status});
    check(&post("issue/1/remotelink", json!({"object": object})), "at \"/object/status/resolved\"");
    let update = json!({"labels": [{"append": "a"}]});
    check(&request(Method::Put, "issue/1").json(&json!({"update": update})), "'append' was unexpected");
    check(&post("issue/1/transitions", json!({"transition": {}})), "\"id\" is a required property");
    let named = json!({"id": "31", "name": "Done"});
    check(&post("issue/1/transitions", json!({"transition": named})), "'name' was unexpected");
    check(&post("issue/bulkfetch", json!({"issueIdsOrKeys": vec!["1"; 101]})), "has more than 100 items");
    check(&post("search/jql", json!({"jql": "project = SEC", "startAt": 0})), "'startAt' was unexpected");
    check(
        &post("search/jql", json!({"jql": "project = SEC", "fields": "summary"})),
        "is not of type \"array\"",
    );
    check(&post("issue/1/comment", json!({"body": "text"})), "is not of type \"object\" at \"/body\"");
}

#[test]
fn a_wrong_head_is_found() {
    let bare = Request::new(Method::Get, format!("{BASE}/rest/api/3/myself"));
    check(&bare.clone().header("authorization", "Bearer t"), "which is not accepted");
    check(&bare.header("accept", "application/json"), "is sent by nobody");
    check(&get("myself").header("content-type", "application/json"), "no content type");
    check(&request(Method::Post, "search/jql"), "needs a body");
    let mut form = request(Method::Post, "search/jql").header("content-type", "text/plain");
    form.body = Some(b"jql=x".to_vec());
    check(&form, "takes no body of the content type");
    check(&get("statuses/search"), "needs the scope");
    check(&request(Method::Post, "myself").json(&json!({})), "is not published");
}

#[test]
fn a_wrong_answer_is_found() {
    let Some(published) = published() else { return };
    let problems = |status, body: Json| published.answer_problems("GET /myself", status, &body);
    assert!(problems(200, json!({"accountId": "712020:a"})).is_empty());
    assert!(problems(200, json!({"accountId": 7}))[0].contains("is not of type"));
    assert!(problems(204, Json::Null)[0].contains("is not answered with 204"));
}
