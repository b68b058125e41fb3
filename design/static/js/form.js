// SPDX-FileCopyrightText: 2026 Tohuus contributors
// SPDX-License-Identifier: EUPL-1.2
// Forms work without this file. With it, <form data-quick> is sent in the background and the live stream
// brings the new state; a second tap on the same form within a second is a tremor, not a wish.
import { show, swap } from "./live.js";
const last = new Map();
const REPEAT_MS = 1000;

document.addEventListener("submit", async (e) => {
  const form = e.target;
  const key = form.action + "|" + (e.submitter?.value ?? "");
  const now = performance.now();
  if (now - (last.get(key) ?? -REPEAT_MS) < REPEAT_MS) { e.preventDefault(); return; }
  last.set(key, now);
  if (!form.hasAttribute("data-quick")) return;
  e.preventDefault();
  const button = e.submitter;
  button?.setAttribute("aria-busy", "true");
  const body = new URLSearchParams(new FormData(form, button));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "Tohuus-Quick": "1" } });
    if (answer.status === 401) location.reload();
    else if (answer.headers.get("content-type")?.startsWith("application/json")) for (const [id, html] of Object.entries(await answer.json())) swap(id, html);
    else if (!answer.ok) form.submit(); // let the server say in a whole page what is wrong
  } catch {
    show("offline");
    form.dataset.failed = "";
  }
  button?.setAttribute("aria-busy", "false");
});
