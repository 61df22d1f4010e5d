// Starts the console. A file of its own, because a release page allows no inline script; its attributes say which build.
"use strict";
{
  const { module, wasm } = document.currentScript.dataset;
  const address = (path) => new URL(path, document.baseURI).href;
  import(address(module))
    .then((bindings) => bindings.default({ module_or_path: address(wasm) }))
    .catch((error) => {
      // Shown by the page's own style: whatever went wrong, there is no console that could say so.
      document.documentElement.dataset.app = "failed";
      throw error;
    });
}
