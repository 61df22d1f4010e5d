// Starts the console. A file of its own, because a release page allows no inline script; its attributes say which build.
"use strict";
{
  const script = document.currentScript;
  const { module, wasm } = script.dataset;
  try {
    // Before anything is painted: a page that was chosen dark does not begin light.
    const { look } = JSON.parse(localStorage.getItem("dispatch.settings"));
    for (const [name, value] of Object.entries(look)) document.documentElement.dataset[name] = value;
  } catch {
    // Nothing was chosen, or nothing can be kept.
  }
  const address = (path) => new URL(path, document.baseURI).href;
  // The console takes the place of what stands in the page, which is being read still.
  const read = new Promise((resolve) => addEventListener("DOMContentLoaded", resolve));
  const started = import(address(module))
    .then((bindings) => read.then(() => bindings.default({ module_or_path: address(wasm) })))
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
