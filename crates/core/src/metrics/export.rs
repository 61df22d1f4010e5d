//! The table of turns, to be taken along: as CSV with exact numbers for machines, as Markdown in words for people.

use super::Source;
use super::table::{Column, MetricsView, TurnLine};
use crate::time::round_half_up;

/// The first line of the CSV. Times are milliseconds, shares percent; what is not known is empty.
const HEADINGS: &str = "turn,turn_id,source,steps,input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,\
                        duration_ms,tokens_per_second,cache_percent,conversation_percent,retention_percent,\
                        context_tokens,lost_tokens";

impl MetricsView {
    /// The turns as CSV (RFC 4180), a line a turn.
    pub fn to_csv(&self) -> String {
        let mut text = HEADINGS.to_owned();
        text.push_str("\r\n");
        for turn in &self.turns {
            add_line(turn, &mut text);
        }
        text
    }

    /// Totals and turns as Markdown.
    pub fn to_markdown(&self) -> String {
        let mut text = String::new();
        for (name, words) in &self.totals {
            text.push_str(&format!("- {name}: {words}\n"));
        }
        text.push('\n');
        let row = |text: &mut String, cell: &dyn Fn(Column) -> String| {
            for column in Column::ALL {
                text.push_str("| ");
                text.push_str(&cell(column));
                text.push(' ');
            }
            text.push_str("|\n");
        };
        row(&mut text, &|column| column.heading().to_owned());
        row(&mut text, &|_| "---:".to_owned());
        for turn in &self.turns {
            row(&mut text, &|column| turn.words(column));
        }
        text
    }
}

fn add_line(turn: &TurnLine, text: &mut String) {
    let usage = turn.usage.as_ref();
    let id = quoted(turn.id.as_str());
    let source = match turn.source {
        Source::Live => "live",
        Source::Stored => "stored",
    };
    let tenths = turn.rate.map(|rate| round_half_up(rate * 10.0));
    text.push_str(&format!("{},{id},{source},{}", turn.number, turn.steps));
    let numbers = [
        usage.map(|usage| usage.input_tokens),
        usage.map(|usage| usage.output_tokens),
        usage.and_then(|usage| usage.cache_read_tokens),
        usage.and_then(|usage| usage.cache_write_tokens),
        turn.duration_ms.map(round_half_up),
    ];
    numbers.into_iter().for_each(|number| add_number(number, text));
    text.push(',');
    if let Some(tenths) = tenths {
        text.push_str(&format!("{}.{}", tenths / 10, tenths % 10));
    }
    let numbers = [turn.cache, turn.conversation, turn.retention, turn.context_size, Some(turn.lost)];
    numbers.into_iter().for_each(|number| add_number(number, text));
    text.push_str("\r\n");
}

fn add_number(number: Option<u64>, text: &mut String) {
    text.push(',');
    if let Some(number) = number {
        text.push_str(&number.to_string());
    }
}

/// A text of somebody else's as one field.
fn quoted(field: &str) -> String {
    format!("\"{}\"", field.replace('"', "\"\""))
}
