//! What survives a reload, and what a page knows about itself.

use super::support::configure;
use dispatch_core::address::{Addresses, GivenAddresses};
use dispatch_web::adapters::device;
use dispatch_web::adapters::storage::{self, Shelf};
use wasm_bindgen_test::wasm_bindgen_test;

const KEY: &str = "dispatch.test";

#[wasm_bindgen_test]
fn what_is_stored_is_found_again() {
    for (shelf, value) in [(Shelf::Shared, "{\"tabs\":[\"ä\"]}"), (Shelf::Window, "")] {
        storage::store(shelf, KEY, value).unwrap();
        assert_eq!(storage::load(shelf, KEY).as_deref(), Some(value));
    }
    assert_eq!(storage::load(Shelf::Shared, "dispatch.test.nothing"), None);
}

#[wasm_bindgen_test]
fn the_shelves_are_two() {
    storage::store(Shelf::Shared, KEY, "shared").unwrap();
    storage::store(Shelf::Window, KEY, "own").unwrap();
    assert_eq!(storage::load(Shelf::Shared, KEY).as_deref(), Some("shared"));
    assert_eq!(storage::load(Shelf::Window, KEY).as_deref(), Some("own"));
}

#[wasm_bindgen_test]
fn what_does_not_fit_is_refused_and_what_was_there_stays() {
    storage::store(Shelf::Shared, KEY, "small").unwrap();
    let large = "x".repeat(16 * 1024 * 1024);
    assert_eq!(storage::store(Shelf::Shared, KEY, &large), Err(storage::StorageError::Full));
    assert_eq!(storage::load(Shelf::Shared, KEY).as_deref(), Some("small"));
}

#[wasm_bindgen_test]
fn ids_are_random_uuids() {
    let ids: Vec<String> = (0..64).map(|_| device::fresh_conversation().to_string()).collect();
    for id in &ids {
        let parts: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
        assert!(
            id.chars().all(|letter| letter == '-' || (letter.is_ascii_hexdigit() && !letter.is_uppercase())),
            "{id}"
        );
        assert!(id[14..].starts_with('4') && ["8", "9", "a", "b"].contains(&&id[19..20]), "{id}");
    }
    let mut different = ids.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), ids.len());
}

#[wasm_bindgen_test]
fn the_deployment_says_where_the_backend_is() {
    configure("{ \"http\": \"https://example.org:1/\", \"ws\": \"wss://example.org:2\" }");
    let said = Addresses { http: "https://example.org:1".to_owned(), ws: "wss://example.org:2".to_owned() };
    assert_eq!(device::addresses(&GivenAddresses::default()), said);

    // A slip of whoever deploys must not leave the page dead: it looks on its own host.
    for broken in ["", "{}", "{ not json", "[]"] {
        configure(broken);
        let own = device::addresses(&GivenAddresses::default());
        assert!(own.http.ends_with(":24203") && own.ws.ends_with(":24205"), "{broken} gives {own:?}");
    }
}
