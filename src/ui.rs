//! Our own small set of building blocks.

pub mod clock;
pub mod icon;
