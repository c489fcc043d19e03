// The screen in the hall: arrow keys and a presenter's remote move it and it stays there; else it goes on by itself every
// half minute, but not where somebody wants less motion, and never to a page that does not answer.
"use strict";

(() => {
  const EVERY_MS = 30_000;
  const main = document.getElementById("main");
  const root = document.documentElement;
  const ways = [...document.querySelectorAll("nav a")];
  const here = ways.findIndex((one) => one.hasAttribute("aria-current"));
  const turned = root.dir === "rtl";
  const steps = { ArrowRight: turned ? -1 : 1, ArrowLeft: turned ? 1 : -1, PageDown: 1, PageUp: -1 };

  addEventListener("keydown", (event) => {
    const step = event.altKey || event.ctrlKey || event.metaKey ? 0 : steps[event.key];
    if (!step) return;
    event.preventDefault();
    location.assign(ways[(here + step + ways.length) % ways.length].href);
  });

  if (root.dataset.motion === "less" || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  setInterval(async () => {
    if (location.hash === "#stay") return;
    try {
      const { ok } = await fetch(main.dataset.next, { method: "HEAD", cache: "no-store" });
      if (ok) location.replace(main.dataset.next);
    } catch {
      // No network: what stands on the wall stays.
    }
  }, EVERY_MS);
})();
