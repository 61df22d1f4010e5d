//! View models: what a view needs to know, in the words it shows, and nothing of where it came from.

use crate::connection::Phase;
use crate::content::Content;
use crate::conversation::Conversation;
use crate::late::late;
use crate::metrics::{ContextMeter, Line};
use crate::outbox::{Outgoing, SendState};
use crate::pictures::Picture;
use crate::problem::Problem;
use crate::retry::Retry;
use crate::sidebar::Sidebar;
use crate::state::{Announcement, State};
use crate::time::format_duration;
use crate::tool::{Details, ToolKind, about, failure, shown_name};
use crate::transcript::{Card, Entry, Place, RowId, RowKind, ToolState};
use crate::update::Update;
use crate::{ConversationId, Millis};
use serde_json::Value;

/// A row in the order in which rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey {
    /// Its id.
    pub id: RowId,
    /// A group of cards. A card that becomes a group is another row.
    pub is_group: bool,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub struct RowView {
    /// The seq of the chunk it shows, once history holds it.
    pub seq: Option<u64>,
    /// Its turn, where it is known.
    pub turn: Option<String>,
    /// Whether it belongs to a turn that history does not hold in full.
    pub is_live: bool,
    /// What it is.
    pub body: RowBody,
}

/// The kinds of rows. Words that stream are not in here: a view appends what is new, see [`Conversation::words`].
#[derive(Clone, Debug, PartialEq)]
pub enum RowBody {
    /// The person's words.
    User(UserState),
    /// The model's answer.
    Text,
    /// The model's thinking.
    Thinking {
        /// Its heading.
        heading: String,
        /// Since when it has been thinking, while it does.
        since: Option<Millis>,
    },
    /// A tool call.
    Tool(ToolView),
    /// Tool calls that one step made side by side.
    Group {
        /// Their cards.
        cards: Vec<RowId>,
        /// How they stand, and how long they took: as long as the longest of them.
        note: String,
    },
    /// The turn failed.
    Error {
        /// The backend's words.
        message: String,
        /// Its code.
        code: Option<String>,
    },
    /// A note of the backend's.
    System(String),
    /// A picture.
    Image(Picture),
    /// What a step took; it stands below its last row.
    Step(Line),
    /// What a turn took; it stands below its last row.
    Turn(Line),
    /// A piece of a type this version does not know.
    Notice(String),
}

/// How the person's message stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserState {
    /// The backend has it.
    Confirmed,
    /// The backend has it, and put it into the turn that ran.
    Steering,
    /// It waits for a connection, or for a turn to be sealed.
    Waiting,
    /// It is on its way.
    Sending,
    /// It was not taken, for this reason. It can be sent again.
    Failed(String),
}

/// A tool card, closed.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolView {
    /// The tool.
    pub name: String,
    /// What it does.
    pub kind: ToolKind,
    /// What it is done to, in one line.
    pub summary: String,
    /// How much, in few letters; may be empty.
    pub note: String,
    /// Why it failed, in one line; empty if it did not.
    pub failure: String,
    /// How it stands.
    pub state: ToolState,
    /// How long it took, in words.
    pub duration: Option<String>,
    /// Since when it runs, where that is known.
    pub started: Option<Millis>,
}

impl Conversation {
    /// The rows in order: what was said, with what it took, then what is on its way.
    pub fn row_keys(&self) -> Vec<RowKey> {
        let mut keys = self.keys_with_metrics();
        keys.extend(self.outbox.shown().map(|item| RowKey { id: item.row, is_group: false }));
        keys
    }

    /// The row where a chunk of history is read: the last that does not begin after it, else the first that history has.
    pub fn row_near(&self, seq: u64) -> Option<(RowKey, u64)> {
        let keys = self.row_keys();
        let stored = keys.into_iter().filter_map(|key| Some((key, self.row_view(key)?.seq?)));
        let mut near = None;
        for (key, begins) in stored {
            if near.is_some() && begins > seq {
                break;
            }
            near = Some((key, begins));
        }
        near
    }

