//! The bodies of the HTTP endpoints.

use crate::declare::records;
use crate::presence::{nullable, optional, or_default, or_empty, required, stated};
use crate::{
    ConversationId, ConversationStatus, LanguageServerState, McpServerState, MessageId, ReasoningEffort, StoredChunk,
    ThroughputPeriod, TurnMetrics,
};
use serde::{Deserialize, Serialize};

/// `GET /conversations/:id`.
///
/// The one object that may be long, and so the one that serde's derives read and write, chunk by chunk: ten thousand of
/// them as one tree of JSON values would take more time and memory than all else that is done with them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HistoryResponse {
    /// The chunks asked for, ascending.
    pub chunks: Vec<StoredChunk>,
    /// The last returned chunk's seq, or `sinceSeq` when none: never to be taken from a `beforeSeq` page.
    pub latest_seq: u64,
}

records! {
    /// Every failure, with a 4xx or 5xx status.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ErrorBody {
        /// What went wrong, for people.
        pub error: String = required("error"),
    }

    /// `GET /models`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ModelsResponse {
        /// Names, `<credentialName>/<model>`, in the backend's order.
        pub models: Vec<String> = required("models"),
        /// What is known about some of them, by name (tier L).
        pub model_info: Vec<(String, ModelInfo)> = or_empty("modelInfo"),
    }

    /// What is known about a model (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct ModelInfo {
        /// How many tokens it can hold.
        pub context_window: Option<u64> = optional("contextWindow"),
        /// Whether it sees pictures.
        pub vision: Option<bool> = optional("vision"),
    }

    /// `GET /conversations/:id/metrics`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct MetricsResponse {
        /// Sealed turns in order.
        pub turns: Vec<TurnMetrics> = required("turns"),
    }

    /// `PUT /conversations/:id/cwd`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SetCwdRequest {
        /// The new working directory.
        pub cwd: String = required("cwd"),
        /// The workspace (tier L).
        pub workspace_id: Option<String> = optional("workspaceId"),
    }

    /// `GET` and `PUT /conversations/:id/cwd`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CwdResponse {
        /// The conversation.
        pub conversation_id: ConversationId = required("conversationId"),
        /// Its working directory, null when never set.
        pub cwd: Option<String> = nullable("cwd"),
    }

    /// `PUT /conversations/:id/reasoning-effort`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SetReasoningEffortRequest {
        /// The new level.
        pub reasoning_effort: ReasoningEffort = required("reasoningEffort"),
    }

    /// `GET` and `PUT /conversations/:id/reasoning-effort`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ReasoningEffortResponse {
        /// The conversation.
        pub conversation_id: ConversationId = required("conversationId"),
        /// The stored level, null when never set, which counts as `high`.
        pub reasoning_effort: Option<ReasoningEffort> = nullable("reasoningEffort"),
    }

    /// `GET /conversations/:id/lsp`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct LanguageServersResponse {
        /// The conversation.
        pub conversation_id: ConversationId = required("conversationId"),
        /// Its working directory, null when never set.
        pub cwd: Option<String> = nullable("cwd"),
        /// The servers that fit the project; empty without a working directory.
        pub servers: Vec<LanguageServer> = required("servers"),
    }

    /// One language server.
    #[derive(Clone, Debug, PartialEq)]
    pub struct LanguageServer {
        /// Its id.
        pub id: String = required("id"),
        /// Its name.
        pub name: String = required("name"),
        /// The folder it serves.
        pub root: String = required("root"),
        /// The file endings it knows.
        pub extensions: Vec<String> = required("extensions"),
        /// Its state.
        pub state: LanguageServerState = required("state"),
        /// Why it cannot run.
        pub error: Option<String> = optional("error"),
        /// Where it was configured (tier L).
        pub config_source: Option<String> = optional("configSource"),
    }

    /// `POST /chat/warm`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct WarmRequest {
        /// The conversation.
        pub conversation_id: ConversationId = required("conversationId"),
        /// The model of its turns, so that the prefix is identical.
        pub model: Option<String> = optional("model"),
        /// The working directory of its turns.
        pub cwd: Option<String> = optional("cwd"),
    }

    /// What a warm did. It is never stored, streamed, or counted in the conversation's usage. The percentages are the
    /// answer; token counts that are left out read as 0.
    #[derive(Clone, Debug, PartialEq)]
    pub struct WarmResponse {
        /// The whole prompt.
        pub input_tokens: u64 = or_default("inputTokens"),
        /// What the model wrote.
        pub output_tokens: u64 = or_default("outputTokens"),
        /// What came from the cache.
        pub cache_read_tokens: u64 = or_default("cacheReadTokens"),
        /// What was put into it.
        pub cache_write_tokens: u64 = or_default("cacheWriteTokens"),
        /// Read over input, percent, 0 when there was no input.
        pub cache_pct: f64 = required("cachePct"),
        /// Read over read and written, percent: about 100 for a healthy warm.
        pub expected_cache_rate: f64 = required("expectedCacheRate"),
    }

    /// `POST /conversations/:id/close` and `…/stop`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct AbortResponse {
        /// The conversation.
        pub conversation_id: ConversationId = required("conversationId"),
        /// Whether a turn was running.
        pub aborted_turn: bool = required("abortedTurn"),
    }

    /// `GET /metrics/throughput`.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ThroughputResponse {
        /// The window's length.
        pub period: ThroughputPeriod = required("period"),
        /// The date that was asked for: `YYYY-MM-DD`, or `YYYY-MM` for a month.
        pub date: String = required("date"),
        /// The window's first millisecond since the epoch.
        pub start: i64 = required("start"),
        /// The first millisecond after it.
        pub end: i64 = required("end"),
        /// By model, fastest first.
        pub models: Vec<ModelThroughput> = required("models"),
    }

    /// How fast a model was.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ModelThroughput {
        /// Its name.
        pub model: String = required("model"),
        /// Output tokens over generation time, token-weighted.
        pub tokens_per_second: f64 = required("tokensPerSecond"),
        /// What it wrote.
        pub total_output_tokens: u64 = required("totalOutputTokens"),
        /// How long it generated, in milliseconds.
        pub total_gen_ms: f64 = required("totalGenMs"),
        /// In how many turns.
        pub turns: u64 = required("turns"),
    }

    /// `GET /conversations` (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct ConversationsResponse {
        /// Newest activity first.
        pub conversations: Vec<ConversationSummary> = required("conversations"),
    }

    /// A conversation as the list shows it (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct ConversationSummary {
        /// Its id.
        pub id: ConversationId = required("id"),
        /// When it began, milliseconds since the epoch.
        pub created_at: i64 = required("createdAt"),
        /// When something last happened in it.
        pub last_activity_at: i64 = required("lastActivityAt"),
        /// Its title.
        pub title: String = required("title"),
        /// Where it stands.
        pub status: ConversationStatus = required("status"),
        /// Its workspace.
        pub workspace_id: Option<String> = optional("workspaceId"),
        /// The conversation it is the compacted form of.
        pub compacted_from: Option<ConversationId> = optional("compactedFrom"),
    }

    /// `GET /conversations/:id/status` (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct StatusResponse {
        /// The conversation.
        pub conversation_id: ConversationId = required("conversationId"),
        /// Whether a turn runs.
        pub is_active: bool = required("isActive"),
        /// Where it stands.
        pub status: ConversationStatus = required("status"),
    }

    /// `PUT /conversations/:id/title` (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct SetTitleRequest {
        /// The new title.
        pub title: String = required("title"),
    }

    /// `GET` and `PUT /conversations/:id/title` (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct TitleResponse {
        /// The conversation.
        pub conversation_id: ConversationId = required("conversationId"),
        /// Its title.
        pub title: String = required("title"),
    }

    /// `PUT /conversations/:id/model` (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct SetModelRequest {
        /// The new model; null to forget it, so that a request without the field is refused rather than obeyed.
        pub model: Option<String> = stated("model"),
    }

    /// `GET` and `PUT /conversations/:id/model` (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct ModelResponse {
        /// The conversation.
        pub conversation_id: ConversationId = required("conversationId"),
        /// Its model, null when never set.
        pub model: Option<String> = nullable("model"),
    }

    /// `POST /conversations/:id/queue` (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct QueueRequest {
        /// The message.
        pub text: String = required("text"),
    }

    /// The answer to it (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct QueueResponse {
        /// The conversation.
        pub conversation_id: ConversationId = required("conversationId"),
        /// Whether a turn began at once.
        pub started_turn: bool = required("startedTurn"),
        /// What waits now.
        pub queue: Vec<QueuedMessage> = required("queue"),
    }

    /// `DELETE /conversations/:id/queue/:messageId` (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct QueueCancelResponse {
        /// The conversation.
        pub conversation_id: ConversationId = required("conversationId"),
        /// Whether it was still there.
        pub cancelled: bool = required("cancelled"),
        /// What waits now.
        pub queue: Vec<QueuedMessage> = required("queue"),
    }

    /// A message that waits (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct QueuedMessage {
        /// Its id.
        pub id: MessageId = required("id"),
        /// Its words.
        pub text: String = required("text"),
        /// Since when, milliseconds since the epoch.
        pub queued_at: i64 = required("queuedAt"),
    }

    /// `POST /conversations/:id/compact` (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct CompactResponse {
        /// The conversation.
        pub conversation_id: ConversationId = required("conversationId"),
        /// Where the old history is now.
        pub new_conversation_id: ConversationId = required("newConversationId"),
        /// How many messages became a summary.
        pub messages_summarized: u64 = required("messagesSummarized"),
        /// How many stayed.
        pub messages_kept: u64 = required("messagesKept"),
    }

    /// `GET` and `PUT /conversations/:id/compact-percent` (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct CompactPercent {
        /// At how full a context it compacts, in percent; 0 means only when asked.
        pub threshold: f64 = required("threshold"),
    }

    /// `GET /conversations/:id/mcp` (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct McpServersResponse {
        /// The conversation.
        pub conversation_id: ConversationId = required("conversationId"),
        /// Its working directory, null when never set.
        pub cwd: Option<String> = nullable("cwd"),
        /// The servers.
        pub servers: Vec<McpServer> = required("servers"),
    }

    /// One MCP server (tier L).
    #[derive(Clone, Debug, PartialEq)]
    pub struct McpServer {
        /// Its id.
        pub id: String = required("id"),
        /// Its state.
        pub state: McpServerState = required("state"),
        /// Why it failed.
        pub error: Option<String> = optional("error"),
        /// How many tools it offers.
        pub tool_count: u64 = required("toolCount"),
        /// Where it was configured.
        pub config_source: Option<String> = optional("configSource"),
    }
}
