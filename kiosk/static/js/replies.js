// The way back: six taps are gathered here and sent once; without script each tap is sent by itself.
(() => {
  "use strict";
  const form = document.getElementById("pictures");
  const total = Number(form.dataset.total);
  const slots = form.querySelector(".slots");
  const names = document.getElementById("names");
  const tapped = () => [...form.querySelectorAll('input[type="hidden"][name="picture"]')];

  const draw = () => {
    const done = tapped().length;
    const words = slots.querySelector(".sr");
    words.textContent = words.textContent.replace(/\d+/, String(done));
    slots.querySelectorAll(".slot").forEach((slot, index) => {
      slot.classList.toggle("slot--done", index < done);
      slot.textContent = index < done ? "✓" : String(index + 1);
    });
  };
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name === "again") {
      event.preventDefault();
      tapped().forEach((one) => one.remove());
      names.value = "";
      draw();
      return;
    }
    if (!button?.classList.contains("key") || names.value.trim()) return;
    event.preventDefault();
    const kept = document.createElement("input");
    kept.type = "hidden";
    kept.name = "picture";
    kept.value = button.value;
    form.insertBefore(kept, form.querySelector(".key-head"));
    draw();
    if (tapped().length >= total) window.setTimeout(() => form.requestSubmit()); // not while one is being sent
  });
  const forget = () => { tapped().forEach((one) => one.remove()); names.value = ""; };
  window.addEventListener("pagehide", () => window.setTimeout(forget, 0));
})();
