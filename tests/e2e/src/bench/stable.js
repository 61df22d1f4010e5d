// Stands in every page after the probe: where things stood in each frame, and what the browser itself calls a shift.
(() => {
  const { bench } = window;

  // What moved, from where to where.
  const named = ({ node, previousRect, currentRect }) => {
    const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const name = element ? `${element.localName} ${element.id || element.className}`.trim() : "something that is gone";
    const at = ({ x, y, width, height }) => `${x},${y} ${width}×${height}`;
    return `${name} (${at(previousRect)} → ${at(currentRect)})`;
  };

  // What is not in the page any more has not moved, though the browser counts it: rows go when one scrolls far away from them.
  const isGone = ({ currentRect: { width, height } }) => width === 0 && height === 0;

  // The rail shows all turns at once: each one more moves every mark.
  const isMark = ({ node }) => node instanceof Element && node.matches(".turn-mark");

  let shifts = [];
  const note = (entries) => {
    for (const { value, hadRecentInput, sources } of entries) {
      if (sources.length > 0 && [...sources].every((source) => isGone(source) || isMark(source))) continue;
      shifts.push({ value, after_input: hadRecentInput, of: [...sources].map(named) });
    }
  };
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });

  // All shifts since it was last asked, whoever caused them.
  bench.shifts = async () => {
    await bench.quiet();
    note(observer.takeRecords());
    const seen = shifts;
    shifts = [];
    return seen;
  };

  const transcript = () => document.querySelector("[role=log]");

  // How far below the top of the transcript an element begins in the next frame. An observer is told after layout: what is
  // put right before the paint, nobody sees. What was taken out of the page is as far away as the view is high.
  const placed = (element) =>
    new Promise((resolve) => {
      const observer = new IntersectionObserver(
        ([{ boundingClientRect, rootBounds }]) => {
          observer.disconnect();
          resolve(element.isConnected ? boundingClientRect.top - rootBounds.top : transcript().clientHeight);
        },
        { root: transcript() },
      );
      observer.observe(element);
    });

  // How far an element strays from its place in any frame, until it is done, and nothing has moved for a while; and how
  // far away it is then.
  const strayed = async (element, place, isDone) => {
    let [furthest, last, still] = [0, place, 0];
    for (let frames = 0; still < 8; frames += 1) {
      if (frames > 900) throw new Error(`it does not come to rest: it stands at ${last}`);
      const now = await placed(element);
      furthest = Math.max(furthest, Math.abs(now - place));
      still = isDone() && now === last ? still + 1 : 0;
      last = now;
    }
    return [furthest, Math.abs(last - place)];
  };

  // The first of them that begins within the view.
  const first = (selector) => {
    const top = transcript().getBoundingClientRect().top;
    const found = [...transcript().querySelectorAll(selector)].find((each) => each.getBoundingClientRect().top >= top);
    if (!found) throw new Error(`no ${selector} begins in the view`);
    return found;
  };

  // Goes there as a reader does, and waits until what is read there has come to rest.
  const go = async (top, selector) => {
    transcript().scrollTop = top;
    await bench.painted();
    await bench.painted();
    const element = first(selector);
    await strayed(element, 0, () => true);
    return element;
  };

  // Goes so far below the beginning of what is loaded and has more of it shown: by the button, or by going on to the very
  // top. Tells how far the row that was read moved meanwhile, but for the reader's own scrolling.
  bench.earlier = async (from, byButton) => {
    const log = transcript();
    await go(from, ".rows > [data-row]");
    const row = first(".rows > [data-row]");
    let place = await placed(row);
    const height = log.scrollHeight;
    if (byButton) {
      log.querySelector(".earlier").click();
    } else {
      place += log.scrollTop;
      log.scrollTop = 0;
    }
    return strayed(row, place, () => log.scrollHeight > height + 500);
  };

  // Has something begin at the top of the view, and watches it until it is asked how far that has strayed.
  bench.hold = async (selector, part) => {
    const log = transcript();
    const element = await go((log.scrollHeight - log.clientHeight) * part, selector);
    log.scrollTop += element.getBoundingClientRect().top - log.getBoundingClientRect().top;
    await strayed(element, 0, () => true);
    let isOver = false;
    const watched = strayed(element, await placed(element), () => isOver);
    // Who asks is told, and nobody else needs to be.
    watched.catch(() => {});
    bench.held = () => {
      isOver = true;
      return watched;
    };
  };
})();
