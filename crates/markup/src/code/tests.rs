//! Colours: by example, and what holds for any text in any language.

use super::*;
use proptest::prelude::*;

/// What is set apart, as `kind:text`, with `␤` for newlines in it; what is plain is left out.
fn told(language: &str, code: &str) -> String {
    let mut told = String::new();
    let mut start = 0;
    for span in colour(language, code).expect("a known language") {
        if let Some(class) = span.kind.class() {
            let short = class.trim_start_matches("code-");
            let short = &short[..3];
            told.push_str(&format!("{short}:{} ", code[start..span.end].replace('\n', "␤")));
        }
        start = span.end;
    }
    told.trim_end().to_owned()
}

#[track_caller]
fn check(language: &str, code: &str, expected: &str) {
    assert_eq!(told(language, code), expected);
}

#[test]
fn rust() {
    check(
        "rs",
        "#[derive(Debug)]\npub fn main<'a>(x: &'a str) -> Option<u8> {\n    // hi\n    let s = r#\"a\"b\"#; \
         'x' println!(\"{}\\\"\", 1_0.5e-3u8, MAX); x.await.type_of(0..10) /* a /* b */ c */ }",
        "att:#[derive(Debug)] key:pub key:fn fun:main con:'a con:'a typ:str typ:Option typ:u8 com:// hi \
         key:let str:r#\"a\"b\"# str:'x' fun:println! str:\"{}\\\"\" num:1_0.5e-3u8 con:MAX key:await \
         fun:type_of num:0 num:10 com:/* a /* b */ c */",
    );
}

#[test]
fn scripts_of_the_page() {
    check(
        "js",
        "const a = `x ${b + `y ${{c: 1}}`} z`; f(/[/]\\/x/g, a / b / c); // c\nclass Foo extends Bar { async \
         get() { return await this.x.default } }",
        "key:const str:`x  str:`y  num:1 str:` str: z` fun:f str:/[/]\\/x/g com:// c key:class typ:Foo \
         key:extends typ:Bar key:async fun:get key:return key:await con:this",
    );
    check(
        "tsx",
        "type A = string; const f = (x: number): Foo => <div className=\"a\" on={() => g(1)}>Don't <B/> {x ? \
         'y' : <i>z</i>}</div>;\nlet y = a < b;",
        "key:type typ:A typ:string key:const typ:number typ:Foo key:div att:className str:\"a\" att:on fun:g \
         num:1 typ:B str:'y' key:i key:i key:div key:let",
    );
}

#[test]
fn python_and_ruby() {
    check(
        "python",
        "@dec.x(1)\nasync def f(a: int = 0x1F) -> None:\n    \"\"\"Doc\n    'it'\"\"\"\n    return f\"a{b}\" + \
         r'\\n' # c\nclass Foo(Bar): pass",
        "att:@dec.x num:1 key:async key:def fun:f typ:int num:0x1F con:None str:\"\"\"Doc␤    'it'\"\"\" \
         key:return str:f\"a{b}\" str:r'\\n' com:# c key:class typ:Foo typ:Bar key:pass",
    );
    check(
        "rb",
        "def foo(a)\n  puts \"x #{a[\"b\"]} y\", :sym, @iv, /re/ # c\nend\nFoo::Bar.new",
        "key:def fun:foo str:\"x  str:\"b\" str: y\" con::sym att:@iv str:/re/ com:# c key:end typ:Foo typ:Bar",
    );
}

#[test]
fn go_and_the_c_family() {
    check(
        "go",
        "package main\nfunc (s *Server) Run(x int) error {\n\tfmt.Println(`raw\n`, 'a', \"b\\n\")\n\treturn \
         nil\n}",
        "key:package key:func typ:Server fun:Run typ:int typ:error fun:Println str:`raw␤` str:'a' str:\"b\\n\" \
         key:return con:nil",
    );
    check(
        "cpp",
        "#include <vector>\n#define MAX 10\nint main() { auto s = R\"x(a)\"b)x\"; char c = 'c'; return 1'000; \
         } // c",
        "met:#include str:<vector> met:#define con:MAX num:10 typ:int fun:main key:auto str:R\"x(a)\"b)x\" \
         typ:char str:'c' key:return num:1'000 com:// c",
    );
    check(
        "java",
        "@Override\npublic List<String> get(int a) throws Foo { return \"\"\"\n x\"y\n\"\"\"; }",
        "att:@Override key:public typ:List typ:String fun:get typ:int key:throws typ:Foo key:return \
         str:\"\"\"␤ x\"y␤\"\"\"",
    );
    check(
        "kt",
        "fun main() { val s = \"a ${b(\"c\")} d\" }",
        "key:fun fun:main key:val str:\"a  fun:b str:\"c\" str: d\"",
    );
    check(
        "cs",
        "#region x\nvar s = @\"a\\\" + $\"b{c}\" + $@\"d\"; Console.WriteLine(s);",
        "met:#region key:var str:@\"a\\\" str:$\"b{c}\" str:$@\"d\" typ:Console fun:WriteLine",
    );
}

