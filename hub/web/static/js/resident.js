// SPDX-FileCopyrightText: 2026 Tohuus contributors
// SPDX-License-Identifier: EUPL-1.2
import "../../design/js/live.js";
import "../../design/js/form.js";

document.addEventListener("th-swapped", (e) => {
  if (e.detail.id === "mode") document.documentElement.dataset.theme = document.getElementById("mode").dataset.theme;
});

// A page one step away goes home after a minute without a touch, and at once when there is something to answer or to know.
const sheet = document.querySelector("[data-return]");
if (sheet) {
  const home = () => location.assign(sheet.dataset.return);
  let timer;
  const touched = () => { clearTimeout(timer); timer = setTimeout(home, 60_000); };
  for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, touched);
  touched();
  const before = document.getElementById("mode").dataset.mode;
  document.addEventListener("th-swapped", () => {
    const mode = document.getElementById("mode").dataset.mode;
    if (mode === "asked" || (mode !== "home" && mode !== before)) home();
  });
}

// Digits without the keyboard of the tablet.
for (const keys of document.querySelectorAll("[data-keys]")) {
  const field = document.getElementById(keys.dataset.keys);
  keys.hidden = false;
  field.inputMode = "none";
  keys.addEventListener("click", (e) => {
    const key = e.target.closest("button")?.value;
    if (key === "back") field.value = field.value.slice(0, -1);
    else if (key && field.value.length < field.maxLength) field.value += key;
  });
}
