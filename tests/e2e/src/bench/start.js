// Stands in every page after the probe: when somebody can begin to write. On a page whose address asks for nothing else,
// everything is loaded, compiled and put together as ever, and nothing of it is run: the first call into it ends there.
(() => {
  const { bench } = window;
  let tell = () => {};
  const told = new Promise((resolve) => (tell = () => resolve(performance.now())));

  if (location.search === "?idle") {
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (module, imports) => {
      const { exports } = await instantiate.call(WebAssembly, module, imports);
      const idle = ([name, what]) => [name, typeof what === "function" ? tell : what];
      return { module, instance: { exports: Object.fromEntries(Object.entries(exports).map(idle)) } };
    };
  } else {
    const look = new MutationObserver(() => {
      if (!document.querySelector("textarea[aria-label=Message]:enabled")) return;
      look.disconnect();
      tell();
    });
    look.observe(document, { attributes: true, childList: true, subtree: true });
  }

  // Takes from this device what it keeps of the console.
  bench.forget = () =>
    new Promise((resolve, reject) => {
      localStorage.clear();
      sessionStorage.clear();
      const deleting = indexedDB.deleteDatabase("dispatch");
      deleting.onsuccess = () => resolve(null);
      deleting.onerror = reject;
    });

  // Milliseconds from the beginning of the navigation until there was something to see, by the browser's own account.
  bench.seen = () =>
    new Promise((resolve) => {
      const observer = new PerformanceObserver((list) => {
        for (const { name, startTime } of list.getEntries()) if (name === "first-contentful-paint") resolve(startTime);
      });
      observer.observe({ type: "paint", buffered: true });
    });

  // … until the composer could be written in; where nothing is run, until it would have been.
  bench.usable = () => told;
})();
