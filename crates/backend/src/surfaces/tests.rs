//! The scope rule: a surface of a conversation is held, told and changed for that conversation alone.

use super::*;
use serde_json::json;

/// A surface with one switch per conversation.
#[derive(Debug, Default)]
struct Switches(Mutex<Vec<ConversationId>>);

impl Surface for Switches {
    fn entry(&self) -> CatalogEntry {
        CatalogEntry { id: "switches".into(), region: "sidebar".to_owned(), title: "Switches".to_owned(), scope: None }
    }

    fn fields(&self, conversation: Option<&ConversationId>) -> Vec<Open<Field>> {
        let is_on = conversation.is_some_and(|conversation| self.0.lock().contains(conversation));
        vec![Field::Stat { label: "Switch".to_owned(), value: is_on.to_string() }.into()]
    }

    fn invoke(
        &self,
        conversation: Option<&ConversationId>,
        _action: &ActionId,
        _payload: Option<&Value>,
    ) -> Result<(), SurfaceError> {
        self.0.lock().extend(conversation.cloned());
        Ok(())
    }
}

async fn said(outbound: &Outbound) -> Vec<Value> {
    outbound.finish();
    let mut messages = Vec::new();
    while let Ok(taken) = outbound.take().await {
        messages.extend(taken.iter().map(|message| serde_json::from_str::<Value>(message.as_str()).unwrap()));
    }
    messages
}

#[tokio::test]
async fn a_conversations_surface_is_that_conversations_alone() {
    let surfaces = Surfaces::new(vec![Box::new(Switches::default())]);
    let (one, other) = (Arc::new(Outbound::new(100_000)), Arc::new(Outbound::new(100_000)));
    let id = SurfaceId::from("switches");
    let missing = surfaces.subscribe(&id, None, WatcherId::mint(), Arc::clone(&one));
    assert!(matches!(missing, Err(SurfaceError::NeedsConversation(_))));
    let missing = surfaces.invoke(&id, None, &"on".into(), None);
    assert!(matches!(missing, Err(SurfaceError::NeedsConversation(_))));

    surfaces.subscribe(&id, Some("a".into()), WatcherId::mint(), Arc::clone(&one)).unwrap();
    surfaces.subscribe(&id, Some("b".into()), WatcherId::mint(), Arc::clone(&other)).unwrap();
    surfaces.invoke(&id, Some("a".into()), &"on".into(), None).unwrap();

    let (one, other) = (said(&one).await, said(&other).await);
    assert_eq!(one.len(), 2);
    assert_eq!((&one[0]["type"], &one[0]["conversationId"]), (&json!("surface"), &json!("a")));
    assert_eq!((&one[1]["type"], &one[1]["update"]["conversationId"]), (&json!("update"), &json!("a")));
    assert_eq!(one[1]["update"]["spec"]["fields"][0]["value"], "true");
    assert_eq!(other.len(), 1);
    assert_eq!(other[0]["spec"]["fields"][0]["value"], "false");
}

#[tokio::test]
async fn one_socket_may_hold_it_for_two_conversations_and_let_go_of_one() {
    let surfaces = Surfaces::new(vec![Box::new(Switches::default())]);
    let outbound = Arc::new(Outbound::new(100_000));
    let watcher = WatcherId::mint();
    let id = SurfaceId::from("switches");
    for conversation in ["a", "b"] {
        surfaces.subscribe(&id, Some(conversation.into()), watcher, Arc::clone(&outbound)).unwrap();
    }
    surfaces.unsubscribe(&id, Some(&"a".into()), watcher);
    for conversation in ["a", "b"] {
        surfaces.invoke(&id, Some(conversation.into()), &"on".into(), None).unwrap();
    }
    surfaces.leave_all(watcher);
    surfaces.invoke(&id, Some("b".into()), &"on".into(), None).unwrap();
    let updates: Vec<_> = said(&outbound).await.into_iter().filter(|message| message["type"] == "update").collect();
    assert_eq!(updates.len(), 1);
    assert_eq!(updates[0]["update"]["conversationId"], "b");
}
