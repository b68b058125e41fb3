// SPDX-FileCopyrightText: 2026 Tohuus contributors
// SPDX-License-Identifier: EUPL-1.2
// Tones while the page is open: three-note bursts after IEC 60601-1-8 (urgent ten notes, soon three), repeated while
// nobody has taken the alarm. Browsers let a page make sound only after a tap, so the state is always visible.
const PATTERNS = {
  urgent: { notes: [[880, 0], [880, 0.2], [1109, 0.4], [880, 0.85], [1109, 1.05], [880, 2.0], [880, 2.2], [1109, 2.4], [880, 2.85], [1109, 3.05]], every_s: 6, buzz: [400, 150, 400, 150, 400] },
  soon: { notes: [[659, 0], [784, 0.3], [659, 0.6]], every_s: 15, buzz: [250, 200, 250] },
  lost: { notes: [[440, 0], [330, 0.35]], every_s: 60, buzz: [200] },
};
const LOST_AFTER_MS = 20_000;
let context, timer, playing = "none", lock, lostSince = 0;

function note(hz, at) {
  const tone = context.createOscillator(), over = context.createOscillator(), gain = context.createGain(), soft = context.createGain();
  tone.frequency.value = hz; over.frequency.value = hz * 3; soft.gain.value = 0.25;
  gain.gain.setValueAtTime(0, at); gain.gain.linearRampToValueAtTime(0.5, at + 0.02);
  gain.gain.setValueAtTime(0.5, at + 0.13); gain.gain.linearRampToValueAtTime(0, at + 0.18);
  tone.connect(gain); over.connect(soft).connect(gain); gain.connect(context.destination);
  for (const one of [tone, over]) { one.start(at); one.stop(at + 0.2); }
}

export function play(name) {
  const pattern = PATTERNS[name];
  if (!pattern) return;
  document.documentElement.dataset.played = `${name} ${Number((document.documentElement.dataset.played ?? "x 0").split(" ")[1]) + 1}`;
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pattern.buzz);
  if (context?.state !== "running") return;
  for (const [hz, after] of pattern.notes) note(hz, context.currentTime + 0.05 + after);
}

function ring() {
  const wanted = document.documentElement.dataset.line === "offline"
    ? (lostSince && performance.now() - lostSince > LOST_AFTER_MS ? "lost" : "none")
    : document.getElementById("ring")?.dataset.ring ?? "none";
  const key = wanted + (document.getElementById("ring")?.dataset.ringKey ?? "");
  if (key === playing) return;
  playing = key;
  clearInterval(timer);
  if (!PATTERNS[wanted]) return;
  play(wanted);
  timer = setInterval(() => play(wanted), PATTERNS[wanted].every_s * 1000);
}

async function awake() {
  if (document.visibilityState !== "visible" || context?.state !== "running") return;
  lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
  document.documentElement.dataset.awake = lock ? "yes" : "no";
}

function showState() {
  const on = context?.state === "running";
  document.getElementById("sound")?.setAttribute("aria-pressed", String(on));
  const need = document.getElementById("need-sound");
  if (need) need.hidden = on;
}

async function unlock() {
  context ??= new AudioContext();
  if (context.state !== "running") await context.resume().catch(() => {});
  showState();
  playing = "none";
  ring();
  await awake();
}

export function attach() {
  const button = document.getElementById("sound");
  button?.addEventListener("click", async () => {
    if (context?.state === "running") { await context.suspend(); lock?.release(); showState(); } else await unlock();
  });
  document.getElementById("need-sound")?.addEventListener("click", unlock);
  for (const one of document.querySelectorAll("[data-try]")) one.addEventListener("click", async () => { await unlock(); play(one.dataset.try); });
  document.addEventListener("th-swapped", ring);
  document.addEventListener("visibilitychange", () => { awake(); ring(); });
  new MutationObserver(() => {
    lostSince = document.documentElement.dataset.line === "offline" ? lostSince || performance.now() : 0;
    ring();
  }).observe(document.documentElement, { attributeFilter: ["data-line"] });
  setInterval(ring, 5000);
  // An installed page may sound at once; an ordinary one stays silent until the first tap, and says so.
  if (navigator.userActivation?.hasBeenActive || matchMedia("(display-mode: standalone)").matches) unlock(); else showState();
  ring();
}
