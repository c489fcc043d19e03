// The queue asks once a minute whether there is something new, and then says so in one line; it never moves a row.
"use strict";

// In a block, as the scripts of a page share their names.
{
  const EVERY_MS = 60_000;
  const SPREAD_MS = 10_000; // so that not everybody asks at once
  const IDLE_MS = 30 * 60_000; // nobody is there: the server has ended the session by then too
  const SAME = 304;
  const line = document.getElementById("queue-news");
  let touched = Date.now();

  /** Asks again after a minute, if somebody may still be there. */
  function later() {
    setTimeout(ask, EVERY_MS + Math.random() * SPREAD_MS);
  }

  /** Says politely that the list is another one by now; then there is nothing more to ask. */
  function say() {
    line.querySelector("[data-checked]").hidden = true;
    line.querySelector("[data-status]").textContent = line.querySelector("template").content.textContent;
  }

  /** Asks whether the list has changed; stops where the answer is anything but yes, no or an error of the moment. */
  async function ask() {
    if (document.hidden) {
      document.addEventListener("visibilitychange", ask, { once: true });
      return;
    }
    if (Date.now() - touched > IDLE_MS) return;
    try {
      const answer = await fetch(line.dataset.news, {
        headers: { "If-None-Match": `"${line.dataset.mark}"` },
        cache: "no-store",
        redirect: "manual",
      });
      if (answer.status === 200) say();
      else if (answer.status === SAME || answer.status >= 500) later();
    } catch {
      later(); // no network now
    }
  }

  if (line) {
    for (const sign of ["keydown", "pointerdown", "scroll"]) {
      document.addEventListener(sign, () => (touched = Date.now()), { passive: true });
    }
    later();
  }
}
