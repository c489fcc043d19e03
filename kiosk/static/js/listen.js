// Reads a page aloud, only with a voice that lives on this device: no word of a page leaves it. One rule for the ear, in
// ks1 and ks2, and in the others where a teacher has set it for a child: what can only be read has an ear in a column of
// its own; what can be chosen has none and speaks as it is tapped, once the child has asked to hear something.
"use strict";

(() => {
  const speech = window.speechSynthesis;
  const marks = window.kioskSpoken; // marks where the voice is (spoken.js, which the build puts in front)
  const person = window.kioskVoice; // recordings of this page, where somebody from school reads it (voices.js)
  const html = document.documentElement;
  const pace = html.dataset.band === "ks1" ? 0.85 : 0.95;
  // Voices come late or never, and no browser says which.
  const PATIENCE_MS = 2000;
  // With the words for ears, which school pages have and report pages do not.
  const ears = ["ks1", "ks2"].includes(html.dataset.band) || "ears" in html.dataset;
  const offer = ears && document.querySelector("button[data-ear]");
  const stops = document.querySelector("button[data-stop]"); // Listen, which is Stop while it reads
  const listens = stops && stops.lastElementChild.textContent;
  const fern = offer && html.dataset.band === "ks1" && document.querySelector("main [data-fern]");

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
    const found = root.querySelectorAll("h1, h2, h3, p, li, legend, .choice__words, dt, dd");
    const seen = [...found].filter(
      (block) => block.getClientRects().length && !block.closest("[hidden], [aria-hidden=true]"),
    );
    const inner = seen.filter((block) => !seen.some((other) => other !== block && block.contains(other)));
    return inner.map((block) => ({ lang: languageOf(block), text: block.innerText.trim(), block })).filter((one) => one.text);
  }

  const SILENT = "[hidden], [aria-hidden=true], select, textarea, .ear, .fern, .kicker, .tap-again";

  /** All words of a part in reading order, with what its pictures show and who speaks in them; each with the text of the
   *  page that it is, and the part in which that stands. */
  function lines(part, without) {
    const found = [];
    let words = "";
    let texts = [];
    let spoken = part.closest("[lang]").lang;
    const flush = (block) => {
      if (plain(words)) found.push({ lang: spoken, text: plain(words), texts, block });
      words = "";
      texts = [];
    };
    const picture = (label, shown) => { flush(shown.parentElement); words = label; flush(shown); };
    const walk = (node) => {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) {
          words += child.data;
          texts.push(child);
        }
        if (child.nodeType !== Node.ELEMENT_NODE || child === without || child.matches(SILENT)) continue;
        const look = getComputedStyle(child);
        if (look.display === "none" || !child.getClientRects().length && look.display !== "contents") continue;
        const label = child.getAttribute("role") === "img" ? child.getAttribute("aria-label") : child.alt;
        if (label) picture(label, child);
        if (label || child instanceof SVGElement) continue;
        const outer = spoken;
        const apart = !/^(inline|contents)/.test(look.display) && look.position !== "absolute";
        if (apart || (child.lang && child.lang !== outer)) flush(node);
        spoken = child.lang || outer;
        walk(child);
        if (apart || spoken !== outer) flush(child);
        spoken = outer;
      }
    };
    walk(part);
    flush(part);
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

  /** What a button says of itself: an ear that it is pressed, Listen that it is Stop now. */
  function press(by, on) {
    if (!by) return;
    if (by !== stops) return by.setAttribute("aria-pressed", String(on));
    by.toggleAttribute("data-on", on);
    by.lastElementChild.firstChild.data = on ? by.dataset.stop : listens;
  }

  function stop() {
    if (!reading) return;
    const { by } = reading;
    reading = null;
    press(by, false);
    marks.unmark();
    if (person) person.stop();
    if (speech) speech.cancel();
  }

  function begin(mine) {
    reading = mine;
    press(mine.by, true);
  }

  /** Reads pieces, as a person or each with a voice of its language; `by` is the button that asked for it. */
  function read(pieces, by) {
    stop();
    const mine = { by, words: [] };
    if (byPerson()) {
      const heard = pieces.flatMap((piece) => (person.find([piece]) || []).map((address) => ({ address, piece })));
      if (!heard.length) return;
      begin(mine);
      const begun = (place) => marks.markBlock(heard[place].piece);
      person.play(heard.map((one) => one.address), () => { if (reading === mine) stop(); sayWho(); }, begun);
      return;
    }
    for (const piece of pieces) {
      const voice = voiceFor(piece.lang);
      if (!voice) continue;
      const words = new SpeechSynthesisUtterance(piece.text);
      words.voice = voice;
      words.lang = voice.lang;
      words.rate = pace;
      words.onstart = () => reading === mine && marks.markBlock(piece);
      words.onboundary = (event) => reading === mine && marks.markWord(piece, event);
      mine.words.push(words);
    }
    if (!mine.words.length) return;
    begin(mine);
    const last = mine.words[mine.words.length - 1];
    last.onend = last.onerror = () => reading === mine && stop();
    mine.words.forEach((words) => speech.speak(words));
  }

  // ---- What is remembered of a visit: two signs in this tab, for as long as somebody comes in or has come in

  const HEARS = "kiosk-hears"; // asked to hear something
  const TOLD = "kiosk-cannot-read"; // was told that this tablet has no voice for that language
  const COMING_IN = /\/learn\/(names|card|me)?([?#]|$)/;
  const visit = document.getElementById("leave-idle");
  const stays = visit || fern;

  function remembered(sign, as = "yes") {
    try { return Boolean(stays) && sessionStorage.getItem(sign) === as; } catch { return false; }
  }

  function remember(sign, as = "yes") {
    try { if (offer && stays) sessionStorage.setItem(sign, as); } catch { /* then it is forgotten */ }
    showFern();
  }

  function forget() {
    try { [HEARS, TOLD].forEach((sign) => sessionStorage.removeItem(sign)); } catch { /* nothing was kept */ }
    showFern();
  }

  // ---- Fern: tapped, she says hello, and from then on each page reads itself once; tapped again, all is quiet

  function showFern() {
    const button = fern && fern.querySelector(".fern");
    if (button) button.setAttribute("aria-pressed", String(remembered(HEARS)));
  }

  function giveFern() {
    if (!fern || fern.querySelector(".fern")) return showFern();
    const button = Object.assign(document.createElement("button"), { type: "button", className: "fern" });
    const className = fern.querySelector(".host__says") ? "sr" : "host__says"; // or she says something of her own
    const says = Object.assign(document.createElement("span"), { className, textContent: fern.dataset.tap });
    button.append(says, offer.querySelector("svg").cloneNode(true));
    fern.append(button);
    showFern();
  }

  function tapFern() {
    stop();
    if (remembered(HEARS)) return forget();
    remember(HEARS);
    read([{ lang: html.lang, text: fern.dataset.fern, block: fern }, ...page(document.getElementById("main"))], stops);
  }

  // ---- Ears: a column of their own beside what can only be read

  const MOST_EARS = 4;
  // What an answer brought comes first, then the page in its order.
  const NEWS = "#chosen:not(.pick, .opened), .then__said, .why:not(:empty), .one__why:not(:empty), .asks__why:not(:empty)";
  const TEXT = ".prose > :is(p, ul, ol), .moment__words > p:not(.kicker), .paper, .one-rule__why";
  const earsOf = new WeakMap(); // of each ear, the parts that it reads

  // What early years only hear is one pixel wide: Listen reads it, and no ear stands at it.
  const readOnly = (part) => part.getBoundingClientRect().width > 1 && !part.closest("label, button, a, summary, .heard");

  /** Parts that one ear reads: what stands in one place is joined where it would be more ears than the page has. */
  function groups(most) {
    const found = [...document.querySelectorAll("main :is(" + TEXT + ")")].filter(readOnly);
    return [...new Set(found.map((part) => part.parentElement))].flatMap((place) => {
      const parts = found.filter((part) => part.parentElement === place);
      const size = Math.ceil(parts.length / Math.max(most, 1));
      return Array.from({ length: Math.ceil(parts.length / size) }, (_, at) => parts.slice(at * size, (at + 1) * size));
    });
  }

  /** An ear before what it reads; where that is bare text, both stand in a row of their own. Returns what undoes it. */
  function giveEar(parts) {
    const words = parts.flatMap((part) => lines(part));
    if (!byPerson() && !words.some((one) => voiceFor(one.lang))) return () => {};
    const ear = Object.assign(document.createElement("button"), { type: "button", className: "ear" });
    ear.setAttribute("aria-pressed", "false");
    ear.setAttribute("aria-live", "off"); // what it reads may be news, which the ear is not
    const name = document.createElement("span");
    name.className = "sr";
    const said = document.createElement("span");
    said.lang = words[0].lang;
    said.textContent = words.map((one) => one.text.replace(/[\p{L}\p{N}]$/u, "$&.")).join(" ");
    const [before, after] = offer.dataset.ear.split("\u2026");
    name.append(before, said, after);
    ear.append(offer.querySelector("svg").cloneNode(true), name);
    earsOf.set(ear, parts);
    if (parts[0].matches("div, li, section")) {
      parts[0].classList.add("heard");
      parts[0].prepend(ear);
      return () => { ear.remove(); parts[0].classList.remove("heard"); };
    }
    const row = document.createElement("div");
    row.className = "heard";
    parts[0].before(row);
    row.append(ear, ...parts);
    return () => row.replaceWith(...parts);
  }

  const tooHigh = () => html.scrollHeight > innerHeight;

  function giveEars() {
    const given = document.querySelectorAll("main .ear").length;
    const news = [...document.querySelectorAll("main :is(" + NEWS + ")")].filter(readOnly).map((part) => [part]);
    const most = MOST_EARS - given;
    const scrolls = tooHigh();
    const undo = [...news, ...groups(most - news.length)].slice(0, most).map(giveEar);
    while (!scrolls && undo.length && tooHigh()) undo.pop()(); // one view comes first: Listen reads all of it
  }

  // ---- Choices: what is tapped speaks, once the child has asked to hear something. One tap that would choose at once
  // asks the youngest for a second one, so that nobody chooses what they could not read.

  const ONE_TAP = "main :is(.pick, .result, .way, .one__name):is(button, a)";
  let spokenFor = null;

  /** The words of a choice; a place in a box says besides what would go there. */
  function wordsOf(choice) {
    const thing = choice.matches(".choice--slot") && choice.closest("fieldset").querySelector("legend");
    return [...(thing ? lines(thing) : []), ...lines(choice)];
  }

  function speakChoice({ target }) {
    const choice = offer && remembered(HEARS) && target.checked && target.closest("main :is(.choice, .tapline--tap)");
    if (choice) read(wordsOf(choice), null);
  }

  function forgetTap() {
    if (spokenFor) spokenFor.querySelector(".tap-again")?.remove();
    spokenFor = null;
  }

  /** The first tap on a choice that would be made at once: whether it was used up by speaking. */
  function speaksFirst(event) {
    const choice = event.target.closest(ONE_TAP);
    if (!choice || choice === spokenFor || !offer || html.dataset.band !== "ks1" || !remembered(HEARS)) return false;
    const words = wordsOf(choice);
    if (!byPerson() && !words.some((one) => voiceFor(one.lang))) return false;
    event.preventDefault();
    forgetTap();
    spokenFor = choice;
    const line = document.createElement("span");
    line.className = "tap-again";
    line.lang = html.lang;
    line.textContent = offer.dataset.again;
    choice.append(line);
    read([...words, { lang: html.lang, text: offer.dataset.again, block: choice }], null);
    return true;
  }

  // ---- News: what an answer brought is read by itself, once, to whoever has asked to hear something before. Not to
  // everybody: a screen reader has said it already, and browsers want a tap first. To the youngest who has, each page
  // reads itself once.

  const known = new WeakSet();
  let news = null;

  function findNews() {
    const found = document.querySelector("main [data-focus]");
    if (!found || known.has(found)) return;
    known.add(found);
    if (remembered(HEARS)) news = found.closest(".feedback, [role=status], [role=alert]") || found;
  }

  /** A page that has just been opened. */
  function arrive() {
    findNews();
    if (!news && html.dataset.band === "ks1" && remembered(HEARS)) news = document.getElementById("main");
  }

  function tellNews() {
    if (news && news.isConnected) read(news.id === "main" ? page(news) : lines(news), null);
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
    giveFern();
    tellNews();
  }

  /** Where nothing here can read aloud, a line says once a visit and language who can. */
  function sayThatItCannot() {
    const lang = languageOf(document.querySelector("main h1") || html);
    if (!offer || !stays || canRead() || remembered(TOLD, lang)) return;
    const line = document.createElement("p");
    line.className = "no-voice";
    line.textContent = (visit && visit.dataset.noVoice) || offer.dataset.noVoice;
    offer.after(line);
    remember(TOLD, lang);
  }

  function tapped(event) {
    const by = event.target.closest("button[data-listen], .ear");
    if (event.target.closest(".fern")) {
      tapFern();
    } else if (!by) {
      if (speaksFirst(event)) return;
      if (event.target.closest("button, a, label, input, summary")) stop();
      forgetTap();
    } else if (reading && reading.by === by) {
      stop();
    } else {
      remember(HEARS);
      const parts = earsOf.get(by);
      const root = document.getElementById(by.dataset.listen);
      if (parts || root) read(parts ? parts.flatMap((part) => lines(part)) : page(root), by);
    }
  }

  if (!visit && !(fern && COMING_IN.test(document.referrer))) forget();
  if (visit) visit.addEventListener("submit", () => { stop(); forget(); });
  document.addEventListener("click", tapped, true);
  document.addEventListener("change", speakChoice);
  document.addEventListener("kiosk:news", ({ detail }) => remembered(HEARS) && read(lines(detail), null));
  document.addEventListener("htmx:beforeSwap", stop);
  document.addEventListener("htmx:afterSettle", () => { findNews(); show(); });
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  addEventListener("pagehide", stop);
  const [arrival] = performance.getEntriesByType("navigation");
  if (!arrival || arrival.type === "navigate") arrive();
  else document.querySelectorAll("main [data-focus]").forEach((one) => known.add(one));
  if (speech) speech.addEventListener("voiceschanged", show);
  show();
  setTimeout(sayThatItCannot, speech ? PATIENCE_MS : 0);
})();
