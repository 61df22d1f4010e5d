//! The split on modules that are small enough to be read.

use super::{
    is_ours,
    linked::{Linked, Piece, Uses},
    place_in,
    plan::{Page, Plan},
    split,
};
use std::{collections::BTreeMap, path::Path};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, ImportKind, Module,
    RefType,
    ir::{Instr, Value},
};

/// The names of the functions below. The first is what JavaScript calls.
const START: &str = "_R5start";
const SHARED: &str = "_R6shared";
const MARKED: &str = "_R4view11comes_later";
const HELPER: &str = "_R6helper";
const CALLBACK: &str = "_R8callback";

fn at(offset: i32) -> ConstExpr {
    ConstExpr::Value(Value::I32(offset))
}

/// A function that calls others.
fn function(module: &mut Module, name: &str, callees: &[FunctionId]) -> FunctionId {
    let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
    builder.name(name.to_owned());
    let mut body = builder.func_body();
    for callee in callees {
        body.call(*callee);
    }
    builder.finish(Vec::new(), &mut module.funcs)
}

/// A page: `start` calls `shared` and keeps the marked view and a callback; the view calls `shared` and `helper`, and keeps
/// the callback too..
fn page(calls_marked: bool) -> Vec<u8> {
    let mut module = Module::default();
    let memory = module.memories.add_local(false, false, 1, None, None);
    module.exports.add("memory", memory);
    let ty = module.types.add(&[], &[]);
    let said = module.add_import_func("$", "say", ty).0;
    let shared = function(&mut module, SHARED, &[said]);
    let helper = function(&mut module, HELPER, &[]);
    let marked = function(&mut module, MARKED, &[shared, helper]);
    let callback = function(&mut module, CALLBACK, &[]);
    let mut called = vec![shared];
    called.extend(calls_marked.then_some(marked));
    let start = function(&mut module, START, &called);
    module.exports.add("a", start);
    let table = module.tables.add_local(false, 4, Some(4), RefType::Funcref);
    let items = ElementItems::Functions(vec![callback, marked, helper]);
    let element = module.elements.add(ElementKind::Active { table, offset: at(1) }, items);
    module.tables.get_mut(table).elem_segments.insert(element);
    let data = module.data.add(DataKind::Active { memory, offset: at(1024) }, b"first-later-both".to_vec());
    module.memories.get_mut(memory).data_segments.insert(data);
    module.emit_wasm()
}

/// What the linker knew of it. Data: what `start` uses, what only the view uses, what both use.
fn linked() -> Linked {
    let uses = |functions: &[&str], pieces: &[usize]| Uses {
        functions: functions.iter().map(|name| (*name).to_owned()).collect(),
        pieces: pieces.to_vec(),
    };
    let functions = [
        (START, uses(&[MARKED, CALLBACK], &[0, 2])),
        (SHARED, Uses::default()),
        (MARKED, uses(&[CALLBACK], &[2])),
        (HELPER, uses(&[], &[1])),
        (CALLBACK, Uses::default()),
    ];
    let piece = |bytes| Piece { segment: 0, bytes, uses: Uses::default() };
    Linked {
        functions: functions.map(|(name, uses)| (name.to_owned(), uses)).into(),
        // What the view uses keeps what it calls through it.
        pieces: vec![piece(0..5), Piece { uses: uses(&[HELPER], &[]), ..piece(5..12) }, piece(12..16)],
        loose: Uses::default(),
    }
}

/// The places of the table that a module fills, and whether with something to be called.
fn slots(module: &Module) -> BTreeMap<i32, bool> {
    let mut slots = BTreeMap::new();
    for element in module.elements.iter() {
        let (ElementKind::Active { offset: ConstExpr::Value(Value::I32(offset)), .. }, ElementItems::Functions(items)) =
            (&element.kind, &element.items)
        else {
            panic!("{element:?}")
        };
        for (place, function) in (*offset..).zip(items) {
            let local = module.funcs.get(*function).kind.unwrap_local();
            let begins = local.block(local.entry_block()).instrs.first();
            slots.insert(place, !matches!(begins, Some((Instr::Unreachable(_), _))));
        }
    }
    slots
}

#[test]
fn what_only_a_marked_function_leads_to_comes_later() {
    let page = page(false);
    let plan = Plan::new(&Page::parse(&page).unwrap(), &linked()).unwrap();
    let parsed = Page::parse(&page).unwrap();
    let name = |place: &usize| parsed.module.funcs.get(parsed.functions[*place]).name.as_deref().unwrap();
    let mut names: Vec<_> = plan.functions.iter().map(name).collect();
    names.sort_unstable();
    assert_eq!(names, [MARKED, HELPER]);
    assert_eq!(plan.data, [(0, 5..12)]);
}

