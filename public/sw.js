// The offline shell: with this, a reload without a network still opens the console. A worker keeps the files of one build
// and serves those and nothing else, so that page, script and WASM always belong together. The worker of a newer build
// waits beside it until the page asks for it (src/adapters/worker.rs). Whatever fails here is left to the network.
"use strict";

// Filled in by the release build: its id, which its page carries too, and its files other than the page.
const BUILD = "__BUILD__";
const FILES = "__FILES__";

const address = (path) => new URL(path, location.href).href;
const PAGE = address("./");
const KEPT = new Set(FILES.map(address));
// Consoles in several folders of a host share its caches. No address holds a space.
const OURS = `dispatch ${PAGE} `;
const CACHE = OURS + BUILD;

addEventListener("install", (event) => event.waitUntil(keepAll()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("message", (event) => {
  if (event.data === "activate") event.waitUntil(skipWaiting());
});
addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  const asked = origin + pathname;
  if (method !== "GET") return;
  if (KEPT.has(asked)) {
    event.respondWith(kept(asked, event.request));
  } else if (mode === "navigate" && (asked === PAGE || asked === address("index.html"))) {
    event.respondWith(kept(PAGE, event.request));
    event.waitUntil(keepPage().catch(() => {}));
  }
});

async function keepAll() {
  // Caught halfway through a deployment, the files would not fit together: the browser tries again at the next visit.
  if (!(await keepPage())) throw new Error("the page that is served is of another build");
  const cache = await caches.open(CACHE);
  // Not every name changes with its content, so each file is checked; one that is unchanged is not loaded again.
  await cache.addAll([...KEPT].map((file) => new Request(file, { cache: "no-cache" })));
}

// The page is kept as it is deployed, with the addresses that were written into it. These may change without a new build:
// so it is looked at again on every visit, for the next one. A page of another build comes with its own worker, which the
// browser looks for by itself.
async function keepPage() {
  const answer = await fetch(PAGE, { cache: "no-cache" });
  const text = await answer.text();
  if (!answer.ok || !text.includes(BUILD)) return false;
  const cache = await caches.open(CACHE);
  // A copy, since the answer to a redirected request may not be served as a page.
  await cache.put(PAGE, new Response(text, { headers: answer.headers }));
  return true;
}

async function takeOver() {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(older.map((name) => caches.delete(name)));
  // Also the page that was open before there was any worker, else the next build would not wait for it.
  await clients.claim();
}

async function kept(file, request) {
  const found = await caches.match(file, { cacheName: CACHE, ignoreVary: true }).catch(() => undefined);
  return found ?? fetch(request);
}
