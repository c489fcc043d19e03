// The remote of a led lesson, where there is no network: it says since when, the adult reads on, and one press is kept
// and sent once. What is sent and shown goes through htmx, so that the page never leaves the phone.
"use strict";

{
  const PATIENCE_MS = 8000;
  const ASK_AGAIN = ["online", "offline"];
  let since = "";
  let kept = null; // the press that waits: {form, by}
  let read = null; // the place that the adult reads, where it is not the class's

  const remote = () => document.getElementById("remote");
  const seats = () => document.getElementById("seats");
  const place = () => Number(remote().dataset.place);

  /** Shows what the adult says at a place of the lesson. */
  function show(number) {
    const found = remote().querySelector(`template[data-place="${number}"]`);
    if (!found) return;
    read = number;
    document.getElementById("here").replaceChildren(found.content.cloneNode(true));
  }

  /** Says that there is no network, and which press is kept; or nothing, once it is back. */
  function tell() {
    const line = document.getElementById("away");
    if (!line) return;
    const time = line.querySelector("[data-say]");
    time.textContent = time.dataset.say.replace("{time}", since);
    const press = document.getElementById("kept");
    press.hidden = !kept;
    if (kept) press.textContent = press.dataset.say.replace("{press}", kept.by.textContent.trim());
    line.hidden = !since;
  }

  function away(form, by) {
    if (!since) since = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    if (by && form.matches("[data-move]")) kept = { form, by };
    tell();
  }

  /** The network is back: the press that waited is sent, unless the class has been moved meanwhile. */
  function back() {
    const { form, by } = kept || {};
    if (read !== null && read !== place()) show(place());
    since = "";
    kept = read = null;
    tell();
    const moved = seats() && seats().dataset.turn !== remote().dataset.turn;
    if (moved) {
      const there = by ? remote().dataset.moved : location.pathname;
      window.htmx.ajax("GET", there, { target: "#remote", select: "#remote", swap: "outerHTML" });
    } else if (by && by.isConnected) {
      form.requestSubmit(by);
    }
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr, requestConfig } = event.detail;
    const by = requestConfig.triggeringEvent && requestConfig.triggeringEvent.submitter;
    if (xhr.status === 0 || xhr.status > 501) return away(elt, by);
    if (xhr.status >= 400) return location.reload(); // signed out, or no longer this person's class
  });
  document.addEventListener("htmx:afterSettle", () => remote() && back());
  document.addEventListener("click", (event) => {
    const by = event.target.closest("[data-read]");
    if (by) show((read === null ? place() : read) + Number(by.dataset.read));
  });

  const ask = () => document.hidden || !seats() || window.htmx.trigger(seats(), "look");
  for (const name of ASK_AGAIN) addEventListener(name, ask);
  document.addEventListener("visibilitychange", ask);
  window.htmx.config.timeout = PATIENCE_MS;
}
