//! How fast the models were.

use super::failure::Failure;
use super::query::{Pairs, value};
use crate::server::Parts;
use crate::throughput::{TimeWindow, by_model};
use axum::Json;
use axum::extract::{Query, State};
use dispatch_contract::{ThroughputPeriod, ThroughputResponse};
use std::sync::Arc;

pub(super) async fn throughput(
    State(parts): State<Arc<Parts>>,
    Query(pairs): Pairs,
) -> Result<Json<ThroughputResponse>, Failure> {
    let period = ThroughputPeriod::from(value(&pairs, "period").unwrap_or_default());
    let date = value(&pairs, "date").unwrap_or_default();
    let window =
        TimeWindow::of(&period, date, &parts.time_zone).map_err(|reason| Failure::BadRequest(reason.to_string()))?;
    let turns = parts.store.turns_sealed_in(window).await?;
    let TimeWindow { start, end } = window;
    Ok(Json(ThroughputResponse { period, date: date.to_owned(), start, end, models: by_model(&turns) }))
}
