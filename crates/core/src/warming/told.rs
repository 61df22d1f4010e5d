//! What the `cache-warming` surface tells, found by kind: an extension names its fields as it likes.

use super::Countdown;
use crate::Millis;
use crate::surfaces::{Drawable, first_number};
use dispatch_contract::Field;

/// The surface, as far as it could be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Told {
    /// Whether warming is on: the first toggle.
    pub(crate) is_on: Option<bool>,
    /// How long it waits between two warms, in seconds: the first number.
    pub(crate) interval: Option<f64>,
    /// How much of the last warm's prompt came from the cache, in percent: the first stat that is not the retention.
    pub(crate) rate: Option<f64>,
    /// How much of what was cached the last warm found there, in percent: the stat that says so in its name.
    pub(crate) retention: Option<f64>,
    /// The next warm.
    pub(crate) next: Option<Millis>,
    /// The last one.
    pub(crate) last: Option<Millis>,
}

impl Told {
    /// Reads a surface's fields.
    pub(crate) fn read(fields: &[Drawable]) -> Self {
        let mut told = Self::default();
        let mut rate = None;
        let mut retention = None;
        let mut timer = None;
        for field in fields {
            match field {
                Drawable::Field(Field::Toggle { value, .. }) => told.is_on = told.is_on.or(Some(*value)),
                Drawable::Field(Field::Number { value, .. }) => told.interval = told.interval.or(Some(*value)),
                Drawable::Field(Field::Stat { label, value }) => {
                    let stat = if is_retention(label) { &mut retention } else { &mut rate };
                    stat.get_or_insert(value);
                }
                Drawable::Timer(its) => timer = timer.or(Some(its)),
                Drawable::Field(_) | Drawable::Table(_) | Drawable::Todo(_) | Drawable::Queue(_) => {}
            }
        }
        told.rate = rate.and_then(|text| first_number(text));
        told.retention = retention.and_then(|text| first_number(text));
        if let Some(timer) = timer {
            let moment = |at: i64| Millis(at as f64);
            told.next = timer.next_warm_at.map(moment);
            told.last = timer.last_warm_at.map(moment);
        }
        told
    }

    /// The clock that runs down to the next warm.
    pub(crate) fn countdown(&self) -> Countdown {
        Countdown { is_on: self.is_on, next: self.next }
    }
}

fn is_retention(label: &str) -> bool {
    label.to_ascii_lowercase().contains("retention")
}

/// An interval as minutes and seconds.
pub fn split_interval(seconds: f64) -> (u64, u64) {
    let whole = seconds.max(0.0).round() as u64;
    (whole / 60, whole % 60)
}

/// Minutes and seconds as an interval in seconds. Seconds end at 59, and nothing is below 0.
pub fn join_interval(minutes: i64, seconds: i64) -> u64 {
    minutes.max(0).unsigned_abs().saturating_mul(60).saturating_add(seconds.clamp(0, 59).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anomaly::Anomalies;
    use crate::surfaces::read_fields;
    use serde_json::{Value, json};

    fn stat(label: &str, value: &str) -> Value {
        json!({ "kind": "stat", "label": label, "value": value })
    }

    fn timer(next: &Value, last: &Value) -> Value {
        let payload = json!({ "nextWarmAt": next, "lastWarmAt": last });
        json!({ "kind": "custom", "rendererId": "cache-warming-timer", "payload": payload })
    }

    fn read(fields: &[Value]) -> Told {
        Told::read(&read_fields(fields, &mut Anomalies::default()))
    }

    #[test]
    fn the_surface_is_read_by_kind_whatever_its_fields_are_called() {
        let told = read(&[
            json!({ "kind": "toggle", "label": "x", "value": true, "action": { "actionId": "tA" } }),
            json!({ "kind": "number", "label": "y", "value": 240, "action": { "actionId": "nA" } }),
            stat("Last cache rate", "61%"),
            stat("Cache retention", "100%"),
            timer(&json!(1_700_000_240_000_i64), &json!(1_700_000_000_000_i64)),
        ]);
        let expected = Told {
            is_on: Some(true),
            interval: Some(240.0),
            rate: Some(61.0),
            retention: Some(100.0),
            next: Some(Millis(1_700_000_240_000.0)),
            last: Some(Millis(1_700_000_000_000.0)),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn the_order_of_stats_does_not_matter_and_of_two_rates_the_first_counts() {
        let told = read(&[stat("Cache RETENTION", "100%"), stat("Last cache rate", "61%")]);
        assert_eq!((told.rate, told.retention), (Some(61.0), Some(100.0)));
        let told = read(&[stat("A", "—"), stat("B", "2%")]);
        assert_eq!((told.rate, told.retention), (None, None), "a dash is unknown, not the next one's");
        assert_eq!(read(&[stat("A", "1%"), stat("B", "2%")]).rate, Some(1.0));
    }

    #[test]
    fn what_is_missing_or_no_number_is_unknown() {
        assert_eq!(read(&[]), Told::default());
        let told = read(&[timer(&json!("5"), &json!(f64::NAN))]);
        assert_eq!((told.next, told.last), (None, None));
    }

    #[test]
    fn an_interval_is_minutes_and_seconds() {
        for (seconds, expected) in [(240.0, (4, 0)), (125.0, (2, 5)), (45.0, (0, 45)), (-10.0, (0, 0))] {
            assert_eq!(split_interval(seconds), expected);
        }
        for ((minutes, seconds), expected) in [((4, 0), 240), ((2, 5), 125), ((1, 75), 119), ((-1, -3), 0)] {
            assert_eq!(join_interval(minutes, seconds), expected);
        }
        assert_eq!(join_interval(i64::MAX, i64::MAX), u64::MAX, "as long as can be");
    }
}
