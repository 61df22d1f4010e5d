//! Whether everything has room: nothing hangs out of the page, and every control can be reached.

use crate::page::Page;
use anyhow::{Result, ensure};

/// Whether the page can be pushed sideways, or what should only scroll downwards, and what stands outside of it, or behind
/// an edge that hides it. What scrolls by itself may be wider inside.
const TOO_WIDE: &str = "
    const width = document.documentElement.clientWidth;
    const name = (element) => element.outerHTML.slice(0, 120);
    const above = (element) => {
        const parents = [];
        for (let parent = element.parentElement; parent; parent = parent.parentElement) parents.push(parent);
        return parents;
    };
    const overflows = (element) => getComputedStyle(element).overflowX;
    const isOut = (element, left, right) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && (box.right > right + 1 || box.left < left - 1);
    };

    const wide = [document.documentElement, ...document.querySelectorAll('[role=log], aside')]
        .filter((element) => element.scrollWidth > element.clientWidth + 1)
        .map((element) => `${element.tagName} is ${element.scrollWidth} wide, and has ${element.clientWidth}`);
    const outside = [...document.body.querySelectorAll('*')].filter((element) =>
        isOut(element, 0, width) && above(element).every((parent) => overflows(parent) === 'visible'));

    const controls = [...document.querySelectorAll('button, input, select, textarea')].filter((element) =>
        element.checkVisibility({ visibilityProperty: true }) && !element.matches('.visually-hidden, [role=tab]'));
    const hidden = controls.filter((element) => {
        const edge = above(element).find((parent) => overflows(parent) !== 'visible');
        const box = edge?.getBoundingClientRect();
        return edge && ['hidden', 'clip'].includes(overflows(edge)) && isOut(element, box.left, box.right);
    });
    return [...wide, ...outside.map(name), ...hidden.map((element) => `out of reach: ${name(element)}`)];
";

/// Fails when something is too wide, and says what.
pub async fn nothing_hangs_out(page: &Page, when: &str) -> Result<()> {
    let outside: Vec<String> = page.evaluate(TOO_WIDE).await?;
    ensure!(outside.is_empty(), "{when}, too wide: {outside:#?}");
    Ok(())
}
