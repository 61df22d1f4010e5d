//! The wire types against the contract: what must survive a round trip, and what must be refused.
//!
//! One binary for all of it, because linking takes longer than running.

mod numbers;
mod refusals;
mod shape;
mod shapes;
mod unknown;
mod vectors;
mod words;
