//! The suite on the browser's database, and what only that can get wrong: other windows, failures in the middle, what
//! somebody else left there, and what it costs.

use super::browser::{Complaints, Counter, Patch, fresh_name, run, together, wait_for};
use super::suite::{self, all, assert_held, id, keep, records};
use dispatch_cache::{Cache, CacheError, IndexedDb};
use dispatch_core::cache::{Kept, Note, Run, Write};
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

macro_rules! in_the_browser {
    ($($case:ident)*) => {
        $(
            #[wasm_bindgen_test]
            async fn $case() {
                suite::$case(&fresh().await).await;
            }
        )*
    };
}

suite::for_each_case!(in_the_browser);

/// All methods of an object store that make a request.
const REQUESTS: [&str; 12] = [
    "get",
    "getAll",
    "getAllKeys",
    "getKey",
    "openCursor",
    "openKeyCursor",
    "count",
    "put",
    "add",
    "delete",
    "clear",
    "getAllRecords",
];

async fn fresh() -> IndexedDb {
    IndexedDb::open(&fresh_name()).await.unwrap()
}

/// A counter of everything that is asked of the object stores of this browser.
fn count_requests() -> Counter {
    let known = |method: &&str| run(&format!("return '{method}' in IDBObjectStore.prototype;"), "").is_truthy();
    Counter::new("IDBObjectStore", &REQUESTS.into_iter().filter(|method| known(method)).collect::<Vec<_>>())
}

#[wasm_bindgen_test]
async fn a_new_database_has_the_stores_of_version_2() {
    let name = fresh_name();
    let cache = IndexedDb::open(&name).await.unwrap();
    let look = "const db = await answer(indexedDB.open(name));
        const found = [db.version, ...db.objectStoreNames].join();
        db.close();
        return found;";
    assert_eq!(wait_for(look, &name).await.as_string().unwrap(), "2,blocks,conversations,metrics");
    cache.write(vec![keep(63, 65), Write::Records(id("c1"), records(1, 1))]).await.unwrap();
    let look = "return change(async (store) => JSON.stringify([
        await answer(store('conversations').getAllKeys()), await answer(store('blocks').getAllKeys()),
        await answer(store('blocks').getAll()) ]));";
    let expected = [
        r#"["c","c1"]"#,
        r#"[["c",0],["c",1],["c1",0]]"#,
        r#"["63\n{\"seq\":63,\"said\":\"\"}\n{\"seq\":64,\"said\":\"\"}","65\n{\"seq\":65,\"said\":\"\"}","1\n{\"seq\":1,\"said\":\"\"}"]"#,
    ];
    assert_eq!(wait_for(look, &name).await.as_string().unwrap(), format!("[{}]", expected.join(",")));
}

#[wasm_bindgen_test]
async fn what_is_written_is_read_by_the_next_page() {
    let name = fresh_name();
    let cache = IndexedDb::open(&name).await.unwrap();
    cache.write(vec![keep(1, 100), metrics("took")]).await.unwrap();
    drop(cache);
    let cache = IndexedDb::open(&name).await.unwrap();
    assert_held(&cache, 1, 100).await;
    assert_eq!(all(&cache).await.metrics.as_deref(), Some("took"));
}

fn metrics(text: &str) -> Write {
    Write::Metrics(id("c"), text.to_owned())
}

#[wasm_bindgen_test]
async fn what_version_1_wrote_is_taken_over() {
    let name = fresh_name();
    let make = r#"const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => {
            for (const store of ['conversations', 'blocks']) { request.result.createObjectStore(store); }
            const kept = '{"version":1,"run":[63,65],"title":null,"readAt":1,"checkedAt":1}';
            request.transaction.objectStore('conversations').put(kept, 'c');
            const blocks = request.transaction.objectStore('blocks');
            blocks.put('63\n{"seq":63,"said":""}\n{"seq":64,"said":""}', ['c', 0]);
            blocks.put('65\n{"seq":65,"said":""}', ['c', 1]);
        };
        (await answer(request)).close();"#;
    wait_for(make, &name).await;
    let cache = IndexedDb::open(&name).await.unwrap();
    assert_held(&cache, 63, 65).await;
    assert_eq!(all(&cache).await.metrics, None);
    cache.write(vec![metrics("took")]).await.unwrap();
    assert_eq!(all(&cache).await.metrics.as_deref(), Some("took"));
}

