//! Changes to files, line by line: what went, what came, and a little of what stayed. A line that came is an `ins`, one
//! that went is a `del`, so that assistive tools know it too; the signs are text, so what is copied is a patch again.

use crate::code_block;
use crate::dom::{self, Node};
use dispatch_markup::diff::{self, Changes, FileChanges, Hunk, Kind, Line};
use wasm_bindgen::prelude::wasm_bindgen;

/// So many lines that stayed are shown around those that did not.
const CONTEXT: usize = 3;

/// Writes what became of `old` in `new` into `host`, which is empty.
#[wasm_bindgen]
pub fn write_diff(host: &Node, old: &str, new: &str) {
    let changes = diff::compare(old, new, CONTEXT);
    let lines = block(host, &count(changes.added, changes.removed));
    write_changes(&lines, &changes);
}

/// Writes a patch into `host`, which is empty. Tells whether it is one; if not, nothing is written.
#[wasm_bindgen]
pub fn write_patch(host: &Node, patch: &str) -> bool {
    let Some(files) = diff::read_patch(patch) else { return false };
    for file in &files {
        let lines = block(host, &title(file));
        for note in &file.notes {
            write_line(&lines, "diff-note", note);
        }
        write_changes(&lines, &file.changes);
    }
    true
}

/// A block with a head, and the element for its lines.
fn block(host: &Node, label: &str) -> Node {
    crate::listen();
    let block = dom::boxed("code-block");
    block.append(&code_block::head(label));
    let scroller = dom::classed("div", "diff");
    let lines = dom::classed("div", "diff-lines");
    scroller.append(&lines);
    block.append(&scroller);
    host.append(&block);
    lines
}

fn count(added: usize, removed: usize) -> String {
    if added + removed == 0 { "No change".to_owned() } else { format!("+{added} \u{2212}{removed}") }
}

fn title(file: &FileChanges<'_>) -> String {
    let path = match (file.old_path, file.new_path) {
        (Some(old), Some(new)) if old != new => format!("{old} \u{2192} {new}"),
        (_, Some(path)) | (Some(path), None) => path.to_owned(),
        (None, None) => "patch".to_owned(),
    };
    format!("{path}  {}", count(file.changes.added, file.changes.removed))
}

fn write_changes(lines: &Node, changes: &Changes<'_>) {
    for hunk in &changes.hunks {
        if changes.hunks.len() > 1 || !hunk.heading.is_empty() {
            write_line(lines, "diff-heading", &format!("@@ {} @@ {}", place(hunk), hunk.heading));
        }
        for line in &hunk.lines {
            write_changed(lines, line);
        }
    }
}

/// Where a hunk stands in both texts, as patches say it.
fn place(hunk: &Hunk<'_>) -> String {
    let side = |number: fn(&Line<'_>) -> Option<u32>| {
        let count = hunk.lines.iter().filter(|line| number(line).is_some()).count();
        (hunk.lines.iter().find_map(number).unwrap_or_default(), count)
    };
    let ((old, old_count), (new, new_count)) = (side(|line| line.old), side(|line| line.new));
    format!("-{old},{old_count} +{new},{new_count}")
}

fn write_line(lines: &Node, class: &str, words: &str) {
    let line = dom::classed("div", class);
    line.append_run(None, words);
    // Blocks end with their line: what is copied has it, what is seen has not.
    line.append_run(None, "\n");
    lines.append(&line);
}

fn write_changed(lines: &Node, line: &Line<'_>) {
    let (name, class, sign) = match line.kind {
        Kind::Same => ("div", "diff-line", " "),
        Kind::Added => ("ins", "diff-line", "+"),
        Kind::Removed => ("del", "diff-line", "-"),
    };
    let element = dom::classed(name, class);
    if let Some(number) = line.new.or(line.old) {
        element.set("data-number", &number.to_string());
    }
    element.append_run(Some("diff-sign"), sign);
    let mut at = 0;
    for mark in &line.marks {
        if at < mark.start {
            element.append_run(None, &line.text[at..mark.start]);
        }
        element.append_run(Some("diff-mark"), &line.text[mark.clone()]);
        at = mark.end;
    }
    element.append_run(None, &line.text[at..]);
    element.append_run(None, "\n");
    lines.append(&element);
}
