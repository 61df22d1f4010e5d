//! Orders to what this device keeps of conversations. The browser's database answers in its own time anyway, so the code for
//! it comes later: orders wait for it, though not for long, since what the backend says waits for them. Where it cannot be had
//! this device keeps nothing. Orders are carried out one after the other, in the order in which they were given.

use super::Runtime;
use crate::adapters::cache::DeviceCache;
use crate::later::later;
use dispatch_core::cache::Write;
use dispatch_core::event::CacheFailure;
use dispatch_core::{ConversationId, Fact, RequestId};
use gloo_timers::callback::Timeout;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How long orders wait for the code that carries them out, in milliseconds. A server may accept a request and never answer.
const PATIENCE: u32 = 3_000;

/// Something to be done with what this device keeps.
pub(super) enum Order {
    Open,
    Read { request: RequestId, conversation: ConversationId, before: Option<u64>, count: u64 },
    Write(Vec<Write>),
    Index,
}

/// Carries out all orders that wait.
type Keeper = Box<dyn Fn(Rc<Runtime>) -> Pin<Box<dyn Future<Output = ()>>>>;

/// The orders that wait, and who carries them out.
#[derive(Default)]
pub(super) struct Keeping {
    orders: RefCell<VecDeque<Order>>,
    /// Orders are being carried out.
    works: Cell<bool>,
    /// There, once its code is.
    keeper: OnceCell<Keeper>,
    /// Orders have waited long enough for the keeper.
    waited: Cell<bool>,
}

impl Keeping {
    fn next(&self) -> Option<Order> {
        self.orders.borrow_mut().pop_front()
    }

    /// What was ordered meanwhile goes along: one transaction instead of several.
    fn take_writes(&self, writes: &mut Vec<Write>) {
        let mut orders = self.orders.borrow_mut();
        while let Some(Order::Write(more)) = orders.front_mut() {
            writes.append(more);
            orders.pop_front();
        }
    }
}

impl Runtime {
    pub(super) fn order_cache(self: &Rc<Self>, order: Order) {
        self.keeping.orders.borrow_mut().push_back(order);
        self.keep();
    }

    /// From now on there is somebody who can carry out orders. Called once.
    pub(super) fn begin_keeping(self: &Rc<Self>) {
        self.keeping.orders.borrow_mut().push_front(Order::Open);
        self.keeping.keeper.set(later!(keeper: fn(()) -> Keeper)(())).ok();
        self.keep();
    }

    /// From now on orders wait for a keeper. Called once.
    pub(super) fn wait_for_keeper(self: &Rc<Self>) {
        let runtime = Rc::clone(self);
        let waited = move || {
            runtime.keeping.waited.set(true);
            runtime.keep();
        };
        Timeout::new(PATIENCE, waited).forget();
    }

    /// Carries orders out, unless that is under way or their code is.
    pub(super) fn keep(self: &Rc<Self>) {
        let Keeping { keeper, waited, works, .. } = &self.keeping;
        let knows_how = keeper.get().is_some() || waited.get() || self.later.has_failed();
        if !knows_how || works.replace(true) {
            return;
        }
        let runtime = Rc::clone(self);
        spawn_local(async move {
            match runtime.keeping.keeper.get() {
                Some(keeper) => keeper(Rc::clone(&runtime)).await,
                None => runtime.keep_nothing(),
            }
            runtime.keeping.works.set(false);
        });
    }

    /// Says of everything that it is not kept.
    fn keep_nothing(self: &Rc<Self>) {
        while let Some(order) = self.keeping.next() {
            self.dispatch(match order {
                Order::Open | Order::Write(_) => Fact::CacheFailed(CacheFailure::Broken),
                Order::Read { request, conversation, .. } => Fact::CacheRead { request, conversation, page: None },
                Order::Index => Fact::CacheIndexRead(Vec::new()),
            });
        }
    }
}

/// Begins to carry orders out.
fn keeper((): ()) -> Keeper {
    let cache = Rc::new(DeviceCache::default());
    Box::new(move |runtime| Box::pin(carry_out(runtime, Rc::clone(&cache))))
}

async fn carry_out(runtime: Rc<Runtime>, cache: Rc<DeviceCache>) {
    while let Some(order) = runtime.keeping.next() {
        let is_read = matches!(order, Order::Read { .. });
        let failed = match order {
            Order::Open => cache.open().await.err(),
            Order::Read { request, conversation, before, count } => {
                let (page, failed) = split(cache.read(&conversation, before, count).await);
                runtime.dispatch(Fact::CacheRead { request, conversation, page: page.flatten() });
                failed
            }
            Order::Write(mut writes) => {
                runtime.keeping.take_writes(&mut writes);
                cache.write(writes).await.err()
            }
            Order::Index => {
                let (index, failed) = split(cache.index().await);
                runtime.dispatch(Fact::CacheIndexRead(index.unwrap_or_default()));
                failed
            }
        };
        if let Some(failure) = failed {
            runtime.dispatch(Fact::CacheFailed(failure));
        }
        if is_read {
            // What was read is shown before anything else is asked of the database.
            Timeout::new(0, move || runtime.keep()).forget();
            return;
        }
    }
}

fn split<T>(result: Result<T, CacheFailure>) -> (Option<T>, Option<CacheFailure>) {
    match result {
        Ok(value) => (Some(value), None),
        Err(failure) => (None, Some(failure)),
    }
}
