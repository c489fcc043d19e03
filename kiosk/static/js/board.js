// The board of a class: words as large as the free height allows, a screen that stays on, and the page that is right now.
"use strict";

// How large its words may be.
{
  const SMALLEST_PX = 20;
  const root = document.documentElement;
  const main = document.getElementById("main");

  /** Whether something does not hold on the page. */
  function isTooLarge() {
    const over = (one) => Math.max(one.scrollHeight - one.clientHeight, one.scrollWidth - one.clientWidth);
    return Math.max(over(main), over(root)) > 1;
  }

  /** The largest words with which all holds; the smallest where nothing does, and then the page can be rolled. */
  function fit() {
    const shorter = Math.min(innerWidth, innerHeight);
    let holds = Math.max(SMALLEST_PX, Math.floor(shorter / 40));
    let large = Math.max(holds, Math.floor(Math.min(innerHeight / 24, innerWidth / 27))) + 1;
    while (large - holds > 1) {
      const tried = Math.floor((holds + large) / 2);
      root.style.fontSize = `${tried}px`;
      if (isTooLarge()) large = tried;
      else holds = tried;
    }
    root.style.fontSize = `${holds}px`;
  }

  fit();
  addEventListener("resize", fit);
  document.fonts.ready.then(fit);
}

// A board that hangs there with nobody at its keys stays lit; a browser drops that with every page that is put away.
{
  /** Asks the browser to keep the screen on; one that cannot leaves it to whoever set up the board. */
  async function stayOn() {
    if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
    try {
      await navigator.wakeLock.request("screen");
    } catch {
      // a battery that is low, or a page without https
    }
  }

  document.addEventListener("visibilitychange", stayOn);
  stayOn();
}

// Whether the page is still right, and how many came in; it goes on by itself.
{
  const EVERY_MS = 1000;
  const LATER_MS = 5000;
  const { now, mark, away } = document.currentScript.dataset;
  const line = document.getElementById("board-line");
  line.textContent = ""; // what it says of a browser without script
  const count = document.getElementById("board-count");
  let tag = "";

  /** Says how many came in, and no longer that there is no network. */
  function show(found) {
    line.textContent = "";
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
        if (found.mark !== mark) return location.replace(now.replace("/now", "")); // without what was tapped here
        show(found);
      } else if (answer.status !== 304) {
        wait = LATER_MS;
      }
    } catch {
      tag = ""; // the next answer says all again
      line.textContent = away;
      wait = LATER_MS;
    }
    window.setTimeout(ask, wait);
  }

  ask();
}
