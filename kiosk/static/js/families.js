// Pages of families: Print, and Listen with a voice that lives on this phone, so that no word of a page leaves it.
"use strict";

(() => {
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));

  // The switch of languages leads to the same place of the page, which only the address on this side knows.
  const toLanguages = document.querySelector("[data-keeps-place]");
  toLanguages?.addEventListener("click", () => {
    const to = new URL(toLanguages.href);
    if (location.hash) to.searchParams.set("at", location.hash.slice(1));
    toLanguages.href = to;
  });

  const speech = window.speechSynthesis;
  const button = document.querySelector("[data-read]");
  if (!speech || !button) return;
  const label = button.lastElementChild;
  const [listen, stop] = [label.textContent, button.dataset.stop];
  const main = document.getElementById("main");
  const short = (lang) => lang.replace("_", "-").toLowerCase().split("-")[0];

  /** A voice of this phone for a language, or nothing: one of another language would read nonsense. */
  const voiceFor = (lang) => speech.getVoices().find((voice) => voice.localService && short(voice.lang) === short(lang));

  /** What is read, in the order of the page, with what is folded: each with the language that it is in. */
  function pieces() {
    const found = [...main.querySelectorAll("h1, h2, p, li, summary")].filter((one) => !one.closest("[hidden], nav"));
    return found.filter((one) => !one.querySelector("p, li")).map((one) => ({
      lang: (one.querySelector(":scope > [lang]:only-child") || one.closest("[lang]")).lang,
      text: one.textContent.trim(),
    }));
  }

  let last = null;

  function end() {
    last = null;
    speech.cancel();
    label.textContent = listen;
  }

  function begin() {
    const said = pieces().filter((one) => voiceFor(one.lang)).map((one) => {
      const words = new SpeechSynthesisUtterance(one.text);
      words.voice = voiceFor(one.lang);
      words.lang = words.voice.lang;
      return words;
    });
    if (!said.length) return;
    last = said[said.length - 1];
    last.onend = last.onerror = (event) => { if (event.target === last) end(); };
    label.textContent = stop;
    said.forEach((words) => speech.speak(words));
  }

  const offer = () => { button.hidden = !voiceFor(document.documentElement.lang); };
  speech.addEventListener?.("voiceschanged", offer);
  offer();
  button.addEventListener("click", () => (last ? end() : begin()));
  window.addEventListener("pagehide", end);
})();