    /// What a row shows, or a card in a group.
    pub fn row_view(&self, key: RowKey) -> Option<RowView> {
        if let Some(item) = self.outgoing(key.id) {
            let state = match &item.state {
                SendState::Waiting => UserState::Waiting,
                SendState::Sent | SendState::Stored | SendState::Doubted => UserState::Sending,
                SendState::Failed { reason } => UserState::Failed(reason.clone()),
            };
            return Some(RowView { seq: None, turn: None, is_live: true, body: RowBody::User(state) });
        }
        if key.is_group {
            let row = self.transcript.row(key.id)?;
            let RowKind::Group(cards) = &row.kind else { return None };
            let first = cards.first()?.call.or(cards.first()?.result)?;
            let note = self.group_note(cards);
            return self.at(first, RowBody::Group { cards: cards.iter().map(|card| card.id).collect(), note });
        }
        if let Some(card) = self.transcript.card(key.id) {
            let place = card.call.or(card.result)?;
            return self.at(place, RowBody::Tool(self.tool_view(card)?));
        }
        if self.is_metrics_row(key.id) {
            return late!(Conversation::metrics_row_view: fn(conversation: &Conversation, row: RowId) -> Option<RowView>)(
                self, key.id,
            );
        }
        let row = self.transcript.row(key.id)?;
        let RowKind::Piece(place) = row.kind else { return None };
        let entry = self.transcript.entry(place)?;
        let body = match entry.content {
            Content::Prompt(_) if self.transcript.is_lost(place) => {
                RowBody::User(UserState::Failed("lost by the backend".to_owned()))
            }
            Content::Prompt(_) if entry.live.steering => RowBody::User(UserState::Steering),
            Content::Prompt(_) => RowBody::User(UserState::Confirmed),
            Content::Text(_) => RowBody::Text,
            Content::Thinking(_) => RowBody::Thinking {
                heading: thinking_heading(&entry),
                since: entry.live.started.filter(|_| entry.open),
            },
            Content::Error { message, code } => RowBody::Error { message: message.clone(), code: code.clone() },
            Content::System(text) => RowBody::System(text.clone()),
            Content::Image { url, .. } => RowBody::Image(Picture::at(url)),
            Content::Unknown(raw) => RowBody::Notice(raw.tag.clone()),
            Content::ToolCall { .. } | Content::ToolResult { .. } => return None,
        };
        self.at(place, body)
    }

    fn at(&self, place: Place, body: RowBody) -> Option<RowView> {
        let entry = self.transcript.entry(place)?;
        let turn = entry.live.turn.as_ref().map(|turn| turn.as_str().to_owned());
        Some(RowView { seq: entry.seq, turn, is_live: self.transcript.is_live(place), body })
    }

    /// The words of a row: the person's, the answer, or the thinking.
    pub fn words(&self, row: RowId) -> Option<&str> {
        if let Some(item) = self.outgoing(row) {
            return Some(&item.text);
        }
        let RowKind::Piece(place) = self.transcript.row(row)?.kind else { return None };
        self.transcript.entry(place)?.content.words()
    }

    /// Whether a row's words may still grow.
    pub fn is_open(&self, row: RowId) -> bool {
        let Some(RowKind::Piece(place)) = self.transcript.row(row).map(|row| &row.kind) else { return false };
        self.transcript.entry(*place).is_some_and(|entry| entry.open)
    }

