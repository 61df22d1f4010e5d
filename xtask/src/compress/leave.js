// The worker of a debug build. A release build that was served at the same address before has left its own worker behind,
// which would go on showing that build, and hide every change from the person who works on the page. This one takes its
// place and leaves.
"use strict";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("dispatch ")).map((name) => caches.delete(name)));
  const pages = await clients.matchAll({ type: "window" });
  await registration.unregister();
  for (const page of pages) page.navigate(page.url);
}
