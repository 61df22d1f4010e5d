//! Our own small set of building blocks.

pub mod clock;
pub mod dynamic;
pub mod edit;
pub mod focus;
pub mod icon;
pub mod parts;
pub mod room;
pub mod rows;
