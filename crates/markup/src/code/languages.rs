//! What the languages look like, in as few bytes as can be: every visitor downloads this table.

use super::Kind;

/// Which machine colours a language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Machine {
    Code,
    Tags,
    StyleSheet,
    Markdown,
    Diff,
}

pub(super) struct Language {
    pub(super) machine: Machine,
    /// What it is called, and the endings of its files.
    names: &'static str,
    /// Keywords, then constants, then types, with a bar between.
    pub(super) words: &'static str,
    /// What begins comments that end with the line, then, after a bar, what begins and ends the others.
    pub(super) comments: &'static str,
    /// What begins code within a string; the closing bracket ends it.
    pub(super) insert: &'static str,
    traits: u32,
}

impl Language {
    pub(super) fn has(&self, trait_: u32) -> bool {
        self.traits & trait_ != 0
    }
}

/// Block comments stand in block comments.
pub(super) const NESTED: u32 = 1;
/// Apostrophes are quotes.
pub(super) const SINGLE: u32 = 1 << 1;
/// Between apostrophes, a backslash means nothing.
pub(super) const SINGLE_RAW: u32 = 1 << 2;
/// Apostrophes are quotes of one character, or begin a lifetime.
pub(super) const LIFETIMES: u32 = 1 << 3;
/// Backticks are quotes, over lines.
pub(super) const BACKTICK: u32 = 1 << 4;
/// Three quotes begin a string that ends with three.
pub(super) const TRIPLE: u32 = 1 << 5;
/// Strings go over lines.
pub(super) const LINES: u32 = 1 << 6;
/// Letters in front of a quote belong to the string.
pub(super) const PREFIX: u32 = 1 << 7;
/// Names that begin with a capital are types, those without small letters constants.
pub(super) const CAPITALS: u32 = 1 << 8;
/// What is called is a function even with a capital.
pub(super) const CALLS: u32 = 1 << 9;
/// `@name` annotates.
pub(super) const AT: u32 = 1 << 10;
/// `#name` at the start of a line is a directive.
pub(super) const DIRECTIVES: u32 = 1 << 11;
/// `#[…]` annotates.
pub(super) const HASH_BRACKET: u32 = 1 << 12;
/// `$name` is a variable.
pub(super) const DOLLAR: u32 = 1 << 13;
/// A slash where a value is expected begins a regular expression.
pub(super) const REGEX: u32 = 1 << 14;
/// Elements in the midst of code.
pub(super) const ELEMENTS: u32 = 1 << 15;
/// A string before a colon is a key.
pub(super) const STRING_KEYS: u32 = 1 << 16;
/// Lines begin with keys; words may have dashes; quotes and comments begin after a blank.
pub(super) const LINE_KEYS: u32 = 1 << 17;
/// Lines may be `[sections]`.
pub(super) const SECTIONS: u32 = 1 << 18;
/// Words mean the same in capitals.
pub(super) const ANY_CASE: u32 = 1 << 19;
/// `name!` calls a macro.
pub(super) const MACROS: u32 = 1 << 20;
/// `:name` is a constant.
pub(super) const SYMBOLS: u32 = 1 << 21;
/// `@"…"` has no escapes.
pub(super) const VERBATIM: u32 = 1 << 22;
/// Commands, options, here-documents.
pub(super) const SHELL: u32 = 1 << 23;
/// Only lines with a prompt are code.
pub(super) const PROMPTS: u32 = 1 << 24;

const C_COMMENTS: &str = "//|/* */";

const fn code(
    names: &'static str,
    comments: &'static str,
    insert: &'static str,
    traits: u32,
    words: &'static str,
) -> Language {
    Language { machine: Machine::Code, names, words, comments, insert, traits }
}

const fn other(machine: Machine, names: &'static str) -> Language {
    Language { machine, names, words: "", comments: "", insert: "", traits: 0 }
}

