//! How warm a conversation's prompt cache is, and what that rests on.
//!
//! Nobody tells how long a provider keeps a prompt. But each turn and each warm tells how much of what had been cached it
//! found there, and how long nobody had used it: where it was found, it is kept at least that long; where it was not, not
//! longer. Between the two nothing is known, and nothing is said. What this guarantees: “warm” and “cold” are only said of
//! what follows from what was seen. It errs one way: a moment that is not known exactly is taken for the earlier one.
//!
//! Three things make a span worthless as evidence, and each is noticed: the console did not hear everything in between
//! (another socket, a reload), the backend may have warmed unseen, or another model was used, which has a cache of its own.

use super::words::{about, tokens_words};
use crate::Millis;
use crate::order;
use crate::time::format_elapsed;

/// Found again: so much of what had been cached, in percent, or more.
const FOUND: u64 = 66;
/// Lost: less than this. What is in between tells nothing: a part of the prompt is shared with other conversations.
const LOST: u64 = 33;
/// Of how many models a conversation remembers how long they keep its prompt.
const MODELS_KEPT: usize = 4;
/// Expiry is near when no more milliseconds than this are left…
const NEAR: f64 = 60_000.0;
/// …and no more than one part in so many of the whole.
const NEAR_PART: f64 = 5.0;

/// A use of a conversation's prompt cache: by a turn, or by a warm. What is joined here may come from anywhere that knows
/// it; the console itself takes it from a turn's events, and from the `cache-warming` surface.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheUse {
    /// When the first request was made.
    pub began: Millis,
    /// When the last one was. The provider counts from there. Unknown where the turn was heard of too late.
    pub last: Option<Millis>,
    /// How much of the prompt the first request read from the cache, in tokens; unknown where the provider does not tell.
    pub read: Option<u64>,
    /// How much of what had been cached before was read, in percent, where that was told instead of tokens.
    pub retained: Option<u64>,
    /// What is in the cache after the last request, in tokens, where that is known.
    pub held: Option<u64>,
    /// Whether everything that used the cache since the use before this one was heard of.
    pub is_next: bool,
    /// Whether this one was heard of when it happened, so that nothing after it was missed.
    pub is_live: bool,
}

/// What is known of one model's cache.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) model: String,
    /// When it was used last.
    pub(crate) last: Option<Millis>,
    /// How many tokens are in it.
    pub(crate) held: Option<u64>,
    /// The longest span, in milliseconds, after which it was still there.
    pub(crate) kept: Option<f64>,
    /// The shortest longer one after which it was not.
    pub(crate) lost: Option<f64>,
}

impl Line {
    fn learn(&mut self, span: f64, retained: u64) {
        if retained >= FOUND {
            self.kept = Some(self.kept.map_or(span, |kept| kept.max(span)));
        } else if retained < LOST {
            self.lost = Some(self.lost.map_or(span, |lost| lost.min(span)));
        }
        self.drop_contradiction();
    }

    /// What was lost sooner than it was kept another time was lost for another reason.
    pub(crate) fn drop_contradiction(&mut self) {
        self.lost = self.lost.filter(|lost| self.kept.is_none_or(|kept| kept < *lost));
    }
}

/// What is known of the caches of a conversation, a line a model, the one used last at the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Clock {
    pub(crate) lines: Vec<Line>,
    /// Every turn since the last use was heard of.
    hears: bool,
}

impl Clock {
    /// What was once known, of which nobody knows what came after.
    pub(crate) fn of_lines(lines: Vec<Line>) -> Self {
        Self { lines, hears: false }
    }

    /// The line of a model; without a name, the one that was used last.
    pub(crate) fn line(&self, model: Option<&str>) -> Option<&Line> {
        self.lines.iter().rev().find(|line| model.is_none_or(|model| line.model == model))
    }

    /// Whether every turn since the last use was heard of.
    pub(crate) fn hears(&self) -> bool {
        self.hears
    }

    /// Something may have been missed: what comes next says nothing about how long the cache is kept, and what was last
    /// known may be older than what is.
    pub(crate) fn misses(&mut self) {
        self.hears = false;
    }

    /// The prompt is another one from now on: nothing of it is cached.
    pub(crate) fn prompt_changed(&mut self) {
        for line in &mut self.lines {
            line.last = None;
            line.held = None;
        }
    }

    /// Takes a use of a model's cache in; one that is older than the last known changes nothing. Gives back how much of what
    /// had been cached was found, in percent.
    pub(crate) fn used(&mut self, model: &str, used: &CacheUse) -> Option<u64> {
        let last = self.line(Some(model)).and_then(|line| line.last);
        if last.zip(used.last).is_some_and(|(last, used)| used.0 < last.0) {
            return None;
        }
        let mut line = match self.lines.iter().position(|line| line.model == model) {
            Some(place) => self.lines.remove(place),
            None => Line { model: model.to_owned(), ..Line::default() },
        };
        let of_held = |(read, held): (u64, u64)| (read.saturating_mul(100) / held).min(100);
        let retained = used.retained.or(used.read.zip(line.held.filter(|held| *held > 0)).map(of_held));
        if let (true, Some(last), Some(retained)) = (used.is_next && self.hears, line.last, retained) {
            line.learn(used.began.since(last), retained);
        }
        line.last = used.last;
        line.held = used.held.or(line.held);
        self.lines.push(line);
        if self.lines.len() > MODELS_KEPT {
            self.lines.remove(0);
        }
        self.hears = used.last.is_some() && (used.is_live || self.hears);
        retained
    }