#[test]
fn the_second_module_works_on_what_the_first_one_has() {
    let (first, second) = split(&page(false), &linked()).unwrap();
    let (first, second) = (Page::parse(&first).unwrap().module, Page::parse(&second).unwrap().module);
    assert_eq!(second.exports.iter().count(), 0);
    assert_eq!(second.data.iter().map(|data| data.value.as_slice()).collect::<Vec<_>>(), [b"-later-"]);
    assert_eq!(first.data.iter().next().unwrap().value, b"first\0\0\0\0\0\0\0both");
    assert_eq!(slots(&first), BTreeMap::from([(1, true), (2, false), (3, false)]), "too early is stopped");
    assert_eq!(slots(&second), BTreeMap::from([(2, true), (3, true)]));
    for import in second.imports.iter() {
        let export = first.exports.iter().find(|export| export.name == import.name).unwrap();
        let is_same = matches!(
            (&import.kind, export.item),
            (ImportKind::Function(_), ExportItem::Function(_))
                | (ImportKind::Memory(_), ExportItem::Memory(_))
                | (ImportKind::Table(_), ExportItem::Table(_))
        );
        assert!(is_same && import.module == "$", "{import:?}");
    }
    let functions = second.imports.iter().filter(|import| matches!(import.kind, ImportKind::Function(_)));
    assert_eq!(functions.count(), 1, "only what is shared");
    assert!(first.exports.iter().any(|export| export.name == "a"), "names that are taken stay");
}

#[test]
fn a_mark_that_is_passed_by_is_an_error() {
    let error = split(&page(true), &linked()).unwrap_err();
    assert!(error.to_string().contains("is called directly"), "{error}");
}

#[test]
fn what_the_linker_did_not_tell_of_is_an_error() {
    let mut linked = linked();
    linked.functions.remove(HELPER);
    let error = split(&page(false), &linked).unwrap_err();
    assert!(error.to_string().contains("has not told what _R6helper points at"), "{error}");
}

/// A section with its size before it.
fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id, u8::try_from(content.len()).unwrap()], content].concat()
}

/// A section with a name.
fn custom(name: &str, content: &[u8]) -> Vec<u8> {
    section(0, &[&[u8::try_from(name.len()).unwrap()], name.as_bytes(), content].concat())
}

#[test]
fn reads_what_the_linker_left() {
    // `a` keeps `b` and points at `y`, which lies within `x`, which points at `b`.
    let code = b"\x02\x0d\0\x41\x81\x80\x80\x80\0\x1a\x41\x80\x08\x1a\x0b\x02\0\x0b";
    let symbols = b"\x04\0\0\0\x01a\0\0\x01\x01b\x01\0\x01x\0\0\x08\x01\0\x01y\0\x04\x02";
    let symbols = [&[8, u8::try_from(symbols.len()).unwrap()], &symbols[..]].concat();
    let module = [
        b"\0asm\x01\0\0\0".to_vec(),
        section(1, b"\x01\x60\0\0"),
        section(3, b"\x02\0\0"),
        section(5, b"\x01\0\x01"),
        section(10, code),
        section(11, b"\x01\0\x41\x80\x08\x0b\x08........"),
        custom("linking", &[&[2], symbols.as_slice()].concat()),
        // Into the fourth section, the code: a kept function and an address.
        custom("reloc.CODE", b"\x03\x02\x01\x04\x01\x04\x0b\x03\0"),
        // Into the fifth, the data.
        custom("reloc.DATA", b"\x04\x01\x02\x0a\x01"),
    ];
    let linked = Linked::read(&module.concat()).unwrap().unwrap();
    assert_eq!(linked.functions.keys().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(
        (&linked.functions["a"].functions[..], &linked.functions["a"].pieces[..]),
        (&["b".to_owned()][..], &[0][..])
    );
    assert!(linked.functions["b"].functions.is_empty());
    let [piece] = linked.pieces.as_slice() else { panic!("{:?}", linked.pieces) };
    assert_eq!((piece.bytes.clone(), piece.uses.functions.as_slice()), (0..8, &["b".to_owned()][..]));
    let whole = module[..6].concat();
    assert!(Linked::read(&whole).unwrap().is_none(), "without it, a module stays whole");
}

#[test]
fn a_build_that_stays_whole_tells_the_page_so() {
    let page = "<script data-later=__LATER__ src=boot.js></script>";
    assert_eq!(place_in(page, Path::new("dist"), false).unwrap(), "<script data-later=none src=boot.js></script>");
    assert!(place_in("<p>", Path::new("dist"), false).is_err(), "the page has no place for it");
    assert!(is_ours(Path::new("dist/later-12.wasm")) && !is_ours(Path::new("dist/boot.js")));
}
