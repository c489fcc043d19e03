// Nothing of a child stays on a shared tablet: leaving, going back, or walking away clears the page.
(() => {
  "use strict";
  const IDLE_MILLISECONDS = 120000;
  const WIPE_MILLISECONDS = 30000; // after the warning
  const form = document.getElementById("tell");
  const leave = document.querySelector(".top__start a");
  if (!form || !leave) return;
  const away = () => { form.reset(); wipe(); window.kioskLeaveFor(leave.href); };
  function wipe() {
    for (const input of form.querySelectorAll("input, textarea")) {
      if (input.type === "radio" || input.type === "checkbox") input.checked = false;
      else input.value = "";
    }
    for (const answer of form.querySelectorAll("[data-check] dd:first-of-type")) answer.textContent = "";
  }

  leave.addEventListener("click", (event) => { event.preventDefault(); away(); });
  document.getElementById("idle-clear").addEventListener("click", away);
  document.getElementById("idle-stay").addEventListener("click", () => { window.kioskReport?.closeAside(); touch(); });
  // A second tap is never stopped here: after a stop, or on a bad network, it is the one that arrives. The school keeps
  // what is sent twice once.
  function say(line) {
    const words = document.createElement("p");
    words.className = "feedback";
    words.textContent = line;
    news.replaceChildren(words);
    words.scrollIntoView({ block: "nearest" });
  }
  const news = document.getElementById("sending");
  form.addEventListener("submit", () => say(news.dataset.words));
  window.kioskAnswerHere(form, () => say(news.dataset.lost));
  window.addEventListener("pagehide", wipe);
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.replace(leave.href); });
  const touch = window.kioskLeftAlone.watch(
    IDLE_MILLISECONDS + WIPE_MILLISECONDS, away, IDLE_MILLISECONDS, () => window.kioskReport?.openAside("idle"));
  for (const kind of ["input", "click", "keydown", "touchstart"]) {
    document.addEventListener(kind, (event) => {
      if (!document.getElementById("step-idle").hidden) return;
      if (event.isTrusted) touch();
    }, { passive: true });
  }
})();
