//! Cache warming: the backend reads a conversation's prompt again now and then, so that the provider keeps it cached.

mod countdown;

pub use countdown::Countdown;
