//! What the view of cache warming shows, in its words.

use super::history::Warm;
use super::manual::percent_words;
use super::{CacheClock, Countdown, LedgerView, Manual, Outcome, Told, Warming, ledger, split_interval};
use crate::Millis;
use crate::metrics::Level;
use crate::surfaces::{Block, Control, Standing, Surfaces, WARMING, first_number};
use crate::time::round_half_up;
use dispatch_contract::Field;

/// The level of a percentage of a warm, rounded half up: 80 and more is good, 40 and more fair.
fn level_of_warm(percent: f64) -> Level {
    match round_half_up(percent.max(0.0)) {
        80.. => Level::Good,
        40..80 => Level::Fair,
        0..40 => Level::Poor,
    }
}

/// A percentage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateView {
    /// `93%`.
    pub words: String,
    /// How good it is.
    pub level: Level,
}

impl RateView {
    fn of(percent: f64) -> Self {
        Self { words: percent_words(percent), level: level_of_warm(percent) }
    }
}

/// A warm in the history.
#[derive(Clone, Debug, PartialEq)]
pub struct WarmView {
    /// When.
    pub at: Millis,
    /// `Warmed — 93% cache hit`, or `Warmed` where no rate is known.
    pub words: String,
    /// How good that is, where it is known.
    pub level: Option<Level>,
    /// `100% retained`; empty where it is not known.
    pub retention: String,
    /// What it brought, see [`Outcome::words`].
    pub outcome: String,
}

impl WarmView {
    fn of(warm: &Warm) -> Self {
        Self {
            at: warm.at,
            words: match warm.rate {
                Some(rate) => format!("Warmed — {} cache hit", percent_words(rate)),
                None => "Warmed".to_owned(),
            },
            level: warm.rate.map(level_of_warm),
            retention: warm.retention.map(|kept| [&percent_words(kept), " retained"].concat()).unwrap_or_default(),
            outcome: Outcome::words(warm.outcome),
        }
    }
}

/// The switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchView {
    /// What it is called and stands for.
    pub control: Control,
    /// Whether it is on, or is to be.
    pub is_on: bool,
}

/// How long warming waits between two warms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntervalView {
    /// What it is called and stands for.
    pub control: Control,
    /// Whole minutes.
    pub minutes: u64,
    /// The seconds over them, 0 to 59.
    pub seconds: u64,
}

/// Cache warming of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct WarmingView {
    /// How what the surface told stands to the truth.
    pub standing: Standing,
    /// Whether its controls may be used. Without a connection they may, and say that nothing was sent.
    pub is_operable: bool,
    /// Whether the backend warms by itself, as far as is known.
    pub is_offered: bool,
    /// The switch; none where the backend warms nothing by itself, or has not said yet.
    pub switch: Option<SwitchView>,
    /// The interval.
    pub interval: Option<IntervalView>,
    /// The clock that runs down to the next warm.
    pub countdown: Countdown,
    /// How much of the last warm's prompt came from the cache.
    pub rate: Option<RateView>,
    /// How much of what had been cached the last warm found there.
    pub retention: Option<RateView>,
    /// The warms that were seen, newest first.
    pub history: Vec<WarmView>,
    /// The warm that the person asked for.
    pub manual: Manual,
    /// How warm the cache is.
    pub clock: CacheClock,
    /// What warming brought.
    pub ledger: LedgerView,
    /// After how many warms that no turn used warming is turned off, if ever.
    pub limit: Option<u64>,
}

impl Warming {
    /// How warm the cache is for a message that is sent with a model now.
    pub(crate) fn cache_clock(&self, model: Option<&str>, is_running: bool, knows_warms: bool) -> CacheClock {
        let line = self.clock.line(model);
        let is_all = knows_warms && self.clock.hears();
        let (kept, lost) = line.map_or((None, None), |line| (line.kept, line.lost));
        CacheClock { is_running, last: line.and_then(|line| line.last), kept, lost, is_all, tokens: self.context }
    }

    pub(crate) fn view(&self, surfaces: &Surfaces, is_connected: bool, clock: CacheClock) -> WarmingView {
        let (fields, standing) = surfaces.fields_of(WARMING).unwrap_or_default();
        let told = Told::read(fields);
        let switch = surfaces.first_block(WARMING, |field| matches!(field, Field::Toggle { .. })).and_then(|block| {
            let Block::Toggle { control, is_on } = block else { return None };
            Some(SwitchView { control, is_on })
        });
        let interval = surfaces.first_block(WARMING, |field| matches!(field, Field::Number { .. })).and_then(|block| {
            let Block::Number { control, value, .. } = block else { return None };
            let asked = first_number(&value).filter(|_| control.is_pending);
            let (minutes, seconds) = split_interval(asked.or(told.interval).unwrap_or_default());
            Some(IntervalView { control, minutes, seconds })
        });
        WarmingView {
            standing,
            is_operable: standing == Standing::Current || !is_connected,
            is_offered: surfaces.may_have(WARMING),
            switch,
            interval,
            countdown: told.countdown(),
            rate: told.rate.map(RateView::of),
            retention: told.retention.map(RateView::of),
            history: self.history.iter().map(WarmView::of).collect(),
            manual: self.manual.clone(),
            clock,
            ledger: ledger::view(&self.history),
            limit: self.limit.warms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_have_levels_and_words() {
        let cases = [
            (100.0, "100%", Level::Good),
            (80.0, "80%", Level::Good),
            (79.5, "80%", Level::Good),
            (79.0, "79%", Level::Fair),
            (40.0, "40%", Level::Fair),
            (39.0, "39%", Level::Poor),
            (-3.0, "0%", Level::Poor),
            (f64::NAN, "0%", Level::Poor),
        ];
        for (percent, words, level) in cases {
            assert_eq!(RateView::of(percent), RateView { words: words.to_owned(), level }, "{percent}");
        }
    }

    #[test]
    fn a_warm_is_told_by_its_cache_hit() {
        let words = |rate| WarmView::of(&Warm { rate, ..Warm::new(Millis(0.0)) }).words;
        assert_eq!(words(Some(100.0)), "Warmed — 100% cache hit");
        assert_eq!(words(Some(92.6)), "Warmed — 93% cache hit");
        assert_eq!(words(None), "Warmed");
    }
}
