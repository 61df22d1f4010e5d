//! Makes a WebAssembly module and the bindings that wasm-bindgen wrote for it smaller, without changing what they do. Names
//! of what the two call in each other carry a hash each, which no compression can shorten; both sides get short ones.
//! Names for debuggers and lists of compilers are left out, and so is what nobody can call.

use anyhow::{Result, anyhow};
use std::collections::BTreeMap;
use walrus::ModuleConfig;

/// What names begin with that nobody chose: those that wasm-bindgen made up, and those that it found in the compiler's list.
const MADE_UP: [&str; 5] = ["__wb", "wasm_bindgen", "__wasm_bindgen", "__externref", "_R"];

/// How the name ends by which a module knows its bindings.
const BINDINGS: &str = "_bg.js";

/// Classes that a library offers to whoever writes JavaScript; nobody here does.
const UNUSED: [&str; 2] = ["intounderlying", "__wbg_intounderlying"];

/// The bindings and the module, smaller.
pub(crate) fn shrink(bindings: &str, module: &[u8]) -> Result<(String, Vec<u8>)> {
    let mut config = ModuleConfig::new();
    config.generate_producers_section(false).generate_name_section(false);
    // The library's errors come with a backtrace of their own; the first line says what is wrong.
    let mut module = config.parse(module).map_err(|error| anyhow!("this is no WebAssembly module: {error}"))?;
    let unused: Vec<_> = module.exports.iter().filter(|export| is_unused(&export.name)).collect();
    let unused: Vec<_> = unused.into_iter().map(walrus::Export::id).collect();
    unused.into_iter().for_each(|export| module.exports.delete(export));

    let mut names = Names::default();
    let mut bindings = bindings.to_owned();
    for import in module.imports.iter_mut() {
        names.shorten(&mut import.name);
        // Every import names the bindings as well.
        if import.module.ends_with(BINDINGS) {
            bindings = bindings.replace(&format!("\"{}\"", import.module), "\"$\"");
            import.module = "$".to_owned();
        }
    }
    for export in module.exports.iter_mut() {
        names.shorten(&mut export.name);
    }
    // The last use of some custom sections was by wasm-bindgen; by definition they do not change what a module does.
    let custom: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    custom.into_iter().for_each(|section| drop(module.customs.delete(section)));
    walrus::passes::gc::run(&mut module);

    let bindings = minifier::js::minify(&names.shorten_in(&bindings)).to_string();
    Ok((bindings, module.emit_wasm()))
}

/// Whether an export is left out.
pub(crate) fn is_unused(name: &str) -> bool {
    begins(name, &UNUSED)
}

fn begins(name: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|beginning| name.starts_with(beginning))
}

/// Short names, by those they stand for.
#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    fn shorten(&mut self, name: &mut String) {
        if begins(name, &MADE_UP) {
            let next = format!("${}", self.0.len());
            *name = self.0.entry(name.clone()).or_insert(next).clone();
        }
    }

    /// The text with every one of the names in it shortened. Only whole words are names.
    fn shorten_in(&self, text: &str) -> String {
        let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '$');
        let mut short = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_part) {
            let (between, from) = rest.split_at(start);
            let (word, after) = from.split_at(from.find(|character| !is_part(character)).unwrap_or(from.len()));
            short.push_str(between);
            short.push_str(self.0.get(word).map_or(word, String::as_str));
            rest = after;
        }
        short.push_str(rest);
        short
    }
}

#[cfg(test)]
mod tests {
    use super::shrink;

    /// A module that imports `./a_bg.js.__wbg_log_0aa` and exports it again as `__wbindgen_run_0b` and as `start`, with a
    /// section for debuggers.
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\
        \x01\x04\x01\x60\0\0\
        \x02\x1b\x01\x09./a_bg.js\x0d__wbg_log_0aa\0\0\
        \x07\x1d\x02\x11__wbindgen_run_0b\0\0\x05start\0\0\
        \0\x05\x04name";

    #[test]
    fn both_sides_get_the_same_short_names() {
        let bindings = "/** Runs. */\nexport function run() {\n    wasm.__wbindgen_run_0b(); // now\n}\n\
                        const imports = { __wbg_log_0aa: (__wbg_log_0aab) => __wbg_log_0aab };\n\
                        const modules = { \"./a_bg.js\": imports };\n";
        let (bindings, module) = shrink(bindings, MODULE).unwrap();
        assert!(bindings.contains("wasm.$1()") && bindings.contains("$0:"), "{bindings}");
        assert!(bindings.contains("__wbg_log_0aab"), "only whole words are names: {bindings}");
        assert!(!bindings.contains("Runs") && !bindings.contains("now"), "{bindings}");
        let has = |name: &[u8]| module.windows(name.len()).any(|bytes| bytes == name);
        assert!(has(b"\x02$0\0\0") && has(b"\x02$1\0\0") && has(b"\x05start\0\0"), "{module:?}");
        assert!(!has(b"name") && !has(b"__wb") && !has(b"a_bg"), "{module:?}");
        assert!(bindings.contains("\"$\":imports"), "{bindings}");
    }

    #[test]
    fn refuses_what_is_no_module() {
        assert!(shrink("", b"text").is_err());
    }
}
