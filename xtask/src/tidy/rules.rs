//! Each rule by itself. They read text, not syntax: coarse, but instant, and nobody writes code to fool them. Words that
//! would find themselves here are written in two parts.

use super::{Finding, Source};
use std::collections::BTreeSet;

/// Above this, someone splits the file or explains in `LONG_FILES`.
const LONGEST: usize = 600;

/// Files that may be longer, each with its reason.
const LONG_FILES: [(&str, &str); 0] = [];

/// A word that may stand only in some files.
struct Confined {
    word: &'static str,
    /// The files the rule is about.
    within: fn(&str) -> bool,
    /// Those of them that may use the word.
    except: fn(&str) -> bool,
    why: &'static str,
}

const CONFINED: [Confined; 8] = [
    Confined {
        word: concat!("#[ig", "nore"),
        within: |_| true,
        except: |_| false,
        why: "a test that does not run is no test: fix it or remove it",
    },
    Confined {
        word: concat!("should", "_panic"),
        within: |_| true,
        except: |_| false,
        why: "it is green for any panic: return an error and look at it",
    },
    Confined {
        word: concat!("crate::", "adapters"),
        within: |path| path.starts_with("src/features/") || path.starts_with("src/ui/"),
        // The one clock that ticks for views: it reads the time and changes nothing.
        except: |path| path == "src/ui/clock.rs",
        why: "views never reach a device: dispatch an event, the runtime performs the effect",
    },
    Confined {
        word: concat!("spawn_", "local"),
        within: is_app,
        except: |path| is_module(path, "src/runtime") || is_module(path, "src/adapters"),
        why: "only the runtime and the adapters start asynchronous work",
    },
    Confined {
        word: concat!("provide_", "context"),
        within: is_app,
        except: |path| path.ends_with("/context.rs"),
        why: "contexts are provided in a file named context.rs, which ARCHITECTURE.md lists",
    },
    Confined {
        word: concat!("inner_", "html"),
        within: |path| is_app(path) || path.starts_with("tests/"),
        except: |_| false,
        why: "text of a model must never become markup by itself",
    },
    Confined {
        word: concat!("thread::", "sleep"),
        within: is_test,
        except: |_| false,
        why: "tests wait for a condition with a deadline, not for a time",
    },
    Confined {
        word: concat!("time::", "sleep"),
        within: is_test,
        except: |_| false,
        why: "tests wait for a condition with a deadline, not for a time",
    },
];

