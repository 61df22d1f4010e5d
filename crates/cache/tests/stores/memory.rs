//! The suite on the memory.

use super::suite;
use dispatch_cache::MemoryCache;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

macro_rules! on_memory {
    ($($case:ident)*) => {
        $(
            #[test]
            fn $case() {
                at_once(suite::$case(&MemoryCache::default()));
            }
        )*
    };
}

suite::for_each_case!(on_memory);

/// Runs what has nothing to wait for.
fn at_once<T>(task: impl Future<Output = T>) -> T {
    match pin!(task).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("the memory never waits"),
    }
}
