//! How full the model's context is.

use super::{Level, format_compact};

/// The tokens that a conversation occupies, against what its model can hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContextMeter {
    /// What it occupies, in tokens, where it is known.
    pub used: Option<u64>,
    /// What the model can hold, in tokens, where it is known.
    pub window: Option<u64>,
}

impl ContextMeter {
    fn known_window(self) -> Option<u64> {
        self.window.filter(|window| *window > 0)
    }

    /// How full it is, in percent, at most 100. `None`: there is no bar.
    pub fn percent(self) -> Option<f64> {
        let percent = self.used? as f64 * 100.0 / self.known_window()? as f64;
        Some(percent.min(100.0))
    }

    /// The same as a whole number for a bar, rounded down: what looks full is full.
    pub fn bar(self) -> Option<u64> {
        self.percent().map(|percent| percent as u64)
    }

    /// How good that is: 70 % is fair, 90 % poor, before rounding.
    pub fn level(self) -> Option<Level> {
        self.percent().map(context_level)
    }

    /// In words: `34.1k of 1.0M`; the number alone where the model's window is not known, `—` where nothing is.
    pub fn words(self) -> String {
        let Some(used) = self.used else { return "—".to_owned() };
        match self.known_window() {
            Some(window) => format!("{} of {}", format_compact(used), format_compact(window)),
            None => format_compact(used),
        }
    }

    /// What it is, for whoever asks.
    pub fn explain(self) -> Vec<String> {
        let mut lines = Vec::new();
        match self.used {
            Some(used) => {
                lines.push(format!("The conversation occupies {} tokens", super::format_grouped(used)));
                lines.push("What the last step of the newest turn read and wrote, as the backend told it".to_owned());
            }
            None => lines.push("No turn has told yet how much the conversation occupies".to_owned()),
        }
        match self.known_window() {
            Some(window) => lines.push(format!("The model holds {} tokens", super::format_grouped(window))),
            None => lines.push("How much the model holds is not known".to_owned()),
        }
        lines
    }
}

fn context_level(percent: f64) -> Level {
    if percent >= 90.0 {
        Level::Poor
    } else if percent >= 70.0 {
        Level::Fair
    } else {
        Level::Good
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// F22.
    #[test]
    fn there_is_a_percentage_where_both_ends_are_known_and_never_more_than_all() {
        let cases = [
            ((Some(34_102), Some(1_000_000)), Some(3.4102), "34.1k of 1.0M"),
            ((None, Some(1_000_000)), None, "—"),
            ((Some(2_000_000), Some(1_000_000)), Some(100.0), "2.0M of 1.0M"),
            ((Some(5_000), None), None, "5.0k"),
            ((Some(5_000), Some(0)), None, "5.0k"),
        ];
        for ((used, window), percent, words) in cases {
            let meter = ContextMeter { used, window };
            assert_eq!(meter.percent(), percent, "{meter:?}");
            assert_eq!(meter.words(), words);
            assert_eq!(meter.level().is_some(), percent.is_some(), "no bar, no colour");
        }
    }

    /// F24.
    #[test]
    fn from_seventy_percent_on_it_is_fair_and_from_ninety_poor() {
        let cases = [(69.9, Level::Good), (70.0, Level::Fair), (89.9, Level::Fair), (90.0, Level::Poor)];
        for (percent, expected) in cases {
            assert_eq!(context_level(percent), expected, "{percent} %");
        }
    }

    #[test]
    fn whoever_asks_is_told_what_is_known_and_what_is_not() {
        let known = ContextMeter { used: Some(34_102), window: Some(200_000) };
        assert_eq!(known.explain()[0], "The conversation occupies 34,102 tokens");
        assert_eq!(known.explain()[2], "The model holds 200,000 tokens");
        assert_eq!(ContextMeter::default().explain().len(), 2);
    }
}
