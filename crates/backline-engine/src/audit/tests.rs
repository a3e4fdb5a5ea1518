use super::words;
use crate::failure::Failure;
use backline_clients::jira::JiraError;
use backline_clients::transport::TransportError;

#[test]
fn an_error_is_told_with_its_causes_once_each() {
    let source = TransportError::Unknown { reason: "connection reset".to_owned() };
    let error = JiraError::Unreachable { not_sent: false, source };
    let told = "jira cannot be reached: the answer was lost: connection reset";
    assert_eq!(words(&error), told);
    assert_eq!(words(&Failure::Jira(error)), told);
}
