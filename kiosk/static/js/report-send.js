// What is sent is answered in the same document, so that it leaves no entry of its own in the history of the tablet: Back
// leads to the same page whether something was sent, nothing, or the form was left (promise A9). The build puts this file
// behind left-alone.js, in front of report-leave.js and report-sent.js.
"use strict";

// In a block: a page that is shown here runs in the same window once more.
{
  /** Shows a page in this document, whose timers are called off; focus goes to its news, as if it had been opened. */
  function show(page) {
    window.kioskLeftAlone.end();
    document.open();
    document.addEventListener("DOMContentLoaded", () => {
      const [news] = [...document.querySelectorAll("[data-focus]"), document.querySelector("h1")];
      news.tabIndex = -1;
      news.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    });
    document.write(page);
    document.close();
  }

  const ANSWER = /src="\/report\/quiet\.svg"|<form id="(tell|pictures|waiting)"/; // a page after sending, or a form again
  let left = false;

  /** Leaves for another page, which takes the place of this one: an answer that is still on its way is not shown. */
  function leaveFor(address) {
    left = true;
    window.location.replace(address);
  }

  /** Sends a form and shows the answer; `lost` is called where none came. A second tap takes the place of the first. */
  function answerHere(form, lost) {
    let sending = null;
    form.addEventListener("submit", async (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      sending?.abort();
      const mine = (sending = new AbortController());
      try {
        const body = new URLSearchParams(new FormData(form, event.submitter));
        const answer = await fetch(form.action, { method: "POST", body, signal: mine.signal });
        const page = await answer.text();
        if (!ANSWER.test(page)) throw new Error("a proxy answered"); // its page would take the words away
        if (sending === mine && !left) show(page);
      } catch (error) {
        if (sending === mine && !left) lost(error);
      }
    });
  }

  window.kioskAnswerHere = answerHere;
  window.kioskLeaveFor = leaveFor;
}
