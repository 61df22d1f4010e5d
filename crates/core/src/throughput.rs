//! How fast the models were, in a day, a week or a month that the person leafs through. The backend counts; here it is
//! decided which window is asked for, and what its answer says.
//!
//! An answer to a window that was left meanwhile is of no interest. The future is not leafed into: nothing was measured in it.

use crate::calendar::{first_of_month, format_day, format_month, format_week, monday_of, next_month};
use crate::metrics::{format_count, format_grouped, format_rate, rate};
use crate::time::{format_duration, round_half_up};
use crate::{HttpFailure, RequestId, order};
use dispatch_contract::{ThroughputPeriod, ThroughputResponse};

/// The length of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// One day.
    #[default]
    Day,
    /// One ISO week, Monday to Sunday.
    Week,
    /// One calendar month.
    Month,
}

impl Period {
    /// All of them, shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "Day",
            Self::Week => "Week",
            Self::Month => "Month",
        }
    }

    /// The contract's word for it.
    pub fn to_wire(self) -> ThroughputPeriod {
        match self {
            Self::Day => ThroughputPeriod::Day,
            Self::Week => ThroughputPeriod::Week,
            Self::Month => ThroughputPeriod::Month,
        }
    }

    /// The first day of the window that a day is in.
    fn start(self, day: i64) -> i64 {
        match self {
            Self::Day => day,
            Self::Week => monday_of(day),
            Self::Month => first_of_month(day),
        }
    }

    /// The first day after that window.
    fn end(self, day: i64) -> i64 {
        match self {
            Self::Day => day + 1,
            Self::Week => monday_of(day) + 7,
            Self::Month => next_month(day),
        }
    }
}

/// What the person did with the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// Looked at it: for the first time, or anew.
    Look,
    /// Chose another length; the day stays in it.
    Choose(Period),
    /// To the window before.
    Previous,
    /// To the window after.
    Next,
    /// To the window that today is in.
    Today,
}

/// The window, and what is known of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Throughput {
    period: Period,
    /// A day in the window, once anybody looked.
    day: Option<i64>,
    today: i64,
    answer: Answer,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Answer {
    #[default]
    NotAsked,
    Asked(RequestId),
    Ready(Vec<Bar>),
    Failed(String),
}

/// How fast one model was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Its name.
    pub model: String,
    /// How fast: `78 tok/s`, or `—`.
    pub rate: String,
    /// How long the bar is, 0…100, the fastest model's being 100.
    pub length: u64,
    /// What it was measured by: `12,345 tok in 3m 05s, 7 turns`.
    pub detail: String,
}

/// How the window stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ThroughputState {
    /// The answer is on its way.
    Loading,
    /// It is here; the fastest model first, and none if nothing was measured.
    Ready(Vec<Bar>),
    /// It could not be had, for this reason.
    Failed(String),
}

/// The window, in the words it is shown in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThroughputView {
    /// Its length.
    pub period: Period,
    /// Which it is: `2026-03-15`, `2026-W11, from 2026-03-09`, `2026-03`.
    pub title: String,
    /// Whether today is in it. There is none after it then.
    pub is_current: bool,
    /// How it stands.
    pub state: ThroughputState,
}

impl Throughput {
    /// The person leafs. `Some`: the date to ask for now, and its period. `None`: there is nothing to leaf to.
    pub(crate) fn leaf(&mut self, leaf: Leaf, today: i64, request: RequestId) -> Option<(Period, String)> {
        let day = self.day.unwrap_or(today);
        let (start, end) = (self.period.start(day), self.period.end(day));
        self.today = today;
        self.day = Some(match leaf {
            Leaf::Look => day,
            Leaf::Choose(period) => {
                self.period = period;
                // From a window with today in it one gets to another one with today in it.
                if (start..end).contains(&today) { today } else { day }
            }
            Leaf::Previous => self.period.start(start - 1),
            Leaf::Next if end > today => return None,
            Leaf::Next => end,
            Leaf::Today => today,
        });
        self.answer = Answer::Asked(request);
        Some((self.period, self.date()))
    }

