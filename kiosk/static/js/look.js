// Settings: a choice shows at once. Without this script the style sheet shows it where :has() is known.
"use strict";

document.addEventListener("change", (event) => {
  const name = event.target.dataset && event.target.dataset.look;
  if (!name || name === "listen") return;
  document.documentElement.dataset[name] = event.target.value;
});
