// Without network a child's page stays as it is: what was chosen stays chosen and says that it is kept, Check becomes
// Try again, and it tries by itself after 5, 15 and 30 seconds. Kept in the page only: Leave drops it, and leaves as soon
// as it can. Only pages of pupils have this; telling has its own way.
"use strict";

{
  const TRIES_MS = [5000, 15_000, 30_000];
  const PROBE_MS = 8000;
  const { content } = document.getElementById("no-network");
  const KEPT = ["#answer", "#read"]; // the forms of a question and of the Code's
  const CHOSEN = "main :is(.choice, .tapline):has(:checked)";
  const passed = new WeakSet();
  let waiting = null; // what is tried again: {form, by, button, place, timer, tried}

  const copy = (name) => content.querySelector(`[data-kept="${name}"]`).cloneNode(true);

  /** Whether the school's kiosk answers at all. */
  async function reached() {
    if (!navigator.onLine) return false;
    try {
      await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PROBE_MS) });
      return true;
    } catch {
      return false;
    }
  }

  /** Says on the chosen answer that it is kept. */
  function markChosen() {
    for (const mark of document.querySelectorAll("main [data-kept=mark]")) mark.remove();
    if (!waiting || waiting.leaves) return;
    const card = document.querySelector(CHOSEN);
    if (card) (card.querySelector(".answer__words, .choice__words") || card).append(copy("mark"));
  }

  /** Says in the place of the reason why nothing goes on; `words` is what is said. */
  function say(words) {
    const said = copy(words);
    const place = document.querySelector("#feedback, .asks__why");
    if (place && words === "answer") {
      place.replaceChildren(said);
    } else {
      document.querySelectorAll("main > [data-kept]").forEach((one) => one.remove());
      document.getElementById("main").append(said);
    }
    document.dispatchEvent(new CustomEvent("kiosk:news", { detail: said }));
    return said;
  }

  /** Try again stands in the place of what sends, which waits under it. */
  function offer() {
    const button = copy("again");
    const ground = document.querySelector("footer.ground");
    const sends = [...ground.children].filter((one) => !one.matches("script, noscript, [hidden]")).at(-1);
    if (sends) sends.hidden = true;
    ground.append(button);
    button.addEventListener("click", again);
    return { button, sends };
  }

  function schedule() {
    const wait = TRIES_MS[waiting.tried++] || (waiting.leaves && TRIES_MS.at(-1));
    if (wait) waiting.timer = window.setTimeout(again, wait);
  }

  /** Nothing waits any more. */
  function drop() {
    if (!waiting) return;
    window.clearTimeout(waiting.timer);
    waiting.button.remove();
    if (waiting.sends) waiting.sends.hidden = false;
    waiting.said.remove();
    waiting = null;
    markChosen();
  }

  function again() {
    window.clearTimeout(waiting.timer);
    const { form, by } = waiting;
    form.requestSubmit(by && by.isConnected && by.form === form ? by : undefined);
  }

  /** Keeps what a form would have sent, and tries again by itself. */
  function keep(form, by) {
    const tried = waiting && waiting.form === form ? waiting.tried : 0;
    const focused = waiting && waiting.button === document.activeElement;
    drop();
    waiting = { form, by, tried, leaves: form.id === "leave-idle" };
    if (waiting.leaves) {
      document.getElementById("idle").close();
      document.getElementById("main").replaceChildren();
      document.documentElement.hidden = false; // as a tablet left alone hides its page first
    }
    waiting.said = say(waiting.leaves ? "leave" : "answer");
    Object.assign(waiting, offer());
    if (focused) waiting.button.focus();
    markChosen();
    schedule();
  }

  /** A form is sent once the kiosk answers; htmx finds that out itself. */
  async function sending(event) {
    const { target: form, submitter: by } = event;
    if (waiting && form.id === "leave-idle" && !waiting.leaves) drop();
    if (form.matches("[hx-post]")) {
      form.sentBy = by;
      return;
    }
    if (passed.delete(form) || (form.method !== "post" && navigator.onLine)) return;
    event.preventDefault();
    if (await reached()) {
      passed.add(form);
      form.requestSubmit(by || undefined);
    } else if (form.id === "leave-idle" || form.matches(KEPT)) {
      keep(form, by);
    } else {
      say("page");
    }
  }

  /** A link waits for the network, where the tablet says that there is none. */
  function going(event) {
    const link = event.target.closest("a[href]");
    if (!link || navigator.onLine || link.origin !== location.origin) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    say(link.pathname.startsWith("/report") ? "tell" : "page");
  }

  function failed(event) {
    const form = event.detail.elt.closest("form");
    const { status } = event.detail.xhr;
    if (form && (!status || status > 501)) keep(form, form.sentBy);
  }

  document.addEventListener("submit", sending, true);
  document.addEventListener("click", going);
  document.addEventListener("change", markChosen);
  for (const name of ["sendError", "timeout", "responseError"]) document.addEventListener(`htmx:${name}`, failed);
  document.addEventListener("htmx:afterSwap", drop);
  if (window.htmx) window.htmx.config.timeout = PROBE_MS;
}
