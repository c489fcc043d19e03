// A form that has to wait its turn is sent again by itself; nothing that was typed leaves the page in which it was typed.
"use strict";

// In a block: a page that is shown here runs this in the same window once more.
{
  const SPREAD_MS = 1_000; // so that those who wait do not all come back at once

  /** Does something again after some seconds. */
  function later(seconds, again) {
    return setTimeout(again, seconds * 1_000 + Math.random() * SPREAD_MS);
  }

  /** Says beside the button of a form that it is waiting. */
  function sayWaiting(form, words) {
    let note = form.querySelector("[data-waiting]");
    if (!note) {
      note = document.createElement("p");
      note.dataset.waiting = "";
      note.className = "notice";
      note.setAttribute("role", "status");
      form.append(note);
    }
    note.textContent = words;
  }

  /** Shows a page that came as the answer to a form, as if the browser had sent it. */
  function show(page) {
    document.open();
    document.write(page);
    document.close();
  }

  /** Sends a form with a password until it is its turn, and goes where the answer leads. */
  async function send(form, button, words) {
    const body = new URLSearchParams(new FormData(form, button));
    let answer;
    try {
      answer = await fetch(form.getAttribute("action") || location.href, {
        method: "POST",
        headers: { "Kiosk-Waits": "yes" },
        body,
      });
    } catch {
      HTMLFormElement.prototype.submit.call(form); // the browser says what is wrong with the network
      return;
    }
    const seconds = Number(answer.headers.get("Retry-After"));
    const next = answer.headers.get("Kiosk-Go-To");
    if (answer.status === 503 && seconds) {
      sayWaiting(form, words);
      later(seconds, () => send(form, button, words));
    } else if (next) location.assign(next);
    else show(await answer.text());
  }

  const main = document.querySelector("[data-waits]");
  if (main) {
    for (const form of main.querySelectorAll("form:has(input[type=password])")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (form.dataset.sent) return;
        form.dataset.sent = "yes";
        send(form, event.submitter, main.dataset.waits);
      });
    }
  }
  for (const form of document.querySelectorAll("[data-again-seconds]")) {
    const wait = later(Number(form.dataset.againSeconds), () => form.requestSubmit());
    form.addEventListener("submit", () => clearTimeout(wait));
  }
}
