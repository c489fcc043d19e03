// The queue by keyboard: J and K move from row to row, / looks for a number, ? lists the keys.
"use strict";

// In a block, as the scripts of a page share their names.
{
  const OFF = "kiosk-keys-off"; // kept for as long as the window is open
  const FIELD = "input, select, textarea, [contenteditable]";
  const line = document.getElementById("keys-line");
  const list = document.getElementById("keys-list");
  const links = [...document.querySelectorAll("#queue .row-link")];
  const isOff = () => sessionStorage.getItem(OFF) === "yes";

  /** Says below the list which keys there are, or that they are turned off. */
  function show() {
    line.hidden = false;
    line.querySelector("[data-keys]").hidden = isOff();
    line.querySelector("[data-keys-off]").hidden = isOff();
    line.querySelector("[data-keys-on]").hidden = !isOff();
  }

  /** Turns single letters on or off, and keeps the focus beside the words that changed. */
  function turn(off) {
    if (off) sessionStorage.setItem(OFF, "yes");
    else sessionStorage.removeItem(OFF);
    show();
    line.querySelector(off ? "[data-keys-on]" : "[data-keys-off]").focus();
  }

  /** Moves the focus so many rows on; from anywhere else to the first one. */
  function move(step) {
    const row = document.activeElement.closest("#queue tr");
    const at = row ? links.findIndex((link) => row.contains(link)) : -1;
    const next = links[at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)];
    if (!next) return;
    next.focus();
    next.closest("tr").scrollIntoView({ block: "nearest" });
  }

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => document.getElementById("number").focus(),
    "?": () => list.showModal(),
  };

  if (line && list) {
    document.addEventListener("keydown", (event) => {
      const act = keys[event.key.toLowerCase()];
      const busy = event.ctrlKey || event.altKey || event.metaKey || event.isComposing || list.open;
      if (!act || busy || isOff() || document.activeElement.closest(FIELD)) return;
      event.preventDefault();
      act();
    });
    line.querySelector("[data-keys-off]").addEventListener("click", () => turn(true));
    line.querySelector("[data-keys-on]").addEventListener("click", () => turn(false));
    show();
  }
}
