// SPDX-FileCopyrightText: 2026 Tohuus contributors
// SPDX-License-Identifier: EUPL-1.2
import "../../design/js/live.js";
import "../../design/js/form.js";
import { attach } from "./sound.js";

attach();

function follow() {
  const ring = document.getElementById("ring");
  if (!ring) return;
  const open = Number(ring.dataset.open);
  const count = document.getElementById("count");
  if (count) count.textContent = open || "";
  document.title = document.title.replace(/^(\(\d+\) )?/, open ? `(${open}) ` : "");
  navigator.setAppBadge?.(open).catch(() => {});
}
document.addEventListener("th-swapped", follow);
follow();

// Opened at the bottom of a screen, the choice of reasons would lie under the tabs.
document.addEventListener("toggle", (e) => {
  if (e.target.matches?.("details[open]")) e.target.scrollIntoView({ block: "nearest", behavior: "instant" });
}, true);

if ("serviceWorker" in navigator) {
  const own = (address) => { if (address !== "/care/sw.js") throw new TypeError(address); return address; };
  const policy = globalThis.trustedTypes?.createPolicy("tohuus-sw", { createScriptURL: own });
  navigator.serviceWorker.register(policy ? policy.createScriptURL("/care/sw.js") : "/care/sw.js", { scope: "/care/" }).catch(() => {});
}
