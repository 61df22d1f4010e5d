//! The models that the backend offers, and which of them a conversation uses. Names are `<credential>/<model>`, split at the
//! first slash.

use crate::RequestId;
use dispatch_contract::ModelsResponse;

/// The model catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Models {
    /// It was not asked for yet.
    #[default]
    NotAsked,
    /// It is on its way.
    Asking(RequestId),
    /// It is here.
    Ready {
        /// The names, in the backend's order.
        names: Vec<String>,
        /// How many tokens some of them can hold, by name.
        windows: Vec<(String, u64)>,
        /// Those that see no pictures, as far as is known.
        blind: Vec<String>,
    },
    /// It could not be had; it is asked for again.
    Failed,
}

/// The two parts of a name: what stands before the first slash, and after it. A name without one is a credential.
pub fn parts(name: &str) -> (&str, &str) {
    name.split_once('/').unwrap_or((name, ""))
}

impl Models {
    /// The catalogue, as the backend tells it.
    pub(crate) fn from_wire(catalogue: ModelsResponse) -> Self {
        let info = catalogue.model_info.iter();
        let blind = info.filter(|(_, info)| info.vision == Some(false)).map(|(name, _)| name.clone()).collect();
        let windows = catalogue.model_info.into_iter().filter_map(|(name, info)| Some((name, info.context_window?)));
        let named = catalogue.models.into_iter().filter(|name| !name.is_empty());
        Self::Ready { windows: windows.collect(), blind, names: named.collect() }
    }

    /// How many tokens a model can hold, where that is known.
    pub fn context_window(&self, name: &str) -> Option<u64> {
        let Self::Ready { windows, .. } = self else { return None };
        windows.iter().find(|(known, _)| known == name).map(|(_, window)| *window)
    }

    /// Whether a model sees pictures, as far as is known.
    pub fn sees(&self, name: &str) -> bool {
        !matches!(self, Self::Ready { blind, .. } if blind.iter().any(|blind| blind == name))
    }

    /// Their names, once they are here.
    pub fn names(&self) -> &[String] {
        match self {
            Self::Ready { names, .. } => names,
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
        if names.iter().all(|name| name != used) {
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
    use dispatch_contract::ModelInfo;

    #[test]
    fn names_have_two_parts_and_what_is_used_stays_among_them() {
        let offered = ["a/small", "b/x/y", "a/large", "plain"].map(str::to_owned);
        let models = Models::Ready { names: offered.to_vec(), windows: Vec::new(), blind: Vec::new() };
        assert_eq!((parts("b/x/y"), parts("plain")), (("b", "x/y"), ("plain", "")));
        assert_eq!(models.credentials("gone/z"), ["a", "b", "plain", "gone"]);
        assert_eq!(models.beside("a/small"), ["a/small", "a/large"]);
        assert_eq!(models.beside("a/gone"), ["a/small", "a/large", "a/gone"]);
        assert_eq!(Models::Failed.beside("a/small"), ["a/small"], "also while nothing is known of others");
        assert_eq!((models.offers("a/gone"), Models::NotAsked.offers("a/gone")), (false, true));
        assert_eq!((models.first_of("a"), models.first_of("c")), (Some("a/small"), None));
        assert_eq!((models.choose(None), models.choose(Some("a/gone"))), (Some("a/small"), Some("a/gone")));
    }

    #[test]
    fn what_a_model_can_hold_is_known_of_those_that_tell() {
        let info = |context_window| ModelInfo { context_window, vision: None };
        let model_info = vec![("a/large".to_owned(), info(Some(200_000))), ("a/small".to_owned(), info(None))];
        let models = Models::from_wire(ModelsResponse { models: vec!["a/large".to_owned()], model_info });
        assert_eq!(models.names(), ["a/large"]);
        let windows = ["a/large", "a/small", "gone"].map(|name| models.context_window(name));
        assert_eq!(windows, [Some(200_000), None, None]);
    }
}
