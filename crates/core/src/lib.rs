//! The state machines of the console.