fn is_app(path: &str) -> bool {
    path.starts_with("src/")
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// Whether the file is the module or lies in it.
fn is_module(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// The rules about one file.
pub(super) fn check_source(source: &Source) -> Vec<Finding> {
    let Source { path, text } = source;
    let finding = |line, rule: String| Finding { path: path.clone(), line, rule };
    let mut findings = Vec::new();
    if !text.starts_with("//!") {
        findings.push(finding(1, "a file opens with `//!` and the problem it solves".to_owned()));
    }
    if path.ends_with("/mod.rs") {
        findings.push(finding(0, "thing.rs and thing/, not mod.rs".to_owned()));
    }
    let lines = text.lines().count();
    if lines > LONGEST && !LONG_FILES.iter().any(|(long, _)| long == path) {
        findings.push(finding(0, format!("{lines} lines: split it, or explain it in LONG_FILES (over {LONGEST})")));
    }
    for rule in CONFINED.iter().filter(|rule| (rule.within)(path) && !(rule.except)(path)) {
        // A comment may speak of anything.
        let code = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        for (index, _) in code.filter(|(_, line)| line.contains(rule.word)) {
            findings.push(finding(index + 1, format!("`{}`: {}", rule.word, rule.why)));
        }
    }
    findings
}

/// The map names every package and every feature: by its path, or by its last part in backticks.
pub(super) fn check_map(map: &str, sources: &[Source]) -> Vec<Finding> {
    let missing = |place: &&str| {
        let name = place.rsplit('/').next().unwrap_or(place);
        !map.contains(*place) && !map.contains(&format!("`{name}`"))
    };
    let finding =
        |name| Finding { path: "ARCHITECTURE.md".to_owned(), line: 0, rule: format!("does not mention {name}") };
    let places: BTreeSet<&str> = sources.iter().filter_map(|source| place_of(&source.path)).collect();
    places.into_iter().filter(missing).map(finding).collect()
}

/// The package folder or feature a file belongs to, as the map should name it.
fn place_of(path: &str) -> Option<&str> {
    let depth = if path.starts_with("crates/") || path.starts_with("tests/e2e/") {
        2
    } else if path.starts_with("src/features/") {
        3
    } else if path.starts_with("xtask/") {
        1
    } else {
        return None;
    };
    let end = path.match_indices('/').nth(depth - 1).map_or(path.len(), |(index, _)| index);
    Some(path[..end].trim_end_matches(".rs"))
}

#[cfg(test)]
mod tests {
    use super::{Source, check_map, check_source, place_of};

    fn rules_broken(path: &str, text: &str) -> usize {
        check_source(&Source { path: path.to_owned(), text: text.to_owned() }).len()
    }

    #[test]
    fn each_rule_finds_its_offence() {
        assert_eq!(rules_broken("src/lib.rs", "//! Fine.\n"), 0);
        assert_eq!(rules_broken("src/lib.rs", "// Not a header.\n"), 1);
        assert_eq!(rules_broken("src/ui/mod.rs", "//! x\n"), 1);
        assert_eq!(rules_broken("src/lib.rs", &format!("//! x\n{}", "\n".repeat(600))), 1);
        assert_eq!(rules_broken("crates/core/src/a.rs", concat!("//! x\n#[ig", "nore]\n")), 1);
        assert_eq!(rules_broken("src/features/tabs/view.rs", concat!("//! x\nuse crate::", "adapters::socket;\n")), 1);
        assert_eq!(rules_broken("src/runtime.rs", concat!("//! x\nuse crate::", "adapters::socket;\n")), 0);
        assert_eq!(rules_broken("src/ui/clock.rs", concat!("//! x\nuse crate::", "adapters::device;\n")), 0);
        assert_eq!(rules_broken("src/ui/button.rs", concat!("//! x\nuse crate::", "adapters::device;\n")), 1);
        assert_eq!(rules_broken("src/features/tabs.rs", concat!("//! x\nspawn_", "local(go());\n")), 1);
        assert_eq!(rules_broken("src/adapters/socket.rs", concat!("//! x\nspawn_", "local(go());\n")), 0);
        assert_eq!(rules_broken("src/runtime_state.rs", concat!("//! x\nspawn_", "local(go());\n")), 1);
        assert_eq!(rules_broken("src/ui/button.rs", concat!("//! x\n// Never inner_", "html.\n")), 0);
        assert_eq!(
            rules_broken("tests/e2e/tests/tabs.rs", concat!("//! x\ntokio::time::", "sleep(second).await;\n")),
            1
        );
        assert_eq!(rules_broken("crates/backend/src/agent.rs", concat!("//! x\ntime::", "sleep(second).await;\n")), 0);
    }

    #[test]
    fn the_map_is_asked_for_packages_and_features() {
        assert_eq!(place_of("crates/core/src/lib.rs"), Some("crates/core"));
        assert_eq!(place_of("src/features/tabs/view.rs"), Some("src/features/tabs"));
        assert_eq!(place_of("src/features/tabs.rs"), Some("src/features/tabs"));
        assert_eq!(place_of("xtask/src/main.rs"), Some("xtask"));
        assert_eq!(place_of("src/lib.rs"), None);
        let sources = [Source { path: "crates/core/src/lib.rs".to_owned(), text: String::new() }];
        assert_eq!(check_map("the map of crates/core", &sources).len(), 0);
        assert_eq!(check_map("the map of `core`", &sources).len(), 0);
        assert_eq!(check_map("the core of it", &sources).len(), 1);
    }
}
