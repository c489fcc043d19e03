// The tablet of a class that is led: asks where the class is, goes along, and shows when the teacher speaks.
// The page under that keeps what was chosen on it; telling somebody and leaving stay where they are.
"use strict";

{
  const EVERY_MS = 1500;
  const SPREAD_MS = 500; // so that thirty tablets do not ask at once
  const LATER_MS = 5000; // no network, or a busy server
  const eyes = document.getElementById("eyes");
  const line = document.getElementById("class-line");
  const hand = document.getElementById("hand-up");
  let asked = null;
  let pressed = 0; // how often the hand was tapped: what was asked before says how it was then

  /** Hides what the page shows, or shows it again. */
  function lookUp(up) {
    if (eyes.hidden !== up) return;
    for (const part of document.querySelectorAll("#main, .ground")) part.hidden = up;
    eyes.hidden = !up;
    if (up) document.getElementById("eyes-title").focus();
  }

  /** Says how much is left of the lesson, where the dots of its steps stand otherwise. */
  function say(words) {
    if (line.textContent === words) return;
    const middle = document.querySelector(".top__middle");
    for (const part of middle.children) part.hidden = Boolean(words);
    middle.append(line);
    line.textContent = words;
    line.hidden = !words;
  }

  const showHand = (up) => hand.setAttribute("aria-pressed", String(up));

  /** Puts the hand up or down, and shows it once the teacher can see it. */
  async function putHand(event) {
    event.preventDefault();
    const up = hand.getAttribute("aria-pressed") !== "true";
    pressed += 1;
    try {
      const answer = await fetch(hand.form.action, { method: "POST", body: new URLSearchParams({ up: Number(up) }) });
      if (answer.ok) showHand(up);
    } catch {
      later(LATER_MS); // it stays as it was
    }
  }

  /** Asks to be told about the answer that was sent, once the class has talked about it. */
  function seeVerdict() {
    const form = document.querySelector("#answer[data-sent]");
    if (!form) return;
    delete form.dataset.sent; // asked once; without network the page tries again by itself
    form.requestSubmit();
  }

  function later(milliseconds) {
    window.clearTimeout(asked);
    asked = window.setTimeout(ask, milliseconds + Math.random() * SPREAD_MS);
  }

  /** Asks once, and again after a while; a class that has closed leads to where a child comes in. */
  async function ask() {
    if (document.hidden) return; // asked at once when the tablet wakes
    const before = pressed;
    try {
      const answer = await fetch(eyes.dataset.now, {
        method: "POST",
        body: new URLSearchParams({ where: location.pathname }),
        cache: "no-store",
        redirect: "manual",
      });
      if (answer.type === "opaqueredirect") return location.replace(eyes.dataset.follow);
      if (!answer.ok) return later(LATER_MS);
      const found = await answer.json();
      say(found.say || "");
      if (found.do === "go") return location.replace(eyes.dataset.follow);
      lookUp(found.do === "eyes");
      if (found.do === "stay" && !found.talks) seeVerdict();
      if (before === pressed) showHand(Boolean(found.hand));
      later(EVERY_MS);
    } catch {
      later(LATER_MS);
    }
  }

  for (const part of document.querySelectorAll("[data-by-itself]")) part.hidden = false;
  document.addEventListener("visibilitychange", ask);
  hand.addEventListener("click", putHand);
  ask();
}