    /// What another account of the same conversation knows and this one does not.
    pub(crate) fn complete(&mut self, other: Self) {
        for theirs in other.lines {
            let Some(ours) = self.lines.iter_mut().find(|line| line.model == theirs.model) else {
                self.lines.push(theirs);
                continue;
            };
            if theirs.last.is_some_and(|at| ours.last.is_none_or(|ours| ours.0 < at.0)) {
                ours.last = theirs.last;
                ours.held = theirs.held.or(ours.held);
            }
            if let Some(span) = theirs.kept {
                ours.learn(span, 100);
            }
            if let Some(span) = theirs.lost {
                ours.learn(span, 0);
            }
        }
        let moment = |line: &Line| line.last.unwrap_or_default().0;
        order::sort(&mut self.lines, |a, b| moment(a).total_cmp(&moment(b)).then_with(|| a.model.cmp(&b.model)));
        let forgotten = self.lines.len().saturating_sub(MODELS_KEPT);
        self.lines.drain(..forgotten);
    }
}

/// How warm a cache is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheState {
    /// Nothing that was seen says.
    Unknown,
    /// It is there.
    Warm,
    /// It is there, and may not be for much longer.
    Expiring,
    /// It is not there.
    Cold,
}

/// The clock of a conversation, for a line that ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CacheClock {
    /// A turn runs, which uses the cache.
    pub is_running: bool,
    /// When the cache was used last, where that is known.
    pub last: Option<Millis>,
    /// How long it was seen to be kept, in milliseconds.
    pub kept: Option<f64>,
    /// After how long it was seen to be lost, in milliseconds.
    pub lost: Option<f64>,
    /// Whether nothing can have used the cache since, unheard. Where something can, it may be warmer than it seems.
    pub is_all: bool,
    /// How many tokens a message now would read, of the cache or anew.
    pub tokens: Option<u64>,
}

impl CacheClock {
    /// How warm the cache is now.
    pub fn state(&self, now: Millis) -> CacheState {
        if self.is_running {
            return CacheState::Warm;
        }
        let Some(last) = self.last else { return CacheState::Unknown };
        let unused = now.since(last);
        match (self.kept, self.lost) {
            (Some(kept), _) if unused < kept - NEAR.min(kept / NEAR_PART) => CacheState::Warm,
            (Some(kept), _) if unused < kept => CacheState::Expiring,
            (_, Some(lost)) if unused >= lost && self.is_all => CacheState::Cold,
            _ => CacheState::Unknown,
        }
    }

    /// How much of the time is over for which the cache is known to be kept, from 0 to 100; unknown without such a time.
    pub fn drained(&self, now: Millis) -> Option<u8> {
        match self.state(now) {
            CacheState::Warm | CacheState::Expiring if self.is_running => Some(0),
            CacheState::Warm | CacheState::Expiring => {
                Some((now.since(self.last?) / self.kept? * 100.0).clamp(0.0, 100.0) as u8)
            }
            CacheState::Cold => Some(100),
            CacheState::Unknown => None,
        }
    }

    /// What is said of it.
    pub fn words(&self, now: Millis) -> String {
        let unused = self.last.map_or(0.0, |last| now.since(last));
        let left = self.kept.map_or(0.0, |kept| kept - unused);
        match self.state(now) {
            CacheState::Warm if self.is_running => "Warm: in use".to_owned(),
            CacheState::Warm => format!("Warm for {} at least", format_elapsed(left)),
            CacheState::Expiring => format!("May expire in {}", format_elapsed(left)),
            CacheState::Cold => format!("Cold: not used for {}", format_elapsed(unused)),
            CacheState::Unknown => match (self.last, self.kept) {
                (None, _) => "Not known".to_owned(),
                (Some(_), Some(kept)) if unused >= kept => {
                    format!(
                        "Not known: not used for {}, seen kept for {}",
                        format_elapsed(unused),
                        format_elapsed(kept)
                    )
                }
                (Some(_), _) => format!("Not known: not used for {}", format_elapsed(unused)),
            },
        }
    }

    /// What a message costs that is sent now: `warm`, or `cold: about 184k tokens read again`; nothing where it is not known.
    pub fn cost_words(&self, now: Millis) -> Option<String> {
        match self.state(now) {
            CacheState::Warm | CacheState::Expiring => Some("warm".to_owned()),
            CacheState::Cold => Some(match self.tokens {
                Some(tokens) => format!("cold: about {} read again", tokens_words(about(tokens))),
                None => "cold".to_owned(),
            }),
            CacheState::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests;
