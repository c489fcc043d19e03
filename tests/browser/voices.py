"""A tablet's voices, faked: what is read aloud is written down, and nothing is heard."""

import json
from typing import Any

from playwright.sync_api import BrowserContext, Page

AMY = {"name": "Amy", "lang": "en-GB", "localService": True}
ZOSIA = {"name": "Zosia", "lang": "pl-PL", "localService": True}
FAR_AWAY = {"name": "Far away", "lang": "en-GB", "localService": False}
# What was said goes on with the next page, so it stands where pages of one address share it; kiosk keeps nothing there.
# A piece is over when a test says so (`finish`), as a test has no time to listen; `at` is where the voice is.
FAKE = """(voices) => {
  const note = (what) => {
    const notes = JSON.parse(localStorage.getItem('fake-voice') || '[]');
    localStorage.setItem('fake-voice', JSON.stringify([...notes, what]));
  };
  const speech = new EventTarget();
  let queue = [];
  speech.getVoices = () => voices;
  speech.speak = (words) => {
    queue.push(words);
    note({said: words.text, voice: words.voice && words.voice.name, path: location.pathname});
  };
  speech.cancel = () => {
    const cut = queue;
    queue = [];
    note({stopped: cut.length, path: location.pathname});
    cut.forEach((words) => words.onerror && words.onerror());
  };
  speech.finish = () => {
    const over = queue;
    queue = [];
    over.forEach((words) => words.onend && words.onend());
  };
  speech.at = (place, words) => {
    queue[place].onstart && queue[place].onstart();
    const charIndex = queue[place].text.indexOf(words);
    queue[place].onboundary && queue[place].onboundary({name: 'word', charIndex});
  };
  speech.arrive = (more) => {
    voices = [...voices, ...more];
    speech.dispatchEvent(new Event('voiceschanged'));
  };
  Object.defineProperty(speech, 'speaking', {get: () => queue.length > 0});
  Object.defineProperty(window, 'speechSynthesis', {value: speech, configurable: true});
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
}"""


def give_voices(context: BrowserContext, *voices: dict[str, Any]) -> None:
    """Every page of this browser finds these voices."""
    context.add_init_script(f"({FAKE})({json.dumps(voices)})")


def notes(page: Page) -> list[dict[str, Any]]:
    """All that was said and stopped since `forget`, over all pages."""
    found: list[dict[str, Any]] = page.evaluate("JSON.parse(localStorage.getItem('fake-voice') || '[]')")
    return found


def read_aloud(page: Page) -> list[str]:
    """The pieces that were read aloud since `forget`."""
    return [one["said"] for one in notes(page) if "said" in one]


def forget(page: Page) -> None:
    """Begin anew."""
    page.evaluate("localStorage.removeItem('fake-voice')")


def speaking(page: Page) -> bool:
    """Whether this page is being read aloud."""
    return bool(page.evaluate("speechSynthesis.speaking"))
