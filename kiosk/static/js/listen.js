// Reads a page aloud, only with a voice that lives on this device: no word of a page leaves it. In ks1 and ks2 each card
// has an ear besides, which reads that card and chooses nothing; in the others where a teacher has set it for a child.
"use strict";

(() => {
  const speech = window.speechSynthesis;
  const person = window.kioskVoice; // recordings of this page, where somebody from school reads it (voices.js)
  const html = document.documentElement;
  const pace = html.dataset.band === "ks1" ? 0.85 : 0.95;
  // Voices come late or never, and no browser says which.
  const PATIENCE_MS = 2000;
  // With the words for ears, which school pages have and report pages do not.
  const ears = ["ks1", "ks2"].includes(html.dataset.band) || "ears" in html.dataset;
  const offer = ears && document.querySelector("button[data-ear]");

  // ---- Voices

  const tagged = (lang) => lang.replace("_", "-").toLowerCase();

  /** A local voice for a language, or nothing: a voice of another language would read nonsense. */
  function voiceFor(lang) {
    const wanted = tagged(lang);
    const voices = speech ? speech.getVoices().filter((voice) => voice.localService === true) : [];
    return (
      voices.find((voice) => tagged(voice.lang) === wanted) ||
      voices.find((voice) => tagged(voice.lang).split("-")[0] === wanted.split("-")[0])
    );
  }

  /** The language of a piece's words: an English lesson may stand in a page of another language. */
  function languageOf(part) {
    const inner = part.querySelector("[lang]");
    if (inner && inner.textContent.trim() === part.textContent.trim()) return inner.lang;
    return part.closest("[lang]").lang;
  }

  /** Whether a person reads all of this page: it is never half one voice, half another. */
  const byPerson = () => Boolean(person && person.find(page(document.getElementById("main"))));

  const canRead = () => byPerson() || voiceFor(languageOf(document.querySelector("main h1") || html));

  // ---- What is read

  const plain = (text) => text.replace(/\s+/g, " ").trim();

  /** The words a reader would see, one piece a block, so that a long page does not stop half-way. */
  function blocks(root) {
    const found = root.querySelectorAll("h1, h2, h3, p, li, legend, .choice__words, .choice__note, dt, dd");
    const seen = [...found].filter(
      (block) => block.getClientRects().length && !block.closest("[hidden], [aria-hidden=true]"),
    );
    const inner = seen.filter((block) => !seen.some((other) => other !== block && block.contains(other)));
    return inner.map((block) => ({ lang: languageOf(block), text: block.innerText.trim() })).filter((one) => one.text);
  }

  const SILENT = "[hidden], [aria-hidden=true], select, textarea, .ear, .kicker";

  /** All words of a part in reading order, with what its pictures show and who speaks in them. */
  function lines(part, without) {
    const found = [];
    let words = "";
    let spoken = part.closest("[lang]").lang;
    const flush = () => {
      if (plain(words)) found.push({ lang: spoken, text: plain(words) });
      words = "";
    };
    const picture = (label) => { flush(); words = label; flush(); };
    const walk = (node) => {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) words += child.data;
        if (child.nodeType !== Node.ELEMENT_NODE || child === without || child.matches(SILENT)) continue;
        const look = getComputedStyle(child);
        if (look.display === "none" || !child.getClientRects().length && look.display !== "contents") continue;
        const label = child.getAttribute("role") === "img" ? child.getAttribute("aria-label") : child.alt;
        if (label) picture(label);
        if (label || child instanceof SVGElement) continue;
        const outer = spoken;
        const apart = !/^(inline|contents)/.test(look.display) && look.position !== "absolute";
        if (apart || (child.lang && child.lang !== outer)) flush();
        spoken = child.lang || outer;
        walk(child);
        if (apart || spoken !== outer) flush();
        spoken = outer;
      }
    };
    walk(part);
    flush();
    return found;
  }

  /** A page from its heading to its last card. */
  function page(root) {
    if (!offer) return blocks(root);
    const heading = root.querySelector("h1");
    return [...(heading ? lines(heading) : []), ...lines(root, heading)];
  }

  // ---- Reading and stopping

  let reading = null;

  function stop() {
    if (!reading) return;
    const { by } = reading;
    reading = null;
    if (by) by.setAttribute("aria-pressed", "false");
    if (person) person.stop();
    if (speech) speech.cancel();
  }

  function begin(mine) {
    reading = mine;
    if (mine.by) mine.by.setAttribute("aria-pressed", "true");
  }

  /** Reads pieces, as a person or each with a voice of its language; `by` is the button that asked for it. */
  function read(pieces, by) {
    stop();
    const mine = { by, words: [] };
    if (byPerson()) {
      const heard = pieces.flatMap((piece) => person.find([piece]) || []);
      if (!heard.length) return;
      begin(mine);
      person.play(heard, () => { if (reading === mine) stop(); sayWho(); });
      return;
    }
    for (const { lang, text } of pieces) {
      const voice = voiceFor(lang);
      if (!voice) continue;
      const words = new SpeechSynthesisUtterance(text);
      words.voice = voice;
      words.lang = voice.lang;
      words.rate = pace;
      mine.words.push(words);
    }
    if (!mine.words.length) return;
    begin(mine);
    const last = mine.words[mine.words.length - 1];
    last.onend = last.onerror = () => reading === mine && stop();
    mine.words.forEach((words) => speech.speak(words));
  }

  // ---- What is remembered of a visit: two signs in this tab, for as long as somebody has come in

  const HEARS = "kiosk-hears"; // asked to hear something
  const TOLD = "kiosk-cannot-read"; // was told that this tablet has no voice
  const visit = document.getElementById("leave-idle");

  function remembered(sign) {
    try { return Boolean(visit) && sessionStorage.getItem(sign) === "yes"; } catch { return false; }
  }

  function remember(sign) {
    try { if (offer && visit) sessionStorage.setItem(sign, "yes"); } catch { /* then it is forgotten */ }
  }

  function forget() {
    try { [HEARS, TOLD].forEach((sign) => sessionStorage.removeItem(sign)); } catch { /* nothing was kept */ }
  }

  // ---- Ears

  const CARDS = ".pick, .choice, .result, .tapline--tap, .way, .away__part, .then__said, .order__words, .scene, .why:not(:empty), .one__why:not(:empty)";
  const cards = new WeakMap();

  /** The words of a card; a place in a box says besides what would go there. */
  function wordsOf(card) {
    const thing = card.matches(".choice--slot") && card.closest("fieldset").querySelector("legend");
    return [...(thing ? lines(thing) : []), ...lines(card)];
  }

  /** An ear for a card. It is never inside what a tap chooses: there it stands beside it, in the same place of the grid. */
  function giveEar(card) {
    const words = wordsOf(card);
    if (!byPerson() && !words.some((one) => voiceFor(one.lang))) return;
    const ear = document.createElement("button");
    ear.type = "button";
    ear.className = "ear";
    ear.setAttribute("aria-pressed", "false");
    ear.setAttribute("aria-live", "off"); // a card may be news, which the ear is not
    const name = document.createElement("span");
    name.className = "sr";
    const said = document.createElement("span");
    said.lang = words[0].lang;
    said.textContent = words.map((one) => one.text.replace(/[\p{L}\p{N}]$/u, "$&.")).join(" ");
    const [before, after] = offer.dataset.ear.split("\u2026");
    name.append(before, said, after);
    ear.append(offer.querySelector("svg").cloneNode(true), name);
    cards.set(ear, card);
    if (!card.matches("button, label, a")) {
      card.classList.add("ear-in");
      card.append(ear);
      return;
    }
    const focused = document.activeElement;
    const both = document.createElement("div");
    both.className = "ear-by";
    card.replaceWith(both);
    both.append(card, ear);
    if (focused !== document.activeElement) focused.focus({ preventScroll: true });
  }

  function giveEars() {
    for (const card of document.querySelectorAll("main :is(" + CARDS + ")")) {
      if (card.parentElement.closest(CARDS) || card.closest(".ear-in, .ear-by")) continue;
      giveEar(card);
    }
  }

  // ---- News: what an answer brought is read by itself, once, to whoever has asked to hear something before. Not to
  // everybody: thirty tablets would speak at once, a screen reader has said it already, and browsers want a tap first.

  const known = new WeakSet();
  let news = null;

  function findNews() {
    const found = document.querySelector("main [data-focus]");
    if (!found || known.has(found)) return;
    known.add(found);
    if (remembered(HEARS)) news = found.closest(".feedback, [role=status], [role=alert]") || found;
  }

  function tellNews() {
    if (news && news.isConnected) read(lines(news), null);
    news = null;
  }

  // ---- What is on offer

  /** Under Listen stands who reads, so that nobody takes the tablet for a person. */
  function sayWho() {
    if (!offer) return;
    const line = offer.querySelector("small") || offer.lastElementChild.appendChild(document.createElement("small"));
    line.textContent = byPerson() ? person.name : offer.dataset.tablet;
  }

  function show() {
    if (!canRead()) return;
    sayWho();
    for (const line of document.querySelectorAll(".no-voice")) line.remove();
    for (const button of document.querySelectorAll("button[data-listen]")) button.hidden = false;
    if (offer) giveEars();
    tellNews();
  }

  /** Where nothing here can read aloud, a line says once a visit who can. */
  function sayThatItCannot() {
    if (!offer || !visit || canRead() || remembered(TOLD)) return;
    const line = document.createElement("p");
    line.className = "no-voice";
    line.textContent = visit.dataset.noVoice || offer.dataset.noVoice;
    offer.after(line);
    remember(TOLD);
  }

  function tapped(event) {
    const by = event.target.closest("button[data-listen], .ear");
    if (!by) {
      if (event.target.closest("button, a, label, input, summary")) stop();
    } else if (reading && reading.by === by) {
      stop();
    } else {
      remember(HEARS);
      const root = cards.get(by) || document.getElementById(by.dataset.listen);
      if (root) read(cards.has(by) ? wordsOf(root) : page(root), by);
    }
  }

  if (!visit) forget();
  else visit.addEventListener("submit", () => { stop(); forget(); });
  document.addEventListener("click", tapped, true);
  document.addEventListener("htmx:beforeSwap", stop);
  document.addEventListener("htmx:afterSettle", () => { findNews(); show(); });
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  addEventListener("pagehide", stop);
  const [arrival] = performance.getEntriesByType("navigation");
  if (!arrival || arrival.type === "navigate") findNews();
  else document.querySelectorAll("main [data-focus]").forEach((one) => known.add(one));
  if (speech) speech.addEventListener("voiceschanged", show);
  show();
  setTimeout(sayThatItCannot, speech ? PATIENCE_MS : 0);
})();
