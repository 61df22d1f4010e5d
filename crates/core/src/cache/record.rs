//! A chunk as text and back: the stored chunk of the contract, and beside it what was only ever known live.

use super::Record;
use crate::Millis;
use crate::content::Content;
use crate::transcript::{LiveFacts, OutputPiece};
use dispatch_contract::{OutputStream, StoredChunk, TurnId};
use serde_json::{Value, json};

/// The name under which the live facts stand beside the chunk's own fields.
const LIVE: &str = "live";

/// A chunk with its live facts, as text.
pub(crate) fn write_record(seq: u64, content: &Content, live: &LiveFacts) -> Record {
    let mut stored = serde_json::to_value(content.to_wire(seq)).unwrap_or_default();
    if *live != LiveFacts::default()
        && let Value::Object(fields) = &mut stored
    {
        let output: Vec<Value> = live.output.iter().map(|piece| json!([piece.stream.as_str(), piece.data])).collect();
        let facts = json!({
            "turnId": live.turn.as_ref().map(TurnId::as_str),
            "startedAt": live.started.map(Millis::whole),
            "durationMs": live.duration_ms.map(|span| Millis(span).whole()),
            "output": output,
            "steering": live.steering,
        });
        fields.insert(LIVE.to_owned(), facts);
    }
    Record { seq, text: serde_json::to_string(&stored).unwrap_or_default() }
}

/// Reads a record back. `None`: it is not what was written.
pub(crate) fn read_record(record: &Record) -> Option<(Content, LiveFacts)> {
    let mut stored: Value = serde_json::from_str(&record.text).ok()?;
    let live = stored.as_object_mut()?.remove(LIVE).map(|live| read_live(&live)).unwrap_or_default();
    let chunk: StoredChunk = serde_json::from_value(stored).ok()?;
    let (seq, content) = Content::from_wire(chunk);
    (seq == record.seq).then_some((content, live))
}

fn read_live(live: &Value) -> LiveFacts {
    let pieces = live.get("output").and_then(Value::as_array).into_iter().flatten();
    let piece = |piece: &Value| {
        let stream = piece.get(0).and_then(Value::as_str).map(OutputStream::from)?;
        Some(OutputPiece { stream, data: piece.get(1).and_then(Value::as_str)?.to_owned() })
    };
    LiveFacts {
        turn: live.get("turnId").and_then(Value::as_str).map(TurnId::from),
        started: live.get("startedAt").and_then(Value::as_f64).map(Millis),
        duration_ms: live.get("durationMs").and_then(Value::as_f64),
        output: pieces.filter_map(piece).collect(),
        steering: live.get("steering").and_then(Value::as_bool).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn there_and_back(content: &Content, live: &LiveFacts) {
        let record = write_record(7, content, live);
        assert!(!record.text.contains('\n'), "records are joined by line breaks: {}", record.text);
        assert_eq!(read_record(&record), Some((content.clone(), live.clone())), "{}", record.text);
    }

    #[test]
    fn every_kind_of_chunk_comes_back_as_it_was() {
        let chunks = [
            json!({ "seq": 7, "role": "user", "chunk": { "type": "text", "text": "two\nlines" } }),
            json!({ "seq": 7, "role": "assistant", "chunk": { "type": "text", "text": "" } }),
            json!({ "seq": 7, "role": "assistant", "chunk": { "type": "thinking", "text": "hm" } }),
            json!({ "seq": 7, "role": "assistant", "chunk": {
                "type": "tool-call", "toolCallId": "c", "toolName": "run", "input": { "a": [1, null] }, "stepId": "s" } }),
            json!({ "seq": 7, "role": "tool", "chunk": {
                "type": "tool-result", "toolCallId": "c", "toolName": "run", "content": "x", "isError": true } }),
            json!({ "seq": 7, "role": "assistant", "chunk": { "type": "error", "message": "no", "code": "E" } }),
            json!({ "seq": 7, "role": "system", "chunk": { "type": "system", "text": "note" } }),
            json!({ "seq": 7, "role": "user", "chunk": { "type": "image", "url": "data:x", "mimeType": "image/png" } }),
            json!({ "seq": 7, "role": "assistant", "chunk": { "type": "hologram", "depth": 3 } }),
        ];
        for chunk in chunks {
            let stored: StoredChunk = serde_json::from_value(chunk).expect("a chunk");
            let (_, content) = Content::from_wire(stored);
            there_and_back(&content, &LiveFacts::default());
        }
    }

    #[test]
    fn what_was_only_known_live_comes_back_with_its_chunk() {
        let output = |stream, data: &str| OutputPiece { stream, data: data.to_owned() };
        let live = LiveFacts {
            turn: Some(TurnId::from("t1")),
            started: Some(Millis(1_700_000_000_000.0)),
            duration_ms: Some(1250.0),
            output: vec![output(OutputStream::Stdout, "a\n"), output(OutputStream::Stderr, "b")],
            steering: true,
        };
        there_and_back(&Content::Thinking("hm".to_owned()), &live);
        there_and_back(&Content::Text("so".to_owned()), &LiveFacts { output: Vec::new(), ..live });
    }

    #[test]
    fn what_is_not_the_record_of_its_seq_is_not_read() {
        let record = write_record(7, &Content::Text("so".to_owned()), &LiveFacts::default());
        assert_eq!(read_record(&Record { seq: 8, ..record }), None);
        for text in ["", "[]", "{}", r#"{"seq":7,"role":"user"}"#] {
            assert_eq!(read_record(&Record { seq: 7, text: text.to_owned() }), None, "{text}");
        }
    }
}
