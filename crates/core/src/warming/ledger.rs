//! What warming brought, and what it took.
//!
//! A warm is open until a real turn comes. If that turn found the prompt in the cache, the warms before it saved it from
//! being paid for again — unless it came so soon that the prompt was there anyway, as far as was ever seen. If it found
//! nothing, they were wasted. Only tokens are told, and those that are paid in full apart from those that are read from a
//! cache: what either costs, nobody says.

use super::history::{HISTORY_LENGTH, History, Warm};
use super::words::{about, tokens_words};

/// What became of a warm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// No turn came since.
    #[default]
    Open,
    /// The next turn found the prompt: so many tokens were not paid for again. Of several warms before one turn, only the
    /// last one counts them.
    Saved(u64),
    /// The next turn would have found the prompt without it.
    NotNeeded,
    /// The next turn found nothing.
    Wasted,
    /// The next turn does not tell.
    Unknown,
}

impl Outcome {
    /// In words, for a line of the history; empty while nothing became of it.
    pub fn words(self) -> String {
        match self {
            Self::Open => String::new(),
            Self::Saved(0) => "kept the cache for a later warm".to_owned(),
            Self::Saved(tokens) => format!("saved {}", tokens_words(tokens)),
            Self::NotNeeded => "was not needed".to_owned(),
            Self::Wasted => "was wasted".to_owned(),
            Self::Unknown => "not known what it saved".to_owned(),
        }
    }
}

/// What a turn found in the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// How many tokens its first request read; unknown where the provider does not tell.
    pub(crate) read: Option<u64>,
    /// How much that was of what had been cached, in percent, where that is known.
    pub(crate) retained: Option<u64>,
    /// Whether the prompt would have been there without any warm.
    pub(crate) was_there_anyway: bool,
}

/// Less than this of what had been cached, in percent, is as good as nothing.
const NOTHING: u64 = 33;

/// A turn came: what became of the warms before it.
pub(crate) fn settle(history: &mut History, found: Found) {
    let mut saved = found.read.unwrap_or_default();
    for warm in history.iter_mut().filter(|warm| warm.outcome == Outcome::Open) {
        warm.outcome = match found.read {
            None => Outcome::Unknown,
            Some(read) if read == 0 || found.retained.is_some_and(|retained| retained < NOTHING) => Outcome::Wasted,
            Some(_) if found.was_there_anyway => Outcome::NotNeeded,
            Some(_) => Outcome::Saved(std::mem::take(&mut saved)),
        };
    }
}

/// The whole of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerView {
    /// `4 warms: 2 helped, 1 was wasted, 1 waits for a turn`; empty if there were none.
    pub total: String,
    /// `Net: 182k tokens saved; about 552k tokens read from the cache for it`; empty while nothing is known.
    pub net: String,
}

