//! What a person sees, as text: `shown` tells what the transcript holds, `seen` what the views make of it.

use super::World;
use dispatch_core::changes::{Changes, Topic};
use dispatch_core::content::Content;
use dispatch_core::conversation::Conversation;
use dispatch_core::outbox::SendState;
use dispatch_core::pictures::Picture;
use dispatch_core::queue::QueueView;
use dispatch_core::surfaces::SurfaceView;
use dispatch_core::transcript::{Card, Place, RowId, RowKind, Transcript};
use dispatch_core::view::{RowBody, RowKey, RowView, ShellView, StageView, TabView, UserState};
use dispatch_core::warming::WarmingView;
use dispatch_core::{ConversationId, State};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The page as its views hold it: they look again only where they were told that something changed.
#[derive(Debug, Default)]
pub(super) struct Screen {
    focused: Option<ConversationId>,
    tabs: Vec<TabView>,
    stage: StageView,
    shell: ShellView,
    rows: BTreeMap<RowKey, Seen>,
    surfaces: Vec<SurfaceView>,
    warming: Option<WarmingView>,
    queue: QueueView,
}

/// What the view of a row holds.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    view: Option<RowView>,
    words: Option<String>,
    is_open: bool,
    /// What its card shows when it is opened, written out.
    details: Option<String>,
    is_unfolded: bool,
}

impl Seen {
    fn of(state: &State, conversation: &Conversation, key: RowKey) -> Self {
        Self {
            view: conversation.row_view(key),
            words: conversation.words(key.id).map(str::to_owned),
            is_open: conversation.is_open(key.id),
            details: conversation.tool_details(key.id).map(|details| format!("{details:?}")),
            is_unfolded: conversation.is_unfolded(key, state.folding()),
        }
    }
}

/// Every row, and every card in a group.
fn keys(conversation: &Conversation) -> Vec<RowKey> {
    let mut keys = Vec::new();
    for key in conversation.row_keys() {
        keys.push(key);
        if let Some(RowView { body: RowBody::Group { cards, .. }, .. }) = conversation.row_view(key) {
            keys.extend(cards.into_iter().map(|id| RowKey { id, is_group: false }));
        }
    }
    keys
}

impl Screen {
    /// The console tells what changed; afterwards nothing on the page may be out of date.
    pub(super) fn publish(&mut self, state: &State, changes: &Changes) {
        let Some(conversation) = state.focused() else { return };
        let id = conversation.id();
        let all = |conversation: &Conversation| {
            keys(conversation).into_iter().map(|key| (key, Seen::of(state, conversation, key))).collect()
        };
        if changes.shell || !changes.rows.is_empty() {
            self.tabs = state.tab_views();
            self.stage = state.stage_view();
        }
        let shell = state.shell_view();
        if changes.concern(Topic::Surfaces, self.shell != shell) {
            self.surfaces = state.surface_views();
            self.warming = state.warming_view();
            self.queue = state.queue_view();
            self.shell = shell;
        }
        if self.focused.as_ref() != Some(id) {
            self.rows = all(conversation);
            self.focused = Some(id.clone());
        }
        // A list that changed has new rows and loses old ones; a row that stays is looked at again only when it was touched.
        let is_touched = |key: &RowKey| changes.touched.iter().any(|(of, rows)| of == id && rows.contains(&key.id));
        let before = std::mem::take(&mut self.rows);
        let shown: Vec<RowKey> =
            if changes.rows.contains(id) { keys(conversation) } else { before.keys().copied().collect() };
        self.rows = shown
            .into_iter()
            .map(|key| match before.get(&key) {
                Some(seen) if !is_touched(&key) => {
                    // Which rows stand open is told apart from what they show.
                    let is_unfolded =
                        if changes.folds { conversation.is_unfolded(key, state.folding()) } else { seen.is_unfolded };
                    (key, Seen { is_unfolded, ..seen.clone() })
                }
                _ => (key, Seen::of(state, conversation, key)),
            })
            .collect();
        assert_eq!(self.rows, all(conversation), "a row changed and nobody was told, only of {changes:?}");
        assert_eq!(self.surfaces, state.surface_views(), "a surface changed and nobody was told");
        assert_eq!(self.warming, state.warming_view(), "cache warming changed and nobody was told");
        assert_eq!(self.queue, state.queue_view(), "the queue changed and nobody was told");
        assert_eq!(self.tabs, state.tab_views(), "the tabs changed and nobody was told");
        assert_eq!(self.stage, state.stage_view(), "the stage changed and nobody was told");
    }
}

