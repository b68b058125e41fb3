// SPDX-FileCopyrightText: 2026 Tohuus contributors
// SPDX-License-Identifier: EUPL-1.2
// <th-live src>: the server pushes rendered fragments ({id: html}); elements are swapped by id.
// The first event after every connect is the whole, so a reconnect always heals. No eval, no strings.
const policy = globalThis.trustedTypes?.createPolicy("tohuus", { createHTML: (s) => s }) ?? { createHTML: (s) => s };
const LOST_MS = 15_000; // three beats of the server (design/live.py)

export function show(state) {
  const line = document.getElementById("live");
  document.documentElement.dataset.line = state;
  if (line && line.dataset.state !== state) {
    line.dataset.state = state;
    line.textContent = state === "online" ? line.dataset.online : line.dataset.offline;
  }
}

export function swap(id, html) {
  const old = document.getElementById(id);
  if (!old || old.tohuusHtml === html) return;
  const box = document.createElement("template");
  box.innerHTML = policy.createHTML(html);
  const fresh = box.content.firstElementChild;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  // Somebody is writing or choosing here: what they see must not move under their finger.
  if (focused?.matches("input:not([type=hidden]), select, textarea")) return;
  const open = new Set([...old.querySelectorAll("details[open][id]")].map((d) => d.id));
  old.replaceWith(fresh);
  fresh.tohuusHtml = html;
  for (const name of open) document.getElementById(name)?.setAttribute("open", "");
  if (focused?.id) document.getElementById(focused.id)?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("th-swapped", { detail: { id } }));
}

customElements.define("th-live", class extends HTMLElement {
  #source; #watch;
  connectedCallback() {
    let wait = 1000;
    const heard = () => { show("online"); clearTimeout(this.#watch); this.#watch = setTimeout(() => lost(), LOST_MS); };
    const open = () => {
      this.#source = new EventSource(this.getAttribute("src"));
      this.#source.addEventListener("open", () => { wait = 1000; heard(); });
      this.#source.addEventListener("beat", heard);
      this.#source.addEventListener("swap", (e) => { heard(); for (const [id, html] of Object.entries(JSON.parse(e.data))) swap(id, html); });
      this.#source.addEventListener("gone", () => location.reload());
      this.#source.addEventListener("error", () => { show("offline"); if (this.#source.readyState === EventSource.CLOSED) lost(); });
    };
    const lost = () => { show("offline"); this.#source?.close(); clearTimeout(this.#watch); this.#watch = setTimeout(open, wait); wait = Math.min(wait * 2, 10_000); };
    open();
  }
  disconnectedCallback() { clearTimeout(this.#watch); this.#source?.close(); }
});

// <th-countdown left="45" [total="60"] [form="m:ss"]>: counts down from what the server said, by the page's own steady clock.
customElements.define("th-countdown", class extends HTMLElement {
  #timer;
  connectedCallback() {
    const end = performance.now() + Number(this.getAttribute("left")) * 1000 / Number(this.getAttribute("speed") ?? 1);
    const total = Number(this.getAttribute("total"));
    const draw = () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) * Number(this.getAttribute("speed") ?? 1) / 1000));
      const text = this.querySelector("[data-left]");
      if (text) text.textContent = text.dataset.left === "m:ss" ? `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : left;
      this.querySelector(".fg")?.setAttribute("stroke-dasharray", `${total ? Math.round(left / total * 600) / 10 : 0} 60`);
      const bar = this.querySelector("progress");
      if (bar && total) bar.value = total - left;
    };
    draw();
    this.#timer = setInterval(draw, 250);
  }
  disconnectedCallback() { clearInterval(this.#timer); }
});
