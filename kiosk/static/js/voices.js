// A person's voice: the recordings of this page's lines, where every word of the page has been read aloud by somebody
// from school. listen.js asks here before it lets the tablet read; what is not whole is left to the tablet.
"use strict";

window.kioskVoice = (() => {
  const held = document.getElementById("voice");
  if (!held) return null;

  const letters = (text) => text.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();
  // Words that count steps or cards, which change with every tap, are seen and not read.
  const COUNTS = /^\D{0,12}\d{1,2}\D{1,12}\d{1,2}\D{0,40}$/u;
  const NUMBER = /^\d+\.\s/;
  const lines = JSON.parse(held.dataset.lines)
    .map(([words, address]) => ({ key: letters(words), address }))
    .filter((line) => line.key)
    .sort((one, other) => other.key.length - one.key.length);
  let broken = false;
  let sound = null;

  /** The recordings of a text in its order, or nothing where some of it is in none. */
  function recordingsOf(text) {
    const whole = letters(text.replace(NUMBER, ""));
    const dead = new Set();
    const from = (place) => {
      if (place === whole.length) return [];
      if (dead.has(place)) return null;
      for (const line of lines) {
        if (!whole.startsWith(line.key, place)) continue;
        const rest = from(place + line.key.length);
        if (rest) return [line.address, ...rest];
      }
      dead.add(place);
      return null;
    };
    return from(0);
  }

  /** The recordings of these pieces, or nothing where one of them is not recorded whole. */
  function find(pieces) {
    if (broken) return null;
    const found = [];
    for (const { text } of pieces) {
      const these = recordingsOf(text) || (COUNTS.test(text) && []);
      if (!these) return null;
      found.push(...these);
    }
    return found.length ? found : null;
  }

  function stop() {
    if (sound) sound.pause();
    sound = null;
  }

  /** Plays recordings one after another; `begun` is called with the place of each, `done` at the end, or where one
   *  cannot be fetched. */
  function play(addresses, done, begun) {
    stop();
    const mine = (sound = new Audio());
    const left = [...addresses];
    const next = () => {
      if (sound !== mine) return;
      if (!left.length) return done();
      begun(addresses.length - left.length);
      mine.src = left.shift();
      mine.play().catch(lost);
    };
    const lost = (error) => {
      if (sound !== mine) return;
      broken = error.name !== "NotAllowedError"; // nobody has tapped yet: that is no fault of the recording
      done();
    };
    mine.onended = next;
    mine.onerror = lost;
    next();
  }

  return { find, play, stop, name: held.dataset.person };
})();