#[wasm_bindgen_test]
async fn a_window_of_version_1_gives_way_to_the_step() {
    let name = fresh_name();
    let hold = "const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => {
            for (const store of ['conversations', 'blocks']) { request.result.createObjectStore(store); }
        };
        const older = await answer(request);
        older.onversionchange = () => older.close();";
    wait_for(hold, &name).await;
    let cache = IndexedDb::open(&name).await.unwrap();
    cache.write(vec![keep(1, 3), metrics("took")]).await.unwrap();
    assert_held(&cache, 1, 3).await;
}

#[wasm_bindgen_test]
async fn what_a_newer_version_wrote_is_left_alone() {
    let name = fresh_name();
    let make = "const request = indexedDB.open(name, 3);
        request.onupgradeneeded = () => request.result.createObjectStore('future').put('kept', 1);
        (await answer(request)).close();";
    wait_for(make, &name).await;
    let refused = IndexedDb::open(&name).await.unwrap_err();
    assert_eq!(refused, CacheError::Newer);
    assert!(refused.is_for_good() && !refused.is_full() && !refused.is_passing());
    let look = "return change((store) => answer(store('future').get(1)));";
    assert_eq!(wait_for(look, &name).await.as_string().unwrap(), "kept");
}

#[wasm_bindgen_test]
async fn two_windows_write_at_once_and_nothing_is_lost() {
    let name = fresh_name();
    let one = Rc::new(IndexedDb::open(&name).await.unwrap());
    let other = Rc::new(IndexedDb::open(&name).await.unwrap());
    one.write(vec![keep(201, 202)]).await.unwrap();
    let write = |cache: &Rc<IndexedDb>, first, last| {
        let cache = Rc::clone(cache);
        async move { cache.write(vec![keep(first, last)]).await.unwrap() }
    };
    // One window hears what is new while the other reads what is old; nobody waits for anybody.
    let later = (0..20).map(|step| write(&one, 203 + step * 7, 209 + step * 7));
    let earlier = (0..20).map(|step| write(&other, 191 - step * 10, 200 - step * 10));
    let mixed = later.zip(earlier).flat_map(|(later, earlier)| [later, earlier]);
    together(mixed).await;
    assert_held(&*one, 1, 342).await;
    assert_held(&*other, 1, 342).await;
}

#[wasm_bindgen_test]
async fn a_write_that_cannot_be_asked_for_changes_nothing() {
    let cache = fresh().await;
    let complaints = Complaints::new();
    cache.write(vec![keep(1, 100)]).await.unwrap();
    {
        // The first two are fine, the third is one too many.
        let make = "function (...given) {
            globalThis.puts = (globalThis.puts ?? 0) + 1;
            if (puts > 2) { throw new DOMException('no room', 'QuotaExceededError'); }
            return original.apply(this, given);
         }";
        let _patch = Patch::new("IDBObjectStore.prototype", "put", make);
        let error = cache.write(vec![Write::Forget(id("c")), keep(300, 600)]).await.unwrap_err();
        assert_eq!(error, CacheError::Full);
        assert!(error.is_full() && !error.is_for_good());
    }
    assert_held(&cache, 1, 100).await;
    cache.write(vec![keep(101, 101)]).await.unwrap();
    assert_held(&cache, 1, 101).await;
    complaints.assert_none();
}

#[wasm_bindgen_test]
async fn a_write_that_is_refused_in_the_middle_changes_nothing() {
    let cache = fresh().await;
    let complaints = Complaints::new();
    cache.write(vec![keep(1, 100)]).await.unwrap();
    {
        // An `add` where something is already: the browser answers with an error, later.
        let make = "function (...given) { return this.add(...given); }";
        let _patch = Patch::new("IDBObjectStore.prototype", "put", make);
        let writes = vec![Write::Records(id("new"), records(1, 3)), keep(101, 400)];
        assert_eq!(cache.write(writes).await, Err(CacheError::Broken));
        assert_eq!(cache.write(vec![Write::Note(id("c"), Note::default())]).await, Err(CacheError::Broken));
    }
    assert_eq!(cache.read(&id("new"), None, 1).await, Ok(None));
    assert_held(&cache, 1, 100).await;
    complaints.assert_none();
}

