// The thank-you page: going on replaces it, so that Back does not lead here; a restored copy is thrown away.
(() => {
  "use strict";
  const QUIET_MILLISECONDS = 150000;
  const leave = document.querySelector(".top__start a");
  for (const link of document.querySelectorAll(".top__start a, .ground a")) {
    link.addEventListener("click", (event) => { event.preventDefault(); window.location.replace(link.href); });
  }
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.replace(leave.href); });
  let timer = 0;
  const wait = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => window.location.replace(leave.href), QUIET_MILLISECONDS);
  };
  for (const kind of ["click", "keydown", "touchstart", "scroll"]) document.addEventListener(kind, wait, { passive: true });
  wait();
})();
