//! The Content-Security-Policy of a release: whatever a model or a tool may smuggle into the page, the browser runs only
//! our own files. The policy stands in the page itself, since the console is deployed as static files whose server we
//! do not configure.

use crate::html::{self, Tag};
use anyhow::{Result, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

/// Script blocks that hold data; browsers never run them, so the policy does not concern them.
const DATA_TYPES: [&str; 2] = ["application/json", "application/ld+json"];

/// Gives the page with its policy, or says why it cannot have one.
pub(crate) fn add_to(page: &str) -> Result<String> {
    let tags = html::tags(page);
    check(&tags)?;
    let inline = |wanted: fn(&Tag<'_>) -> bool| -> String {
        tags.iter().filter(|tag| wanted(tag)).map(|tag| format!(" '{}'", hash(tag.text))).collect()
    };
    let policy = policy(&inline(is_inline_script), &inline(|tag| tag.name == "style"));
    let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
    // A minified page may lack the tag of the head, which then begins right after what precedes it.
    let place = ["head", "html"].iter().find_map(|name| tags.iter().find(|tag| tag.name == *name));
    let place = match place {
        Some(tag) => tag.span.end,
        None => page.find('>').filter(|_| page.starts_with("<!")).map_or(0, |end| end + 1),
    };
    Ok([&page[..place], &meta, &page[place..]].concat())
}

/// Whether it is a script that stands in the page itself. The page's own are few enough for their hashes.
fn is_inline_script(tag: &Tag<'_>) -> bool {
    let kind = tag.attribute("type").unwrap_or_default();
    tag.name == "script" && tag.attribute("src").is_none() && !DATA_TYPES.contains(&kind)
}

fn policy(scripts: &str, styles: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'{styles}; font-src 'self'; \
         img-src 'self' data: blob:; connect-src 'self' http: https: ws: wss:; manifest-src 'self'; \
         worker-src 'self'; base-uri 'none'; form-action 'none'"
    )
}

/// The hash a browser computes: over the text of the element, line ends as the parser reads them.
fn hash(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}

/// Everything the policy would make the browser refuse, found now instead of by a visitor.
fn check(tags: &[Tag<'_>]) -> Result<()> {
    let mut refused = Vec::new();
    for tag in tags {
        if is_inline_script(tag) && tag.attribute("type").is_some() {
            // A module brings others along, which no hash covers.
            let start: String = tag.text.trim().chars().take(60).collect();
            refused.push(format!("an inline script of a type: {start}…"));
        }
        if tag.name == "meta" && tag.attribute("http-equiv").is_some_and(|value| value.contains("ecurity-")) {
            refused.push("a policy besides the one that the release build writes".to_owned());
        }
        for name in tag.attribute_names().filter(|name| *name == "style" || name.starts_with("on")) {
            refused.push(format!("the attribute `{name}` on <{}>", tag.name));
        }
    }
    if refused.is_empty() {
        return Ok(());
    }
    bail!("index.html holds what its Content-Security-Policy forbids: {}", refused.join("; "))
}

#[cfg(test)]
mod tests {
    use super::add_to;

    #[test]
    fn allows_exactly_the_inline_styles_and_scripts_of_the_page() {
        let page = "<!doctype html><html lang=en><head><style>a{}</style></head></html>";
        let finished = add_to(page).unwrap();
        let start = "<!doctype html><html lang=en><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ";
        assert!(finished.starts_with(start), "{finished}");
        // printf 'a{}' | openssl dgst -sha256 -binary | base64
        assert!(
            finished.contains("style-src 'self' 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk=';"),
            "{finished}"
        );
        // printf 'go()' | openssl dgst -sha256 -binary | base64
        let finished = add_to("<head><script>go()</script></head>").unwrap();
        assert!(
            finished.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='; style-src 'self'; "),
            "{finished}"
        );
    }

    #[test]
    fn finds_the_head_of_a_page_without_its_tag() {
        assert!(add_to("<!doctype html><title>x</title>").unwrap().starts_with("<!doctype html><meta http-equiv"));
        assert!(add_to("<!doctype html><html lang=en><title>x</title>").unwrap().contains("lang=en><meta http-equiv"));
    }

    #[test]
    fn refuses_what_the_policy_would_block() {
        for part in ["<script type=module>go()</script>", "<p style='x'>", "<p onclick=go()>"] {
            assert!(add_to(&format!("<head></head>{part}")).is_err(), "{part}");
        }
        add_to("<head></head><script type='application/json'>{}</script><script src=a.js></script>").unwrap();
    }
}
