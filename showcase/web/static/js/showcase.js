// SPDX-FileCopyrightText: 2026 Tohuus contributors
// SPDX-License-Identifier: EUPL-1.2
// Only motion is made here: she walks along the way the server drew, the clock rolls to the time it was told,
// and the page goes dark with the night. What is shown is always the server's last word.
import "../../design/js/live.js";
import "../../design/js/form.js";
const still = matchMedia("(prefers-reduced-motion: reduce)");
const IDLE_MS = 60_000; // without a touch the page takes on its own language again

let walked = document.getElementById("sc-person")?.dataset.number;
function walk() {
  const layer = document.getElementById("sc-person");
  if (!layer || layer.dataset.number === walked) return;
  walked = layer.dataset.number;
  const points = layer.dataset.way.trim().split(" ").map((p) => p.split(",").map(Number));
  const ms = Number(layer.dataset.ms);
  if (still.matches || points.length < 2 || !ms) return;
  const avatar = layer.querySelector(".fp-person"), walker = layer.querySelector(".walker");
  const pose = avatar.dataset.pose, placed = avatar.getAttribute("transform");
  avatar.dataset.pose = "stand";
  avatar.setAttribute("transform", "");
  let way = 0;
  const far = points.map((p, i) => (way += i ? Math.hypot(p[0] - points[i - 1][0], p[1] - points[i - 1][1]) : 0));
  const steps = points.map((p, i) => ({ transform: `translate(${p[0]}px, ${p[1]}px)`, offset: way ? far[i] / way : i / (points.length - 1) }));
  const moving = walker.animate(steps, { duration: ms, fill: "none" });
  moving.finished.then(() => { avatar.dataset.pose = pose; avatar.setAttribute("transform", placed); }).catch(() => {});
}

let seconds = Number(document.getElementById("sc-clock")?.dataset.seconds ?? 0), rolling = 0;
function roll() {
  const clock = document.getElementById("sc-clock");
  if (!clock) return;
  document.documentElement.dataset.theme = clock.dataset.theme;
  const goal = Number(clock.dataset.seconds), start = seconds, text = clock.querySelector("[data-roll]");
  const gap = (goal - start + 86400) % 86400;
  seconds = goal;
  cancelAnimationFrame(rolling);
  if (still.matches || gap < 90) return;
  // Time that was skipped is seen to pass, in one second, however long it was.
  const last = text.textContent, sign = last.includes(".") ? "." : ":", begin = performance.now();
  const draw = (now) => {
    const share = Math.min(1, (now - begin) / 1000), at = (start + gap * (1 - (1 - share) ** 3)) % 86400;
    text.textContent = share < 1 ? `${Math.floor(at / 3600)}${sign}${String(Math.floor(at / 60) % 60).padStart(2, "0")}` : last;
    if (share < 1) rolling = requestAnimationFrame(draw);
  };
  rolling = requestAnimationFrame(draw);
}

document.addEventListener("th-swapped", (e) => {
  if (e.detail.id === "sc-person") walk();
  if (e.detail.id === "sc-clock") roll();
});
if (document.documentElement.dataset.theme === undefined) document.documentElement.dataset.theme = "day";

let idle;
function touched() {
  clearTimeout(idle);
  idle = setTimeout(() => { if (location.search) location.assign("/?lang=de"); }, IDLE_MS);
}
for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, touched, { passive: true });
touched();
