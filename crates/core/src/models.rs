//! The models that the backend offers, and which of them a conversation uses. Names are `<credential>/<model>`, split at the
//! first slash.

use crate::RequestId;

/// The model catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Models {
    /// It was not asked for yet.
    #[default]
    NotAsked,
    /// It is on its way.
    Asking(RequestId),
    /// It is here.
    Ready(Vec<String>),
    /// It could not be had; it is asked for again.
    Failed,
}

/// The two parts of a name: what stands before the first slash, and after it.
pub fn parts(name: &str) -> (&str, &str) {
    name.split_once('/').unwrap_or(("", name))
}

impl Models {
    /// Their names, once they are here.
    pub fn names(&self) -> &[String] {
        match self {
            Self::Ready(names) => names,
            Self::NotAsked | Self::Asking(_) | Self::Failed => &[],
        }
    }

    /// The model that was chosen, offered or not; where none was, the first.
    pub fn choose<'a>(&'a self, chosen: Option<&'a str>) -> Option<&'a str> {
        chosen.or(self.names().first().map(String::as_str))
    }

    /// The credentials, each once: those of the models that are offered, and that of the one in use.
    pub fn credentials(&self, used: &str) -> Vec<String> {
        let mut credentials: Vec<String> = Vec::new();
        for name in self.names().iter().map(String::as_str).chain([used]) {
            let (credential, _) = parts(name);
            if !credentials.iter().any(|held| held == credential) {
                credentials.push(credential.to_owned());
            }
        }
        credentials
    }

    /// The names that can be chosen with the credential of the one in use, which is among them, offered or not.
    pub fn beside(&self, used: &str) -> Vec<String> {
        let is_beside = |name: &&String| parts(name).0 == parts(used).0;
        let mut names: Vec<String> = self.names().iter().filter(is_beside).cloned().collect();
        if !self.offers(used) {
            names.push(used.to_owned());
        }
        names
    }

    /// Whether a model is offered, as far as is known.
    pub fn offers(&self, name: &str) -> bool {
        self.names().is_empty() || self.names().iter().any(|offered| offered == name)
    }

    /// The first model of a credential.
    pub fn first_of(&self, credential: &str) -> Option<&str> {
        self.names().iter().map(String::as_str).find(|name| parts(name).0 == credential)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_two_parts_and_what_is_used_stays_among_them() {
        let offered = ["a/small", "b/x/y", "a/large", "plain"].map(str::to_owned);
        let models = Models::Ready(offered.to_vec());
        assert_eq!((parts("b/x/y"), parts("plain")), (("b", "x/y"), ("", "plain")));
        assert_eq!(models.credentials("gone/z"), ["a", "b", "", "gone"]);
        assert_eq!(models.beside("a/small"), ["a/small", "a/large"]);
        assert_eq!(models.beside("a/gone"), ["a/small", "a/large", "a/gone"]);
        assert_eq!((models.offers("a/gone"), Models::NotAsked.offers("a/gone")), (false, true));
        assert_eq!((models.first_of("a"), models.first_of("c")), (Some("a/small"), None));
        assert_eq!((models.choose(None), models.choose(Some("a/gone"))), (Some("a/small"), Some("a/gone")));
    }
}
