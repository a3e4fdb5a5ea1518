use super::super::Transport as _;
use super::*;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

/// Serves one connection: reads a request's head, writes `answer`, closes; returns the address.
fn serve(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        let mut buffer = [0; 1024];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = stream.read(&mut buffer).unwrap();
            if read == 0 {
                return;
            }
            head.extend_from_slice(&buffer[..read]);
        }
        let _ = stream.write_all(answer);
        // An empty answer stands for silence: the connection stays open until the client leaves.
        if answer.is_empty() {
            let _ = stream.read(&mut buffer);
        }
    });
    address
}

async fn get(address: &str, response_bytes_max: usize) -> Result<Response, TransportError> {
    let options = WebOptions {
        user_agent: "backline-test".into(),
        allowed_hosts: vec![address.to_owned()],
        response_bytes_max,
    };
    let mut request = Request::new(Method::Get, format!("http://{address}/secret-path"));
    request.deadline = Duration::from_millis(500);
    WebTransport::new(options).unwrap().send(request).await
}

#[tokio::test]
async fn an_answer_arrives_whole() {
    let address = serve(b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\nX-Thing: a\r\n\r\nno");
    let answer = get(&address, 100).await.unwrap();
    assert_eq!(
        (answer.status, answer.body.as_slice(), answer.header("x-thing")),
        (404, b"no".as_slice(), Some("a"))
    );
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let address =
        serve(b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(get(&address, 100).await.unwrap().status, 302);
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let error = get(&address, 100).await.unwrap_err();
    assert!(error.is_not_sent(), "{error}");
    assert!(!error.to_string().contains("secret-path"), "{error}");
}

#[tokio::test]
async fn a_cut_or_missing_answer_leaves_the_effect_unknown() {
    for answer in
        [b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort".as_slice(), b"HTTP/1.1 200", b"garbage\r\n\r\n"]
    {
        let error = get(&serve(answer), 100).await.unwrap_err();
        assert!(matches!(error, TransportError::Unknown { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_silent_host_meets_the_deadline() {
    let error = get(&serve(b""), 100).await.unwrap_err();
    assert!(matches!(error, TransportError::Deadline { .. }), "{error:?}");
}

#[tokio::test]
async fn a_too_large_answer_is_not_kept() {
    let address = serve(b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n01234567890");
    assert!(matches!(get(&address, 10).await.unwrap_err(), TransportError::Unknown { .. }));
}

#[tokio::test]
async fn a_host_off_the_list_is_not_called() {
    let options =
        WebOptions { user_agent: "t".into(), allowed_hosts: vec![], response_bytes_max: RESPONSE_BYTES_MAX };
    let error = WebTransport::new(options)
        .unwrap()
        .send(Request::new(Method::Get, "https://127.0.0.1:9/"))
        .await
        .unwrap_err();
    assert!(error.is_not_sent());
}
