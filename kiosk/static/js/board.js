// The board of a class asks whether it is still right, and how many came in; it goes on by itself.
"use strict";

{
  const EVERY_MS = 1000;
  const LATER_MS = 5000;
  const { now, mark } = document.currentScript.dataset;
  const line = document.getElementById("board-line");
  line.textContent = ""; // what it says of a browser without script
  const count = document.getElementById("board-count");
  let tag = "";

  /** Says how many came in. */
  function show(found) {
    (count || line).textContent = found.line;
  }

  /** Asks once, and again after a while. */
  async function ask() {
    let wait = EVERY_MS;
    try {
      const answer = await fetch(now, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag") || "";
        const found = await answer.json();
        if (found.mark !== mark) return location.replace(location.pathname);
        show(found);
      } else if (answer.status !== 304) {
        wait = LATER_MS;
      }
    } catch {
      wait = LATER_MS;
    }
    window.setTimeout(ask, wait);
  }

  ask();
}
