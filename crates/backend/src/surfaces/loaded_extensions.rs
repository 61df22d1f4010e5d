//! What the backend is made of, as a table.

use super::{Surface, SurfaceError};
use dispatch_contract::{ActionId, CatalogEntry, ConversationId, Field, Open, SurfaceScope};
use serde_json::{Value, json};

/// Name and purpose of each part. They are all built in, and so share the backend's version.
const EXTENSIONS: &[(&str, &str)] = &[
    ("scripted-provider", "the agent that plays scenes"),
    ("openai-provider", "talks to an OpenAI-compatible endpoint, where one is named"),
    ("prompt-cache", "simulates a provider's prompt cache"),
    ("cache-warming", "keeps the prompt of a waiting conversation in the cache"),
    ("message-queue", "keeps what is said while a turn runs"),
    ("file-tools", "list, read and search under the working directory"),
    ("rehearsed-tools", "edit, demo_shell and demo_wait; nothing is run"),
    ("language-servers", "finds the servers that fit a project"),
    ("demo-controls", "every kind of surface field, to try"),
];

/// The table.
#[derive(Debug)]
pub(super) struct LoadedExtensions;

impl Surface for LoadedExtensions {
    fn entry(&self) -> CatalogEntry {
        CatalogEntry {
            id: "loaded-extensions".into(),
            region: "sidebar".to_owned(),
            title: "Loaded extensions".to_owned(),
            scope: Some(SurfaceScope::Global),
        }
    }

    fn fields(&self, _conversation: Option<&ConversationId>) -> Vec<Open<Field>> {
        let rows: Vec<Value> =
            EXTENSIONS.iter().map(|(name, purpose)| json!([name, env!("CARGO_PKG_VERSION"), purpose])).collect();
        let payload = json!({ "columns": ["Extension", "Version", "What it does"], "rows": rows });
        vec![Field::Custom { renderer_id: "table".to_owned(), payload }.into()]
    }

    fn invoke(
        &self,
        _conversation: Option<&ConversationId>,
        action: &ActionId,
        _payload: Option<&Value>,
    ) -> Result<(), SurfaceError> {
        Err(SurfaceError::UnknownAction(action.clone()))
    }
}
