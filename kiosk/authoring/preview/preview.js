// Pages of `kiosk content preview`: asks every second whether a file changed, and then shows the page anew.
"use strict";

{
  const ASK_AFTER_MS = 1_000;
  const mark = document.currentScript.dataset.mark;

  async function ask() {
    try {
      const answer = await fetch(`/changed?since=${mark}`, { cache: "no-store" });
      // By its address, not by reload(): a page that came with an answer would ask to send it again.
      if (answer.ok && (await answer.json()).changed) return location.replace(location.pathname + location.search);
    } catch {
      // The preview was stopped; it may be started again.
    }
    setTimeout(ask, ASK_AFTER_MS);
  }

  setTimeout(ask, ASK_AFTER_MS);
}
