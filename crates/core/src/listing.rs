//! Every conversation there is, open or not: what the backend lists, and what this device keeps while no backend answers.

use crate::cache::Kept;
use crate::order;
use crate::title::{LONGEST, title};
use crate::{ConversationId, Millis, RequestId};
use dispatch_contract::{ConversationStatus, ConversationSummary};

/// The list of conversations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    asking: Asking,
    /// The backend's list, once it was here.
    listed: Option<Vec<Listed>>,
    /// What this device keeps.
    kept: Vec<(ConversationId, Kept)>,
    failed: bool,
    /// A request whose answer is of no interest any more.
    superseded: Option<RequestId>,
}

/// Whether the list is on its way.
#[derive(Clone, Debug, Default, PartialEq)]
enum Asking {
    #[default]
    Idle,
    Asked {
        request: RequestId,
        at: Millis,
        /// Ask once more after the answer.
        again: bool,
    },
    /// This backend has no list.
    Unsupported,
}

/// A conversation that the backend lists.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listed {
    pub(crate) id: ConversationId,
    pub(crate) title: Option<String>,
    pub(crate) last_activity: Millis,
    pub(crate) created: Millis,
    pub(crate) status: ConversationStatus,
}

impl Listed {
    fn from_wire(summary: ConversationSummary) -> Self {
        let named = title(&summary.title, LONGEST);
        Self {
            id: summary.id,
            title: (!summary.title.trim().is_empty()).then_some(named),
            last_activity: Millis(summary.last_activity_at as f64),
            created: Millis(summary.created_at as f64),
            status: summary.status,
        }
    }
}

/// A line of the list, as a person reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedView {
    /// Which conversation.
    pub id: ConversationId,
    /// Its title.
    pub title: String,
    /// When something last happened in it or, where only this device knows it, when it was last confirmed.
    pub at: Millis,
    /// Where it stands, in a word.
    pub status: &'static str,
    /// Whether it has a tab here.
    pub is_open: bool,
    /// Whether it can be read without a backend.
    pub is_kept: bool,
}

/// How the list as a whole stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListState {
    /// It is on its way for the first time.
    Loading,
    /// It is here.
    Ready,
    /// It could not be had: what this device keeps is shown.
    Failed,
    /// This backend has no list: what this device keeps is shown.
    Unsupported,
}

impl Listing {
    /// The list is wished for. `true`: it must be asked for now.
    pub(crate) fn ask(&mut self, request: RequestId, at: Millis) -> bool {
        if let Asking::Asked { again, .. } = &mut self.asking {
            *again = true;
            return false;
        }
        self.asking = Asking::Asked { request, at, again: false };
        true
    }

    /// A socket opened: what was asked over the last one is of no interest, and it may be another backend.
    pub(crate) fn start_over(&mut self) {
        if let Asking::Asked { request, .. } = self.asking {
            self.superseded = Some(request);
        }
        self.asking = Asking::Idle;
    }

    /// The list came. `None`: nobody waits for it; else when it was asked for, and whether to ask once more.
    pub(crate) fn answered(&mut self, request: RequestId) -> Option<(Millis, bool)> {
        match self.asking {
            Asking::Asked { request: waited, at, again } if waited == request => {
                self.asking = Asking::Idle;
                Some((at, again))
            }
            Asking::Asked { .. } | Asking::Idle | Asking::Unsupported => None,
        }
    }

    /// Whether an answer is one that was given up, rather than one that nobody asked for.
    pub(crate) fn gave_up(&self, request: RequestId) -> bool {
        self.superseded == Some(request)
    }

    pub(crate) fn succeeded(&mut self, conversations: Vec<ConversationSummary>) {
        self.failed = false;
        self.listed = Some(conversations.into_iter().map(Listed::from_wire).collect());
    }

    pub(crate) fn fails(&mut self, unsupported: bool) {
        self.failed = true;
        if unsupported {
            self.asking = Asking::Unsupported;
        }
    }

    /// What this device keeps.
    /// The conversations that the backend lists, newest first, each with its title.
    pub(crate) fn titles(&self) -> impl Iterator<Item = (&ConversationId, &str)> {
        self.listed().iter().filter_map(|listed| Some((&listed.id, listed.title.as_deref()?)))
    }

