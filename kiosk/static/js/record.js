// Read for the children: one line after another is recorded, heard and kept, by buttons or by space and Enter. What was
// recorded stays in this page until it is kept; how it sounds is judged here, and said in words.
"use strict";

(() => {
  const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
  const BITS = 48_000;
  const WINDOW_SECONDS = 0.02;
  // Of full scale: how loud speech is at least, and how far it stands above what is behind it.
  const QUIET = 0.012;
  const HISS = 0.01;
  const ABOVE_HISS = 6;
  const CLIPPED = 0.985;
  const CLIPPED_SHARE = 0.001;
  const SPOKEN_SECONDS = 0.2;
  const BARS = 100;

  const part = (id) => document.getElementById(id);
  if (!isSecureContext || !navigator.mediaDevices || !window.MediaRecorder || !window.AudioContext) return;
  const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
  if (!kind) return;

  const context = new AudioContext();
  let stream = null;
  let recorder = null;
  let taken = null; // { blob, sound }
  let playing = null;
  let busy = false;

  const words = (name) => part("keep").dataset[name];

  function say(text) {
    part("keep").querySelector("[role=status]").textContent = text;
  }

  function label(button, text) {
    button.querySelector("span").textContent = text;
  }

  function showSeconds(seconds) {
    const place = part("keep").querySelector("[data-seconds]");
    place.textContent = place.dataset.seconds.replace("…", seconds.toFixed(1));
  }

  function ready() {
    const start = part("start");
    start.dataset.first = start.textContent.trim();
    part("keep").hidden = false;
    part("no-recording").hidden = true;
    const here = document.querySelector(".aloud__list [aria-current]");
    if (here) here.scrollIntoView({ block: "nearest" });
  }

  // ---- What was heard, as a line and in words

  /** How loud each hundredth of a second or so was. */
  function levels(sound) {
    const data = sound.getChannelData(0);
    const size = Math.max(1, Math.round(sound.sampleRate * WINDOW_SECONDS));
    const found = [];
    for (let at = 0; at + size <= data.length; at += size) {
      let sum = 0;
      for (let each = at; each < at + size; each++) sum += data[each] * data[each];
      found.push(Math.sqrt(sum / size));
    }
    return found;
  }

  function draw(all) {
    const step = Math.max(1, all.length / BARS);
    const most = Math.max(QUIET, ...all);
    let path = "";
    for (let bar = 0; bar < Math.min(BARS, all.length); bar++) {
      const high = Math.max(1, (all[Math.floor(bar * step)] / most) * 30);
      path += `M${bar * 3 + 1.5} ${32 - high}v${high * 2}`;
    }
    part("keep").querySelector("path").setAttribute("d", path);
  }

  /** What is wrong with a recording, by the name of its words, and whether it may be kept all the same. */
  function judge(sound, blob, all) {
    const form = part("keep");
    const sorted = [...all].sort((one, other) => one - other);
    const at = (share) => sorted[Math.floor((sorted.length - 1) * share)] || 0;
    const [floor, loud] = [at(0.1), at(0.95)];
    const spoken = all.filter((level) => level > Math.max(QUIET, loud * 0.2)).length * WINDOW_SECONDS;
    const data = sound.getChannelData(0);
    const clipped = data.filter((value) => Math.abs(value) > CLIPPED).length;
    if (blob.size > Number(form.dataset.mostBytes)) return ["large", false];
    if (sound.duration * 10 > Number(form.dataset.longest)) return ["long", false];
    if (sound.duration * 10 < Number(form.dataset.shortest)) return ["short", false];
    if (loud < QUIET) return ["quiet", false];
    if (spoken < SPOKEN_SECONDS) return ["short", false];
    if (floor > HISS && loud < floor * ABOVE_HISS) return ["noise", true];
    if (clipped > data.length * CLIPPED_SHARE) return ["loud", true];
    return ["good", true];
  }

  async function takeIn(pieces) {
    const blob = new Blob(pieces, { type: kind.split(";")[0] });
    const sound = await context.decodeAudioData(await blob.arrayBuffer()).catch(() => null);
    const all = sound ? levels(sound) : [];
    const [name, keeps] = sound ? judge(sound, blob, all) : ["short", false];
    taken = keeps ? { blob, sound } : null;
    draw(all);
    showSeconds(sound ? sound.duration : 0);
    part("hear").disabled = part("keep-it").disabled = !keeps;
    label(part("start"), part("start").dataset.again);
    say(words(name));
  }

  // ---- Start, stop, hear, keep

  async function begin() {
    silence();
    busy = true;
    try {
      await context.resume();
      stream = stream && stream.active ? stream : await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      say(words("refused"));
      return;
    } finally {
      busy = false;
    }
    const pieces = [];
    const mine = (recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: BITS }));
    let end = 0;
    let beat = 0;
    // Not before the microphone is heard, which may take a while: what is read sooner would be cut off.
    mine.onstart = () => {
      const began = performance.now();
      end = setTimeout(() => finish(), Number(part("keep").dataset.longest) * 100 + 500);
      beat = setInterval(() => showSeconds((performance.now() - began) / 1000), 100);
      label(part("start"), part("start").dataset.stop);
      say(words("listening"));
    };
    mine.ondataavailable = (event) => pieces.push(event.data);
    mine.onstop = () => { clearTimeout(end); clearInterval(beat); recorder = null; takeIn(pieces); };
    mine.start();
    taken = null;
    part("hear").disabled = part("keep-it").disabled = true;
  }

  function finish() {
    if (recorder && recorder.state === "recording") recorder.stop();
  }

  function silence() {
    if (playing) playing.stop();
    playing = null;
  }

  function hear() {
    silence();
    if (!taken) return;
    playing = context.createBufferSource();
    playing.buffer = taken.sound;
    playing.connect(context.destination);
    playing.start();
  }

  async function keep() {
    if (!taken || busy || recorder) return;
    silence();
    busy = true;
    const form = part("keep");
    const sent = new FormData(form);
    sent.set("tenths", String(Math.round(taken.sound.duration * 10)));
    sent.set("recording", taken.blob, "line");
    try {
      const answer = await fetch(form.action, { method: "POST", body: sent });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("record");
      const error = page.querySelector(".error-summary li");
      if (!next) throw new Error("not the page of recording");
      if (!answer.ok) {
        say(error ? error.textContent : words("away"));
        return;
      }
      part("record").replaceWith(document.adoptNode(next));
      history.replaceState(null, "", answer.url);
      taken = null;
      ready();
    } catch {
      say(words("away"));
    } finally {
      busy = false;
    }
  }

  const toggle = () => (recorder ? finish() : busy || begin());

  document.addEventListener("click", (event) => {
    const by = event.target.closest("#start, #hear");
    if (by) by.id === "hear" ? hear() : toggle();
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "keep") return;
    event.preventDefault();
    keep();
  });
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("a, button, input, select, textarea, audio, summary")) return;
    if (event.key === " ") toggle();
    else if (event.key === "Enter") keep();
    else return;
    event.preventDefault();
  });

  ready();
})();