impl World {
    /// What the person sees of the focused conversation: a line a row.
    pub(crate) fn shown(&self) -> String {
        self.shown_of(&self.focused())
    }

    /// What the person would see of a conversation.
    pub(crate) fn shown_of(&self, id: &ConversationId) -> String {
        let Some(conversation) = self.state.conversation(id) else { return String::new() };
        let mut lines = render(conversation);
        for item in conversation.outbox.shown() {
            let state = match &item.state {
                SendState::Waiting => "waiting".to_owned(),
                SendState::Sent => "sent".to_owned(),
                SendState::Stored => "stored".to_owned(),
                SendState::Doubted => "doubted".to_owned(),
                SendState::Failed { reason } => format!("failed: {reason}"),
            };
            writeln!(lines, "out {} ({state})", item.text).unwrap();
        }
        lines
    }

    /// The focused conversation as its views see it: where each row comes from, its state, durations, live output.
    pub(crate) fn seen(&self) -> String {
        let conversation = self.state.focused().unwrap();
        let mut lines = String::new();
        for key in conversation.row_keys() {
            lines.push_str(&seen_row(conversation, key, ""));
        }
        lines
    }

    /// The rows by name, in the order in which they are shown.
    pub(crate) fn row_ids(&self) -> Vec<RowId> {
        self.state.focused().unwrap().row_keys().iter().map(|key| key.id).collect()
    }

    /// The tab strip: the active one in brackets.
    pub(crate) fn strip(&self) -> String {
        let active = self.state.tabs().active();
        let tab = |tab: TabView| {
            let runs = if tab.is_running { " runs" } else { "" };
            let attention = if tab.needs_attention { " !" } else { "" };
            let text = format!("{}: {}{runs}{attention}", tab.id, tab.title);
            if active == Some(&tab.id) { format!("[{text}]") } else { text }
        };
        self.state.tab_views().into_iter().map(tab).collect::<Vec<_>>().join(", ")
    }

    /// What should not have happened and was counted.
    pub(crate) fn anomalies(&self) -> String {
        let counted = self.state.anomalies().iter().map(|(anomaly, count)| format!("{anomaly:?} {count}"));
        counted.collect::<Vec<_>>().join(", ")
    }

    /// The problems that the person reads.
    pub(crate) fn problems(&self) -> Vec<&str> {
        self.state.problems().shown().iter().map(|problem| problem.text.as_str()).collect()
    }
}

