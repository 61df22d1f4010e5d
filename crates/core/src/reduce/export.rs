//! Taking a whole conversation along, as Markdown or as JSON: all that the backend holds of it, and where it cannot be asked,
//! all that this device keeps.

use crate::anomaly::Anomaly;
use crate::cache::{Page as CachePage, Record};
use crate::call::{Call, Purpose, path_of};
use crate::conversation::Conversation;
use crate::event::ExportFormat;
use crate::state::State;
use crate::transcript::Page;
use crate::{ConversationId, Effect, HttpFailure, RequestId};
use dispatch_contract::HistoryResponse;
use serde_json::{Value, json};

/// The version of the JSON that is taken along, `{ version, conversationId, title, chunks }`. The chunks are those of the
/// contract, each with what was only known live under `live`.
const EXPORT_VERSION: u64 = 1;

impl State {
    /// The person wants to take the conversation along that is looked at.
    pub(super) fn export(&mut self, format: ExportFormat, effects: &mut Vec<Effect>) {
        let focused = self.tabs.focused().clone();
        if self.conversations.get(&focused).is_none_or(|open| open.row_keys().is_empty()) {
            return self.announce("There is nothing to export yet".to_owned());
        }
        let call = Call::get(path_of(&focused, "?sinceSeq=0"));
        self.call(Purpose::Export(focused, format), call, effects);
    }

    /// The backend told the whole history, or did not.
    pub(super) fn export_answered(
        &mut self,
        id: ConversationId,
        format: ExportFormat,
        answer: Result<String, HttpFailure>,
        effects: &mut Vec<Effect>,
    ) {
        match self.read::<HistoryResponse>(answer) {
            Ok(history) => {
                let mut anomalies = Vec::new();
                let page = Page::from_wire(history.chunks, &mut anomalies);
                anomalies.into_iter().for_each(|anomaly| self.anomalies.count(anomaly));
                self.save(&id, format, page, effects);
            }
            Err(_) => {
                self.next_request += 1;
                let request = RequestId(self.next_request);
                self.calls.push((request, Purpose::Export(id.clone(), format)));
                effects.push(Effect::ReadCache { request, conversation: id, before: None, count: u64::MAX });
            }
        }
    }

    /// This device told all that it keeps.
    pub(super) fn export_read(&mut self, request: RequestId, page: Option<CachePage>, effects: &mut Vec<Effect>) {
        let Some(Purpose::Export(id, format)) = self.called_for(request) else { return };
        let page = page.and_then(|mut page| page.take_records()).map(Page::from_cache);
        match page {
            Some(Some(page)) => {
                self.problems.tell("The backend cannot be reached: what this device keeps was exported.");
                self.save(&id, format, page, effects);
            }
            Some(None) => self.anomalies.count(Anomaly::CorruptStorage),
            None => {
                self.problems.tell("The conversation was not exported: neither the backend nor this device has it now.")
            }
        }
    }

    /// Hands a conversation over to be saved.
    fn save(&mut self, id: &ConversationId, format: ExportFormat, page: Page, effects: &mut Vec<Effect>) {
        let title = self.conversations.get(id).map(Conversation::title).unwrap_or_default();
        // One of its own: what is loaded, and what is folded, stays as it is.
        let mut whole = Conversation::stored(id.clone(), Some(title.clone()));
        whole.transcript.load(page, &mut Vec::new());
        whole.transcript.refresh_layout();
        let (ending, kind, text) = match format {
            ExportFormat::Markdown => ("md", "text/markdown", whole.markdown()),
            ExportFormat::Json => ("json", "application/json", to_json(id, &title, &whole.transcript.records())),
        };
        let name = format!("{}.{ending}", file_name(&title));
        effects.push(Effect::Save { name, kind, text });
        self.announce("Conversation exported".to_owned());
    }
}

fn to_json(id: &ConversationId, title: &str, records: &[Record]) -> String {
    let chunks: Vec<Value> = records.iter().filter_map(|record| serde_json::from_str(&record.text).ok()).collect();
    let whole = json!({ "version": EXPORT_VERSION, "conversationId": id.as_str(), "title": title, "chunks": chunks });
    serde_json::to_string_pretty(&whole).unwrap_or_default()
}

/// A title as the name of a file, without what file systems take for something else.
fn file_name(title: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || "-_".contains(character);
    let words: Vec<&str> = title.split(|character| !is_plain(character)).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "conversation".to_owned() } else { words.join("-") }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_title_becomes_a_name_that_every_file_system_takes() {
        assert_eq!(file_name("Fix: the ../parser (again)?"), "Fix-the-parser-again");
        assert_eq!(file_name("über_Äpfel"), "über_Äpfel");
        assert_eq!(file_name("…/…"), "conversation");
    }
}
