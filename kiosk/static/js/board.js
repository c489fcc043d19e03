// The board of a class asks whether it is still right, and counts who is here; it goes on by itself.
"use strict";

{
  const EVERY_MS = 1000;
  const LATER_MS = 5000;
  const { now, mark, step } = document.currentScript.dataset;
  const words = document.getElementById("board-words").dataset;
  const line = document.getElementById("board-line");
  const count = document.getElementById("board-count");
  let tag = "";

  /** Counts those here, and those who have answered or are through with the step. */
  function show(found) {
    const said = step === undefined || !found.here ? words.here : words.answered || words.done;
    const part = words.answered ? found.answered : found.done;
    line.textContent = said.replace("@", part).replace("#", found.here);
    if (count) count.textContent = found.here;
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
