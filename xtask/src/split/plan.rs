//! Decides what goes into the second module: the functions marked for it, and what nobody else needs.

use super::linked::{Linked, Uses};
use crate::wasm;
use anyhow::{Result, anyhow, bail};
use std::{collections::BTreeMap, ops::Range};
use walrus::{
    DataId, ElementItems, ExportItem, FunctionId, FunctionKind, Module, ModuleConfig,
    ir::{Visitor, dfs_in_order},
};

/// How the names of the marked functions end: what the macro `later!` calls them, after the length of the name, as the
/// compiler writes it.
const MARK: &str = "11comes_later";

/// How the names of those functions end that wasm-bindgen adds beside others, to hand their arguments on to them. They point
/// at nothing, nor do those that it gives no name; the linker names all of its own.
const SHIM: &str = " shim";

/// A module as it was read, and its things in their order.
pub(super) struct Page {
    pub(super) module: Module,
    pub(super) functions: Vec<FunctionId>,
    pub(super) segments: Vec<DataId>,
}

/// What goes into the second module.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Plan {
    /// Functions, by their places, in order.
    pub(super) functions: Vec<usize>,
    /// Stretches of data: the place of the segment, and the bytes in it.
    pub(super) data: Vec<(usize, Range<usize>)>,
}

impl Page {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self> {
        let mut config = ModuleConfig::new();
        config.generate_producers_section(false).generate_name_section(false);
        // The library's errors come with a backtrace of their own; the first line says what is wrong.
        let module = config.parse(bytes).map_err(|error| anyhow!("this is no WebAssembly module: {error}"))?;
        let functions = module.funcs.iter().map(walrus::Function::id).collect();
        let segments = module.data.iter().map(walrus::Data::id).collect();
        Ok(Self { module, functions, segments })
    }
}

/// What uses what, as the module and the linker tell.
struct Graph<'a> {
    linked: &'a Linked,
    /// Which functions each function calls or takes a reference of.
    calls: Vec<Vec<usize>>,
    /// The names of the functions.
    names: Vec<Option<&'a str>>,
    /// The functions of each name.
    places: BTreeMap<&'a str, Vec<usize>>,
    is_marked: Vec<bool>,
    /// Whether each has a body.
    is_local: Vec<bool>,
}

/// What is needed, by places.
struct Needed {
    functions: Vec<bool>,
    pieces: Vec<bool>,
}

impl Plan {
    /// Decides. There must be something to decide about.
    pub(super) fn new(page: &Page, linked: &Linked) -> Result<Self> {
        let graph = Graph::new(page, linked);
        if !graph.is_marked.contains(&true) {
            bail!("no function is marked");
        }
        let first = graph.needed(graph.roots(page), linked.loose.clone())?;
        let marked = (0..graph.calls.len()).filter(|place| graph.is_marked[*place]);
        if let Some(name) = marked.clone().find(|place| first.functions[*place]).map(|place| graph.names[place]) {
            bail!("{} is called directly", name.unwrap_or_default());
        }
        let second = graph.needed(marked.collect(), Uses::default())?;
        let is_ours = |place: &usize| graph.is_local[*place] && second.functions[*place] && !first.functions[*place];
        let mut plan = Self { functions: (0..graph.calls.len()).filter(is_ours).collect(), data: Vec::new() };
        for (place, piece) in linked.pieces.iter().enumerate() {
            if second.pieces[place] && !first.pieces[place] {
                match plan.data.last_mut() {
                    Some((segment, bytes)) if *segment == piece.segment && bytes.end == piece.bytes.start => {
                        bytes.end = piece.bytes.end;
                    }
                    _ => plan.data.push((piece.segment, piece.bytes.clone())),
                }
            }
        }
        Ok(plan)
    }
}