/// Common ones first; of two with one name, the first is meant.
static LANGUAGES: &[Language] = &[
    code(
        "rust rs",
        C_COMMENTS,
        "",
        NESTED | LIFETIMES | LINES | PREFIX | CAPITALS | HASH_BRACKET | MACROS,
        "as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub ref \
         return self static struct super trait type union unsafe use where while yield|true false|u8 u16 u32 u64 u128 usize \
         i8 i16 i32 i64 i128 isize f32 f64 bool char str Self",
    ),
    code(
        "javascript js jsx mjs cjs",
        C_COMMENTS,
        "${",
        SINGLE | BACKTICK | CAPITALS | AT | REGEX | ELEMENTS,
        "async await break case catch class const continue debugger default delete do else export extends finally for from \
         function if import in instanceof let new of return static switch throw try typeof var void while with \
         yield|true false null undefined this super NaN Infinity",
    ),
    code("tsx", C_COMMENTS, "${", SINGLE | BACKTICK | CAPITALS | AT | REGEX | ELEMENTS, TYPESCRIPT),
    code("typescript ts mts cts", C_COMMENTS, "${", SINGLE | BACKTICK | CAPITALS | AT | REGEX, TYPESCRIPT),
    code(
        "python py pyi python3",
        "#",
        "",
        SINGLE | TRIPLE | PREFIX | CAPITALS | AT,
        "and as assert async await break case class continue def del elif else except finally for from global if import in is \
         lambda match nonlocal not or pass raise return try while with yield|True False None self cls|int str float bool \
         bytes list dict set tuple object",
    ),
    code("bash sh shell zsh ksh fish bashrc zshrc profile", "#", "$(", SHELL_TRAITS, SHELL_WORDS),
    code("console shell-session sh-session shellsession", "#", "$(", SHELL_TRAITS | PROMPTS, SHELL_WORDS),
    code("json jsonc json5 jsonl ndjson webmanifest ipynb map", C_COMMENTS, "", STRING_KEYS, "|true false null"),
    code("toml lock", "#", "", SINGLE | SINGLE_RAW | TRIPLE | STRING_KEYS | LINE_KEYS | SECTIONS, "|true false"),
    code(
        "yaml yml",
        "#",
        "",
        SINGLE | SINGLE_RAW | STRING_KEYS | LINE_KEYS,
        "|true false null yes no on off True False Null",
    ),
    code(
        "ini cfg conf properties env dotenv editorconfig gitconfig desktop service",
        "# ;",
        "",
        LINE_KEYS | SECTIONS | DOLLAR,
        "|true false yes no on off",
    ),
    other(Machine::Tags, "html xml svg htm xhtml vue svelte rss plist xsl xsd astro csproj"),
    other(Machine::StyleSheet, "css scss less sass pcss"),
    other(Machine::Markdown, "markdown md mdx mdown"),
    other(Machine::Diff, "diff patch udiff"),
    code(
        "go golang",
        C_COMMENTS,
        "",
        SINGLE | BACKTICK | CAPITALS | CALLS,
        "break case chan const continue default defer else fallthrough for func go goto if import interface map package range \
         return select struct switch type var|true false nil iota|any bool byte complex64 complex128 error float32 float64 \
         int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr",
    ),
    code(
        "c h cpp c++ cc cxx hpp hh hxx ino cu objc m mm",
        C_COMMENTS,
        "",
        SINGLE | PREFIX | CAPITALS | CALLS | DIRECTIVES,
        "alignas alignof auto break case catch class co_await co_return co_yield concept const consteval constexpr constinit \
         const_cast continue decltype default delete do dynamic_cast else enum explicit export extern final for friend goto \
         if inline mutable namespace new noexcept operator override private protected public register reinterpret_cast \
         requires restrict return sizeof static static_assert static_cast struct switch template throw try typedef typeid \
         typename union using virtual volatile while|true false nullptr NULL this|bool char char8_t char16_t char32_t double \
         float int int8_t int16_t int32_t int64_t long short signed size_t ssize_t string uint8_t uint16_t uint32_t uint64_t \
         unsigned void wchar_t",
    ),
    code(
        "java",
        C_COMMENTS,
        "",
        SINGLE | TRIPLE | CAPITALS | AT,
        "abstract assert break case catch class const continue default do else enum extends final finally for goto if \
         implements import instanceof interface native new package permits private protected public record return sealed \
         static strictfp switch synchronized throw throws transient try var volatile while yield|true false null this \
         super|boolean byte char double float int long short void",
    ),
    code(
        "kotlin kt kts",
        C_COMMENTS,
        "${",
        NESTED | SINGLE | TRIPLE | CAPITALS | AT,
        "abstract annotation as break by class companion const constructor continue crossinline data do else enum external \
         final finally for fun if import in infix init inline inner interface internal is lateinit noinline object open \
         operator out override package private protected public reified return sealed suspend tailrec throw try \
         typealias val var vararg when where while catch|true false null this super it",
    ),
    code(
        "csharp cs c# csx",
        C_COMMENTS,
        "",
        SINGLE | TRIPLE | CAPITALS | CALLS | DIRECTIVES | VERBATIM,
        "abstract as async await base break case catch checked class const continue default delegate do else enum event \
         explicit extern finally fixed for foreach get goto if implicit in init interface internal is lock nameof namespace \
         new operator out override params partial private protected public readonly record ref required return sealed set \
         sizeof stackalloc static struct switch throw try typeof unchecked unsafe using var virtual volatile when where while \
         with yield|true false null this|bool byte char decimal double dynamic float int long nint nuint object sbyte short \
         string uint ulong ushort void",
    ),
    code(
        "ruby rb rake gemspec gemfile rakefile podfile",
        "#",
        "#{",
        SINGLE | BACKTICK | LINES | CAPITALS | AT | REGEX | SYMBOLS,
        "alias and attr_accessor attr_reader attr_writer begin break case class def defined do else elsif end ensure extend \
         for if in include module next not or private protected public raise redo require require_relative rescue retry \
         return then undef unless until when while yield|true false nil self super",
    ),
    code(
        "php phtml",
        "// #|/* */",
        "",
        SINGLE | LINES | CAPITALS | HASH_BRACKET | DOLLAR | ANY_CASE,
        "abstract and as break callable case catch class clone const continue declare default do echo else elseif enum \
         extends final finally fn for foreach function global goto if implements include include_once instanceof insteadof \
         interface isset list match namespace new or print private protected public readonly require require_once return \
         static switch throw trait try unset use var while xor yield|true false null self parent|array bool float int \
         iterable mixed never object string void",
    ),
    code(
        "swift",
        C_COMMENTS,
        "\\(",
        NESTED | TRIPLE | CAPITALS | AT,
        "actor any as associatedtype async await break case catch class continue convenience default defer deinit didSet do \
         else enum extension fallthrough fileprivate final for func get guard if import in indirect infix init inout \
         internal is lazy let mutating nonisolated open operator override postfix prefix private protocol public repeat \
         required rethrows return set some static struct subscript switch throw throws try typealias unowned var weak where \
         while willSet|true false nil self super Self",
    ),
    code(
        "sql mysql postgres postgresql psql sqlite plsql pgsql",
        "--|/* */",
        "",
        SINGLE | SINGLE_RAW | LINES | BACKTICK | ANY_CASE,
        "add all alter analyze and any as asc begin between by cascade case check collate column commit conflict constraint \
         create cross database default delete desc distinct do drop else end except exists explain filter first following \
         for foreign from full function grant group having if ignore in index inner insert intersect into is join key last \
         lateral left like limit natural not nothing nulls of offset on or order outer over partition pragma preceding \
         primary procedure recursive references replace returning returns revoke right rollback row rows select set table \
         temp temporary then to transaction trigger truncate unbounded union unique update using vacuum values view virtual \
         when where window with without|true false null|bigint blob boolean bytea char date datetime decimal double float \
         int integer interval json jsonb numeric real serial smallint text time timestamp timestamptz uuid varchar",
    ),
    code(
        "dockerfile docker containerfile",
        "#",
        "",
        SHELL_TRAITS,
        "ADD ARG AS CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME \
         WORKDIR",
    ),
    code(
        "makefile make mk gnumakefile justfile just",
        "#",
        "",
        SINGLE | DOLLAR | LINE_KEYS,
        "define else endef endif export ifdef ifeq ifndef ifneq include override unexport",
    ),
    code(
        "lua luau",
        "--|--[[ ]]",
        "",
        SINGLE,
        "and break do else elseif end for function goto if in local not or repeat return then until while|true false nil self",
    ),
];

