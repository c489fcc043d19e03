"""A small content folder of our own, without a mistake, for tests to plant mistakes in."""

from pathlib import Path

LESSON_ID = "ks1-privacy-box-of-mine"

FACTS = """\
- id: game_age
  value: "13"
  source: The makers of the game
  checked_on: 2026-11-01
  review_by: 2027-05-01
  text: {en: You must be 13., ur: عمر ۱۳ سال ہو۔}
"""
HELPLINES = """\
- id: adult-at-school
  name: Someone who works at school
  for_bands: [ks1, ks2, ks3, ks4]
  audience: [child]
  what: {en: They listen.}
  how: {en: Show them the page.}
  needs_name: no
  source: The school
  checked_on: 2026-11-01
  review_by: 2027-05-01
- id: friendly-line
  name: Friendly Line
  number: 01632 960 123
  for_bands: [ks2, ks3]
  audience: [child, parent]
  what: {en: Someone kind will listen., ur: کوئی سنے گا۔}
  how: {en: Ring and talk.}
  hours: {en: Day and night.}
  needs_name: no
  source: A test
  checked_on: 2026-11-01
  review_by: 2027-05-01
"""
PICTURES = """\
key: {openmoji: "1F511", name: {en: key, ur: چابی}, key: no}
ball: {openmoji: "26BD", name: {en: ball}, key: yes}
lessons: {openmoji: "1F4D6", name: {en: lessons}, key: no}
shrug: {openmoji: "1F937-1F3FD", name: {en: not sure}, key: no}
"""
MISCONCEPTIONS = "m-all-games-are-kind: {statement: A game is kind., why: A game may ask too much.}\n"
NAMES = "animals: [Fern, Badger]\npeople: [Amina, Leo]\n"
LESSON = """\
---
schema: lesson/1
id: ks1-privacy-box-of-mine
band: ks1
strand: privacy
lang: en-GB
version: 2
status: draft
title: A box of mine
minutes: 16
mode: adult-led
objectives:
  - {id: o1, text: "I keep my key safe."}
  - {id: o2, text: "I ask first."}
vocabulary: [key]
sensitivity: low
help: [adult-at-school]
facts: []
maps: {efacw: [privacy-security/4-7], rshe: [P-OSA-4], nc: [KS1-6], kcsie: [contact], policy: [SOC-2]}
review_by: 2027-09-01
quiz: ks1-privacy-box-of-mine
keeps: {thing: key, line: "Fern keeps her key."}
---

::: screen {#s1 picture="key" alt="A key"}
Fern has a box.
Her key is for Fern only.
:::

::: scenario {#c1 start="n1"}
- n1: "What can Fern do?"
  - "Ask Badger" -> n2
  - "Give the key" -> n3
- n2: "Badger looks with her. The box is safe." end
- n3: "Fern can still ask." -> n2
:::

::: screen {#s2 image="box.svg" alt="A box with a lid"}
A game asks for the key.
:::

::: reflect {#f1 private="true"}
What do you keep safe?
:::

::: screen {#s3 picture="ball" alt="" decorative}
Fern asks Badger.
:::

::: choose {#d1}
heading: "Who can help?"
moves:
  - {id: ask, label: "Badger", picture: key, then: "Badger looks with her."}
  - {id: play, label: "A game", picture: ball, then: "The ball rolls away."}
:::

::: screen {#s4 picture="key" alt="The key in the box"}
The key stays in the box.
:::

::: talk {#t1}
Who can you ask?
:::

::: teacher {#led}
open: "We talk about Fern."
close: "Come and tell me."
ten_minutes: [s1, d1]
without: "Read it aloud, and point."
quiz: 2
steps:
  s1: {minutes: 1, say: "Look at the box.", listen_for: "A key.", good: "It is for Fern.", next: "Who asks?"}
  c1: {minutes: 2, say: "Tap one.", listen_for: "A game.", good: "I ask Badger.", next: "And now?"}
  s2: {minutes: 1, say: "Read it with me.", listen_for: "A game.", good: "I say no.", next: "Think."}
  s3: {minutes: 1, say: "Read it with me.", listen_for: "Badger.", good: "She asks.", next: "Who else?"}
  d1: {minutes: 2, say: "Tap one.", listen_for: "A game.", good: "I ask Badger.", next: "Look."}
  s4: {minutes: 1, say: "Read it with me.", listen_for: "The key.", good: "It stays.", next: "Talk."}
  t1: {minutes: 2, say: "Tell me.", listen_for: "A name.", good: "I ask my nan.", next: "Now some questions."}
:::

::: adult {#a1}
Read each screen aloud.
:::
"""
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 240"><rect width="9" height="9"/></svg>\n'
QUIZ = """\
schema: quiz/1
id: ks1-privacy-box-of-mine
lesson: ks1-privacy-box-of-mine
lang: en-GB
version: 1
shuffle: options
unsure: true
questions:
  - id: q1
    type: picture-choice
    objective: o1
    stem: "Which one do we keep safe?"
    means: "We keep a key safe."
    options:
      - {id: a, picture: key, label: "My key", correct: true, feedback: "Yes. A key is for one."}
      - {id: b, picture: ball, label: "A ball", feedback: "We can share a ball."}
    unsure_feedback: "Good to say so. Keep the key."
  - id: q2
    type: true-false
    objective: o2
    stem: "Fern asks first."
    means: "Fern asks Badger first."
    options:
      - {id: t, label: "Yes", correct: true, feedback: "Yes. Fern asks first."}
      - {id: f, label: "No", misconception: m-all-games-are-kind, feedback: "Look again. Fern asks first."}
    unsure_feedback: "Good to say so. Fern asks."
  - id: q3
    type: sort-two
    objective: o1
    stem: "Put each card in a box."
    means: "A key is safe with me."
    bins: [{id: safe, label: "Keep safe"}, {id: ok, label: "OK to say"}]
    items:
      - {id: i1, label: "My key", bin: safe, misconception: m-all-games-are-kind, feedback: "A key is for me."}
      - {id: i2, label: "I like cats", bin: ok, feedback: "You can say so."}
    unsure_feedback: "Good to say so. Keep the key."
"""
CODE = """\
---
schema: code/1
id: ks2
lang: en-GB
version: 3
status: reviewed
title: Our Code
groups: [{id: safe, title: Safe}]
rules:
  - {id: r1, policy: R1, group: safe, text: "I ask first.", why: "Then help is near.", picture: key}
  - {id: r14, policy: R14, text: "I can ring {help:friendly-line}.", why: "They help."}
checks:
  - id: c1
    rule: r1
    stem: "What fits our Code?"
    options:
      - {id: a, label: "Ask first", right: true, feedback: "Yes. Then help is near."}
      - {id: b, label: "Go on alone", feedback: "Help is near when you ask."}
    unsure_feedback: "Asking first is a good start."
sections:
  - {id: more, title: More, items: ["We talk about it.", "We look again."]}
---
These are **our** rules.
"""
WORDING = """\
schema: report/1
band: ks2
lang: en-GB
version: 1
status: draft
text:
  page.next: "Next"
  intro.who_body: "{readers} read it by {when}."
  stop.childline_body: "Ring {help:friendly-line}. You can't break anything."
"""


def make_content(folder: Path) -> Path:
    """Write the content folder and return it."""
    files = {
        "facts.yml": FACTS,
        "helplines.yml": HELPLINES,
        "pictures.yml": PICTURES,
        "misconceptions.yml": MISCONCEPTIONS,
        "names.yml": NAMES,
        f"lessons/{LESSON_ID}/lesson.en.md": LESSON,
        f"lessons/{LESSON_ID}/img/box.svg": DRAWING,
        f"quizzes/{LESSON_ID}.yml": QUIZ,
        "conduct/ks2/code.en.md": CODE,
        "report/ks2.en.yml": WORDING,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def plant(path: Path, old: str, new: str) -> int:
    """Put a mistake in the place of the first `old`; its line in the file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def lesson_path(folder: Path) -> Path:
    """The one lesson file."""
    return folder / "lessons" / LESSON_ID / "lesson.en.md"


def quiz_path(folder: Path) -> Path:
    """The one quiz file."""
    return folder / "quizzes" / f"{LESSON_ID}.yml"