    /// What a tool card shows when it is opened.
    pub fn tool_details(&self, row: RowId) -> Option<Details<'_>> {
        let (call, result) = self.tool(row)?;
        let mut details = Details::default();
        if let Some(call) = call {
            details.output = &call.live.output;
            if let Content::ToolCall { name, input, .. } = call.content {
                details.call = Some((name, input));
            }
        }
        if let Some(Content::ToolResult { content, is_error, .. }) = result.map(|result| result.content) {
            details.answer = Some((content, *is_error));
        }
        Some(details)
    }

    /// The call and the result of a card.
    fn tool(&self, row: RowId) -> Option<(Option<Entry<'_>>, Option<Entry<'_>>)> {
        let card = self.transcript.card(row)?;
        let entry = |place: Option<Place>| place.and_then(|place| self.transcript.entry(place));
        Some((entry(card.call), entry(card.result)))
    }

    /// The tool of a card.
    pub(crate) fn tool_name(&self, row: RowId) -> Option<&str> {
        let (call, result) = self.tool(row)?;
        if let Content::ToolCall { name, .. } | Content::ToolResult { name, .. } = call.or(result)?.content {
            return Some(name);
        }
        None
    }

    /// Whether a row is the model's thinking.
    pub(crate) fn is_thought(&self, row: RowId) -> bool {
        let Some(RowKind::Piece(place)) = self.transcript.row(row).map(|row| &row.kind) else { return false };
        matches!(self.transcript.entry(*place).map(|entry| entry.content), Some(Content::Thinking(_)))
    }

    fn outgoing(&self, row: RowId) -> Option<&Outgoing> {
        self.outbox.shown().find(|item| item.row == row)
    }

    fn tool_view(&self, card: &Card) -> Option<ToolView> {
        let (call, result) = self.tool(card.id)?;
        let (name, about) = match (call.map(|entry| entry.content), result.map(|entry| entry.content)) {
            (Some(Content::ToolCall { name, input, .. }), _) => (name, about(name, input)),
            (_, Some(Content::ToolResult { name, .. })) => (name, about(name, &Value::Null)),
            _ => return None,
        };
        let failure = match result.map(|entry| entry.content) {
            Some(Content::ToolResult { content, is_error: true, .. }) => failure(about.kind, content),
            _ => String::new(),
        };
        Some(ToolView {
            name: shown_name(name),
            kind: about.kind,
            summary: about.summary,
            note: about.note,
            failure,
            state: self.transcript.tool_state(card),
            duration: result.and_then(|entry| entry.live.duration_ms).and_then(format_duration),
            started: call.and_then(|entry| entry.live.started),
        })
    }

    /// How the calls of a group stand: `1 running · 1 failed`, and when all are over how long the longest took.
    fn group_note(&self, cards: &[Card]) -> String {
        let (mut running, mut failed, mut longest) = (0, 0, None::<f64>);
        for card in cards {
            match self.transcript.tool_state(card) {
                ToolState::Running => running += 1,
                ToolState::Error => failed += 1,
                ToolState::Ok | ToolState::NoResult => {}
            }
            let took = card.result.and_then(|place| self.transcript.entry(place)?.live.duration_ms);
            longest = match (longest, took) {
                (Some(longest), Some(took)) => Some(longest.max(took)),
                (longest, took) => longest.or(took),
            };
        }
        let duration = longest.filter(|_| running == 0).and_then(format_duration);
        let count = |count: usize, word: &str| (count > 0).then(|| format!("{count} {word}"));
        let parts = [count(running, "running"), count(failed, "failed"), duration];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

fn thinking_heading(entry: &Entry<'_>) -> String {
    match (entry.open, entry.live.duration_ms) {
        (true, _) => "Thinking…".to_owned(),
        (false, Some(milliseconds)) => match format_thought(milliseconds) {
            Some(duration) => format!("Thought for {duration}"),
            None => "Thoughts".to_owned(),
        },
        (false, None) => "Thoughts".to_owned(),
    }
}

/// Whole seconds from one second on, as people speak of thinking.
fn format_thought(milliseconds: f64) -> Option<String> {
    if milliseconds < 1000.0 { format_duration(milliseconds) } else { Some(crate::time::format_elapsed(milliseconds)) }
}

/// A tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabView {
    /// Its conversation.
    pub id: ConversationId,
    /// Its title.
    pub title: String,
    /// Whether a turn runs in it.
    pub is_running: bool,
    /// Whether something in it failed and waits for the person.
    pub needs_attention: bool,
    /// Whether a turn ended in it while it was not looked at.
    pub is_unread: bool,
}

