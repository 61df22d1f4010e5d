//! History windows.

use crate::support::Backend;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn windows_select_what_the_contract_says() {
    let backend = Backend::instant().await;
    for number in 0..5 {
        backend.chat(json!({ "conversationId": "c", "message": format!("echo {number}") })).await;
    }
    // Ten chunks: query, first and last seq (0 for none), latestSeq.
    let table: &[(&str, u64, u64, u64)] = &[
        ("", 1, 10, 10),
        ("?sinceSeq=0", 1, 10, 10),
        ("?sinceSeq=4", 5, 10, 10),
        ("?sinceSeq=9", 10, 10, 10),
        ("?sinceSeq=10", 0, 0, 10),
        ("?sinceSeq=999", 0, 0, 999),
        ("?limit=3", 8, 10, 10),
        ("?limit=10", 1, 10, 10),
        ("?limit=1000", 1, 10, 10),
        ("?limit=99999999999999999999999", 1, 10, 10),
        ("?beforeSeq=1", 0, 0, 0),
        ("?beforeSeq=4", 1, 3, 3),
        ("?beforeSeq=99", 1, 10, 10),
        ("?beforeSeq=8&limit=2", 6, 7, 7),
        ("?sinceSeq=2&beforeSeq=9", 3, 8, 8),
        ("?sinceSeq=2&beforeSeq=9&limit=2", 7, 8, 8),
        ("?sinceSeq=5&beforeSeq=3", 0, 0, 5),
        ("?sinceSeq=2&unknown=x", 3, 10, 10),
    ];
    for (query, first, last, latest) in table {
        let body = backend.get(&format!("/conversations/c{query}")).await;
        let seqs: Vec<u64> =
            body["chunks"].as_array().unwrap().iter().map(|chunk| chunk["seq"].as_u64().unwrap()).collect();
        let expected: Vec<u64> = if *first == 0 { Vec::new() } else { (*first..=*last).collect() };
        assert_eq!(seqs, expected, "{query}");
        assert_eq!(body["latestSeq"], *latest, "{query}");
    }
}

#[tokio::test]
async fn windows_that_make_no_sense_are_refused() {
    let backend = Backend::instant().await;
    for query in [
        "limit=0",
        "limit=-1",
        "limit=x",
        "limit=",
        "limit=1.5",
        "limit=1e3",
        "limit=%2B5",
        "limit=%205",
        "beforeSeq=0",
        "beforeSeq=-4",
        "beforeSeq=abc",
        "sinceSeq=-1",
        "sinceSeq=x",
        "sinceSeq=",
    ] {
        let (status, body) = backend.ask(Method::GET, &format!("/conversations/c?{query}"), None).await;
        assert_eq!(status, 400, "{query}");
        assert!(body["error"].is_string(), "{query}");
    }
}

#[tokio::test]
async fn an_unknown_conversation_is_empty() {
    let backend = Backend::instant().await;
    assert_eq!(backend.get("/conversations/nobody").await, json!({ "chunks": [], "latestSeq": 0 }));
    assert_eq!(backend.get("/conversations/nobody?sinceSeq=7").await, json!({ "chunks": [], "latestSeq": 7 }));
}