/// Adds it up.
pub(crate) fn view(history: &History) -> LedgerView {
    let (mut warms, mut helped, mut unneeded, mut wasted, mut open, mut unknown) = (0_usize, 0, 0, 0, 0, 0);
    let (mut saved, mut sums, mut is_complete) = (0_u64, Sums::default(), true);
    for warm in history.iter() {
        warms += 1;
        let counted = match warm.outcome {
            Outcome::Open => &mut open,
            Outcome::Saved(tokens) => {
                saved = saved.saturating_add(tokens);
                &mut helped
            }
            Outcome::NotNeeded => &mut unneeded,
            Outcome::Wasted => &mut wasted,
            Outcome::Unknown => &mut unknown,
        };
        *counted += 1;
        is_complete &= sums.add(warm);
    }
    if warms == 0 {
        return LedgerView::default();
    }
    let part = |count: usize, one: &str, many: &str| {
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let parts = [
        part(helped, "helped", "helped"),
        part(unneeded, "was not needed", "were not needed"),
        part(wasted, "was wasted", "were wasted"),
        part(unknown, "is not known", "are not known"),
        part(open, "waits for a turn", "wait for a turn"),
    ];
    let parts = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let count = match warms {
        1 => "1 warm".to_owned(),
        HISTORY_LENGTH.. => format!("Last {warms} warms"),
        _ => format!("{warms} warms"),
    };
    LedgerView { total: format!("{count}: {parts}"), net: sums.net(saved, is_complete) }
}

/// What warms took.
#[derive(Debug, Default)]
struct Sums {
    read: u64,
    paid: u64,
    /// Something in it was not told but follows from rates.
    is_about: bool,
}

impl Sums {
    /// Adds a warm. Gives back whether anything is known of it.
    fn add(&mut self, warm: &Warm) -> bool {
        let (read, paid) = match (warm.cost, warm.context, warm.rate) {
            (Some(cost), _, _) => (cost.read, cost.paid),
            (None, Some(context), Some(rate)) => {
                self.is_about = true;
                let read = (context as f64 * (rate / 100.0).clamp(0.0, 1.0)) as u64;
                (read, context.saturating_sub(read))
            }
            (None, _, _) => return false,
        };
        self.read = self.read.saturating_add(read);
        self.paid = self.paid.saturating_add(paid);
        true
    }

    fn net(&self, saved: u64, is_complete: bool) -> String {
        if self.read == 0 && self.paid == 0 && saved == 0 {
            return String::new();
        }
        let (net, word) = match saved.checked_sub(self.paid) {
            Some(net) => (net, "saved"),
            None => (self.paid - saved, "spent"),
        };
        let words = |tokens: u64| match self.is_about {
            true => ["about ", &tokens_words(about(tokens))].concat(),
            false => tokens_words(tokens),
        };
        let least = if is_complete { "" } else { ", at least" };
        format!("Net: {} {word}; {} read from the cache for it{least}", words(net), words(self.read))
    }
}

#[cfg(test)]
mod tests {
    use super::super::history::Cost;
    use super::*;
    use crate::Millis;

    fn history(warms: &[Warm]) -> History {
        let mut history = History::default();
        for (at, warm) in warms.iter().enumerate() {
            history.add(Warm { at: Millis(at as f64), ..*warm });
        }
        history
    }

    fn told(read: u64, paid: u64) -> Warm {
        Warm { cost: Some(Cost { read, paid }), ..Warm::new(Millis(0.0)) }
    }

    fn settled(count: usize, found: Found) -> Vec<Outcome> {
        let mut history = history(&vec![told(1, 1); count]);
        settle(&mut history, found);
        history.iter().map(|warm| warm.outcome).collect()
    }

    const FOUND: Found = Found { read: Some(184_000), retained: Some(100), was_there_anyway: false };

    #[test]
    fn the_next_turn_says_what_the_warms_before_it_brought() {
        assert_eq!(settled(2, FOUND), [Outcome::Saved(184_000), Outcome::Saved(0)], "counted once");
        assert_eq!(settled(1, Found { was_there_anyway: true, ..FOUND }), [Outcome::NotNeeded]);
        assert_eq!(settled(1, Found { read: Some(0), ..FOUND }), [Outcome::Wasted]);
        assert_eq!(settled(1, Found { read: Some(512), retained: Some(2), ..FOUND }), [Outcome::Wasted]);
        assert_eq!(settled(1, Found { read: Some(512), retained: None, ..FOUND }), [Outcome::Saved(512)]);
        assert_eq!(settled(1, Found { read: None, ..FOUND }), [Outcome::Unknown]);
        let mut history = history(&[told(1, 1)]);
        settle(&mut history, FOUND);
        settle(&mut history, Found { read: Some(0), ..FOUND });
        assert_eq!(history.iter().next().unwrap().outcome, Outcome::Saved(184_000), "once and for all");
    }

    #[test]
    fn it_is_added_up_in_words() {
        let total = |warms: &[Warm]| view(&history(warms));
        assert_eq!(total(&[]), LedgerView::default());
        let open = total(&[told(100_000, 2_000)]);
        assert_eq!(open.total, "1 warm: 1 waits for a turn");
        assert_eq!(open.net, "Net: 2.0k tokens spent; 100k tokens read from the cache for it");
        let saved = Warm { outcome: Outcome::Saved(184_000), ..told(184_000, 1_000) };
        let wasted = Warm { outcome: Outcome::Wasted, ..told(0, 9_000) };
        let mixed = total(&[saved, wasted, wasted, told(184_000, 1_000)]);
        assert_eq!(mixed.total, "4 warms: 1 helped, 2 were wasted, 1 waits for a turn");
        assert_eq!(mixed.net, "Net: 164k tokens saved; 368k tokens read from the cache for it");
    }

    #[test]
    fn what_was_not_told_is_marked_as_what_it_is() {
        let rated = Warm { rate: Some(99.0), context: Some(184_321), ..Warm::new(Millis(0.0)) };
        assert_eq!(
            view(&history(&[rated])).net,
            "Net: about 1.8k tokens spent; about 182k tokens read from the cache for it"
        );
        let unknown = Warm::new(Millis(0.0));
        assert_eq!(view(&history(&[unknown])).net, "");
        assert_eq!(
            view(&history(&[unknown, told(10, 5)])).net,
            "Net: 5 tokens spent; 10 tokens read from the cache for it, at least"
        );
        let odd = Warm { rate: Some(f64::NAN), context: Some(10), ..unknown };
        assert_eq!(view(&history(&[odd])).net, "Net: about 10 tokens spent; about 0 tokens read from the cache for it");
    }
}
