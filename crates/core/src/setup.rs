//! What the turns of a conversation are run with, beside the model: how much is thought, and where. The backend keeps both,
//! and finds the language servers that fit the place; what is shown here is what it last said, or what was just asked of it.

use crate::HttpFailure;
use dispatch_contract::{LanguageServer, LanguageServerState, ReasoningEffort};

/// The effort of a conversation that never set one.
const DEFAULT_EFFORT: ReasoningEffort = ReasoningEffort::High;

/// A value that the backend keeps and a person changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remote {
    /// As the backend last told: nothing yet, that it was never set, or what it is.
    known: Option<Option<String>>,
    asking: Asking,
    /// What it was asked to become, and what it shall become after that.
    sent: Option<String>,
    next: Option<String>,
    /// Why it did not, or why nothing is known.
    refusal: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Asking {
    #[default]
    No,
    UnderWay,
    Done,
}

impl Remote {
    /// What it is, or is about to be. `None`: not known, or never set.
    pub fn shown(&self) -> Option<&str> {
        let wished = self.next.as_deref().or(self.sent.as_deref());
        wished.or(self.known.as_ref().and_then(Option::as_deref))
    }

    /// Whether the backend has told what it is.
    pub fn is_known(&self) -> bool {
        self.known.is_some()
    }

    /// Why the last change was refused, or why it is not known what it is, in words.
    pub fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    /// Whether it must be asked for now.
    pub(crate) fn ask(&mut self) -> bool {
        let asks = self.asking == Asking::No && self.sent.is_none();
        if asks {
            self.asking = Asking::UnderWay;
        }
        asks
    }

    /// The backend told what it is, or did not. What it told before a change was sent is out of date.
    pub(crate) fn told(&mut self, answer: Result<Option<String>, HttpFailure>) {
        if self.asking != Asking::UnderWay {
            return;
        }
        self.asking = Asking::No;
        self.refusal = None;
        match answer {
            Ok(value) => {
                self.asking = Asking::Done;
                self.known = Some(value);
            }
            // What was known before will do, and a backend that keeps none has nothing to tell.
            Err(failure) if self.is_known() || failure.is_unsupported() => {}
            Err(failure) => self.refusal = Some(["Not known: ", &failure.in_words()].concat()),
        }
    }

    /// The person wants another value. Gives back what is to be sent now: one change is on its way at a time, since two
    /// might overtake each other.
    pub(crate) fn wish(&mut self, value: String) -> Option<String> {
        self.refusal = None;
        self.asking = Asking::Done;
        if self.sent.is_some() {
            self.next = Some(value);
            return None;
        }
        self.sent = Some(value.clone());
        Some(value)
    }

    /// The backend took the change, and says what the value is now; or it did not, and says why. Gives back what is to be
    /// sent next.
    pub(crate) fn settled(&mut self, answer: Result<Option<String>, String>) -> Option<String> {
        self.sent = None;
        match answer {
            Ok(value) => self.known = Some(value),
            // Another wish follows: that one counts.
            Err(_) if self.next.is_some() => {}
            Err(words) => self.refusal = Some(words),
        }
        self.sent = self.next.take();
        self.sent.clone()
    }

    /// It may be another one by now.
    pub(crate) fn doubt(&mut self) {
        self.asking = Asking::No;
    }
}

/// What a conversation's turns are run with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// How much the model is asked to think.
    pub effort: Remote,
    /// The same, for the next message only.
    pub effort_once: Option<ReasoningEffort>,
    /// The folder in which it works.
    pub cwd: Remote,
    /// The language servers that fit this folder.
    pub servers: Servers,
    /// The model and the effort of the message that this window sent last.
    pub(crate) last_used: Option<(Option<String>, Option<String>)>,
}

impl Setup {
    /// The effort that a message is answered with, where that is known: `asked` with it, or the conversation's.
    pub(crate) fn effort_with<'a>(&'a self, asked: Option<&'a ReasoningEffort>) -> Option<&'a str> {
        match asked {
            Some(asked) => Some(asked.as_str()),
            None => self.effort.is_known().then(|| self.effort_shown()),
        }
    }

    /// The effort of the conversation.
    pub fn effort_shown(&self) -> &str {
        self.effort.shown().filter(|level| !level.is_empty()).unwrap_or(DEFAULT_EFFORT.as_str())
    }

    /// Whether the next message is sent with another model or effort than the last one: what a provider has cached belongs
    /// to both.
    pub(crate) fn starts_cold(&self, model: Option<&str>) -> bool {
        let next = self.effort_with(self.effort_once.as_ref());
        let differs = |(used, effort): &(Option<String>, Option<String>)| {
            let is_other_effort = effort.is_some() && next.is_some() && effort.as_deref() != next;
            used.as_deref() != model || is_other_effort
        };
        self.last_used.as_ref().is_some_and(differs)
    }

