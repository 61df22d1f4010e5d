//! When two neighbouring events say the same as one.

use dispatch_contract::TurnEvent;

/// Whether an event is a piece that its neighbour could continue.
pub(super) fn is_joinable(event: &TurnEvent) -> bool {
    matches!(event, TurnEvent::TextDelta { .. } | TurnEvent::ReasoningDelta { .. } | TurnEvent::ToolOutput { .. })
}

/// Adds `next` to `last` when it continues the same run; gives it back when it does not.
pub(super) fn join(last: &mut TurnEvent, next: TurnEvent) -> Option<TurnEvent> {
    match (last, next) {
        (TurnEvent::TextDelta { delta }, TurnEvent::TextDelta { delta: more })
        | (TurnEvent::ReasoningDelta { delta }, TurnEvent::ReasoningDelta { delta: more }) => {
            delta.push_str(&more);
            None
        }
        (
            TurnEvent::ToolOutput { tool_call_id, data, stream },
            TurnEvent::ToolOutput { tool_call_id: next_call, data: more, stream: next_stream },
        ) if *tool_call_id == next_call && *stream == next_stream => {
            data.push_str(&more);
            None
        }
        (_, next) => Some(next),
    }
}
