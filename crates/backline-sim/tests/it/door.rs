use crate::world::World;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn json_is_typed_with_its_charset_and_an_empty_body_is_not_typed() {
    let world = World::start().await;
    let ada = world.ada();
    ada.bug().await;
    let typed = async |method: Method, path: &str| {
        let answer = ada.request(method, path).json(&json!({"fields": {}})).send().await.expect("an answer");
        let kind = answer.headers().get("content-type").map(|kind| kind.to_str().expect("text").to_owned());
        (answer.status().as_u16(), kind)
    };
    let json = Some("application/json;charset=UTF-8".to_owned());
    assert_eq!(typed(Method::GET, "3/myself").await, (200, json.clone()));
    assert_eq!(typed(Method::GET, "3/issue/NONE-1").await, (404, json));
    assert_eq!(typed(Method::PUT, "3/issue/SEC-1").await, (204, None));
}
