// Reads the square on a card, where the browser can: what the camera sees stays in this page and is kept nowhere.
"use strict";

{
  const GIVE_UP_MS = 60_000;
  const LOOK_EVERY_MS = 250;

  /** What finds a square in a picture, or nothing where this browser has none. A library of ours would stand here. */
  async function squareReader() {
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return null; // without https there are no devices
    const formats = await BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  }

  /** The camera is on from the tap until a card is read, the page is left, or a minute is over. */
  async function look(reader, button, video, said) {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "user" } });
    } catch {
      said.textContent = said.dataset.refused;
      button.hidden = true;
      return;
    }
    const form = document.getElementById("card");
    const off = () => {
      for (const track of stream.getTracks()) track.stop();
      video.srcObject = null;
      video.hidden = true;
      button.hidden = form.hidden = false;
    };
    addEventListener("pagehide", off);
    button.hidden = form.hidden = true; // what an adult types gives way to what the camera sees
    video.hidden = false;
    video.srcObject = stream;
    await video.play();
    const ends = performance.now() + GIVE_UP_MS;
    while (video.srcObject && performance.now() < ends) {
      const [found] = await reader.detect(video).catch(() => []);
      if (found) {
        off();
        form.elements.words.value = found.rawValue;
        form.submit();
        return;
      }
      await new Promise((go) => setTimeout(go, LOOK_EVERY_MS));
    }
    off();
  }

  squareReader().then((reader) => {
    if (!reader) return;
    for (const one of document.querySelectorAll("[data-reads-squares]")) one.hidden = false;
    const button = document.getElementById("look-at-card");
    const [video, said] = ["sees", "card-said"].map((id) => document.getElementById(id));
    if (button) button.addEventListener("click", () => look(reader, button, video, said));
  });
}