fn seen_row(conversation: &Conversation, key: RowKey, indent: &str) -> String {
    let view = conversation.row_view(key).unwrap();
    let words = conversation.words(key.id).unwrap_or_default();
    let seq = view.seq.map_or("live".to_owned(), |seq| format!("#{seq}"));
    let more = if conversation.is_open(key.id) { "…" } else { "" };
    let body = match view.body {
        RowBody::User(UserState::Confirmed) => format!("user {words}"),
        RowBody::User(state) => format!("user {words} ({state:?})"),
        RowBody::Text => format!("text {words}{more}"),
        RowBody::Thinking { heading, .. } => format!("{heading}: {words}{more}"),
        RowBody::Tool(tool) => {
            let details = conversation.tool_details(key.id).unwrap();
            let took = tool.duration.map(|took| format!(" in {took}")).unwrap_or_default();
            let printed: String =
                details.output.iter().map(|piece| format!(" {}:{:?}", piece.stream.as_str(), piece.data)).collect();
            let result = details.result().map(|result| format!(" = {}", result.words())).unwrap_or_default();
            let note = if tool.note.is_empty() { String::new() } else { format!(" ({})", tool.note) };
            format!("tool {} {}{note} [{}]{took}{printed}{result}", tool.name, tool.summary, tool.state.as_str())
        }
        RowBody::Group { cards, note } => {
            let mut lines = format!("{indent}{seq} group {note}").trim_end().to_owned() + "\n";
            for id in cards {
                lines.push_str(&seen_row(conversation, RowKey { id, is_group: false }, "  "));
            }
            return lines;
        }
        RowBody::Error { message, code: Some(code) } => format!("error {code}: {message}"),
        RowBody::Error { message, code: None } => format!("error {message}"),
        RowBody::System(text) => format!("system {text}"),
        RowBody::Image(Picture::Shown(url) | Picture::Served(url) | Picture::Linked(url) | Picture::Named(url)) => {
            format!("image {url}")
        }
        RowBody::Notice(kind) => format!("notice {kind}"),
        RowBody::Step(line) | RowBody::Turn(line) => {
            let mark = if line.mark.is_empty() { String::new() } else { format!(" ({})", line.mark) };
            return format!("{indent}{} {}{mark}\n", if view.is_live { "live" } else { "stored" }, line.text());
        }
    };
    format!("{indent}{seq} {body}\n")
}

fn render(conversation: &Conversation) -> String {
    let transcript = &conversation.transcript;
    let mut lines = String::new();
    let unsent = |key: &RowKey| conversation.outbox.shown().all(|item| item.row != key.id);
    for key in conversation.row_keys().into_iter().filter(unsent) {
        let Some(row) = transcript.row(key.id) else {
            let Some(RowView { body: RowBody::Step(line) | RowBody::Turn(line), .. }) = conversation.row_view(key)
            else {
                panic!("a row that is nowhere: {key:?}");
            };
            lines.push_str(&format!("{}\n", line.text()));
            continue;
        };
        match &row.kind {
            RowKind::Piece(place) => lines.push_str(&piece(transcript, *place)),
            RowKind::Card(card) => lines.push_str(&self::card(transcript, card, "")),
            RowKind::Group(cards) => {
                lines.push_str("group\n");
                cards.iter().for_each(|card| lines.push_str(&self::card(transcript, card, "  ")));
            }
        }
    }
    lines
}

fn piece(transcript: &Transcript, place: Place) -> String {
    let entry = transcript.entry(place).unwrap();
    let live = if transcript.is_lost(place) { " (lost)" } else { "" };
    match entry.content {
        Content::Prompt(text) => format!("user {text}{live}\n"),
        Content::Text(text) => format!("text {text}{live}\n"),
        Content::Thinking(text) => format!("thinking {text}{live}\n"),
        Content::Error { message, code } => format!("error {message} {code:?}{live}\n"),
        Content::System(text) => format!("system {text}\n"),
        Content::Image { url, .. } => format!("image {url}\n"),
        Content::Unknown(raw) => format!("unknown {}\n", raw.tag),
        Content::ToolCall { .. } | Content::ToolResult { .. } => panic!("a tool entry is always a card"),
    }
}

fn card(transcript: &Transcript, card: &Card, indent: &str) -> String {
    let call = card.call.and_then(|place| transcript.entry(place)).map(|entry| {
        let Content::ToolCall { id, name, .. } = entry.content else { panic!("not a call: {entry:?}") };
        format!("{name} {id}")
    });
    let result = card.result.and_then(|place| transcript.entry(place)).map(|entry| {
        let Content::ToolResult { content, .. } = entry.content else { panic!("not a result: {entry:?}") };
        content.clone()
    });
    let state = transcript.tool_state(card).as_str();
    format!("{indent}tool {} = {} [{state}]\n", call.unwrap_or_default(), result.unwrap_or_default())
}
