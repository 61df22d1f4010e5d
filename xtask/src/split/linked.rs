//! What the linker knew and left in the module (`--emit-relocs`): which function takes whose address, and which piece of
//! data stands where and points at what. In the module itself all of that is just numbers.

use anyhow::{Context, Result, bail};
use std::{collections::BTreeMap, ops::Range};
use wasmparser::{
    KnownCustom, Linking, LinkingSectionReader, Parser, Payload, RelocSectionReader, RelocationType, SymbolInfo,
    TypeRef,
};

/// Functions and pieces of data of a module.
#[derive(Debug, Default)]
pub(crate) struct Linked {
    /// What they use besides calling each other, by their names: functions that share a name are one here, and one that has
    /// several stands under each.
    pub(crate) functions: BTreeMap<String, Uses>,
    /// In the order in which they stand in memory, none overlapping another.
    pub(crate) pieces: Vec<Piece>,
    /// What is pointed at from outside of every piece.
    pub(crate) loose: Uses,
}

/// A piece of data that is there or not there as a whole.
#[derive(Debug)]
pub(crate) struct Piece {
    /// The place of its segment among the module's.
    pub(crate) segment: usize,
    /// Its bytes within the segment.
    pub(crate) bytes: Range<usize>,
    /// What it points at.
    pub(crate) uses: Uses,
}

/// What a function or a piece of data points at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uses {
    /// Functions that are not called, but kept to be called.
    pub(crate) functions: Vec<String>,
    /// Pieces of data, by their places in [`Linked::pieces`].
    pub(crate) pieces: Vec<usize>,
}

/// The names of each function.
type Names = BTreeMap<u32, Vec<String>>;

/// What a symbol of the linker stands for.
#[derive(Clone, Debug)]
enum Symbol {
    Function(u32),
    Data { segment: usize, bytes: Range<usize> },
    Other,
}

/// Where things are in the file, relative to the section that they are in.
#[derive(Default)]
struct Layout {
    /// The place of the section with the code among all sections, and where it begins in the file.
    code: (u32, usize),
    bodies: Vec<Range<usize>>,
    /// The same of the section with the data.
    data: (u32, usize),
    segments: Vec<Range<usize>>,
    /// The functions that come before the first that has a body, by the names under which they are imported.
    imported: Vec<String>,
}

/// One thing points at another.
struct Relocation {
    /// The section that it is in, and where.
    section: u32,
    at: usize,
    symbol: usize,
    is_call: bool,
}

impl Layout {
    /// Notes where the things of a section are. They come in the order of the file.
    fn take_in(&mut self, section: u32, payload: &Payload<'_>) -> Result<()> {
        if let Payload::ImportSection(imports) = payload {
            for import in imports.clone() {
                let import = import?;
                if let TypeRef::Func(_) = import.ty {
                    self.imported.push(import.name.to_owned());
                }
            }
        } else if let Payload::CodeSectionStart { range, .. } = payload {
            self.code = (section, range.start);
        } else if let Payload::CodeSectionEntry(body) = payload {
            self.bodies.push(body.range().start - self.code.1..body.range().end - self.code.1);
        } else if let Payload::DataSection(data) = payload {
            self.data = (section, data.range().start);
            for segment in data.clone() {
                let segment = segment?;
                let end = segment.range.end - self.data.1;
                self.segments.push(end - segment.data.len()..end);
            }
        }
        Ok(())
    }
}

impl Linked {
    /// Reads what the linker left; nothing, if it was not asked to leave anything.
    pub(crate) fn read(module: &[u8]) -> Result<Option<Self>> {
        let mut layout = Layout::default();
        let (mut symbols, mut names, mut relocations) = (Vec::new(), Names::new(), Vec::new());
        let mut section = 0;
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload.context("this is no WebAssembly module")?;
            if let Payload::CustomSection(custom) = &payload {
                if let KnownCustom::Linking(linking) = custom.as_known() {
                    (symbols, names) = read_symbols(linking)?;
                } else if let KnownCustom::Reloc(reader) = custom.as_known() {
                    read_relocations(reader, &mut relocations)?;
                }
            }
            layout.take_in(section, &payload)?;
            section += u32::from(payload.as_section().is_some());
        }
        if relocations.is_empty() {
            return Ok(None);
        }
        for (function, name) in (0..).zip(&layout.imported) {
            names.entry(function).or_default().push(name.clone());
        }
        Ok(Some(join(&layout, &symbols, &names, &relocations)?))
    }
}

