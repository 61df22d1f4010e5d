//! The bodies of the HTTP endpoints.

use crate::{
    ConversationId, ConversationStatus, LanguageServerState, McpServerState, MessageId, ReasoningEffort, StoredChunk,
    ThroughputPeriod, TurnMetrics,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! bodies {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
        }
    )*};
}

bodies! {
    /// Every failure, with a 4xx or 5xx status.
    ErrorBody {
        /// What went wrong, for people.
        error: String,
    }
    /// `GET /models`.
    ModelsResponse {
        /// Names, `<credentialName>/<model>`, in the backend's order.
        models: Vec<String>,
        /// What is known about some of them (tier L).
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        model_info: BTreeMap<String, ModelInfo>,
    }
    /// What is known about a model (tier L).
    ModelInfo {
        /// How many tokens it can hold.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        context_window: Option<u64>,
        /// Whether it sees pictures.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vision: Option<bool>,
    }
    /// `GET /conversations/:id`.
    HistoryResponse {
        /// The chunks asked for, ascending.
        chunks: Vec<StoredChunk>,
        /// The last returned chunk's seq, or `sinceSeq` when none: never to be taken from a `beforeSeq` page.
        latest_seq: u64,
    }
    /// `GET /conversations/:id/metrics`.
    MetricsResponse {
        /// Sealed turns in order.
        turns: Vec<TurnMetrics>,
    }
    /// `PUT /conversations/:id/cwd`.
    SetCwdRequest {
        /// The new working directory.
        cwd: String,
        /// The workspace (tier L).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        workspace_id: Option<String>,
    }
    /// `GET` and `PUT /conversations/:id/cwd`.
    CwdResponse {
        /// The conversation.
        conversation_id: ConversationId,
        /// Its working directory, null when never set.
        cwd: Option<String>,
    }
    /// `PUT /conversations/:id/reasoning-effort`.
    SetReasoningEffortRequest {
        /// The new level.
        reasoning_effort: ReasoningEffort,
    }
    /// `GET` and `PUT /conversations/:id/reasoning-effort`.
    ReasoningEffortResponse {
        /// The conversation.
        conversation_id: ConversationId,
        /// The stored level, null when never set, which counts as `high`.
        reasoning_effort: Option<ReasoningEffort>,
    }
    /// `GET /conversations/:id/lsp`.
    LanguageServersResponse {
        /// The conversation.
        conversation_id: ConversationId,
        /// Its working directory, null when never set.
        cwd: Option<String>,
        /// The servers that fit the project; empty without a working directory.
        servers: Vec<LanguageServer>,
    }
    /// One language server.
    LanguageServer {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// The folder it serves.
        root: String,
        /// The file endings it knows.
        extensions: Vec<String>,
        /// Its state.
        state: LanguageServerState,
        /// Why it cannot run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// Where it was configured (tier L).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        config_source: Option<String>,
    }
    /// `POST /chat/warm`.
    WarmRequest {
        /// The conversation.
        conversation_id: ConversationId,
        /// The model of its turns, so that the prefix is identical.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        model: Option<String>,
        /// The working directory of its turns.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cwd: Option<String>,
    }
    /// What a warm did. It is never stored, streamed, or counted in the conversation's usage. The percentages are the
    /// answer; token counts that are left out read as 0.
    WarmResponse {
        /// The whole prompt.
        #[serde(default)]
        input_tokens: u64,
        /// What the model wrote.
        #[serde(default)]
        output_tokens: u64,
        /// What came from the cache.
        #[serde(default)]
        cache_read_tokens: u64,
        /// What was put into it.
        #[serde(default)]
        cache_write_tokens: u64,
        /// Read over input, percent, 0 when there was no input.
        cache_pct: f64,
        /// Read over read and written, percent: about 100 for a healthy warm.
        expected_cache_rate: f64,
    }
    /// `POST /conversations/:id/close` and `…/stop`.
    AbortResponse {
        /// The conversation.
        conversation_id: ConversationId,
        /// Whether a turn was running.
        aborted_turn: bool,
    }
    /// `GET /metrics/throughput`.
    ThroughputResponse {
        /// The window's length.
        period: ThroughputPeriod,
        /// The date that was asked for: `YYYY-MM-DD`, or `YYYY-MM` for a month.
        date: String,
        /// The window's first millisecond since the epoch.
        start: i64,
        /// The first millisecond after it.
        end: i64,
        /// By model, fastest first.
        models: Vec<ModelThroughput>,
    }
    /// How fast a model was.
    ModelThroughput {
        /// Its name.
        model: String,
        /// Output tokens over generation time, token-weighted.
        tokens_per_second: f64,
        /// What it wrote.
        total_output_tokens: u64,
        /// How long it generated, in milliseconds.
        total_gen_ms: f64,
        /// In how many turns.
        turns: u64,
    }
    /// `GET /conversations` (tier L).
    ConversationsResponse {
        /// Newest activity first.
        conversations: Vec<ConversationSummary>,
    }
    /// A conversation as the list shows it (tier L).
    ConversationSummary {
        /// Its id.
        id: ConversationId,
        /// When it began, milliseconds since the epoch.
        created_at: i64,
        /// When something last happened in it.
        last_activity_at: i64,
        /// Its title.
        title: String,
        /// Where it stands.
        status: ConversationStatus,
        /// Its workspace.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        workspace_id: Option<String>,
        /// The conversation it is the compacted form of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        compacted_from: Option<ConversationId>,
    }
    /// `GET /conversations/:id/status` (tier L).
    StatusResponse {
        /// The conversation.
        conversation_id: ConversationId,
        /// Whether a turn runs.
        is_active: bool,
        /// Where it stands.
        status: ConversationStatus,
    }
    /// `PUT /conversations/:id/title` (tier L).
    SetTitleRequest {
        /// The new title.
        title: String,
    }
    /// `GET` and `PUT /conversations/:id/title` (tier L).
    TitleResponse {
        /// The conversation.
        conversation_id: ConversationId,
        /// Its title.
        title: String,
    }
    /// `PUT /conversations/:id/model` (tier L).
    SetModelRequest {
        /// The new model; null to forget it, so that a request without the field is refused rather than obeyed.
        #[serde(deserialize_with = "Option::deserialize")]
        model: Option<String>,
    }
    /// `GET` and `PUT /conversations/:id/model` (tier L).
    ModelResponse {
        /// The conversation.
        conversation_id: ConversationId,
        /// Its model, null when never set.
        model: Option<String>,
    }
    /// `POST /conversations/:id/queue` (tier L).
    QueueRequest {
        /// The message.
        text: String,
    }
    /// The answer to it (tier L).
    QueueResponse {
        /// The conversation.
        conversation_id: ConversationId,
        /// Whether a turn began at once.
        started_turn: bool,
        /// What waits now.
        queue: Vec<QueuedMessage>,
    }
    /// `DELETE /conversations/:id/queue/:messageId` (tier L).
    QueueCancelResponse {
        /// The conversation.
        conversation_id: ConversationId,
        /// Whether it was still there.
        cancelled: bool,
        /// What waits now.
        queue: Vec<QueuedMessage>,
    }
    /// A message that waits (tier L).
    QueuedMessage {
        /// Its id.
        id: MessageId,
        /// Its words.
        text: String,
        /// Since when, milliseconds since the epoch.
        queued_at: i64,
    }
    /// `POST /conversations/:id/compact` (tier L).
    CompactResponse {
        /// The conversation.
        conversation_id: ConversationId,
        /// Where the old history is now.
        new_conversation_id: ConversationId,
        /// How many messages became a summary.
        messages_summarized: u64,
        /// How many stayed.
        messages_kept: u64,
    }
    /// `GET` and `PUT /conversations/:id/compact-percent` (tier L).
    CompactPercent {
        /// At how full a context it compacts, in percent; 0 means only when asked.
        threshold: f64,
    }
    /// `GET /conversations/:id/mcp` (tier L).
    McpServersResponse {
        /// The conversation.
        conversation_id: ConversationId,
        /// Its working directory, null when never set.
        cwd: Option<String>,
        /// The servers.
        servers: Vec<McpServer>,
    }
    /// One MCP server (tier L).
    McpServer {
        /// Its id.
        id: String,
        /// Its state.
        state: McpServerState,
        /// Why it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// How many tools it offers.
        tool_count: u64,
        /// Where it was configured.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        config_source: Option<String>,
    }
}