#[wasm_bindgen_test]
async fn a_write_that_fails_at_the_very_end_changes_nothing() {
    let cache = fresh().await;
    let complaints = Complaints::new();
    cache.write(vec![keep(1, 100)]).await.unwrap();
    {
        // Browsers look for room when a transaction commits: every request has succeeded, and then it is taken back.
        let make = "function (...given) {
            const request = original.apply(this, given);
            if (this.name == 'conversations') { request.addEventListener('success', () => this.transaction.abort()); }
            return request;
         }";
        let _patch = Patch::new("IDBObjectStore.prototype", "put", make);
        assert_eq!(cache.write(vec![keep(101, 400)]).await, Err(CacheError::Full));
    }
    assert_held(&cache, 1, 100).await;
    complaints.assert_none();
}

#[wasm_bindgen_test]
async fn a_browser_that_says_no_is_believed() {
    let refuses = |patch: Patch| async move {
        let error = IndexedDb::open(&fresh_name()).await.unwrap_err();
        drop(patch);
        assert_eq!(error, CacheError::Refused);
        assert!(error.is_for_good());
    };
    // It says so at once.
    let make = "() => { throw new DOMException('not here', 'SecurityError'); }";
    refuses(Patch::new("IDBFactory.prototype", "open", make)).await;
    // It says so in a way of its own.
    refuses(Patch::new("IDBFactory.prototype", "open", "() => { throw new TypeError('not here'); }")).await;
    // There is nothing to ask.
    refuses(Patch::new("globalThis", "indexedDB", "undefined")).await;
    refuses(Patch::new("globalThis", "indexedDB", "null")).await;
    // It says so later.
    let make = "function (...given) {
        const request = original.apply(this, given);
        request.addEventListener('upgradeneeded', (event) => {
            event.stopImmediatePropagation();
            Object.defineProperty(request, 'error', { value: new DOMException('private', 'InvalidStateError') });
            request.transaction.abort();
        });
        return request;
     }";
    refuses(Patch::new("IDBFactory.prototype", "open", make)).await;
}

#[wasm_bindgen_test]
async fn a_database_that_is_held_up_is_not_waited_for() {
    let name = fresh_name();
    // A window that does not listen is open, and another wants to delete the database.
    let hold = "globalThis.holder = await answer(indexedDB.open(name));
        globalThis.deletion = indexedDB.deleteDatabase(name);
        await new Promise((resolve) => deletion.onblocked = resolve);";
    wait_for(hold, &name).await;
    let error = IndexedDb::open(&name).await.unwrap_err();
    assert_eq!(error, CacheError::Blocked);
    assert!(error.is_passing() && !error.is_for_good());

    // Once it goes through, what was asked for is not left open, where it would hold up others in turn.
    let make = "function () { original.apply(this); globalThis.databaseClosed?.(this.name); }";
    let _patch = Patch::new("IDBDatabase.prototype", "close", make);
    let free = "holder.close();
        return new Promise((resolve) => globalThis.databaseClosed = resolve);";
    assert_eq!(wait_for(free, &name).await.as_string().unwrap(), name);
    assert_eq!(IndexedDb::open(&name).await.unwrap().index().await, Ok(Vec::new()));
}

#[wasm_bindgen_test]
async fn a_deleted_database_is_made_again() {
    let name = fresh_name();
    let cache = IndexedDb::open(&name).await.unwrap();
    cache.write(vec![keep(1, 100)]).await.unwrap();
    // It gives way by itself: that it does not, this would tell with `blocked`.
    wait_for("await answer(indexedDB.deleteDatabase(name));", &name).await;
    assert_eq!(cache.read(&id("c"), None, 10).await, Ok(None));
    cache.write(vec![keep(5, 6)]).await.unwrap();
    assert_held(&cache, 5, 6).await;
}

#[wasm_bindgen_test]
async fn a_database_that_is_gone_and_held_up_comes_back_later() {
    let name = fresh_name();
    let cache = IndexedDb::open(&name).await.unwrap();
    cache.write(vec![keep(1, 100)]).await.unwrap();
    let hold = "globalThis.holder = await answer(indexedDB.open(name));
        globalThis.deletion = indexedDB.deleteDatabase(name);
        await new Promise((resolve) => deletion.onblocked = resolve);";
    wait_for(hold, &name).await;
    assert_eq!(cache.read(&id("c"), None, 10).await, Err(CacheError::Blocked));
    run("holder.close();", "");
    cache.write(vec![keep(5, 6)]).await.unwrap();
    assert_held(&cache, 5, 6).await;
}

