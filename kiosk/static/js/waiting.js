// Pictures that stand in line are asked for again by themselves, each tablet after a time of its own.
(() => {
  "use strict";
  const form = document.getElementById("waiting");
  const seconds = Number(form.dataset.wait);
  const gone = () => form.querySelectorAll('[name="picture"]').forEach((one) => one.remove());
  window.addEventListener("pagehide", () => window.setTimeout(gone, 0));
  if (seconds) window.setTimeout(() => form.submit(), 1000 * (seconds + Math.random()));
})();