impl<'a> Graph<'a> {
    fn new(page: &'a Page, linked: &'a Linked) -> Self {
        let functions = || page.functions.iter().map(|function| page.module.funcs.get(*function));
        let names: Vec<Option<&str>> = functions().map(|function| function.name.as_deref()).collect();
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, name) in names.iter().enumerate() {
            places.entry(name.unwrap_or_default()).or_default().push(place);
        }
        let calls = functions().map(|function| match &function.kind {
            FunctionKind::Local(local) => {
                let mut callees = Callees(Vec::new());
                dfs_in_order(&mut callees, local, local.entry_block());
                callees.0
            }
            FunctionKind::Import(_) | FunctionKind::Uninitialized(_) => Vec::new(),
        });
        let is_marked = names.iter().map(|name| name.is_some_and(|name| name.ends_with(MARK))).collect();
        let is_local = functions().map(|function| matches!(function.kind, FunctionKind::Local(_))).collect();
        Self { linked, calls: calls.collect(), names, places, is_marked, is_local }
    }

    /// What is needed from the beginning: what JavaScript calls, and whatever the linker did not tell of or apart.
    fn roots(&self, page: &Page) -> Vec<usize> {
        let exported = page.module.exports.iter().filter_map(|export| match export.item {
            ExportItem::Function(function) => (!wasm::is_unused(&export.name)).then_some(function.index()),
            ExportItem::Table(_) | ExportItem::Memory(_) | ExportItem::Global(_) | ExportItem::Tag(_) => None,
        });
        let started = page.module.start.map(|start| start.index());
        let mut is_pointed_at = vec![false; self.calls.len()];
        let pieces = self.linked.pieces.iter().map(|piece| &piece.uses);
        for uses in self.linked.functions.values().chain(pieces) {
            uses.functions.iter().flat_map(|name| self.of(name)).for_each(|place| is_pointed_at[*place] = true);
        }
        let lists = page.module.elements.iter().filter_map(|element| match &element.items {
            ElementItems::Functions(functions) => Some(functions),
            ElementItems::Expressions(..) => None,
        });
        let in_tables = lists.flatten().map(|function| function.index()).filter(|place| !is_pointed_at[*place]);
        let is_ambiguous = |name: &str| self.linked.functions.contains_key(name) && self.of(name).len() > 1;
        let ambiguous = (0..self.calls.len()).filter(|place| self.names[*place].is_some_and(is_ambiguous));
        exported.chain(started).chain(in_tables).chain(ambiguous).collect()
    }

    /// The functions of a name. Those that the linker knew may be gone.
    fn of(&self, name: &str) -> &[usize] {
        self.places.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// What a function points at. One without a body, or of wasm-bindgen's making, points at nothing.
    fn uses(&self, place: usize) -> Result<Option<&Uses>> {
        let Some(name) = self.names[place] else { return Ok(None) };
        let known = self.linked.functions.get(name);
        if known.is_none() && self.is_local[place] && !name.ends_with(SHIM) {
            bail!("the linker has not told what {name} points at");
        }
        Ok(known)
    }

    /// All that is needed where these functions are, and what is pointed at. What is marked is not needed until it is called.
    fn needed(&self, functions: Vec<usize>, loose: Uses) -> Result<Needed> {
        let mut needed =
            Needed { functions: vec![false; self.calls.len()], pieces: vec![false; self.linked.pieces.len()] };
        let (mut open, mut pointing) = (functions, vec![&loose]);
        loop {
            if let Some(uses) = pointing.pop() {
                let pointed_at = uses.functions.iter().flat_map(|name| self.of(name)).copied();
                open.extend(pointed_at.filter(|place| !self.is_marked[*place]));
                for piece in &uses.pieces {
                    if !std::mem::replace(&mut needed.pieces[*piece], true) {
                        pointing.push(&self.linked.pieces[*piece].uses);
                    }
                }
            } else if let Some(place) = open.pop() {
                if !std::mem::replace(&mut needed.functions[place], true) {
                    open.extend(&self.calls[place]);
                    pointing.extend(self.uses(place)?);
                }
            } else {
                return Ok(needed);
            }
        }
    }
}

/// Which functions are named in a body.
struct Callees(Vec<usize>);

impl<'a> Visitor<'a> for Callees {
    fn visit_function_id(&mut self, function: &FunctionId) {
        self.0.push(function.index());
    }
}