    /// A typed folder, if it is one to be set.
    pub fn new_cwd(&self, typed: &str) -> Option<String> {
        let typed = typed.trim();
        (!typed.is_empty() && self.cwd.shown() != Some(typed)).then(|| typed.to_owned())
    }

    /// Everything may be different by now.
    pub(crate) fn doubt(&mut self) {
        self.effort.doubt();
        self.cwd.doubt();
        self.servers.doubt();
    }
}

/// The levels to choose from, each with the words for it; one that only a newer backend knows is among them while it is in
/// use.
pub fn efforts(in_use: &str) -> Vec<(String, String)> {
    let mut levels: Vec<&str> = ReasoningEffort::KNOWN.iter().map(ReasoningEffort::as_str).collect();
    if !levels.contains(&in_use) {
        levels.push(in_use);
    }
    let labelled = |level: &str| {
        let mark = if level == DEFAULT_EFFORT.as_str() { " (default)" } else { "" };
        (level.to_owned(), [level, mark].concat())
    };
    levels.into_iter().map(labelled).collect()
}

/// The language servers of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Servers {
    /// Those that were told of last, and the folder they are for.
    told: Option<Told>,
    /// They are being asked for, and once more after that.
    is_asking: bool,
    again: bool,
    /// Why there are none.
    failure: Option<String>,
    asked: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    cwd: Option<String>,
    lines: Vec<ServerLine>,
}

/// A language server, in the words it is shown in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerLine {
    /// Its name.
    pub name: String,
    /// How it stands: `Connected`, `Starting…`, `Not started`, `Error`, or a newer backend's own word.
    pub state: String,
    /// Whether something is wrong with it.
    pub is_broken: bool,
    /// Why, or what it serves.
    pub detail: String,
}

impl Servers {
    /// Those that were told of last.
    pub fn lines(&self) -> &[ServerLine] {
        self.told.as_ref().map_or(&[], |told| &told.lines)
    }

    /// Whether they are being asked for.
    pub fn is_asking(&self) -> bool {
        self.is_asking
    }

    /// What is said beside them, or instead.
    pub fn note(&self) -> &str {
        match (&self.failure, &self.told) {
            (Some(failure), _) => failure,
            (None, None) if self.is_asking => {
                "Asking… The first answer may take a while: the backend looks for servers."
            }
            (None, None) => "",
            (None, Some(Told { cwd: None, .. })) => "Set a working directory first",
            (None, Some(Told { lines, .. })) if lines.is_empty() => "No language servers",
            (None, Some(_)) => "",
        }
    }

    /// Whether a request goes out now; `anew` even though they were asked for before. One at a time: what is wished meanwhile
    /// is one more after it.
    pub(crate) fn ask(&mut self, anew: bool) -> bool {
        if self.asked && !anew {
            return false;
        }
        self.asked = true;
        self.again = self.is_asking;
        !std::mem::replace(&mut self.is_asking, true)
    }

    /// The answer. Tells whether it is to be asked once more.
    pub(crate) fn told(&mut self, answer: Result<(Option<String>, Vec<LanguageServer>), String>) -> bool {
        self.is_asking = false;
        match answer {
            Ok((cwd, servers)) => {
                self.told = Some(Told { cwd, lines: servers.into_iter().map(ServerLine::of).collect() });
                self.failure = None;
            }
            Err(words) => {
                self.failure = Some(words);
                self.asked = false;
            }
        }
        std::mem::take(&mut self.again)
    }

    fn doubt(&mut self) {
        self.asked = self.is_asking;
    }
}

