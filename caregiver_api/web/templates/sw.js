// SPDX-FileCopyrightText: 2026 Tohuus contributors
// SPDX-License-Identifier: EUPL-1.2
// Keeps the look and one page without data on the phone, so that "no connection" is said and not guessed.
const CACHE = "tohuus-{{ key }}";
const SHELL = {{ shell | tojson }};
self.addEventListener("install", (e) => e.waitUntil(caches.open(CACHE).then((c) => c.addAll(SHELL)).then(() => self.skipWaiting())));
self.addEventListener("activate", (e) => e.waitUntil(caches.keys().then((keys) => Promise.all(keys.filter((k) => k !== CACHE).map((k) => caches.delete(k)))).then(() => self.clients.claim())));
self.addEventListener("fetch", (e) => {
  const address = new URL(e.request.url);
  if (e.request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith("/static/")) e.respondWith(caches.match(e.request).then((kept) => kept ?? fetch(e.request)));
  else if (e.request.mode === "navigate") e.respondWith(fetch(e.request).catch(() => caches.match("/care/offline")));
});