/// Everything around the rows of the focused conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageView {
    /// Its title.
    pub title: String,
    /// Whether a turn generates.
    pub is_generating: bool,
    /// Whether the person asked to stop it.
    pub is_stopping: bool,
    /// Whether the backend can stop turns, as far as is known.
    pub can_stop: bool,
    /// Whether nothing was ever said, as far as is known.
    pub is_empty: bool,
    /// Whether its history is being fetched for the first time.
    pub is_loading: bool,
    /// Whether its history could not be fetched.
    pub is_failing: bool,
    /// When the backend last confirmed what is shown, while it comes from this device alone.
    pub as_of: Option<Millis>,
    /// Whether older messages can be shown.
    pub has_earlier: bool,
    /// Whether they are on their way.
    pub is_loading_earlier: bool,
    /// The model that a message is sent with.
    pub model: Option<String>,
    /// The pause before the provider is asked again, while there is one.
    pub retry: Option<Retry>,
    /// The names of the pictures that go with the next message.
    pub attached: Vec<String>,
    /// How much is to be thought about the next message, where that was chosen for it.
    pub effort_once: Option<String>,
    /// The effort of the conversation.
    pub effort: String,
    /// Whether the next message goes out with another model or effort than the one before.
    pub starts_cold: bool,
    /// How full that model's context is.
    pub context: ContextMeter,
}

/// The connection, in the words it is shown in.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ConnectionView {
    /// A socket is open.
    Connected,
    /// One is being opened.
    #[default]
    Connecting,
    /// One will be opened at this moment.
    Reconnecting(Millis),
    /// None opens, and messages go over HTTP.
    OverHttp,
    /// The browser has no network; the next attempt is made all the same.
    Offline,
}

impl ConnectionView {
    /// What it says now.
    pub fn words(self, now: Millis) -> String {
        match self {
            Self::Connected => "Connected".to_owned(),
            Self::Connecting => "Connecting…".to_owned(),
            Self::Reconnecting(at) => format!("Reconnecting in {} s", (at.since(now) / 1000.0).ceil() as u64),
            Self::OverHttp => "Connected over HTTP".to_owned(),
            Self::Offline => "Offline".to_owned(),
        }
    }
}

/// The code that is no part of the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Later {
    /// It is on its way, or nobody has asked for it.
    #[default]
    Coming,
    /// It was asked for in vain. It may be asked for again.
    Missing,
    /// It is there, and stays.
    Here,
}

/// Everything around the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShellView {
    /// The tab strip.
    pub tabs: Vec<TabView>,
    /// The conversation that is looked at.
    pub focused: ConversationId,
    /// Whether it has a tab; a draft has none.
    pub has_tab: bool,
    /// What stands around its rows.
    pub stage: StageView,
    /// The connection.
    pub connection: ConnectionView,
    /// What the person is told after a drop, for a while.
    pub receipt: Option<String>,
    /// Whether the backend was ever reached since the page was opened.
    pub was_connected: bool,
    /// What the person must be told.
    pub problems: Vec<Problem>,
    /// What was announced last.
    pub announcement: Announcement,
    /// The title of the tab whose closing waits for an answer.
    pub closing: Option<String>,
    /// Whether a newer version of the console is ready, and the person wants to hear of it.
    pub update_ready: bool,
    /// What the person chose to see beside the transcript.
    pub sidebar: Sidebar,
    /// How many pieces of a conversation are kept loaded.
    pub chat_limit: u64,
    /// The code that is no part of the start.
    pub later: Later,
}