impl ServerLine {
    fn of(server: LanguageServer) -> Self {
        let state = match &server.state {
            LanguageServerState::Connected => "Connected",
            LanguageServerState::Starting => "Starting…",
            LanguageServerState::Error => "Error",
            LanguageServerState::NotStarted => "Not started",
            LanguageServerState::Unknown(word) => word,
        };
        let served = || [server.root.as_str(), server.extensions.join(" ").as_str()].join(" · ");
        Self {
            state: state.to_owned(),
            is_broken: server.state == LanguageServerState::Error,
            detail: server.error.clone().unwrap_or_else(served),
            name: server.name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_shows_at_once_and_settles_with_the_answer() {
        let mut effort = Remote::default();
        assert!(effort.ask() && !effort.ask());
        effort.told(Ok(None));
        assert_eq!((effort.shown(), effort.is_known()), (None, true));
        assert_eq!(effort.wish("max".to_owned()).as_deref(), Some("max"));
        assert_eq!(effort.shown(), Some("max"));
        assert_eq!(effort.settled(Ok(Some("max".to_owned()))), None);
        assert_eq!((effort.shown(), effort.refusal()), (Some("max"), None));
        assert_eq!(effort.wish("low".to_owned()).as_deref(), Some("low"));
        assert_eq!(effort.settled(Err("no".to_owned())), None);
        assert_eq!((effort.shown(), effort.refusal()), (Some("max"), Some("no")));
    }

    #[test]
    fn changes_go_one_after_the_other_and_the_last_one_counts() {
        let mut effort = Remote::default();
        assert!(effort.wish("low".to_owned()).is_some());
        assert!(effort.wish("max".to_owned()).is_none() && effort.wish("medium".to_owned()).is_none());
        assert_eq!(effort.shown(), Some("medium"));
        assert_eq!(effort.settled(Err("no".to_owned())).as_deref(), Some("medium"));
        assert_eq!(effort.refusal(), None, "another wish counts");
        assert_eq!(effort.settled(Ok(Some("medium".to_owned()))), None);
        assert_eq!(effort.shown(), Some("medium"));
    }

    #[test]
    fn what_was_told_before_a_change_is_out_of_date() {
        let mut cwd = Remote::default();
        assert!(cwd.ask());
        assert!(cwd.wish("/b".to_owned()).is_some());
        cwd.told(Ok(Some("/a".to_owned())));
        assert_eq!(cwd.shown(), Some("/b"));
        cwd.settled(Ok(Some("/b".to_owned())));
        assert_eq!(cwd.shown(), Some("/b"));
    }

    #[test]
    fn what_could_not_be_had_is_asked_for_again() {
        let mut cwd = Remote::default();
        assert!(cwd.ask());
        cwd.told(Err(HttpFailure::Unreachable));
        assert!(cwd.ask());
        cwd.told(Ok(Some("/a".to_owned())));
        assert!(!cwd.ask());
        cwd.doubt();
        assert!(cwd.ask());
        assert_eq!(cwd.shown(), Some("/a"), "until something else is known");
    }

    /// Vectors X4 and X6.
    #[test]
    fn efforts_and_folders_as_the_vectors_have_them() {
        let mut setup = Setup::default();
        assert_eq!(setup.effort_shown(), "high");
        assert_eq!(efforts("high")[2], ("high".to_owned(), "high (default)".to_owned()));
        assert_eq!(efforts("vast")[5], ("vast".to_owned(), "vast".to_owned()));
        setup.effort.ask();
        setup.effort.told(Ok(Some(String::new())));
        assert_eq!(setup.effort_shown(), "high", "nothing is no level");
        setup.cwd.ask();
        setup.cwd.told(Ok(Some("/a".to_owned())));
        assert_eq!((setup.new_cwd("/a "), setup.new_cwd("")), (None, None));
        assert_eq!(setup.new_cwd(" /b ü "), Some("/b ü".to_owned()));
        assert_eq!(Setup::default().new_cwd("  "), None);
        assert_eq!(Setup::default().new_cwd("/b").as_deref(), Some("/b"));
    }

    #[test]
    fn another_model_or_effort_starts_cold() {
        let mut setup = Setup::default();
        assert!(!setup.starts_cold(Some("a/b")), "nothing was sent");
        setup.last_used = Some((Some("a/b".to_owned()), Some("high".to_owned())));
        assert!(!setup.starts_cold(Some("a/b")) && setup.starts_cold(Some("a/c")));
        setup.effort_once = Some(ReasoningEffort::Low);
        assert!(setup.starts_cold(Some("a/b")));
    }

    #[test]
    fn servers_are_told_in_words() {
        let server = |state: &str, error: Option<&str>| LanguageServer {
            id: "r".to_owned(),
            name: "rust-analyzer".to_owned(),
            root: "/p".to_owned(),
            extensions: vec![".rs".to_owned(), ".toml".to_owned()],
            state: LanguageServerState::from(state),
            error: error.map(str::to_owned),
            config_source: None,
        };
        let mut servers = Servers::default();
        assert!(servers.ask(false) && !servers.ask(false) && servers.is_asking());
        assert!(servers.note().starts_with("Asking…"));
        assert!(!servers.ask(true), "one at a time");
        let all = [server("connected", None), server("error", Some("not found")), server("dreaming", None)];
        assert!(servers.told(Ok((Some("/p".to_owned()), all.to_vec()))), "and once more after it");
        let states: Vec<&str> = servers.lines().iter().map(|line| line.state.as_str()).collect();
        assert_eq!(states, ["Connected", "Error", "dreaming"]);
        let details: Vec<&str> = servers.lines().iter().map(|line| line.detail.as_str()).collect();
        assert_eq!(details, ["/p · .rs .toml", "not found", "/p · .rs .toml"]);
        assert!(!servers.told(Ok((Some("/p".to_owned()), Vec::new()))));
        assert_eq!(servers.note(), "No language servers");
        servers.told(Ok((None, Vec::new())));
        assert_eq!(servers.note(), "Set a working directory first");
        servers.told(Err("it burns".to_owned()));
        assert_eq!(servers.note(), "it burns");
        assert!(servers.ask(false), "a failure is asked again");
    }
}
