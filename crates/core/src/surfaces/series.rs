//! How the numbers of a surface went: the last values of each stat that is a number, so that a view can draw a line.

use super::Drawable;
use super::number::measured;
use super::plan::SPARK_POINTS;
use dispatch_contract::Field;

/// The values of each stat, by its label; the newest last.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Series(Vec<(String, Vec<f64>)>);

impl Series {
    /// Takes the next value of each stat. What is not among the fields any more, or is no number now, is forgotten.
    pub(super) fn add(&mut self, fields: &[Drawable]) {
        let mut before = std::mem::take(&mut self.0);
        for field in fields {
            let Drawable::Field(Field::Stat { label, value }) = field else { continue };
            let Some(value) = measured(value) else { continue };
            if self.0.iter().any(|(known, _)| known == label) {
                continue;
            }
            let held = before.iter_mut().find(|(known, _)| known == label);
            let mut values = held.map(|(_, values)| std::mem::take(values)).unwrap_or_default();
            values.push(value);
            if values.len() > SPARK_POINTS {
                values.remove(0);
            }
            self.0.push((label.clone(), values));
        }
    }

    /// A stat's values as heights from 0 to 100, lowest and highest at the edges; nothing of what never moved.
    pub(super) fn heights(&self, label: &str) -> Vec<u8> {
        let Some((_, values)) = self.0.iter().find(|(known, _)| known == label) else { return Vec::new() };
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values {
            lowest = lowest.min(*value);
            highest = highest.max(*value);
        }
        if lowest >= highest {
            return Vec::new();
        }
        values.iter().map(|value| ((value - lowest) / (highest - lowest) * 100.0).round() as u8).collect()
    }
}
