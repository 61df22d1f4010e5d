//! The WebSocket. Built on the browser's own interface: the core must know when it opened, and each message must reach a
//! handler at once, which a stream of futures would put off.

use gloo_timers::callback::Timeout;
use js_sys::Promise;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CloseEvent, Event, MessageEvent, WebSocket};

/// Why a socket could not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SocketError {
    /// The browser refuses the address: malformed, or insecure from a secure page.
    #[error("the browser refuses this WebSocket address")]
    Refused,
    /// It is not open.
    #[error("the WebSocket is not open")]
    NotOpen,
}

/// What a socket tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// It opened.
    Opened,
    /// A text message came.
    Received(String),
    /// A message came that is not text; the contract has none.
    ReceivedBinary,
    /// It closed, or could not be opened. The last signal.
    Closed,
}

/// A socket. Dropping it closes it and silences it.
#[derive(Debug)]
pub struct Socket {
    socket: WebSocket,
    _on_open: Closure<dyn FnMut(Event)>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

/// Whether a socket opens at an address within so many milliseconds. It is closed again.
pub async fn opens(address: &str, longest: u32) -> bool {
    let Ok(socket) = WebSocket::new(address) else { return false };
    let outcome = Promise::new(&mut |resolve, _| {
        let told = resolve.clone();
        // It fails only for a promise that is settled.
        let settle = move |opened: bool| drop(told.call1(&JsValue::NULL, &opened.into()));
        let (opened, closed, late) = (settle.clone(), settle.clone(), settle);
        socket.set_onopen(Some(Closure::once_into_js(move || opened(true)).unchecked_ref()));
        socket.set_onclose(Some(Closure::once_into_js(move || closed(false)).unchecked_ref()));
        Timeout::new(longest, move || late(false)).forget();
    });
    let opened = JsFuture::from(outcome).await.is_ok_and(|opened| opened.is_truthy());
    socket.set_onclose(None);
    // It fails only for codes that a page may not give.
    socket.close().ok();
    opened
}

impl Socket {
    /// Opens a socket.
    ///
    /// # Errors
    /// The browser refuses the address.
    pub fn open(address: &str, tell: impl Fn(Signal) + Clone + 'static) -> Result<Self, SocketError> {
        let socket = WebSocket::new(address).map_err(|_| SocketError::Refused)?;
        let told = tell.clone();
        let on_open = Closure::new(move |_: Event| told(Signal::Opened));
        let told = tell.clone();
        let on_message = Closure::new(move |event: MessageEvent| {
            told(event.data().as_string().map_or(Signal::ReceivedBinary, Signal::Received));
        });
        let on_close = Closure::new(move |_: CloseEvent| tell(Signal::Closed));
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Self { socket, _on_open: on_open, _on_message: on_message, _on_close: on_close })
    }

    /// Hands a message to the browser. That says nothing about its arrival.
    ///
    /// # Errors
    /// The socket is not open.
    pub fn send(&self, text: &str) -> Result<(), SocketError> {
        if self.socket.ready_state() != WebSocket::OPEN {
            return Err(SocketError::NotOpen);
        }
        self.socket.send_with_str(text).map_err(|_| SocketError::NotOpen)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Closing a socket that is closed already is no failure to act on.
        self.socket.close().ok();
    }
}