#[wasm_bindgen_test]
async fn a_connection_that_is_closed_again_and_again_is_given_up() {
    let cache = fresh().await;
    cache.write(vec![keep(1, 100)]).await.unwrap();
    {
        let make = "function (...given) { this.close(); return original.apply(this, given); }";
        let _patch = Patch::new("IDBDatabase.prototype", "transaction", make);
        let error = cache.write(vec![keep(101, 101)]).await.unwrap_err();
        assert_eq!(error, CacheError::Closed);
        assert!(error.is_passing() && !error.is_for_good());
    }
    assert_held(&cache, 1, 100).await;
}

#[wasm_bindgen_test]
async fn several_operations_find_the_database_deleted() {
    let name = fresh_name();
    let cache = Rc::new(IndexedDb::open(&name).await.unwrap());
    wait_for("await answer(indexedDB.deleteDatabase(name));", &name).await;
    let opened = Counter::new("IDBFactory", &["open"]);
    let closed = Counter::new("IDBDatabase", &["close"]);
    let write = |seq: u64| {
        let cache = Rc::clone(&cache);
        async move { cache.write(vec![Write::Records(id(&seq.to_string()), records(seq, seq))]).await.unwrap() }
    };
    together((1..=5).map(write)).await;
    assert_eq!(cache.index().await.unwrap().len(), 5);
    // None of the connections is left behind; the first one, which the deletion had closed, is closed once more.
    drop(cache);
    assert_eq!(closed.calls(), 1.0 + opened.calls());
}

#[wasm_bindgen_test]
async fn a_database_that_another_window_upgraded_is_theirs() {
    let name = fresh_name();
    let cache = IndexedDb::open(&name).await.unwrap();
    cache.write(vec![keep(1, 3)]).await.unwrap();
    wait_for("(await answer(indexedDB.open(name, 3))).close();", &name).await;
    assert_eq!(cache.read(&id("c"), None, 10).await, Err(CacheError::Newer));
    assert_eq!(cache.write(vec![keep(4, 4)]).await, Err(CacheError::Newer));
    let look = "return change((store) => answer(store('blocks').get(['c', 0])));";
    assert!(wait_for(look, &name).await.as_string().unwrap().starts_with("1\n"));
}

#[wasm_bindgen_test]
async fn a_store_that_is_dropped_lets_go() {
    let name = fresh_name();
    let cache = IndexedDb::open(&name).await.unwrap();
    let make = "function () { original.apply(this); globalThis.dropped = this.name; }";
    let _patch = Patch::new("IDBDatabase.prototype", "close", make);
    drop(cache);
    assert_eq!(run("return globalThis.dropped;", "").as_string().unwrap(), name);
}

#[wasm_bindgen_test]
async fn what_does_not_fit_together_is_forgotten() {
    let spoils = [
        // Another version's, or nobody's.
        "store('conversations').put('{\"version\":99}', 'c');",
        "store('conversations').put('', 'c');",
        "store('conversations').put({ version: 1 }, 'c');",
        // A hole, a missing end, the wrong place, not enough, too many, no text, no seq.
        "store('blocks').delete(['c', 1]);",
        "store('blocks').delete(['c', 3]);",
        "store('blocks').put('66\\n{}', ['c', 1]);",
        "store('blocks').put('65\\n{}', ['c', 1]);",
        "store('blocks').put('193' + '\\n{}'.repeat(9), ['c', 3]);",
        "store('blocks').put(7, ['c', 0]);",
        "store('blocks').put('', ['c', 2]);",
        // A run that nobody could hold.
        "store('conversations').put(
            '{\"version\":1,\"run\":[1,9007199254740991],\"title\":null,\"readAt\":1,\"checkedAt\":1}', 'c');",
    ];
    for spoil in spoils {
        let name = fresh_name();
        let cache = IndexedDb::open(&name).await.unwrap();
        cache.write(vec![keep(10, 200), Write::Records(id("other"), records(1, 70))]).await.unwrap();
        wait_for(&format!("await change(async (store) => {{ {spoil} }});"), &name).await;
        assert_eq!(cache.read(&id("c"), None, u64::MAX).await, Ok(None), "{spoil}");
        let look = "return change(async (store) => [
            await answer(store('conversations').getAllKeys()), await answer(store('blocks').getAllKeys()) ].join());";
        assert_eq!(wait_for(look, &name).await.as_string().unwrap(), "other,other,0,other,1", "{spoil}");
        cache.write(vec![keep(50, 60)]).await.unwrap();
        assert_held(&cache, 50, 60).await;
    }
}

