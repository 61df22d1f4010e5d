//! What a browser needs: CORS on every answer, refusals included.

use crate::support::Backend;
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn every_answer_may_be_read_from_anywhere() {
    let backend = Backend::instant().await;
    let asked = [
        (Method::GET, "/models", StatusCode::OK),
        (Method::GET, "/conversations/c", StatusCode::OK),
        (Method::GET, "/conversations/c?limit=0", StatusCode::BAD_REQUEST),
        (Method::GET, "/conversations/c/metrics", StatusCode::NOT_FOUND),
        (Method::GET, "/nowhere", StatusCode::NOT_FOUND),
        (Method::DELETE, "/models", StatusCode::METHOD_NOT_ALLOWED),
        (Method::POST, "/chat", StatusCode::BAD_REQUEST),
        (Method::PUT, "/conversations/c/cwd", StatusCode::BAD_REQUEST),
    ];
    for (method, path, status) in asked {
        let response =
            backend.request(method.clone(), path).header("origin", "http://console.example").send().await.unwrap();
        assert_eq!(response.status(), status, "{method} {path}");
        assert_eq!(response.headers()["access-control-allow-origin"], "*", "{method} {path}");
        if !status.is_success() {
            let body: serde_json::Value = response.json().await.unwrap();
            assert!(body["error"].is_string(), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn preflights_allow_what_the_contract_uses() {
    let backend = Backend::instant().await;
    for (method, path) in [("PUT", "/conversations/c/cwd"), ("POST", "/chat"), ("DELETE", "/nowhere")] {
        let response = backend
            .request(Method::OPTIONS, path)
            .header("origin", "http://console.example")
            .header("access-control-request-method", method)
            .header("access-control-request-headers", "content-type")
            .send()
            .await
            .unwrap();
        assert!(response.status().is_success());
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_lowercase();
        assert_eq!(header("access-control-allow-origin"), "*");
        assert!(header("access-control-allow-headers").contains("content-type"));
        for method in ["get", "post", "put", "delete", "options"] {
            assert!(header("access-control-allow-methods").contains(method));
        }
    }
    let request = backend.request(Method::POST, "/chat").header("origin", "http://console.example");
    let response = request.json(&json!({ "message": "echo hi" })).send().await.unwrap();
    assert_eq!(response.headers()["access-control-expose-headers"], "x-conversation-id");
}
