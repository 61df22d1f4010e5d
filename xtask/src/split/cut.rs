//! Makes two modules of one, where it is known what goes into which. The second has no memory, no table and no state of its
//! own: it works on those of the first, puts its functions into the places of the table that were left for them, and its
//! data into memory where it would have been from the beginning.

use super::plan::{Page, Plan};
use anyhow::{Context, Result, bail};
use std::ops::Range;
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportKind, ImportedFunction, Module, ir::Value,
};

/// What the second module knows the first by.
const FIRST: &str = "$";

/// The linker and the module do not agree.
const NO_DATA: &str = "data that is not there";

/// The digits of the names by which the second module knows what it uses of the first.
const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// The first module, with what the second one uses of it exported, and the second.
pub(super) fn cut(bytes: &[u8], plan: &Plan) -> Result<(Vec<u8>, Vec<u8>)> {
    let (mut first, mut second) = (Page::parse(bytes)?, Page::parse(bytes)?);
    keep_first(&mut first, plan)?;
    keep_second(&mut second, plan)?;
    share(&mut first, &mut second.module)?;
    walrus::passes::gc::run(&mut first.module);
    Ok((first.module.emit_wasm(), second.module.emit_wasm()))
}

/// Leaves the first module what is its own. Whoever calls too early what is not there yet is stopped at once.
fn keep_first(first: &mut Page, plan: &Plan) -> Result<()> {
    let mut stop = FunctionBuilder::new(&mut first.module.types, &[], &[]);
    stop.func_body().unreachable();
    let stop = stop.finish(Vec::new(), &mut first.module.funcs);
    let is_second: Vec<FunctionId> = plan.functions.iter().map(|function| first.functions[*function]).collect();
    for element in first.module.elements.iter_mut() {
        let ElementItems::Functions(functions) = &mut element.items else { continue };
        for function in functions.iter_mut().filter(|function| is_second.binary_search(function).is_ok()) {
            *function = stop;
        }
    }
    for (segment, bytes) in &plan.data {
        let segment = first.segments.get(*segment).context(NO_DATA)?;
        let data = first.module.data.get_mut(*segment);
        data.value.get_mut(bytes.clone()).context(NO_DATA)?.fill(0);
    }
    Ok(())
}

/// Leaves the second module what is its own, and what that uses of the first as imports without a name.
fn keep_second(second: &mut Page, plan: &Plan) -> Result<()> {
    let slots = slots(second, plan)?;
    let stretches = stretches(second, plan)?;
    let Page { module, functions, segments } = second;
    module.start = None;
    let exports: Vec<_> = module.exports.iter().map(walrus::Export::id).collect();
    exports.into_iter().for_each(|export| module.exports.delete(export));
    let customs: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    customs.into_iter().for_each(|custom| drop(module.customs.delete(custom)));
    segments.iter().for_each(|segment| module.data.delete(*segment));
    let elements: Vec<_> = module.elements.iter().map(walrus::Element::id).collect();
    elements.into_iter().for_each(|element| module.elements.delete(element));

    for (place, function) in functions.iter().enumerate() {
        if plan.functions.binary_search(&place).is_err() {
            let function = module.funcs.get_mut(*function);
            if let FunctionKind::Local(local) = &function.kind {
                let (id, ty) = (function.id(), local.ty());
                let import = module.imports.add(FIRST, "", id);
                function.kind = FunctionKind::Import(ImportedFunction { import, ty });
            }
        }
    }
    for memory in module.memories.iter_mut() {
        memory.data_segments.clear();
        memory.import = Some(module.imports.add(FIRST, "", memory.id()));
    }
    for table in module.tables.iter_mut() {
        table.elem_segments.clear();
        table.import = Some(module.imports.add(FIRST, "", table.id()));
    }
    for global in module.globals.iter().map(walrus::Global::id).collect::<Vec<_>>() {
        let import = module.imports.add(FIRST, "", global);
        module.globals.get_mut(global).kind = GlobalKind::Import(import);
    }

    let memory = module.get_memory_id()?;
    for (offset, value) in stretches {
        let kind = DataKind::Active { memory, offset: constant(offset) };
        let data = module.data.add(kind, value);
        module.memories.get_mut(memory).data_segments.insert(data);
    }
    let table = module.tables.main_function_table()?.context("the module has no table of functions")?;
    for (offset, functions) in slots {
        let kind = ElementKind::Active { table, offset: constant(offset) };
        let element = module.elements.add(kind, ElementItems::Functions(functions));
        module.tables.get_mut(table).elem_segments.insert(element);
    }
    walrus::passes::gc::run(module);
    Ok(())
}

