// Starts the console. A file of its own, because a release page allows no inline script; its attributes say which build.
"use strict";
{
  const script = document.currentScript;
  const { module, wasm, writer } = script.dataset;
  try {
    // Before anything is painted, where that can be had: a page that was chosen dark does not begin light.
    const { look } = JSON.parse(localStorage.getItem("dispatch.settings"));
    for (const [name, value] of Object.entries(look)) document.documentElement.dataset[name] = value;
  } catch {
    // Nothing was chosen, or nothing can be kept.
  }
  const address = (path) => new URL(path, document.baseURI).href;
  import(address(module))
    .then((bindings) => bindings.default({ module_or_path: address(wasm) }))
    .catch((error) => {
      // Shown by the page's own style: whatever went wrong, there is no console that could say so.
      document.documentElement.dataset.app = "failed";
      throw error;
    });
  // The console asks for it when it is first needed (src/adapters/writer.rs). Some browsers remember that a module could
  // not be loaded and never ask for the same address again; servers look at the path only.
  script.loadWriter = async (failures) => {
    const bindings = await import(address(failures ? `${writer}?${failures}` : writer));
    await bindings.default();
    return bindings;
  };
}
