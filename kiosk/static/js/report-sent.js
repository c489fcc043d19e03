// Pages after sending: going on replaces them, so that Back does not lead here; a restored copy is thrown away;
// a child's own pictures are there for a minute.
(() => {
  "use strict";
  const QUIET_MILLISECONDS = 150000;
  const CARRIED_MILLISECONDS = 600000; // the youngest carry the card for a grown-up through the school
  const leave = document.querySelector(".top__start a");
  for (const form of document.querySelectorAll("form")) window.kioskAnswerHere(form, () => form.submit());
  for (const link of document.querySelectorAll(".top__start a, .ground a")) {
    link.addEventListener("click", (event) => { event.preventDefault(); window.kioskLeaveFor(link.href); });
  }
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.replace(leave.href); });
  const mine = document.getElementById("mine");
  const SHOWN_MILLISECONDS = 60000;
  let watched = false;
  function hideThemSoon() {
    if (!mine?.open || watched) return;
    watched = true;
    window.kioskLeftAlone.after(SHOWN_MILLISECONDS, () => {
      const gone = document.createElement("p");
      gone.textContent = mine.dataset.gone;
      mine.replaceWith(gone);
    });
  }
  // A child may open them before this script has come, and a double tap opens and closes them in one event.
  hideThemSoon();
  mine?.addEventListener("toggle", hideThemSoon);
  const quiet = document.getElementById("card") && !mine ? CARRIED_MILLISECONDS : QUIET_MILLISECONDS;
  const touch = window.kioskLeftAlone.watch(quiet, () => window.kioskLeaveFor(leave.href));
  for (const kind of ["click", "keydown", "touchstart", "scroll"]) document.addEventListener(kind, touch, { passive: true });
})();
