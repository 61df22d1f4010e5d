//! The switch, the interval and the countdown of [`warming`](crate::warming).

use super::{Surface, SurfaceError};
use crate::warming::{LEAST_SECONDS, MOST_SECONDS, SURFACE, Warming};
use dispatch_contract::{
    ActionId, ActionRef, CacheWarmingTimer, CatalogEntry, ConversationId, CustomPayload, Field, Open, SurfaceScope,
};
use serde_json::Value;
use std::sync::Arc;

const TOGGLE: &str = "cache-warming/toggle";
const SET_INTERVAL: &str = "cache-warming/set-interval";

/// What a percentage is while nobody knows it.
const UNKNOWN: &str = "—";

/// The surface.
#[derive(Debug)]
pub(crate) struct CacheWarming {
    warming: Arc<Warming>,
}

impl CacheWarming {
    pub(crate) fn new(warming: Arc<Warming>) -> Self {
        Self { warming }
    }
}

impl Surface for CacheWarming {
    fn entry(&self) -> CatalogEntry {
        CatalogEntry {
            id: SURFACE.into(),
            region: "sidebar".to_owned(),
            title: "Cache warming".to_owned(),
            scope: Some(SurfaceScope::Conversation),
        }
    }

    fn fields(&self, conversation: Option<&ConversationId>) -> Vec<Open<Field>> {
        let schedule = conversation.map(|conversation| self.warming.schedule(conversation)).unwrap_or_default();
        let timer = CacheWarmingTimer { next_warm_at: schedule.next_at(), last_warm_at: schedule.last_at() };
        let fields = [
            Field::Toggle { label: "Warming".to_owned(), value: schedule.is_on(), action: action(TOGGLE) },
            Field::Number {
                label: "Interval".to_owned(),
                value: f64::from(schedule.seconds()),
                min: Some(f64::from(LEAST_SECONDS)),
                max: Some(f64::from(MOST_SECONDS)),
                step: Some(1.0),
                unit: Some("s".to_owned()),
                action: action(SET_INTERVAL),
            },
            Field::Stat { label: "Last cache rate".to_owned(), value: percent(schedule.cache_pct()) },
            Field::Stat { label: "Cache retention".to_owned(), value: percent(schedule.expected_cache_rate()) },
            Field::Custom {
                renderer_id: CacheWarmingTimer::RENDERER_ID.to_owned(),
                // Two numbers: serde_json has no reason to refuse them.
                payload: serde_json::to_value(timer).unwrap_or_default(),
            },
        ];
        fields.map(Open::Known).into()
    }

    fn invoke(
        &self,
        conversation: Option<&ConversationId>,
        action: &ActionId,
        payload: Option<&Value>,
    ) -> Result<(), SurfaceError> {
        let Some(conversation) = conversation else {
            return Err(SurfaceError::NeedsConversation(SURFACE.into()));
        };
        match action.as_str() {
            // Whatever the payload, says the contract.
            TOGGLE => self.warming.toggle(conversation),
            SET_INTERVAL => {
                let wanted = payload.and_then(Value::as_f64).filter(|seconds| seconds.fract() == 0.0);
                let bounds = f64::from(LEAST_SECONDS)..=f64::from(MOST_SECONDS);
                let Some(seconds) = wanted.filter(|seconds| bounds.contains(seconds)) else {
                    let wanted = format!("whole seconds from {LEAST_SECONDS} to {MOST_SECONDS}");
                    return Err(SurfaceError::BadPayload { action: action.clone(), wanted });
                };
                self.warming.set_interval(conversation, seconds as u32);
            }
            _ => return Err(SurfaceError::UnknownAction(action.clone())),
        }
        Ok(())
    }
}

fn action(id: &str) -> ActionRef {
    ActionRef { action_id: id.into() }
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), |value| format!("{value:.0}%"))
}
