//! Orders as text, so that a story can tell them.

use dispatch_contract::Open;
use dispatch_core::{Call, Effect, HistoryQuery, Method, Timer};

/// A line that tells an order; nothing for those that only keep or cancel something.
pub(super) fn line(effect: &Effect) -> Option<String> {
    Some(match effect {
        Effect::OpenSocket(_) => "open the socket".to_owned(),
        Effect::CloseSocket(_) => "close the socket".to_owned(),
        Effect::SendFrame(_, message) => {
            format!("send {}", serde_json::to_string(&Open::Known(message.clone())).unwrap())
        }
        Effect::LoadHistory { conversation, query, .. } => format!("load {conversation}?{}", request(query)),
        Effect::AskToPersist => "ask to persist".to_owned(),
        Effect::Call(_, Call { method, path, body, .. }) if *method != Method::Get => {
            format!("{method:?} {path} {}", body.as_deref().unwrap_or_default())
        }
        Effect::AskToNotify => "ask to notify".to_owned(),
        Effect::Notify { title, text, .. } => format!("notify {title}: {text}"),
        Effect::TestAddresses(given) => format!("test {} {}", given.http, given.ws),
        Effect::Reload => "reload".to_owned(),
        Effect::PostChat(_, request) => format!("post {}", serde_json::to_string(request).unwrap()),
        Effect::LoadModels(_) => "load the models".to_owned(),
        Effect::StopTurn(id) => format!("stop {id}"),
        Effect::SetTitle(id, title) => format!("name {id} {title:?}"),
        Effect::CloseConversation(id) => format!("close {id}"),
        Effect::ReloadUpdated => "reload as the newer version".to_owned(),
        Effect::Copy(text) => format!("copy {text:?}"),
        Effect::StartTimer(timer, after) if !matches!(timer, Timer::Alive | Timer::OverHttp | Timer::Receipt) => {
            format!("wait {after} ms: {timer:?}")
        }
        Effect::LoadMetrics { .. }
        | Effect::LoadThroughput { .. }
        | Effect::CancelTimer(_)
        | Effect::StoreTabs(_)
        | Effect::StoreSettings(_)
        | Effect::StoreSidebar(_)
        | Effect::StoreFolding(_)
        | Effect::StoreWindow(_)
        | Effect::StoreWarming { .. }
        | Effect::ReadCache { .. }
        | Effect::WriteCache(_)
        | Effect::LoadConversations(_)
        | Effect::Call(..)
        | Effect::Save { .. }
        | Effect::StoreOutbox { .. }
        | Effect::LoadOutboxes
        | Effect::StartTimer(..)
        | Effect::ReadCacheIndex => return None,
    })
}

pub(super) fn request(query: &HistoryQuery) -> String {
    let mut text = format!("sinceSeq={}", query.since_seq);
    for (name, value) in [("beforeSeq", query.before_seq), ("limit", query.limit)] {
        if let Some(value) = value {
            text.push_str(&format!("&{name}={value}"));
        }
    }
    text
}
