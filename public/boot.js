// Starts the console. A file of its own, which the first paint does not wait for; its attributes say which build.
"use strict";
{
  const script = document.currentScript;
  const { module, wasm } = script.dataset;
  const address = (path) => new URL(path, document.baseURI).href;
  // What stands in the page is painted before the console takes its place, unless it is not seen: then nothing is painted.
  const painted = new Promise((resolve) => {
    if (document.hidden) resolve();
    document.addEventListener("visibilitychange", resolve, { once: true });
    requestAnimationFrame(() => setTimeout(resolve));
  });
  // A host that does not say what the file is gets asked again, by the bindings, which need not know.
  const compiled = WebAssembly.compileStreaming(fetch(address(wasm))).catch(() => address(wasm));
  const started = Promise.all([import(address(module)), compiled, painted])
    .then(([bindings, module_or_path]) => bindings.default({ module_or_path }))
    .catch((error) => {
      // Shown by the page's own style: whatever went wrong, there is no console that could say so.
      document.documentElement.dataset.app = "failed";
      throw error;
    });
  // The console asks for its other parts when they are first needed (src/adapters/part.rs). Some browsers remember that a
  // module could not be loaded and never ask for the same address again; servers look at the path only.
  script.load = async (part, failures) => {
    const file = address(script.dataset[part]) + (failures ? `?${failures}` : "");
    if (part === "writer") {
      const bindings = await import(file);
      await bindings.default();
      return bindings;
    }
    // Cut off the console's own module (xtask/src/split.rs), and runs on what that has: memory, functions, all of it.
    const response = await fetch(file);
    await WebAssembly.instantiate(await response.arrayBuffer(), { $: await started });
  };
}
