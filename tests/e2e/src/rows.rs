//! The transcript as a journey compares it: the rows in order, with the attributes that `design.md` promises and the words
//! a person reads. Layout, classes and clocks are left out, so that they may change.

use serde::Deserialize;

/// Reads the rows of the active conversation, once its answers are formatted: what does that is loaded when the first of
/// them stands there. A journey on which it cannot be had says so in `window.plain`. Buttons and clocks in a row are not its
/// words.
pub(crate) const READ: &str = r#"
    const words = (row) => {
        const copy = (row.querySelector('[data-body]') ?? row).cloneNode(true);
        copy.querySelectorAll('button, time, [role=timer], [data-row]').forEach((part) => part.remove());
        return copy.textContent.replace(/\s+/g, ' ').trim();
    };
    const read = () => [...document.querySelectorAll('[role=log] [data-row]')].map((row) => ({
        kind: row.dataset.row,
        seq: row.dataset.seq === undefined ? null : Number(row.dataset.seq),
        state: row.dataset.state ?? null,
        turn: row.dataset.turn ?? null,
        live: 'live' in row.dataset && row.dataset.live !== 'false',
        words: words(row),
    }));
    const isWritten = () => window.plain || !document.querySelector('[role=log] [data-row=text] .words[data-body]');
    return new Promise((resolve) => {
        const look = () => isWritten() ? resolve(read()) : setTimeout(look, 20);
        look();
    });
"#;

/// One row.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Row {
    /// `data-row`: `user`, `text`, `thinking`, `tool`, …
    pub kind: String,
    /// `data-seq`: the committed chunk it shows.
    pub seq: Option<i64>,
    /// `data-state` of a tool card.
    pub state: Option<String>,
    /// `data-turn`: the turn, where it is known.
    pub turn: Option<String>,
    /// `data-live`: the turn still runs.
    pub live: bool,
    /// What it says.
    pub words: String,
}

impl Row {
    /// Whether the row shows a chunk that history stores. The others (figures of a step, groups, notices) are made from
    /// what surrounds them.
    pub fn is_chunk(&self) -> bool {
        matches!(self.kind.as_str(), "user" | "text" | "thinking" | "tool" | "image" | "system")
    }

    /// What must be the same after a reload.
    fn durable(&self) -> Durable {
        // What a tool card says depends on how far it is folded out, and a closed thought builds no body.
        let says = matches!(self.kind.as_str(), "user" | "text" | "system" | "error");
        let words = if says { self.words.clone() } else { String::new() };
        Durable { kind: self.kind.clone(), seq: self.seq, state: self.state.clone(), words }
    }
}

/// A row without what may differ between the live and the stored transcript.
#[derive(Debug, Clone, PartialEq)]
pub struct Durable {
    kind: String,
    seq: Option<i64>,
    state: Option<String>,
    words: String,
}

/// The transcript as it must survive a reload.
pub fn durable(rows: &[Row]) -> Vec<Durable> {
    rows.iter().map(Row::durable).collect()
}

/// The same, of stored chunks only: rows that only the live turn knew do not count.
pub fn stored(rows: &[Row]) -> Vec<Durable> {
    rows.iter().filter(|row| row.is_chunk() && row.seq.is_some()).map(Row::durable).collect()
}

/// The words of all rows of a kind, joined.
pub fn words(rows: &[Row], kind: &str) -> String {
    let said: Vec<&str> = rows.iter().filter(|row| row.kind == kind).map(|row| row.words.as_str()).collect();
    said.join("\n")
}

/// A chunk that is shown by two rows, if there is one. (A row may show several chunks; it names the first.)
pub fn doubled(rows: &[Row]) -> Option<i64> {
    let mut seqs: Vec<i64> = rows.iter().filter(|row| row.is_chunk()).filter_map(|row| row.seq).collect();
    seqs.sort_unstable();
    seqs.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}