    /// The window's date, as the backend is asked for it.
    fn date(&self) -> String {
        let start = self.period.start(self.day.unwrap_or(self.today));
        match self.period {
            Period::Day | Period::Week => format_day(start),
            Period::Month => format_month(start),
        }
    }

    /// An answer came. `false`: nobody waits for it.
    pub(crate) fn answered(&mut self, request: RequestId, answer: Result<ThroughputResponse, HttpFailure>) -> bool {
        if self.answer != Answer::Asked(request) {
            return false;
        }
        self.answer = match answer {
            Ok(measured) => Answer::Ready(bars(measured)),
            Err(failure) if failure.is_unsupported() => {
                Answer::Failed("This backend does not measure throughput".to_owned())
            }
            Err(failure) => Answer::Failed(format!("Not loaded: {}", failure.in_words())),
        };
        true
    }

    /// What is shown of it.
    pub fn view(&self) -> ThroughputView {
        let day = self.day.unwrap_or(self.today);
        let title = match self.period {
            Period::Day | Period::Month => self.date(),
            Period::Week => format!("{}, from {}", format_week(day), self.date()),
        };
        let state = match &self.answer {
            Answer::NotAsked | Answer::Asked(_) => ThroughputState::Loading,
            Answer::Ready(bars) => ThroughputState::Ready(bars.clone()),
            Answer::Failed(why) => ThroughputState::Failed(why.clone()),
        };
        ThroughputView { period: self.period, title, is_current: self.period.end(day) > self.today, state }
    }
}

fn bars(measured: ThroughputResponse) -> Vec<Bar> {
    // Asked of the same formula as all rates, so that what cannot be is no rate here either.
    let mut models: Vec<(f64, _)> = measured
        .models
        .into_iter()
        .map(|model| (believable(model.tokens_per_second).unwrap_or_default(), model))
        .collect();
    order::sort(&mut models, |(a, _), (b, _)| b.total_cmp(a));
    let fastest = models.first().map_or(0.0, |(fastest, _)| *fastest);
    let bar = |(speed, model): (f64, dispatch_contract::ModelThroughput)| {
        let time = format_duration(model.total_gen_ms).map(|time| format!(" in {time}")).unwrap_or_default();
        let (tokens, turns) = (format_grouped(model.total_output_tokens), format_count(model.turns, "turn"));
        Bar {
            rate: if speed > 0.0 { format_rate(speed) } else { "—".to_owned() },
            length: if fastest > 0.0 { round_half_up(speed / fastest * 100.0) } else { 0 },
            detail: format!("{tokens} tok{time}, {turns}"),
            model: model.model,
        }
    };
    models.into_iter().map(bar).collect()
}