#[test]
fn other_languages() {
    check(
        "php",
        "<?php\n#[Attr]\nfunction foo(int $a) { return 'x' . $this->b; } // c",
        "att:#[Attr] key:function fun:foo typ:int con:$a key:return str:'x' con:$this com:// c",
    );
    check(
        "swift",
        "func f(_ a: Int) -> String { \"x \\(a + g(1)) y\" }",
        "key:func fun:f typ:Int typ:String str:\"x  fun:g num:1 str: y\"",
    );
    check(
        "sql",
        "SELECT count(*), 'it''s' FROM t WHERE a = 1.5 -- c\n",
        "key:SELECT fun:count str:'it''s' key:FROM key:WHERE num:1.5 com:-- c",
    );
    check(
        "lua",
        "local function f(a) --[[ x\n]] return nil, 'a' .. \"b\" -- c\nend",
        "key:local key:function fun:f com:--[[ x␤]] key:return con:nil str:'a' str:\"b\" com:-- c key:end",
    );
}

#[test]
fn shells() {
    check(
        "sh",
        "#!/bin/sh\nexport A=1 B=\"x $(cat \"$f\") y\"\nif [ -f x ]; then cargo build --release -p foo | grep \
         -v 'a b' && echo ${A}#no # c\nfi\ncat <<'EOF' > f\nit's\nEOF\nls",
        "com:#!/bin/sh key:export con:A con:B str:\"x  fun:cat str:\"$f\" str: y\" key:if att:-f key:then \
         fun:cargo att:--release att:-p fun:grep att:-v str:'a b' fun:echo con:${A} com:# c key:fi fun:cat \
         key:EOF str:it's␤ key:EOF fun:ls",
    );
    check("bash", "$ cargo test\n", "met:$ fun:cargo");
    check(
        "console",
        "$ cargo test --all \\\n  -p x\nrunning 1 test's\n# ls -l",
        "met:$ fun:cargo att:--all att:-p met:# fun:ls att:-l",
    );
}

#[test]
fn data() {
    check(
        "json",
        "{\"a\": [1, -2.5e+3, true, \"b: c\"], \"d\" : null}",
        "att:\"a\" num:1 num:2.5e+3 con:true str:\"b: c\" att:\"d\" con:null",
    );
    check(
        "toml",
        "[package] # c\nname = \"x\"\na.b = 'c\\'\n\"q\" = 2024-01-02\nlist = [\n  \"a\",\n]",
        "typ:[package] com:# c att:name str:\"x\" att:a.b str:'c\\' att:\"q\" att:list str:\"a\"",
    );
    check(
        "yaml",
        "# c\na: it's # d\n- b: 'x' \n  c-d: true\n  url: http://x#y\n- \"k\": 12",
        "com:# c att:a com:# d att:b str:'x' att:c-d con:true att:url att:\"k\" num:12",
    );
    check(
        "ini",
        "; c\n[sec tion]\nkey = it's $X\nother=\"a\"",
        "com:; c typ:[sec tion] att:key con:$X att:other str:\"a\"",
    );
}

#[test]
fn documents() {
    check(
        "html",
        "<!DOCTYPE html>\n<!-- c --><div class=\"a\" id=b>It's <br/></div><script>let a = \
         '<b>';</script><style>a { color: red }</style>",
        "met:<!DOCTYPE html> com:<!-- c --> key:div att:class str:\"a\" att:id str:b key:br key:div key:script \
         key:let str:'<b>' key:script key:style key:a att:color key:style",
    );
    check(
        "css",
        "/* c */ @media (min-width: 10px) { a.b:hover, #id > p { color: #fff; margin: -1.5em var(--x) \
         !important; } }\n.x{a:b}\n:root { --x: \"s\" }",
        "com:/* c */ key:@media key:min-width num:10px key:a typ:.b fun::hover typ:#id key:p att:color \
         num:#fff att:margin num:-1.5em fun:var con:--x key:!important typ:.x att:a fun::root att:--x str:\"s\"",
    );
    check(
        "md",
        "# Title\ntext `code` **bold** [a](b)\n- item\n> quote\n```rust\nfn a() {}\n```\nend",
        "key:# Title str:`code` typ:**bold** att:b key:- com:> quote met:rust key:fn fun:a",
    );
    check(
        "diff",
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n same\n-old\n+new\n",
        "met:diff --git a/x b/x␤--- a/x␤+++ b/x␤@@ -1 +1 @@␤ rem:-old␤ add:+new␤",
    );
}

