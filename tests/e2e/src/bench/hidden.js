// Stands in every page after the probe: what happens while nobody looks, and when somebody comes back.
(() => {
  const { bench } = window;

  // Watches until somebody has come back, and the page has nothing left to do: how many messages had come by then, and
  // how long the tasks took from the return on.
  bench.leave = () => {
    const entries = [];
    const observer = new PerformanceObserver((list) => entries.push(...list.getEntries()));
    observer.observe({ type: "longtask" });
    let [hidden, returned] = [null, null];
    addEventListener("visibilitychange", () => {
      if (document.hidden) hidden ??= bench.frames;
      else returned ??= { at: performance.now(), frames: bench.frames - hidden };
    });
    bench.returned = async () => {
      if (returned === null) throw new Error("the page was never hidden and shown again");
      await bench.quiet();
      entries.push(...observer.takeRecords());
      observer.disconnect();
      // A task that was under way counts: it is waited for as well.
      const after = entries.filter(({ startTime, duration }) => startTime + duration > returned.at);
      return { frames: returned.frames, tasks: after.map(({ duration }) => duration) };
    };
  };

  // What the last answer says.
  bench.answer = () => {
    const rows = [...document.querySelectorAll("[role=log] [data-row=text]")];
    return rows.at(-1)?.querySelector("[data-body]")?.textContent ?? "";
  };
})();
