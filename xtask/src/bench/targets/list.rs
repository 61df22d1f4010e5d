//! The list: by their numbers, but those of a bench stand together.

use super::{
    Rule::{Hard, Recorded, Time},
    Target,
    Unit::{self, Bytes, Count, Milliseconds, MillisecondsMore, Percent, Pixels, Ratio, Shift},
};

/// All of them, in the order of the table.
pub(in crate::bench) const TARGETS: &[Target] = &[
    hard("1", "size.first_load", "first load, brotli", Bytes, 250_000.0),
    Target {
        number: "2",
        measure: "start.seen_direct",
        what: "first contentful paint ÷ that of a blank page",
        unit: Ratio,
        at_most: Some(1.15),
        rule: Recorded("one frame later: to ask for the program after the first paint would only delay the program"),
    },
    time("2", "start.seen_fast", "… at 10 Mbit/s and 40 ms", Ratio, 1.15),
    time("2", "start.seen_slow", "… at 1.6 Mbit/s and 150 ms", Ratio, 1.15),
    time("3", "start.usable_direct", "the composer can be written in ÷ the same files loaded, none run", Ratio, 1.3),
    time("3", "start.usable_fast", "… at 10 Mbit/s and 40 ms", Ratio, 1.3),
    time("3", "start.usable_slow", "… at 1.6 Mbit/s and 150 ms", Ratio, 1.3),
    time(
        "4",
        "deltas.busy_alone",
        "50,000 deltas of plain words, one a message: main thread busy ÷ floor page",
        Ratio,
        1.3,
    ),
    time("4", "deltas.busy_joined", "… about 32 a message ÷ floor page", Ratio, 2.0),
    time("4", "deltas.longest_alone", "… longest task, one a message", Milliseconds, 50.0),
    time("4", "deltas.longest_joined", "… longest task, 32 a message", Milliseconds, 50.0),
    time("4", "answer.busy", "1 MB in 190,000 deltas, one a message: main thread busy ÷ floor page", Ratio, 1.3),
    explains("answer.deltas_per_second", "… deltas a second, as they came", Count),
    explains("answer.deltas_per_busy_second", "… deltas a second of the main thread", Count),
    time("4", "answer.longest", "… longest task", Milliseconds, 50.0),
    time(
        "5",
        "markdown.busy_mixed",
        "100 KB of Markdown in 8,500 deltas: main thread busy ÷ floor page that knows the nodes",
        Ratio,
        1.3,
    ),
    time("5", "markdown.growth_mixed", "… its last 20 frames ÷ its first 20, ÷ the same of the floor page", Ratio, 1.2),
    explains("markdown.frames_mixed", "… its own alone", Ratio),
    explains("markdown.floor_frames_mixed", "… those of the floor page alone", Ratio),
    time("", "markdown.longest_mixed", "… longest task", Milliseconds, 50.0),
    time("5", "markdown.busy_paragraph", "… a paragraph of 22 KB: main thread busy ÷ floor page", Ratio, 1.3),
    time(
        "5",
        "markdown.growth_paragraph",
        "… its last 20 frames ÷ its first 20, ÷ the same of the floor page",
        Ratio,
        1.2,
    ),
    explains("markdown.frames_paragraph", "… its own alone", Ratio),
    explains("markdown.floor_frames_paragraph", "… those of the floor page alone", Ratio),
    time("", "markdown.longest_paragraph", "… longest task", Milliseconds, 50.0),
    time("5", "markdown.busy_listing", "… a block of 2,000 lines of code: main thread busy ÷ floor page", Ratio, 1.3),
    time(
        "5",
        "markdown.growth_listing",
        "… its last 20 frames ÷ its first 20, ÷ the same of the floor page",
        Ratio,
        1.2,
    ),
    explains("markdown.frames_listing", "… its own alone", Ratio),
    explains("markdown.floor_frames_listing", "… those of the floor page alone", Ratio),
    time("", "markdown.longest_listing", "… longest task", Milliseconds, 50.0),
    time("6", "settled.frames", "p95 of a frame while streaming below 10,000 rows ÷ below none", Ratio, 1.1),
    time("6", "settled.busy", "… main thread busy", Ratio, 1.1),
    time("6", "settled.longest", "… longest task", Milliseconds, 50.0),
    hard("7", "page.elements_all", "elements with 10,000 rows loaded", Count, 1_500.0),
    hard("7", "page.listeners_all", "… listeners", Count, 100.0),
    memory("13", "page.memory_per_byte", "… script heap and WebAssembly − 4 MB ÷ bytes of the history", Ratio, 3.0),
    explains("page.memory_all", "… both together, without those of the empty page", Bytes),
    explains("page.elements_tail", "… elements with what is loaded of them at first", Count),
    explains("page.elements_short", "… elements with a conversation of 100", Count),
    hard("7", "page.nodes_left", "nodes more after opening and leaving 50 conversations", Percent, 2.0),
    time("8", "typing.painted", "key to paint, p98, at 1,000 events/s − idle", MillisecondsMore, 8.0),
    time("9", "latency.words", "message to paint, p99, at 200 events/s ÷ floor page", Ratio, 1.3),
    time("", "latency.words_usually", "… the middle of them", Ratio, 1.3),
    time("9", "latency.numbers", "… of nothing but numbers: p99 ÷ floor page", Ratio, 1.3),
    time("", "latency.numbers_usually", "… the middle of them", Ratio, 1.3),
    hard("10", "open.requests", "opening 10,000 kept chunks: requests to the database before rows stand", Count, 3.0),
    explains("open.requests_in_all", "… and those after that", Count),
    time("10", "open.shown", "… its rows painted ÷ those of one of 100", Ratio, 1.2),
    time("", "open.shown_beside_window", "… ÷ those of one of 300, which draws as many", Ratio, 1.2),
    explains("open.rows", "… rows drawn", Count),
    hard(
        "11",
        "stable.moved_earlier",
        "the row first in view moves, while earlier messages come 100 times",
        Pixels,
        1.0,
    ),
    hard("11", "stable.moved_theme", "… while the page becomes dark and light", Pixels, 1.0),
    hard("11", "stable.moved_width", "… while the page becomes narrower and wider", Pixels, 1.0),
    hard("11", "stable.shift_load", "layout shift while the page is loaded", Shift, NO_SHIFT),
    // The rows of one stand where those of another stood, and the browser takes them for the same that have moved.
    time("", "stable.shift_opening", "… while conversations are opened", Shift, NO_SHIFT),
    hard("11", "stable.shift_turn", "… while turns are played", Shift, FIGURES_SHIFT),
    hard("11", "stable.shift_theme", "… while the page becomes dark and light", Shift, NO_SHIFT),
    hard("11", "stable.shift_earlier", "… while earlier messages come in", Shift, NO_SHIFT),
    hard("12", "hidden.lost", "20,000 events while the page is hidden: lost", Count, 0.0),
    time("12", "hidden.tasks_written", "… long tasks on return, of an answer of 108 KB", Count, 0.0),
    explains("hidden.longest_written", "… the longest of them", Milliseconds),
    time("12", "hidden.tasks_counted", "… long tasks on return, of one paragraph of 109 KB", Count, 0.0),
    explains("hidden.longest_counted", "… the longest of them", Milliseconds),
    memory("13", "memory.heap_growth", "script heap, growth over 60 turns of 500 chunks", Bytes, 1_000_000.0),
    memory("13", "memory.wasm_growth", "WebAssembly memory, growth over them", Bytes, 1_000_000.0),
    explains("memory.wasm", "… WebAssembly memory after them", Bytes),
    memory(
        "13",
        "memory.heap_growth_million",
        "script heap, growth over 184 turns, 1,000,000 events",
        Bytes,
        1_000_000.0,
    ),
    memory("13", "memory.wasm_growth_million", "WebAssembly memory, growth over them", Bytes, 1_000_000.0),
    time(
        "14",
        "coloured.frames",
        "p95 of a frame below 200 coloured blocks of code ÷ below uncoloured ones",
        Ratio,
        1.2,
    ),
    time("14", "coloured.busy", "… main thread busy", Ratio, 1.2),
    time("", "coloured.longest", "… longest task", Milliseconds, 50.0),
    time("15", "switch.shown", "switching between conversations of 10,000 chunks ÷ of 100", Ratio, 1.2),
    time("", "switch.shown_beside_window", "… ÷ of 300, which draw as many", Ratio, 1.2),
    time("15", "switch.shown_all", "… all 10,000 loaded ÷ of 100", Ratio, 1.2),
    hard("15", "commit.transactions", "keeping a sealed turn of 500 chunks: transactions that write", Count, 2.0),
    time("16", "several.busy", "four streams of 250 events/s, one seen: main thread busy ÷ one of 1,000", Ratio, 1.1),
    time("", "several.longest", "… longest task", Milliseconds, 50.0),
];

/// Shown as 0.000.
const NO_SHIFT: f64 = 0.000_5;

/// What figures take that were not there before, where nobody reads words. A line of an answer that moves is a hundred times
/// as much.
const FIGURES_SHIFT: f64 = 0.005;

/// It fails the run.
const fn hard(number: &'static str, measure: &'static str, what: &'static str, unit: Unit, at_most: f64) -> Target {
    Target { number, measure, what, unit, at_most: Some(at_most), rule: Hard }
}

/// It is printed: times depend on the machine.
const fn time(number: &'static str, measure: &'static str, what: &'static str, unit: Unit, at_most: f64) -> Target {
    Target { number, measure, what, unit, at_most: Some(at_most), rule: Time }
}

/// It is printed, and why it is no more than that.
const fn memory(number: &'static str, measure: &'static str, what: &'static str, unit: Unit, at_most: f64) -> Target {
    let rule = Recorded("memory is the browser's to give, and no count of ours");
    Target { number, measure, what, unit, at_most: Some(at_most), rule }
}

/// It has no target: it explains those beside it.
const fn explains(measure: &'static str, what: &'static str, unit: Unit) -> Target {
    Target { number: "", measure, what, unit, at_most: None, rule: Recorded("it explains the others") }
}