/// A rate that can be, in tokens per second.
fn believable(tokens_per_second: f64) -> Option<f64> {
    (tokens_per_second > 0.0).then(|| rate(1, Some(1000.0 / tokens_per_second))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dispatch_contract::ModelThroughput;

    /// 2026-03-15, a Sunday.
    const TODAY: i64 = 20_527;

    fn leafed(leaves: &[Leaf]) -> (Throughput, Option<(Period, String)>) {
        let mut throughput = Throughput::default();
        let mut asked = None;
        for (at, leaf) in leaves.iter().enumerate() {
            asked = throughput.leaf(*leaf, TODAY, RequestId(at as u64));
        }
        (throughput, asked)
    }

    fn model(name: &str, speed: f64, tokens: u64, ms: f64, turns: u64) -> ModelThroughput {
        let (model, total_output_tokens, total_gen_ms) = (name.to_owned(), tokens, ms);
        ModelThroughput { model, tokens_per_second: speed, total_output_tokens, total_gen_ms, turns }
    }

    fn response(models: Vec<ModelThroughput>) -> ThroughputResponse {
        ThroughputResponse { period: ThroughputPeriod::Day, date: String::new(), start: 0, end: 0, models }
    }

    #[test]
    fn windows_are_leafed_through_and_end_today() {
        use Leaf::{Choose, Look, Next, Previous, Today};
        let (day, week, month) = (Choose(Period::Day), Choose(Period::Week), Choose(Period::Month));
        let cases: &[(&[Leaf], Option<&str>, &str, bool)] = &[
            (&[Look], Some("2026-03-15"), "2026-03-15", true),
            (&[Previous], Some("2026-03-14"), "2026-03-14", false),
            (&[Previous, Next], Some("2026-03-15"), "2026-03-15", true),
            (&[Look, Next], None, "2026-03-15", true),
            (&[week], Some("2026-03-09"), "2026-W11, from 2026-03-09", true),
            (&[week, Previous], Some("2026-03-02"), "2026-W10, from 2026-03-02", false),
            (&[month], Some("2026-03"), "2026-03", true),
            (&[month, Previous, Previous, Previous], Some("2025-12"), "2025-12", false),
            (&[month, Previous, Next], Some("2026-03"), "2026-03", true),
            (&[month, Next], None, "2026-03", true),
            (&[month, day], Some("2026-03-15"), "2026-03-15", true),
            (&[month, Previous, week], Some("2026-01-26"), "2026-W05, from 2026-01-26", false),
            (&[month, Previous, week, Today], Some("2026-03-09"), "2026-W11, from 2026-03-09", true),
        ];
        for (leaves, date, title, is_current) in cases {
            let (throughput, asked) = leafed(leaves);
            let view = throughput.view();
            assert_eq!(asked.map(|(_, date)| date).as_deref(), *date, "{leaves:?}");
            assert_eq!((view.title.as_str(), view.is_current), (*title, *is_current), "{leaves:?}");
        }
    }

    #[test]
    fn a_window_that_was_today_is_a_past_one_after_midnight() {
        let (mut throughput, _) = leafed(&[Leaf::Look]);
        assert_eq!(
            throughput.leaf(Leaf::Look, TODAY + 1, RequestId(9)).map(|(_, date)| date).as_deref(),
            Some("2026-03-15")
        );
        assert!(!throughput.view().is_current);
        assert!(throughput.leaf(Leaf::Next, TODAY + 1, RequestId(10)).is_some());
    }

    #[test]
    fn only_the_answer_that_is_waited_for_counts() {
        let (mut throughput, _) = leafed(&[Leaf::Look, Leaf::Previous]);
        assert!(!throughput.answered(RequestId(0), Ok(response(Vec::new()))), "the window was left");
        assert_eq!(throughput.view().state, ThroughputState::Loading);
        assert!(throughput.answered(RequestId(1), Ok(response(Vec::new()))));
        assert_eq!(throughput.view().state, ThroughputState::Ready(Vec::new()));
        assert!(!throughput.answered(RequestId(1), Err(HttpFailure::Unreachable)), "an answer counts once");
    }

    #[test]
    fn the_fastest_model_comes_first_and_what_cannot_be_has_no_bar() {
        let (mut throughput, _) = leafed(&[Leaf::Look]);
        let models = vec![
            model("a/slow", 9.95, 199, 20_000.0, 1),
            model("a/odd", 1e300, 5, 0.0, 2),
            model("b/fast", 39.8, 12_345, 185_000.0, 7),
            model("b/negative", -4.0, 0, -1.0, 0),
        ];
        throughput.answered(RequestId(0), Ok(response(models)));
        let ThroughputState::Ready(bars) = throughput.view().state else { panic!("it is here") };
        let told: Vec<String> =
            bars.iter().map(|bar| format!("{} {} {} {}", bar.model, bar.rate, bar.length, bar.detail)).collect();
        let expected = [
            "b/fast 40 tok/s 100 12,345 tok in 3m 05s, 7 turns",
            "a/slow 10 tok/s 25 199 tok in 20.0s, 1 turn",
            "a/odd — 0 5 tok, 2 turns",
            "b/negative — 0 0 tok, 0 turns",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_failure_is_told_in_words() {
        let refused = |status| HttpFailure::Refused { status, message: None };
        let cases = [
            (refused(404), "This backend does not measure throughput"),
            (refused(500), "Not loaded: the server answered HTTP 500"),
            (HttpFailure::Unreachable, "Not loaded: the server cannot be reached"),
        ];
        for (failure, expected) in cases {
            let (mut throughput, _) = leafed(&[Leaf::Look]);
            throughput.answered(RequestId(0), Err(failure));
            assert_eq!(throughput.view().state, ThroughputState::Failed(expected.to_owned()));
        }
    }
}