#[test]
fn recipes() {
    check(
        "dockerfile",
        "FROM rust:1 AS build # c\nRUN apt-get update \\\n && apt install -y x\nENV A=b\nCOPY --from=build /a $B",
        "key:FROM key:AS com:# c key:RUN fun:apt-get fun:apt att:-y key:ENV key:COPY att:--from con:$B",
    );
    check(
        "make",
        "CC := gcc # c\nall: $(OBJ) x.o\n\techo a=b $@\nifdef X\nendif",
        "att:CC com:# c att:all con:$(OBJ) con:$@ key:ifdef key:endif",
    );
}

#[test]
fn likely_readings() {
    check(
        "rs",
        "fn r#type<'a>() { '\\'' b'x' '\\u{41}' 'é' a != b }",
        "key:fn con:'a str:'\\'' str:b'x' str:'\\u{41}' str:'é'",
    );
    check("js", "a = x / 2 / y\nb = 1 / [\n'c'", "num:2 num:1 str:'c'");
    check("js", "'open\nreturn /re/; x.return", "str:'open key:return str:/re/");
    check("python", "'a\\'b' x.class", "str:'a\\'b'");
    check("bash", "echo a#b $((1 + 2)) <<< 'x' # c", "fun:echo num:1 num:2 str:'x' com:# c");
    check(
        "yaml",
        "a: |\n  it's 'x\n  my ``a'', b\nb: x:y\n- 'c'\nd: ['e', \"f\"]",
        "att:a att:b str:'c' att:d str:'e' str:\"f\"",
    );
    check("toml", "a = ['b', { c = \"d\" }]", "att:a str:'b' str:\"d\"");
    check("bash", "cat <<- EOF\n\tit's\n\tEOF\nls", "fun:cat key:EOF str:\tit's␤ key:EOF fun:ls");
}

#[test]
fn what_is_unknown_is_not_coloured() {
    for unknown in ["", "text", "plain", "brainfuck", "rust rs", " rust"] {
        assert_eq!(colour(unknown, "fn").is_some(), unknown == "rust rs", "{unknown:?}");
    }
    for known in ["Rust", "RUST,ignore", "js {1,3}", "c++", "C#", "rust:src/main.rs"] {
        assert!(colour(known, "").is_some_and(|spans| spans.is_empty()), "{known:?}");
    }
}

#[test]
fn files_tell_their_language() {
    for (path, language) in [
        ("src/main.rs", Some("rs")),
        ("C:\\x\\A.TSX", Some("tsx")),
        ("/etc/Dockerfile", Some("dockerfile_")),
        ("Dockerfile.dev", Some("dockerfile_")),
        ("a.b/Makefile", Some("makefile")),
        ("~/.bashrc", Some("bashrc")),
        (".env.local", Some("env")),
        ("Cargo.lock", Some("lock")),
        ("README", None),
        ("python", None),
        ("a.rs/", None),
        ("notes.txt", None),
        ("", None),
    ] {
        let language = language.map(|language| language.trim_end_matches('_'));
        assert_eq!(language_of(path), language, "{path}");
        assert!(language.is_none_or(|language| colour(language, "x").is_some()), "{path}");
    }
}

#[test]
fn the_table_is_in_order() {
    let all: Vec<_> = languages::names_and_words().collect();
    assert!(all.len() > 100);
    for (idx, (name, words)) in all.iter().enumerate() {
        assert!(!all[..idx].iter().any(|(other, _)| other == name), "{name} is there twice");
        assert!(words.len() < usize::from(u16::MAX), "{name}");
        let machine = find(name).map(|language| language.machine);
        for (group, kind) in words.split('|').zip(["key:", "con:", "typ:"]) {
            for word in group.split(' ').filter(|word| !word.is_empty()) {
                assert_eq!(machine, Some(Machine::Code));
                // In front, so that for a shell it is where a command is.
                let prompt = if name.contains("ession") || *name == "console" { "$ " } else { "" };
                let told = told(name, &format!("{prompt}{word}"));
                assert!(told.ends_with(&format!("{kind}{word}")), "{name}: {word} is {told}");
            }
        }
    }
}