    /// The conversations that this device keeps.
    pub(crate) fn kept_ids(&self) -> impl Iterator<Item = &ConversationId> {
        self.kept.iter().map(|(id, _)| id)
    }

    /// How much this device keeps: pieces, and of how many conversations.
    pub fn kept_count(&self) -> (u64, usize) {
        let kept = self.kept.iter().filter(|(_, kept)| kept.run.is_some());
        (kept.clone().map(|(_, kept)| kept.count()).sum(), kept.count())
    }

    pub(crate) fn keeps(&mut self, kept: Vec<(ConversationId, Kept)>) {
        self.kept = kept;
    }

    pub(crate) fn listed(&self) -> &[Listed] {
        self.listed.as_deref().unwrap_or_default()
    }

    /// The backend told of a conversation's status. `false`: the list does not have it, or has no list.
    pub(crate) fn status_changed(&mut self, id: &ConversationId, status: &ConversationStatus, at: Millis) -> bool {
        let listed = self.listed.iter_mut().flatten().find(|listed| listed.id == *id);
        let Some(listed) = listed else { return false };
        listed.status = status.clone();
        listed.last_activity = at;
        true
    }

    pub(crate) fn name(&mut self, id: &ConversationId, title: &str) {
        for listed in self.listed.iter_mut().flatten().filter(|listed| listed.id == *id) {
            listed.title = Some(title.to_owned());
        }
        for (_, kept) in self.kept.iter_mut().filter(|(held, _)| held == id) {
            kept.title = Some(title.to_owned());
        }
    }

    /// How the list as a whole stands.
    pub fn state(&self) -> ListState {
        match (&self.asking, &self.listed, self.failed) {
            (Asking::Unsupported, ..) => ListState::Unsupported,
            (_, _, true) => ListState::Failed,
            (_, Some(_), false) => ListState::Ready,
            (_, None, false) => ListState::Loading,
        }
    }

    /// The lines whose title has every word of `query` in it, in any case, or whose id begins with it: newest first.
    /// `lower` writes a text in small letters; the tables for that are several kilobytes, and a browser has them already.
    pub fn lines(
        &self,
        query: &str,
        lower: impl Fn(&str) -> String,
        is_open: impl Fn(&ConversationId) -> bool,
    ) -> Vec<ListedView> {
        let query = lower(query.trim());
        let matches = |id: &ConversationId, title: &str| {
            let title = lower(title);
            query.split_whitespace().all(|word| title.contains(word)) || lower(id.as_str()).starts_with(&query)
        };
        let is_kept = |id: &ConversationId| self.kept.iter().any(|(held, kept)| held == id && kept.run.is_some());
        let mut lines: Vec<ListedView> = Vec::new();
        for listed in self.listed() {
            let title = listed.title.clone().unwrap_or_else(|| crate::title::UNTITLED.to_owned());
            if matches(&listed.id, &title) {
                lines.push(ListedView {
                    title,
                    at: listed.last_activity,
                    status: word_of(&listed.status),
                    is_open: is_open(&listed.id),
                    is_kept: is_kept(&listed.id),
                    id: listed.id.clone(),
                });
            }
        }
        for (id, kept) in self
            .kept
            .iter()
            .filter(|(id, kept)| kept.run.is_some() && self.listed().iter().all(|listed| listed.id != *id))
        {
            let title = kept.title.clone().unwrap_or_else(|| crate::title::UNTITLED.to_owned());
            if matches(id, &title) {
                let (id, at) = (id.clone(), kept.checked_at);
                lines.push(ListedView { title, at, status: "", is_open: is_open(&id), is_kept: true, id });
            }
        }
        order::sort(&mut lines, |a, b| b.at.0.total_cmp(&a.at.0).then_with(|| a.id.cmp(&b.id)));
        lines
    }
}

fn word_of(status: &ConversationStatus) -> &'static str {
    match status {
        ConversationStatus::Active => "running",
        ConversationStatus::Queued => "queued",
        ConversationStatus::Closed => "closed",
        ConversationStatus::Idle | ConversationStatus::Unknown(_) => "",
    }
}