/// The places of the table that are the second module's, by the first of each unbroken run.
fn slots(page: &Page, plan: &Plan) -> Result<Vec<(i32, Vec<FunctionId>)>> {
    let mut runs: Vec<(i32, Vec<FunctionId>)> = Vec::new();
    for element in page.module.elements.iter() {
        let (ElementKind::Active { offset, .. }, ElementItems::Functions(functions)) = (&element.kind, &element.items)
        else {
            continue;
        };
        for (slot, function) in (number(offset)?..).zip(functions) {
            let is_second = plan.functions.iter().any(|place| page.functions[*place] == *function);
            match runs.last_mut() {
                Some((start, run)) if is_second && *start + run.len() as i32 == slot => run.push(*function),
                _ if is_second => runs.push((slot, vec![*function])),
                _ => {}
            }
        }
    }
    Ok(runs)
}

/// The second module's data, each stretch with its address.
fn stretches(page: &Page, plan: &Plan) -> Result<Vec<(i32, Vec<u8>)>> {
    let stretch = |(segment, bytes): &(usize, Range<usize>)| {
        let data = page.module.data.get(*page.segments.get(*segment).context(NO_DATA)?);
        let DataKind::Active { offset, .. } = &data.kind else { bail!("data without an address") };
        let value = data.value.get(bytes.clone()).context(NO_DATA)?;
        Ok((number(offset)? + i32::try_from(bytes.start)?, value.to_vec()))
    };
    plan.data.iter().map(stretch).collect()
}

fn constant(offset: i32) -> ConstExpr {
    ConstExpr::Value(Value::I32(offset))
}

fn number(offset: &ConstExpr) -> Result<i32> {
    let ConstExpr::Value(Value::I32(offset)) = offset else { bail!("an address that is not a number") };
    Ok(*offset)
}

/// Exports of the first module what the second one imports, each under a short name.
fn share(first: &mut Page, second: &mut Module) -> Result<()> {
    let Page { module: first, functions, .. } = first;
    let taken: Vec<String> = first.exports.iter().map(|export| export.name.clone()).collect();
    let mut names = (0..).map(short).filter(|name| !taken.contains(name));
    for import in second.imports.iter_mut() {
        // Both were read from the same bytes, so that a thing has the same place in both.
        let item: Option<ExportItem> = match import.kind {
            ImportKind::Function(function) => functions.get(function.index()).copied().map(Into::into),
            ImportKind::Global(global) => first.globals.iter().nth(global.index()).map(|global| global.id().into()),
            ImportKind::Table(table) => first.tables.iter().nth(table.index()).map(|table| table.id().into()),
            ImportKind::Memory(memory) => first.memories.iter().nth(memory.index()).map(|memory| memory.id().into()),
            ImportKind::Tag(_) => None,
        };
        let name = names.next().context("there are always more names")?;
        first.exports.add(&name, item.context("something that cannot be shared")?);
        (import.module, import.name) = (FIRST.to_owned(), name);
    }
    Ok(())
}

/// The shortest names there are, one a number.
fn short(number: usize) -> String {
    let digit = char::from(DIGITS[number % DIGITS.len()]);
    match number / DIGITS.len() {
        0 => digit.to_string(),
        more => format!("{}{digit}", short(more - 1)),
    }
}