const TYPESCRIPT: &str = "abstract as asserts async await break case catch class const continue debugger declare default delete \
    do else enum export extends finally for from function if implements import in infer instanceof interface is keyof \
    let namespace new of override private protected public readonly return satisfies static switch throw try type typeof \
    var while with yield|true false null undefined this super NaN Infinity|any bigint boolean never number object string \
    symbol unknown void";

const SHELL_TRAITS: u32 = SINGLE | SINGLE_RAW | LINES | DOLLAR | SHELL;
const SHELL_WORDS: &str = "case do done elif else esac fi for function if in select then until while time export local readonly declare return exit";

/// Longer words are no keywords.
const LONGEST_WORD: usize = 20;

/// The language of this name. What stands after it (as in `rust,ignore` or `js {1,3}`) does not count.
pub(super) fn find(name: &str) -> Option<&'static Language> {
    let end = name.find([',', ' ', '{', ':', '\t']).unwrap_or(name.len());
    let name = &name[..end];
    LANGUAGES.iter().find(|language| language.names.split(' ').any(|known| known.eq_ignore_ascii_case(name)))
}

/// The language of a file, by its name; one that [`colour`](super::colour) knows.
pub fn language_of(path: &str) -> Option<&'static str> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let (hidden, name) = name.strip_prefix('.').map_or((false, name), |name| (true, name));
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    // Without a known ending, names such as `Makefile`, `Dockerfile.dev`, `.bashrc` or `.env.local` say it.
    let whole = name.split('.').next().filter(|whole| hidden || whole.ends_with("file"));
    let (name, language) =
        [ending, whole].into_iter().flatten().find_map(|name| find(name).map(|language| (name, language)))?;
    language.names.split(' ').find(|known| known.eq_ignore_ascii_case(name))
}

