// Where the voice is: the block that is read has an edge, and the word a ground where the voice tells where it is. Nothing
// of the page is changed for it. The build puts this file in front of listen.js; pages where a child tells mark nothing.
"use strict";

window.kioskSpoken = (() => {
  const marks = document.querySelector("button[data-stop]");
  const marked = new Set();

  function unmark() {
    marked.forEach((block) => block.removeAttribute("data-reading"));
    marked.clear();
    if (CSS.highlights) CSS.highlights.delete("spoken");
  }

  function markBlock({ block }) {
    unmark();
    if (!marks || !block) return;
    const whole = block.closest(".choice, .heard") || block;
    whole.setAttribute("data-reading", "");
    marked.add(whole);
  }

  /** The word that begins at a place of what is said, in the texts of the page. */
  function rangeOf({ text, texts }, from) {
    const before = text.slice(0, from).split(" ").length - 1;
    const shown = texts.map((one) => one.data).join("");
    const word = [...shown.matchAll(/\S+/g)][before];
    if (!word) return null;
    const range = new Range();
    let passed = 0;
    for (const one of texts) {
      const [start, end] = [word.index - passed, word.index + word[0].length - passed];
      if (start >= 0 && start < one.length) range.setStart(one, start);
      if (end > 0 && end <= one.length) range.setEnd(one, end);
      passed += one.length;
    }
    return range;
  }

  function markWord(line, event) {
    const range = CSS.highlights && event.name !== "sentence" && line.texts?.length && rangeOf(line, event.charIndex);
    if (range) CSS.highlights.set("spoken", new Highlight(range));
  }

  return { unmark, markBlock, markWord };
})();
