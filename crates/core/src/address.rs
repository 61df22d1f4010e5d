//! Where the backend is, and ids of our own making. Both must work on a plain-HTTP page in a local network.

use serde_json::Value;

/// The port of a backend's HTTP endpoints.
pub const HTTP_PORT: u16 = 24203;
/// The port of a backend's WebSocket.
pub const WS_PORT: u16 = 24205;

/// The two addresses of a backend, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// Of its HTTP endpoints.
    pub http: String,
    /// Of its WebSocket.
    pub ws: String,
}

/// Addresses that somebody gave: the person in the settings, or whoever deployed the page, in its `dispatch-config` script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenAddresses {
    /// Of the HTTP endpoints; empty for none.
    pub http: String,
    /// Of the WebSocket; empty for none.
    pub ws: String,
}

impl GivenAddresses {
    /// How the address of HTTP endpoints may begin.
    pub const HTTP: [&str; 2] = ["http://", "https://"];
    /// How the address of a WebSocket may begin.
    pub const WS: [&str; 2] = ["ws://", "wss://"];

    /// Reads the script's JSON. What cannot be read is as good as not given.
    pub fn read(json: &str) -> Self {
        let stored: Value = serde_json::from_str(json).unwrap_or_default();
        let text = |name: &str| stored.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self { http: text("http"), ws: text("ws") }
    }
}

/// Whether something typed can be an address that begins with one of these schemes. Nothing at all can: it means that none is
/// given.
pub fn is_address(typed: &str, schemes: [&str; 2]) -> bool {
    let typed = typed.trim();
    let rest = schemes.iter().find_map(|scheme| typed.strip_prefix(scheme));
    let host = rest.map(|rest| rest.split('/').next().unwrap_or_default());
    let is_host = |host: &str| {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        !name.is_empty()
            && !host.contains(|character: char| character.is_whitespace() || "?#@\\<>\"".contains(character))
    };
    typed.is_empty() || host.is_some_and(is_host)
}

/// Where the page itself came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageLocation {
    /// With its colon, as browsers say it.
    pub protocol: String,
    /// Without the port.
    pub hostname: String,
}

/// The person's addresses, else the deployed ones, else the page's own host with the contract's ports. Never anything from
/// the page's URL beyond its host: a link must not be able to point the console at a stranger's server.
pub fn resolve(person: &GivenAddresses, deployed: &GivenAddresses, page: Option<&PageLocation>) -> Addresses {
    let is_secure = page.is_some_and(|page| page.protocol == "https:");
    let host = page.map(|page| page.hostname.as_str()).filter(|host| !host.is_empty()).unwrap_or("localhost");
    let first_of = |given: [&str; 2], schemes: [&str; 2], port: u16| {
        let given = given.map(|given| given.trim().trim_end_matches('/'));
        let given = given.into_iter().find(|given| !given.is_empty());
        given.map_or_else(|| format!("{}{host}:{port}", schemes[usize::from(is_secure)]), str::to_owned)
    };
    Addresses {
        http: first_of([&person.http, &deployed.http], GivenAddresses::HTTP, HTTP_PORT),
        ws: first_of([&person.ws, &deployed.ws], GivenAddresses::WS, WS_PORT),
    }
}

/// The text of a version 4 UUID made of sixteen random bytes. (`crypto.randomUUID` is missing on plain HTTP.)
pub fn uuid_v4(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for nibble in [byte >> 4, byte & 0x0f] {
            text.extend(char::from_digit(u32::from(nibble), 16));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(protocol: &str, hostname: &str) -> PageLocation {
        PageLocation { protocol: protocol.to_owned(), hostname: hostname.to_owned() }
    }

    #[test]
    fn the_pages_own_host_is_the_backends_unless_the_deployment_says_otherwise() {
        let none = GivenAddresses::default();
        let cases = [
            (Some(page("http:", "100.126.75.103")), "http://100.126.75.103:24203", "ws://100.126.75.103:24205"),
            (Some(page("https:", "box")), "https://box:24203", "wss://box:24205"),
            (None, "http://localhost:24203", "ws://localhost:24205"),
        ];
        for (page, http, ws) in cases {
            assert_eq!(resolve(&none, &none, page.as_ref()), Addresses { http: http.to_owned(), ws: ws.to_owned() });
        }
        let deployed = GivenAddresses::read("{ \"http\": \"https://a.example/api/ \", \"ws\": 7 }");
        let addresses = resolve(&none, &deployed, Some(&page("https:", "b")));
        assert_eq!((addresses.http.as_str(), addresses.ws.as_str()), ("https://a.example/api", "wss://b:24205"));
        let person = GivenAddresses { http: "http://c:1/".to_owned(), ws: String::new() };
        assert_eq!(resolve(&person, &deployed, None).http, "http://c:1", "the person is asked first");
    }

    #[test]
    fn only_what_can_be_one_is_an_address() {
        for typed in ["", " ", "http://a", "https://a.example:24203/api", " http://[::1]:80 "] {
            assert!(is_address(typed, GivenAddresses::HTTP), "{typed}");
        }
        for typed in
            ["a", "http://", "http://:80", "ws://a", "javascript:alert(1)", "http://a b", "http://u@h", "http://a?b"]
        {
            assert!(!is_address(typed, GivenAddresses::HTTP), "{typed}");
        }
        assert!(is_address("wss://a", GivenAddresses::WS));
    }

    #[test]
    fn uuids_have_their_version_and_variant() {
        assert_eq!(uuid_v4([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid_v4([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
