//! The wire between the page and the backend, which a journey can cut. To the page it is one address that never changes;
//! behind it the backend may come, go, and come back elsewhere.

use anyhow::Result;
use std::{io, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, copy, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Where connections lead to. Every change ends the connections made before it.
#[derive(Debug, Clone, Copy)]
struct Route {
    target: Option<SocketAddr>,
    /// So many bytes may go to the target over one connection.
    limit: Option<u64>,
}

/// A TCP connection maker between a fixed local address and a changing target.
#[derive(Debug)]
pub struct Wire {
    address: SocketAddr,
    route: watch::Sender<Route>,
}

impl Wire {
    /// A wire that leads nowhere yet: connections are closed as soon as they are made.
    pub async fn new() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (route, routes) = watch::channel(Route { target: None, limit: None });
        tokio::spawn(accept(listener, routes));
        Ok(Self { address, route })
    }

    /// The address the page is given.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Leads new connections to this address.
    pub fn lead_to(&self, target: SocketAddr) {
        self.route.send_replace(Route { target: Some(target), limit: None });
    }

    /// Like a server, or something in between, that takes no large messages: from now on a connection is closed without a
    /// farewell when more than so many bytes have gone to the backend over it. `None` for any number.
    pub fn limit(&self, bytes: Option<u64>) {
        let route = *self.route.borrow();
        self.route.send_replace(Route { limit: bytes, ..route });
    }

    /// Closes all connections without a farewell. New ones are made as before.
    pub fn cut(&self) {
        let route = *self.route.borrow();
        self.route.send_replace(route);
    }

    /// Closes all connections, and from now on every new one at once.
    pub fn refuse(&self) {
        self.route.send_replace(Route { target: None, limit: None });
    }
}

/// Runs until the wire is dropped, which ends the open connections too.
async fn accept(listener: TcpListener, mut routes: watch::Receiver<Route>) {
    loop {
        tokio::select! {
            changed = routes.changed() => if changed.is_err() { return },
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                let mut routes = routes.clone();
                let route = *routes.borrow_and_update();
                tokio::spawn(async move {
                    tokio::select! {
                        // Dropping both ends is the cut.
                        _changed = routes.changed() => {}
                        _ended = carry(stream, route) => {}
                    }
                });
            },
        }
    }
}

async fn carry(mut near: TcpStream, route: Route) -> io::Result<()> {
    let Some(target) = route.target else { return Ok(()) };
    let mut far = TcpStream::connect(target).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let Some(limit) = route.limit else {
        copy_bidirectional(&mut near, &mut far).await?;
        return Ok(());
    };
    let (from_page, mut to_page) = near.split();
    let (mut from_backend, mut to_backend) = far.split();
    let mut from_page = from_page.take(limit);
    tokio::select! {
        ended = copy(&mut from_page, &mut to_backend) => ended?,
        ended = copy(&mut from_backend, &mut to_page) => ended?,
    };
    Ok(())
}
