//! What a person, or whoever helps them, wants to know when something is odd: what the connection went through, what should
//! not have happened, and how much there is.

use crate::anomaly::Anomaly;
use crate::metrics::{format_count, format_grouped};
use crate::state::State;
use crate::view::ConnectionView;
use crate::{Millis, order};

/// More lines of the log are not kept; the oldest go.
const MOST: usize = 200;

/// What the connection went through, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    lines: Vec<LogLine>,
    /// How many frames came in since the page was opened.
    pub(crate) frames: u64,
    /// How many of them in the second before the newest came, how many in its own, and which second that is since 1970.
    rate: (u64, u64, u64),
}

/// Something that happened to the connection.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    /// When.
    pub at: Millis,
    /// What, in words.
    pub text: String,
}

impl Log {
    /// Notes something.
    pub(crate) fn note(&mut self, at: Millis, text: impl Into<String>) {
        if self.lines.len() == MOST {
            self.lines.remove(0);
        }
        self.lines.push(LogLine { at, text: text.into() });
    }

    /// A frame came in.
    pub(crate) fn heard(&mut self, at: Millis) {
        self.frames += 1;
        let second = (at.0 / 1000.0) as u64;
        let (last, count, of) = self.rate;
        self.rate = match second.saturating_sub(of) {
            0 => (last, count + 1, of),
            1 => (count, 1, second),
            _ => (0, 1, second),
        };
    }

    /// How many frames came in within the last whole second before `now`.
    fn per_second(&self, now: Millis) -> u64 {
        let (last, count, of) = self.rate;
        match ((now.0 / 1000.0) as u64).saturating_sub(of) {
            0 => last,
            1 => count,
            _ => 0,
        }
    }

    /// What happened, oldest first.
    pub fn lines(&self) -> &[LogLine] {
        &self.lines
    }

    /// How many frames came in since the page was opened.
    pub fn frames(&self) -> u64 {
        self.frames
    }
}

/// What only the page knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// The moment.
    pub now: Millis,
    /// The version of the console.
    pub version: &'static str,
    /// Where the backend is looked for.
    pub http: String,
    /// The same for the socket.
    pub ws: String,
    /// What the browser says it is.
    pub browser: String,
    /// The memory of the module, in bytes.
    pub memory: u64,
    /// How many elements the page has.
    pub elements: u64,
    /// How long frames take, in words, while somebody looks.
    pub frames: String,
}

impl State {
    /// What there is to know, a name and a value each.
    pub fn diagnostics(&self, around: &Surroundings) -> Vec<(&'static str, String)> {
        let rows: usize = self.conversations.values().map(|open| open.transcript.rows().len()).sum();
        let (kept_chunks, kept_conversations) = self.listing().kept_count();
        let kept = [format_count(kept_chunks, "piece"), format_count(kept_conversations as u64, "conversation")];
        vec![
            ("Version", around.version.to_owned()),
            ("Connection", connection(self.connection_view())),
            ("HTTP", around.http.clone()),
            ("WebSocket", around.ws.clone()),
            (
                "Messages received",
                format!("{}, {}/s", format_grouped(self.log.frames()), self.log.per_second(around.now)),
            ),
            ("Frame time", around.frames.clone()),
            ("Rows loaded", format_grouped(rows as u64)),
            ("Elements in the page", format_grouped(around.elements)),
            ("Memory of the module", format!("{} KB", format_grouped(around.memory / 1024))),
            ("Kept on this device", kept.join(" of ")),
            ("Browser", around.browser.clone()),
        ]
    }

    /// What should not have happened and was survived, most frequent first: in words, and how often.
    pub fn oddities(&self) -> Vec<(&'static str, u64)> {
        let mut odd: Vec<(Anomaly, u64)> = self.anomalies.iter().collect();
        order::sort(&mut odd, |(_, a), (_, b)| b.cmp(a));
        odd.into_iter().map(|(anomaly, count)| (anomaly.words(), count)).collect()
    }

    /// All of it as text, to be handed on. `clock` writes a moment.
    pub fn diagnostics_text(&self, around: &Surroundings, clock: &dyn Fn(Millis) -> String) -> String {
        let mut text = String::from("Dispatch console\n");
        for (name, value) in self.diagnostics(around) {
            text.push_str(&[name, ": ", &value, "\n"].concat());
        }
        text.push_str("\nWhat should not have happened\n");
        for (words, count) in self.oddities() {
            text.push_str(&format!("{count} × {words}\n"));
        }
        text.push_str("\nConnection log\n");
        for line in self.log.lines() {
            text.push_str(&[&clock(line.at), "  ", &line.text, "\n"].concat());
        }
        text
    }
}

fn connection(view: ConnectionView) -> String {
    match view {
        ConnectionView::Reconnecting(_) => "Waiting for the next attempt".to_owned(),
        ConnectionView::Connected | ConnectionView::Connecting | ConnectionView::OverHttp | ConnectionView::Offline => {
            view.words(Millis::default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_keeps_the_newest_lines() {
        let mut log = Log::default();
        (0..=MOST).for_each(|number| log.note(Millis(number as f64), number.to_string()));
        assert_eq!((log.lines().len(), log.lines()[0].text.as_str()), (MOST, "1"));
    }

    #[test]
    fn what_came_in_is_counted_by_the_second() {
        let mut log = Log::default();
        for at in [1000.0, 1500.0, 1999.0, 2100.0] {
            log.heard(Millis(at));
        }
        let per_second = |now: f64| log.per_second(Millis(now));
        assert_eq!((log.frames(), per_second(2500.0), per_second(3200.0), per_second(9000.0)), (4, 3, 1, 0));
        log.heard(Millis(8000.0));
        assert_eq!(log.per_second(Millis(8500.0)), 0, "the second before was silent");
    }

    #[test]
    fn everything_is_told_as_text() {
        let mut state = State::default();
        state.anomalies.count(Anomaly::LateEvent);
        state.anomalies.count(Anomaly::UnreadableFrame);
        state.anomalies.count(Anomaly::UnreadableFrame);
        state.log.note(Millis(5.0), "The socket opened");
        let around = Surroundings { version: "1.2.3", ..Surroundings::default() };
        let text = state.diagnostics_text(&around, &|at| format!("{}", at.0));
        assert!(text.contains("Version: 1.2.3\n") && text.contains("5  The socket opened\n"), "{text}");
        assert_eq!(state.oddities()[0], ("a frame could not be read", 2));
        assert!(text.contains("2 × a frame could not be read\n1 × "), "{text}");
    }
}
