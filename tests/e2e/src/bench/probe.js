// Stands in every page before its own scripts: counts what is asked of the browser, and times what is shown. It changes
// nothing but one thing: no service worker is registered, whose download would fall into a measurement or not.
(() => {
  const bench = { requests: [], writes: 0, sealed: 0, frames: 0, memories: new Set() };
  window.bench = bench;

  let transactions = 0;
  const wrap = (type, names, note) => {
    for (const name of names) {
      const original = type.prototype[name];
      type.prototype[name] = function (...given) {
        const answer = original.apply(this, given);
        note(name, given, answer);
        return answer;
      };
    }
  };
  const reads = ["count", "get", "getAll", "getAllKeys", "getKey", "openCursor", "openKeyCursor"];
  wrap(IDBIndex, reads, (name) => bench.requests.push(name));
  wrap(IDBObjectStore, [...reads, "add", "clear", "delete", "put"], (name) => bench.requests.push(name));
  wrap(IDBDatabase, ["transaction"], (_name, [, mode], transaction) => {
    bench.writes += mode === "readwrite" ? 1 : 0;
    transactions += 1;
    for (const end of ["complete", "abort"]) transaction.addEventListener(end, () => (transactions -= 1));
  });

  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      const { memory } = (made.instance ?? made).exports ?? {};
      if (memory) bench.memories.add(memory);
      return made;
    };
  }

  // Of all modules together: there may be more than one.
  bench.memory = () => [...bench.memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);

  // Nobody hears of it, and the console goes on as where there is none.
  if (navigator.serviceWorker) navigator.serviceWorker.register = () => new Promise(() => {});

  let told = () => {};
  let cut = () => {};
  let heard = () => {};
  // Calls this with every message, before the page itself hears of it.
  bench.hear = (hear) => (heard = hear);
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        bench.frames += 1;
        heard(data);
        if (data.includes('"turn-sealed"')) {
          bench.sealed += 1;
          told();
        }
      });
      this.addEventListener("close", () => cut());
    }
  };

  const idle = () => new Promise((resolve) => requestIdleCallback(resolve));

  // The next task, when this one is over with all that follows from it.
  const next = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      port2.postMessage(null);
    });

  const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));

  // The task after the next frame was painted: what is posted in a frame waits until it is over.
  const painted = () => frame().then(next);
  bench.painted = painted;

  // Comes when nothing is asked of the database any more, and the page has nothing else to do either.
  bench.quiet = async () => {
    for (let still = 0; still < 3; still = transactions === 0 ? still + 1 : 0) {
      await idle();
      await painted();
    }
  };

  // Chooses a tab, and tells how long it took until its rows were painted, and what that asked of the database. The wait
  // between both, for the next frame to begin, is left out: it is as long as it happens to be, up to a whole frame.
  bench.choose = async (id) => {
    await bench.quiet();
    const tab = document.getElementById(`tab-${id}`);
    if (!tab || tab.ariaSelected === "true") throw new Error(`${id} is not there to be chosen`);
    bench.requests = [];
    bench.writes = 0;
    const begun = performance.now();
    const stand = new Promise((resolve) => {
      // The transcript's element may stay and its rows be exchanged. Those of before are gone when something in it changed.
      let changed = false;
      const observer = new MutationObserver((records) => {
        const log = document.querySelector("[role=log]");
        changed ||= records.some(({ target }) => log?.contains(target) || target.contains(log));
        if (!changed || tab.ariaSelected !== "true" || !log?.querySelector("[data-row]")) return;
        observer.disconnect();
        resolve({ requests: [...bench.requests] });
      });
      observer.observe(document.body, { attributes: true, childList: true, subtree: true });
      tab.click();
    });
    const { requests } = await stand;
    const stood = await next();
    const drawing = await frame();
    const shown = stood - begun + (await next()) - drawing;
    await bench.quiet();
    const log = document.querySelector("[role=log]");
    const rows = log.querySelectorAll("[data-row]").length;
    return { shown, requests, all: [...bench.requests], rows, height: log.scrollHeight };
  };

  // How many chunks of a conversation this device keeps.
  bench.kept = (id) =>
    new Promise((resolve, reject) => {
      const opening = indexedDB.open("dispatch");
      opening.onerror = reject;
      opening.onsuccess = () => {
        const database = opening.result;
        const request = database.transaction("conversations").objectStore("conversations").get(id);
        request.onerror = reject;
        request.onsuccess = () => {
          database.close();
          const run = request.result === undefined ? null : JSON.parse(request.result).run;
          resolve(run === null ? 0 : run[1] - run[0] + 1);
        };
      };
    });

  // Watches frames, long tasks and keys from now on.
  bench.watch = () => {
    const seen = { starts: [], costs: [], keys: [], longest: 0, tasks: 0 };
    let watching = true;
    let drawn = 0;
    // It was asked for before anything the page itself puts off to a frame: what follows is all that the frame costs.
    const frame = async (now) => {
      seen.starts.push(now);
      if (watching) requestAnimationFrame(frame);
      if (drawn === bench.frames) return;
      drawn = bench.frames;
      const begun = performance.now();
      seen.costs.push((await next()) - begun);
    };
    requestAnimationFrame(frame);
    const tasks = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        seen.tasks += 1;
        seen.longest = Math.max(seen.longest, duration);
      }
    });
    tasks.observe({ type: "longtask" });
    const key = async ({ timeStamp }) => seen.keys.push((await painted()) - timeStamp);
    addEventListener("keydown", key, true);
    Object.assign(bench, { sealed: 0, frames: 0 });
    let broken = false;
    cut = () => (broken = true);
    const begun = performance.now();

    // Comes when so many turns were sealed and painted; tells what was seen until then.
    bench.watched = async (turns) => {
      await new Promise((resolve, reject) => {
        told = () => bench.sealed >= turns && resolve();
        // What was seen of a stream that the backend gave up, because it was not read fast enough, says nothing.
        cut = () => reject(new Error("the socket was closed"));
        if (broken) cut();
        told();
      });
      cut = () => {};
      const ended = await painted();
      watching = false;
      removeEventListener("keydown", key, true);
      for (const { duration } of tasks.takeRecords()) seen.longest = Math.max(seen.longest, duration);
      tasks.disconnect();
      const { starts, costs, keys, longest } = seen;
      const gaps = starts.slice(1).map((start, index) => start - starts[index]);
      return { took: ended - begun, gaps, costs, keys, longest, frames: bench.frames };
    };
  };
})();
