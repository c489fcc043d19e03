// The tablet at reception, behind left-alone.js and page.js: what was typed goes with the page, whichever way it goes.
"use strict";

addEventListener("pagehide", () => {
  const form = document.getElementById("visit");
  if (!form) return;
  for (const input of form.querySelectorAll("input:not([type=hidden])")) {
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  }
});