impl State {
    /// Everything around the rows.
    pub fn shell_view(&self) -> ShellView {
        let closing = self.closing().and_then(|id| self.conversation(id));
        ShellView {
            tabs: self.tab_views(),
            focused: self.tabs().focused().clone(),
            has_tab: self.tabs().active().is_some(),
            stage: self.stage_view(),
            connection: self.connection_view(),
            receipt: self.receipt().map(str::to_owned),
            was_connected: self.connection().was_open(),
            problems: self.problems().shown().to_vec(),
            announcement: self.announcement().clone(),
            closing: closing.map(Conversation::title),
            update_ready: self.update == Update::Ready,
            sidebar: self.sidebar().clone(),
            chat_limit: self.settings().chat_limit,
            later: self.later,
        }
    }

    /// The tab strip.
    pub fn tab_views(&self) -> Vec<TabView> {
        let open = self.tabs().order().filter_map(|id| self.conversation(id));
        open.map(|conversation| TabView {
            id: conversation.id().clone(),
            title: conversation.title(),
            is_running: conversation.transcript.is_generating(),
            is_unread: conversation.unread,
            needs_attention: conversation.outbox.items().iter().any(Outgoing::has_failed),
        })
        .collect()
    }

    /// Everything around the rows of the focused conversation.
    pub fn stage_view(&self) -> StageView {
        let Some(conversation) = self.focused() else { return StageView::default() };
        let (transcript, sync, setup) = (&conversation.transcript, &conversation.sync, &conversation.setup);
        let is_empty = transcript.rows().is_empty() && conversation.outbox.items().is_empty();
        StageView {
            title: conversation.title(),
            is_generating: transcript.is_generating(),
            is_stopping: conversation.stopping,
            can_stop: self.can_stop(),
            is_empty,
            is_loading: !sync.is_loaded() && !sync.is_failing() && sync.as_of().is_none(),
            is_failing: sync.is_failing(),
            as_of: sync.as_of(),
            has_earlier: transcript.has_earlier(),
            is_loading_earlier: sync.is_asking_older(),
            model: self.model().map(str::to_owned),
            // Of a turn that was lost meanwhile, nobody asks again.
            retry: conversation.retry.clone().filter(|_| transcript.is_generating()),
            attached: conversation.left.attached.iter().map(|attached| attached.name.clone()).collect(),
            effort_once: setup.effort_once.as_ref().map(|level| level.as_str().to_owned()),
            effort: setup.effort_shown().to_owned(),
            starts_cold: setup.starts_cold(self.model()),
            context: self.context_meter(),
        }
    }

    /// The connection.
    pub fn connection_view(&self) -> ConnectionView {
        if self.connection().is_offline() {
            return ConnectionView::Offline;
        }
        if self.connection().is_over_http() {
            return ConnectionView::OverHttp;
        }
        match self.connection().phase() {
            Phase::Unstarted | Phase::Connecting => ConnectionView::Connecting,
            Phase::Open => ConnectionView::Connected,
            Phase::Waiting(until) => ConnectionView::Reconnecting(until),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinking_is_spoken_of_in_whole_seconds_from_one_on() {
        let cases = [(0.0, None), (820.0, Some("820ms")), (12_900.0, Some("12s")), (65_000.0, Some("1m 05s"))];
        for (milliseconds, expected) in cases {
            assert_eq!(format_thought(milliseconds).as_deref(), expected, "{milliseconds} ms");
        }
    }

    #[test]
    fn the_countdown_ends_at_nought() {
        let view = ConnectionView::Reconnecting(Millis(2000.0));
        let words = |now| view.words(Millis(now));
        assert_eq!(words(0.0), "Reconnecting in 2 s");
        assert_eq!(words(1999.0), "Reconnecting in 1 s");
        assert_eq!(words(5000.0), "Reconnecting in 0 s");
    }
}