/// The words of a language by first letter and length.
pub(super) struct Words {
    text: &'static str,
    heads: [u16; 64],
    /// The next word with the same head, where this one stands and what it is.
    entries: Vec<(u16, u16, u16, Kind)>,
}

impl Words {
    pub(super) fn new(text: &'static str) -> Self {
        let mut words = Self { text, heads: [0; 64], entries: vec![(0, 0, 0, Kind::Plain)] };
        let mut start = 0;
        for (group, kind) in text.split('|').zip([Kind::Keyword, Kind::Constant, Kind::Type]) {
            for word in group.split(' ') {
                let head = head(word.as_bytes());
                words.entries.push((words.heads[head], start, start + word.len() as u16, kind));
                words.heads[head] = words.entries.len() as u16 - 1;
                start += word.len() as u16 + 1;
            }
        }
        words
    }

    pub(super) fn kind(&self, word: &str, any_case: bool) -> Option<Kind> {
        if word.is_empty() || word.len() > LONGEST_WORD {
            return None;
        }
        let mut entry = self.heads[head(word.as_bytes())];
        while entry != 0 {
            let (next, start, end, kind) = self.entries[usize::from(entry)];
            let known = &self.text[usize::from(start)..usize::from(end)];
            if known == word || any_case && known.eq_ignore_ascii_case(word) {
                return Some(kind);
            }
            entry = next;
        }
        None
    }
}

fn head(word: &[u8]) -> usize {
    (word.first().map_or(0, |byte| usize::from(byte | 0x20)) * 5 + word.len()) % 64
}

/// Every name of every language, and the words of its own.
#[cfg(test)]
pub(super) fn names_and_words() -> impl Iterator<Item = (&'static str, &'static str)> {
    LANGUAGES.iter().flat_map(|language| language.names.split(' ').map(|name| (name, language.words)))
}
