//! Files at issues.

use crate::world::{World, read};
use reqwest::Method;
use serde_json::{Value, json};

const BOUNDARY: &str = "a-boundary-of-this-test";

/// A body of `multipart/form-data` with these files.
fn multipart(files: &[(&str, &str, &str)]) -> String {
    let part = |(name, filename, content): &(&str, &str, &str)| {
        format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{filename}\"\r\n\
             Content-Type: text/plain\r\n\r\n{content}\r\n"
        )
    };
    format!("{}--{BOUNDARY}--\r\n", files.iter().map(part).collect::<String>())
}

fn upload(world: &World, key: &str, body: String) -> reqwest::RequestBuilder {
    world
        .ada()
        .request(Method::POST, &format!("3/issue/{key}/attachments"))
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(body)
}

#[tokio::test]
async fn a_file_is_added_read_and_deleted() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let body =
        multipart(&[("file", "a.txt", "first"), ("other", "b.txt", "passed over"), ("file", "c.txt", "")]);
    let (status, added) = read(upload(&world, "SEC-1", body).header("X-Atlassian-Token", "no-check")).await;
    assert_eq!((status, added.as_array().map(Vec::len)), (200, Some(2)), "{added}");
    crate::published::check("POST", "issue/SEC-1/attachments", 200, &added);
    let id = added[0]["id"].as_str().expect("text");
    let (_, issue) = ada.get("issue/SEC-1?fields=attachment&expand=changelog").await;
    assert_eq!(issue["fields"]["attachment"], added);
    let item = &issue["changelog"]["histories"][1]["items"][0];
    assert_eq!((&item["field"], &item["toString"]), (&json!("Attachment"), &json!("a.txt")));
    let (status, shown) = ada.get(&format!("attachment/{id}")).await;
    assert_eq!((status, &shown["size"], &shown["mimeType"]), (200, &json!(5), &json!("text/plain")));
    let content = ada.request(Method::GET, &format!("3/attachment/content/{id}?redirect=false"));
    assert_eq!(content.send().await.expect("an answer").text().await.expect("a body"), "first");
    let moved =
        ada.request(Method::GET, &format!("3/attachment/content/{id}")).send().await.expect("an answer");
    assert_eq!(moved.status(), 303);
    assert_eq!(ada.get("attachment/meta").await.1["enabled"], true);
    assert_eq!(ada.delete(&format!("attachment/{id}")).await.0, 204);
    assert_eq!(ada.get(&format!("attachment/{id}")).await.0, 404);
    assert_eq!(ada.get("issue/SEC-1?fields=attachment").await.1["fields"]["attachment"][0], added[1]);
}

#[tokio::test]
async fn an_upload_needs_its_header_and_has_its_limits() {
    let world = World::start().await;
    world.ada().bug().await;
    let (status, answer) = read(upload(&world, "SEC-1", multipart(&[("file", "a.txt", "a")]))).await;
    assert_eq!((status, answer), (404, Value::from("XSRF check failed")));
    let send = |files: usize| {
        let body = multipart(&vec![("file", "a.txt", "a"); files]);
        read(upload(&world, "SEC-1", body).header("X-Atlassian-Token", "no-check"))
    };
    assert_eq!(send(61).await.0, 413);
    let (_, issue) = world.ada().get("issue/SEC-1?fields=attachment").await;
    assert_eq!(issue["fields"]["attachment"], json!([]), "nothing is kept of it");
    assert_eq!(send(60).await.0, 200);
    let large = "x".repeat(10 * 1024 * 1024 + 1);
    let body = multipart(&[("file", "large.txt", &large)]);
    let (status, _) = read(upload(&world, "SEC-1", body).header("X-Atlassian-Token", "no-check")).await;
    assert_eq!(status, 413);
    let body = multipart(&[("file", "a.txt", "a")]);
    let (status, _) = read(upload(&world, "SEC-9", body).header("X-Atlassian-Token", "no-check")).await;
    assert_eq!(status, 404);
}
