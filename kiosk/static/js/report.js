// One step of the form at a time; nothing is kept anywhere. Without this file every step stands on the page.
(() => {
  "use strict";
  const form = document.getElementById("tell");
  if (!form) return;
  const main = document.getElementById("main");
  const steps = [...form.querySelectorAll("[data-step]")];
  const asides = [...form.querySelectorAll("[data-aside]")];
  const dots = document.getElementById("steps");
  const [back, next, send, sendNow] = ["back", "next", "send", "send-now"].map((id) => document.getElementById(id));
  const missing = document.getElementById("concern-error");
  const UNCOUNTED = ["intro", "limits", "stop", "worry"];
  let here = steps[0].dataset.step;
  let aside = "";

  const value = (name) => form.querySelector(`[name="${name}"]:checked`)?.value ?? "";
  const hurt = () => !!form.querySelector('[name="follow"][value="hurt"]:checked');
  const typed = (part) => [...part.querySelectorAll("textarea, input[type=text]")].some((box) => box.value.trim());
  // Whoever has nothing to tell is asked nothing more, but sees what was typed before: it would not be kept.
  const nothing = () => value("concern") === "nothing";
  // Whoever said that somebody is in danger is not asked once more whether somebody may get hurt.
  const asked = (follow) => ["friend", "me"].includes(follow.dataset.for) && value("danger") === "yes";
  const fits = (follow) => (follow.dataset.for === value("concern") && !asked(follow)) || (nothing() && typed(follow));
  function applies(part, at) {
    const step = part.dataset.step;
    if (step === "follow") return [...part.querySelectorAll(".follow")].some(fits);
    const asks = at < steps.length - 1 && steps.slice(0, at).some((one) => one.dataset.step === "concern");
    return !(nothing() && asks) || typed(part);
  }
  // The page that sends a child to a grown-up follows the answer that calls for it.
  const stopAfter = () => (value("danger") === "yes" ? "danger" : value("concern") !== "nothing" && hurt() ? "follow" : "");
  function path() {
    const all = steps.filter((part, at) => part.dataset.step === here || applies(part, at)).map((part) => part.dataset.step);
    return all.filter((step) => step !== "stop").flatMap((step) => (step === stopAfter() ? [step, "stop"] : [step]));
  }

  function show(step, focus = true) {
    here = step;
    const all = path();
    const at = all.indexOf(step);
    for (const part of steps) part.hidden = !!aside || part.dataset.step !== step;
    for (const part of asides) part.hidden = part.dataset.aside !== aside;
    for (const heading of form.querySelectorAll("[aria-level]")) heading.removeAttribute("aria-level");
    const first = at === 0, last = at === all.length - 1;
    back.hidden = first && !aside;
    next.hidden = last && aside !== "help" || aside === "idle";
    send.hidden = !last || !!aside;
    sendNow.hidden = first || last || !!aside || !all.slice(0, at + 1).includes("concern");
    const starts = ["intro", "limits"].includes(step) && all[at + 1] !== "limits";
    const word = aside ? "carry_on" : starts ? "start" : "next";
    for (const one of next.querySelectorAll("[data-word]")) one.hidden = one.dataset.word !== word;
    count();
    if (step === "check") fill();
    whoReads();
    const part = [...asides, ...steps].find((one) => !one.hidden);
    const [heading, ...others] = [...part.querySelectorAll("h1, h2, h3")].filter((one) => one.getClientRects().length);
    heading?.setAttribute("aria-level", "1"); // alone on the page, a step's title is the page's
    for (const one of others) one.setAttribute("aria-level", "2");
    if (focus && heading) {
      window.scrollTo(0, 0);
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
  }

  // All that may be asked is counted from the start, so that the way never grows longer.
  function count() {
    const counted = steps.map((part) => part.dataset.step).filter((step) => !UNCOUNTED.includes(step));
    const n = counted.indexOf(here) + 1;
    dots.hidden = n === 0 || !!aside;
    if (dots.hidden) return;
    const row = document.createElement("span");
    row.className = "steps__dots";
    row.ariaHidden = "true";
    counted.forEach((_, index) => {
      const dot = document.createElement("span");
      dot.className = "steps__dot";
      if (index + 1 === n) dot.classList.add("steps__dot--here");
      if (index + 1 < n) dot.classList.add("steps__dot--done");
      row.append(dot);
    });
    const words = document.createElement("bdi");
    words.textContent = dots.dataset.words.replace("§", n).replace("¤", counted.length);
    dots.replaceChildren(row, words);
  }

  // The words of a choice as they stand on it, in each of their languages, without the line that explains it.
  function said(input) {
    const words = input.closest(".choice").querySelector(".choice__words").cloneNode(true);
    words.querySelector(".choice__line")?.remove();
    words.removeAttribute("class");
    return words;
  }

  function fill() {
    const all = path();
    for (const row of form.querySelectorAll("[data-check]")) {
      const name = row.dataset.check;
      const inputs = [...form.querySelectorAll(`[name="${name}"]`)].filter((input) => !input.closest(".follow")?.hidden);
      const given = ["radio", "checkbox"].includes(inputs[0]?.type)
        ? inputs.filter((input) => input.checked).flatMap((input, at) => (at ? [", ", said(input)] : [said(input)]))
        : [inputs[0]?.value.trim()].filter(Boolean);
      const left = !given.length || (name === "danger" && value(name) === "no");
      row.hidden = left || !all.includes(row.querySelector("[data-step-to]").dataset.stepTo);
      row.querySelector("dd").replaceChildren(...given);
    }
  }

  const words = form.elements.namedItem("words");
  function namesSelf() { form.classList.toggle("names-self", !!words && window.kioskNamesSelf(words.value)); }

  function whoReads() {
    for (const part of form.querySelectorAll(".follow")) part.hidden = !fits(part);
    const all = new Set(window.kioskWhoReads(form));
    for (const list of form.querySelectorAll("[data-reads-now]")) {
      for (const name of list.querySelectorAll("[data-place]")) name.hidden = !all.has(Number(name.dataset.place));
      list.style.visibility = value("concern") && !nothing() && all.size ? "" : "hidden";
    }
    form.classList.toggle("nobody-left", !!value("concern") && !nothing() && !all.size);
  }

  function move(by) {
    if (aside) { aside = ""; show(here); return; }
    const all = path();
    if (here === "concern" && by > 0 && !chosen()) return;
    const to = all[all.indexOf(here) + by];
    if (to) show(to);
  }

  function chosen() {
    if (value("concern")) return true;
    missing.hidden = false;
    missing.setAttribute("role", "alert");
    if (here !== "concern") show("concern", false);
    form.querySelector('[name="concern"]').focus();
    return false;
  }

  function openAside(name) { aside = name; show(here); }

  document.documentElement.dataset.script = "on";
  back.addEventListener("click", () => move(-1));
  next.addEventListener("click", () => move(1));
  sendNow.addEventListener("click", (event) => { if (!chosen()) event.preventDefault(); });
  form.addEventListener("change", () => { if (missing) missing.hidden ||= !!value("concern"); whoReads(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a");
    const box = link && form.querySelector(link.hash);
    const step = box?.closest("[data-step]")?.dataset.step;
    if (step) {
      event.preventDefault();
      aside = "";
      show(step, false);
      (box.matches("input, textarea") ? box : box.querySelector("input")).focus();
    }
    const target = event.target.closest("[data-step-to]");
    if (!target) return;
    event.preventDefault();
    if (target.dataset.stepTo === "help") openAside("help");
    else show(target.dataset.stepTo);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input:not([type=submit])") && send.hidden) {
      event.preventDefault();
      move(1);
    }
  });
  words?.addEventListener("input", namesSelf);
  namesSelf();
  const wrong = [...form.querySelectorAll(".field__error:not([hidden])")].map((one) => one.closest("[data-step]").dataset.step);
  const begin = form.querySelector("[data-first], .error-summary") ? path().at(-1) : here;
  show(wrong.find((step) => path().includes(step)) ?? begin, false);
  // Drawn at the first tap on Send and not before, so that nobody who had this form earlier knows it (promise A15).
  form.addEventListener("submit", () => {
    const tap = form.elements.namedItem("tap");
    tap.value ||= [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  });
  // Whatever is sent, it is as long as anything else, with its address, which stands in two headers too (promises A17, F8).
  const PADDED = 15360; // the longest words that a form takes are shorter, in any script
  form.addEventListener("formdata", (event) => {
    const address = window.location.pathname.length + new URL(form.action).pathname.length;
    const length = new URLSearchParams(event.formData).toString().length + address;
    event.formData.append("pad", "-".repeat(Math.max(0, PADDED - length - "&pad=".length)));
  });
  window.kioskReport = { openAside, closeAside: () => { aside = ""; show(here); } };
})();