#[wasm_bindgen_test]
async fn what_was_replaced_takes_no_room() {
    let name = fresh_name();
    let cache = IndexedDb::open(&name).await.unwrap();
    cache.write(vec![keep(1, 200)]).await.unwrap();
    cache.write(vec![keep(300, 301)]).await.unwrap();
    let look = "return change(async (store) => (await answer(store('blocks').getAllKeys())).join());";
    assert_eq!(wait_for(look, &name).await.as_string().unwrap(), "c,4");
}

#[wasm_bindgen_test]
async fn what_cannot_be_read_is_not_in_the_index_either() {
    let name = fresh_name();
    let cache = IndexedDb::open(&name).await.unwrap();
    cache.write(vec![keep(10, 200), Write::Records(id("other"), records(1, 70))]).await.unwrap();
    let spoil = "await change(async (store) => {
        store('conversations').put('{\"version\":99}', 'c');
        store('conversations').put('{\"version\":99}', 7);
    });";
    wait_for(spoil, &name).await;
    let index = cache.index().await.unwrap();
    assert_eq!(index, [(id("other"), Kept { run: Some(Run { first: 1, last: 70 }), ..Kept::default() })]);
    let look = "return change(async (store) => [
        await answer(store('conversations').getAllKeys()), await answer(store('blocks').getAllKeys()) ].join());";
    assert_eq!(wait_for(look, &name).await.as_string().unwrap(), "other,other,0,other,1");
}

#[wasm_bindgen_test]
async fn what_is_written_beside_something_unreadable_stands_alone() {
    let spoils = [
        "store('blocks').delete(['c', 1]);",
        "store('blocks').put('65\\n{}', ['c', 1]);",
        "store('conversations').put('{\"version\":99}', 'c');",
        "store('conversations').delete('c');",
    ];
    for spoil in spoils {
        let name = fresh_name();
        let cache = IndexedDb::open(&name).await.unwrap();
        cache.write(vec![keep(10, 100)]).await.unwrap();
        wait_for(&format!("await change(async (store) => {{ {spoil} }});"), &name).await;
        cache.write(vec![keep(101, 102), Write::Note(id("c"), Note::default())]).await.unwrap();
        assert_held(&cache, 101, 102).await;
        cache.write(vec![keep(20, 100)]).await.unwrap();
        assert_held(&cache, 20, 102).await;
    }
}

#[wasm_bindgen_test]
async fn the_tail_of_a_long_conversation_costs_what_it_shows() {
    let name = fresh_name();
    let cache = IndexedDb::open(&name).await.unwrap();
    cache.write(vec![keep(1, 10_000), Write::Records(id("c1"), records(1, 10_000))]).await.unwrap();
    drop(cache);
    let transactions = Counter::new("IDBDatabase", &["transaction"]);
    let requests = count_requests();
    let cache = IndexedDb::open(&name).await.unwrap();
    let page = cache.read(&id("c"), None, 192).await.unwrap().unwrap();
    assert_eq!(page.records, records(9_809, 10_000));
    // What is kept, four blocks (10,000 is in the 157th and 9,809 in the 154th), and what the turns took.
    assert_eq!((transactions.calls(), requests.calls(), requests.listed()), (1.0, 3.0, 4.0));
    let page = cache.read(&id("c"), Some(129), 64).await.unwrap().unwrap();
    assert_eq!(page.records, records(65, 128));
    assert_eq!((transactions.calls(), requests.calls(), requests.listed()), (2.0, 5.0, 5.0));
    drop((requests, transactions));
}

#[wasm_bindgen_test]
async fn a_sealed_turn_is_written_in_one_transaction() {
    let cache = fresh().await;
    cache.write(vec![keep(1, 1_000)]).await.unwrap();
    let transactions = Counter::new("IDBDatabase", &["transaction"]);
    let note = Note { title: Some("sealed".to_owned()), ..Note::default() };
    cache.write(vec![keep(1_001, 1_500), Write::Note(id("c"), note)]).await.unwrap();
    assert_eq!(transactions.calls(), 1.0);
    drop(transactions);
    // Of the blocks, those that change: 1,001 is in the 16th and 1,500 in the 24th.
    let requests = count_requests();
    cache.write(vec![keep(1_501, 2_000)]).await.unwrap();
    let read = 2.0;
    let written = 9.0 + 1.0;
    assert_eq!(requests.calls(), read + written);
    drop(requests);
    assert_eq!(all(&cache).await.records, records(1, 2_000));
}