/// The symbols in their order, and the names of functions.
fn read_symbols(linking: LinkingSectionReader<'_>) -> Result<(Vec<Symbol>, Names)> {
    let (mut symbols, mut names) = (Vec::new(), Names::new());
    for part in linking.subsections() {
        let Linking::SymbolTable(table) = part? else { continue };
        for symbol in table {
            let symbol = symbol?;
            symbols.push(if let SymbolInfo::Func { index, name, .. } = symbol {
                if let Some(name) = name {
                    names.entry(index).or_default().push(name.to_owned());
                }
                Symbol::Function(index)
            } else if let SymbolInfo::Data { symbol: Some(data), .. } = symbol {
                let start = data.offset as usize;
                Symbol::Data { segment: data.index as usize, bytes: start..start + data.size as usize }
            } else {
                Symbol::Other
            });
        }
    }
    Ok((symbols, names))
}

fn read_relocations(reader: RelocSectionReader<'_>, relocations: &mut Vec<Relocation>) -> Result<()> {
    for entry in reader.entries() {
        let entry = entry?;
        // The only kind whose index is not that of a symbol.
        if entry.ty != RelocationType::TypeIndexLeb {
            relocations.push(Relocation {
                section: reader.section_index(),
                at: entry.offset as usize,
                symbol: entry.index as usize,
                is_call: entry.ty == RelocationType::FunctionIndexLeb,
            });
        }
    }
    Ok(())
}

fn join(layout: &Layout, symbols: &[Symbol], names: &Names, relocations: &[Relocation]) -> Result<Linked> {
    let mut linked = Linked { pieces: pieces(symbols, layout.segments.len()), ..Linked::default() };
    let names_of = |function: u32| names.get(&function).context("a function without a name");
    let mut bodies = vec![Uses::default(); layout.bodies.len()];
    for relocation in relocations.iter().filter(|relocation| !relocation.is_call) {
        let symbol = symbols.get(relocation.symbol).context("a relocation of a symbol that is not there")?;
        let piece = match symbol {
            Symbol::Data { segment, bytes } => piece_at(&linked.pieces, *segment, bytes.start),
            Symbol::Function(_) | Symbol::Other => None,
        };
        let uses = if relocation.section == layout.code.0 {
            let body = place(&layout.bodies, relocation.at).context("a relocation outside of every function")?;
            &mut bodies[body]
        } else if relocation.section == layout.data.0 {
            let segment = place(&layout.segments, relocation.at).context("a relocation outside of every segment")?;
            let at = relocation.at - layout.segments[segment].start;
            match piece_at(&linked.pieces, segment, at) {
                Some(piece) => &mut linked.pieces[piece].uses,
                None => &mut linked.loose,
            }
        } else {
            // Sections for debuggers.
            continue;
        };
        uses.pieces.extend(piece);
        if let Symbol::Function(function) = symbol {
            uses.functions.extend_from_slice(names_of(*function)?);
        }
    }
    // Those without a body point at nothing; wasm-bindgen gives some of them one.
    let without = layout.imported.iter().map(|_| Uses::default());
    for (function, uses) in (0..).zip(without.chain(bodies)) {
        for name in names_of(function)? {
            let known: &mut Uses = linked.functions.entry(name.clone()).or_default();
            known.functions.extend_from_slice(&uses.functions);
            known.pieces.extend_from_slice(&uses.pieces);
        }
    }
    if linked.functions.is_empty() {
        bail!("the linker left no names");
    }
    Ok(linked)
}

/// The pieces that the symbols make; symbols that overlap are one piece. Memory that begins as zeros stands in no segment.
fn pieces(symbols: &[Symbol], segments: usize) -> Vec<Piece> {
    let mut places: Vec<(usize, Range<usize>)> = symbols
        .iter()
        .filter_map(|symbol| match symbol {
            Symbol::Data { segment, bytes } if *segment < segments && !bytes.is_empty() => {
                Some((*segment, bytes.clone()))
            }
            Symbol::Function(_) | Symbol::Data { .. } | Symbol::Other => None,
        })
        .collect();
    places.sort_by_key(|(segment, bytes)| (*segment, bytes.start, bytes.end));
    let mut pieces: Vec<Piece> = Vec::new();
    for (segment, bytes) in places {
        match pieces.last_mut() {
            Some(last) if last.segment == segment && bytes.start < last.bytes.end => {
                last.bytes.end = last.bytes.end.max(bytes.end);
            }
            _ => pieces.push(Piece { segment, bytes, uses: Uses::default() }),
        }
    }
    pieces
}

/// Which of the ranges, that follow each other, something is in.
fn place(ranges: &[Range<usize>], at: usize) -> Option<usize> {
    let place = ranges.partition_point(|range| range.end <= at);
    ranges.get(place).filter(|range| range.contains(&at)).map(|_| place)
}

fn piece_at(pieces: &[Piece], segment: usize, at: usize) -> Option<usize> {
    let place = pieces.partition_point(|piece| (piece.segment, piece.bytes.end) <= (segment, at));
    pieces.get(place).filter(|piece| piece.segment == segment && piece.bytes.contains(&at)).map(|_| place)
}