/// Beginnings and ends of everything that the machines know, and what could confuse them.
const PARTS: &[&str] = &[
    "/",
    "//",
    "/*",
    "*/",
    "#",
    "#[",
    "]",
    "--",
    "--[[",
    "\"",
    "\"\"\"",
    "'",
    "''",
    "`",
    "\\",
    "\\\"",
    "\\é",
    "${",
    "#{",
    "\\(",
    "$(",
    "{",
    "}",
    "(",
    ")",
    "[",
    "<",
    "<a",
    "</a",
    "/>",
    ">",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<style>",
    "<<EOF",
    "EOF",
    "\n",
    " ",
    "\t",
    "\r",
    "r#\"",
    "\"#",
    "R\"x(",
    ")x\"",
    "a",
    "A",
    "é",
    "👍",
    "1",
    "-1",
    ".",
    "e-",
    "@",
    "@\"",
    "$\"",
    "$a",
    ":a",
    "=",
    ":",
    ": ",
    "- ",
    "```",
    "```md\n",
    "```rs\n",
    "~~~",
    "**",
    "](",
    "+",
    "-",
    "@@",
    "$ ",
    "# ",
    "> ",
    "fn",
    "class",
    "\0",
    ";",
    "|",
    "&",
    ",",
    "%",
    "!",
    "\u{301}",
    "x=",
];

/// What would be searched again and again for an end that does not come.
const TRAPS: &[&str] = &[
    "/[",
    "x=/[",
    "`${",
    "\"$(",
    "<a{",
    "<A {...",
    "r########\"",
    "R\"123456789012345(",
    "[//",
    "#[\"",
    "- - ",
    "a b ",
    "<<a\n",
    "```a\n",
    "~~~\n",
    "]( ",
    "a-1-",
    "\"\"\"'''",
    "/* /* ",
    "${a ",
    "<!--<",
    "<script><",
    "@media{",
    "''' ",
];

/// Colours and checks that nothing is lost and that it did not take too long.
fn survived(language: &str, code: &str) -> Result<(), TestCaseError> {
    let known = find(language).expect("a known language");
    let mut scanner = Scanner::new(code);
    paint(&mut scanner, known);
    let mut start = 0;
    for span in &scanner.spans {
        prop_assert!(span.end > start, "{language}: {code:?}");
        prop_assert!(code.is_char_boundary(span.end), "{language}: {code:?}");
        start = span.end;
    }
    prop_assert_eq!(start, code.len());
    let looks = scanner.looks.get();
    prop_assert!(looks <= 64 * code.len() + 64, "{language}: {looks} looks at {} bytes", code.len());
    Ok(())
}

fn part() -> impl Strategy<Value = &'static str> {
    prop::sample::select(PARTS)
}

/// One name of every language.
fn every_language() -> Vec<&'static str> {
    let mut seen = Vec::new();
    languages::names_and_words()
        .map(|(name, _)| name)
        .filter(|name| {
            let language = std::ptr::from_ref(find(name).expect("a known language"));
            let new = !seen.contains(&language);
            seen.push(language);
            new
        })
        .collect()
}

#[test]
fn what_repeats_is_looked_at_a_bounded_number_of_times() {
    for language in every_language() {
        for part in PARTS.iter().chain(TRAPS) {
            survived(language, &part.repeat(4096 / part.len())).unwrap_or_else(|error| panic!("{part:?}: {error}"));
        }
    }
    survived("js", &"<a b={`${".repeat(100_000)).expect("a megabyte");
}

#[test]
fn no_span_ends_within_a_character() {
    let mut scanner = Scanner::new("é👍x");
    for (to, end) in [(1, 2), (2, 2), (3, 6), (9, 7)] {
        scanner.take(if to % 2 == 0 { Kind::Plain } else { Kind::String }, to);
        assert_eq!(scanner.spans.last().map(|span| span.end), Some(end));
    }
}

proptest! {
    // Each case is a case for every language.
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn any_text_in_any_language_is_covered_exactly(parts in prop::collection::vec(part(), 0..30)) {
        for language in every_language() {
            survived(language, &parts.concat())?;
        }
    }

    #[test]
    fn hostile_text_costs_no_more_than_its_length(
        start in prop::collection::vec(part(), 0..4),
        repeated in prop::collection::vec(part(), 1..5),
    ) {
        let repeated = repeated.concat();
        let code = start.concat() + &repeated.repeat(2048 / repeated.len());
        for language in every_language() {
            survived(language, &code)?;
        }
    }
}
