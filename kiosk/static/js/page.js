// Every page (of pupils in front of no-network.js): focus after a change, nothing of the last person from the back button, idle leave, print.
"use strict";

// In a block, as the scripts of a page share their names.
{
  /** Moves focus to feedback or errors, so that screen readers read them and keyboards go on from there. */
  function focusNews(part) {
    const found = part.matches && part.matches("[data-focus]") ? [part] : [...part.querySelectorAll("[data-focus]")];
    const news = found.find((one) => one.getClientRects().length); // a page may say it in one way or the other
    if (news) news.focus();
  }

  /** Leaves for a child who walked away: warns, then sends the page's own leave form, as soon as the server would. */
  function watchIdle(form) {
    const warning = document.getElementById("idle");
    const warn = () => warning && !warning.open && warning.showModal();
    const leaveAfter = form.dataset.idleMinutes * 60_000;
    const warnAfter = leaveAfter - form.dataset.warns * 1000;
    const clear = warning && warning.querySelector("[name=idle]");
    const touch = window.kioskLeftAlone.watch(leaveAfter, () => form.requestSubmit(clear), warnAfter, warn);
    for (const sign of ["pointerdown", "keydown", "input"]) {
      addEventListener(sign, touch, { passive: true });
    }
    if (warning) {
      const stay = warning.querySelector("[data-idle-stay]");
      if (stay) stay.addEventListener("click", () => warning.close());
    }
  }

  // A page kept by the back/forward cache would show the last child: blank it as it goes, ask anew as it returns.
  addEventListener("pagehide", (event) => {
    if (event.persisted) document.documentElement.hidden = true;
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.replace(location.href);
  });

  document.addEventListener("htmx:afterSettle", (event) => focusNews(event.detail.elt));

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // Among cards to tap, 1 is the first: only while one of them has the focus, so that no key of a reader is taken.
  addEventListener("keydown", (event) => {
    const cards = event.target.closest && event.target.closest("[data-keys]");
    const card = cards && !event.ctrlKey && !event.metaKey && !event.altKey && cards.querySelectorAll("button")[event.key - 1];
    if (card) card.click();
  });

  focusNews(document);
  const leaveForm = document.getElementById("leave-idle");
  if (leaveForm) watchIdle(leaveForm);
}
