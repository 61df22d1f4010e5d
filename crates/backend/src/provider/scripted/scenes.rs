//! The scenes there are, in the order in which `help` lists them.
//!
//! A scene is a function of the stage: the same words in the same conversation always play the same. Its texts are the
//! first thing that a newcomer reads, so they say what is to be seen, and never claim that something was done which was
//! only played.

mod amount;
mod failing;
mod help;
mod markdown;
mod plain;
mod speech;
mod toolwork;
mod tour;

use super::scene::Stage;
use super::script::Script;

/// One scene: its name is the word that calls it.
#[derive(Debug)]
pub(super) struct Scene {
    /// The word.
    pub(super) name: &'static str,
    /// The word and what may follow it.
    pub(super) usage: &'static str,
    /// What there is to see, as half a sentence.
    pub(super) shows: &'static str,
    /// The play.
    pub(super) play: fn(&Stage) -> Script,
}

/// What plays for words that call no scene.
pub(super) const DEFAULT: fn(&Stage) -> Script = tour::tour;

pub(super) const ALL: &[Scene] = &[
    Scene { name: "help", usage: "help", shows: "this list", play: help::help },
    Scene {
        name: "tour",
        usage: "tour",
        shows: "a whole turn: thinking, tools side by side, an answer; also plays for any other message",
        play: tour::tour,
    },
    Scene {
        name: "tools",
        usage: "tools",
        shows: "several steps of tool work; one tool fails and the turn goes on",
        play: toolwork::tools,
    },
    Scene {
        name: "parallel",
        usage: "parallel",
        shows: "four tools at once with live output, done in another order than asked for",
        play: toolwork::parallel,
    },
    Scene { name: "edit", usage: "edit", shows: "two file edits as diffs; nothing is written", play: toolwork::edit },
    Scene {
        name: "quiet",
        usage: "quiet [SECONDS]",
        shows: "a tool that says nothing for a long time, 60 s unless told",
        play: toolwork::quiet,
    },
    Scene {
        name: "think",
        usage: "think",
        shows: "long thinking; how long depends on the effort",
        play: speech::think,
    },
    Scene {
        name: "slow",
        usage: "slow",
        shows: "twenty seconds of slow streaming, time to scroll and type",
        play: speech::slow,
    },
    Scene { name: "fast", usage: "fast", shows: "a burst: thousands of tokens a second", play: speech::fast },
    Scene { name: "long", usage: "long [N]", shows: "an answer of N kilobytes, 100 unless told", play: speech::long },
    Scene { name: "prose", usage: "prose [N]", shows: "the same of nothing but words", play: speech::prose },
    Scene {
        name: "rows",
        usage: "rows [N]",
        shows: "about N stored pieces in one turn, 1000 unless told: a long history in a moment",
        play: toolwork::rows,
    },
    Scene {
        name: "markdown",
        usage: "markdown [N]",
        shows: "every Markdown construct the console draws; again and again, N kilobytes of it, if told",
        play: markdown::markdown,
    },
    Scene {
        name: "paragraph",
        usage: "paragraph [N]",
        shows: "one paragraph of N kilobytes, 22 unless told",
        play: amount::paragraph,
    },
    Scene {
        name: "listing",
        usage: "listing [N]",
        shows: "one block of code of N lines, 2000 unless told",
        play: amount::listing,
    },
    Scene {
        name: "blocks",
        usage: "blocks [N] [LANGUAGE]",
        shows: "N blocks of code, 200 unless told, in Rust unless told",
        play: amount::blocks,
    },
    Scene { name: "fail", usage: "fail", shows: "an error in the middle of an answer", play: failing::fail },
    Scene {
        name: "retry",
        usage: "retry [N]",
        shows: "a busy provider that is asked again N times, 4 unless told, each time after a longer wait",
        play: failing::retry,
    },
    Scene { name: "see", usage: "see", shows: "what I was sent: the pictures of your message", play: plain::see },
    Scene { name: "echo", usage: "echo TEXT", shows: "answers exactly TEXT", play: plain::echo },
    Scene {
        name: "count",
        usage: "count [N] [WORD]",
        shows: "counts to N, one delta a number, 100 unless told; each behind a word, if one is told",
        play: plain::count,
    },
];
