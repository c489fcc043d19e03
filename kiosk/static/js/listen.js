// Reads a page aloud, only with a voice that lives on this device: no word of a page leaves it.
"use strict";

(() => {
  const speech = window.speechSynthesis;
  if (!speech) return;
  const language = document.documentElement.lang;
  const pace = document.documentElement.dataset.band === "ks1" ? 0.85 : 0.95;

  /** A local voice for the page's language, or nothing: a voice of another language would read nonsense. */
  function localVoice() {
    const short = language.split("-")[0].toLowerCase();
    const voices = speech.getVoices().filter((voice) => voice.localService === true);
    const tag = (voice) => voice.lang.replace("_", "-").toLowerCase();
    return (
      voices.find((voice) => tag(voice) === language.toLowerCase()) ||
      voices.find((voice) => tag(voice).split("-")[0] === short)
    );
  }

  /** The words a reader would see, one piece a block, so that a long page does not stop half-way. */
  function pieces(root) {
    const blocks = root.querySelectorAll("h1, h2, h3, p, li, legend, .choice__words, .choice__note, dt, dd");
    const seen = [...blocks].filter(
      (block) => block.getClientRects().length && !block.closest("[hidden], [aria-hidden=true]"),
    );
    const inner = seen.filter((block) => !seen.some((other) => other !== block && block.contains(other)));
    return inner.map((block) => block.innerText.trim()).filter(Boolean);
  }

  function stop(button) {
    speech.cancel();
    button.setAttribute("aria-pressed", "false");
  }

  function read(button) {
    const root = document.getElementById(button.dataset.listen);
    const voice = localVoice();
    if (!root || !voice) return;
    speech.cancel();
    button.setAttribute("aria-pressed", "true");
    const texts = pieces(root);
    texts.forEach((text, index) => {
      const words = new SpeechSynthesisUtterance(text);
      words.voice = voice;
      words.lang = voice.lang;
      words.rate = pace;
      if (index === texts.length - 1) words.onend = () => button.setAttribute("aria-pressed", "false");
      speech.speak(words);
    });
  }

  function show() {
    if (!localVoice()) return;
    for (const button of document.querySelectorAll("button[data-listen]")) button.hidden = false;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-listen]");
    if (!button) return;
    if (button.getAttribute("aria-pressed") === "true") stop(button);
    else read(button);
  });
  document.addEventListener("htmx:afterSettle", show);
  addEventListener("pagehide", () => speech.cancel());
  speech.addEventListener("voiceschanged", show);
  show();
})();
