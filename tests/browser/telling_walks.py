"""A child who tells on a tablet and meets every page that telling has; whoever looks is told the name of each."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.hands import tap, tap_pictures

BANDS = ("ks1", "ks2", "ks3", "ks4")
APPLES = ["apple"] * 6  # open nothing
# Whatever adds questions or help; the youngest are asked the same after each.
CONCERNS = {
    "ks1": ("stranger",),
    "ks2": ("site", "stranger", "images", "friend", "me", "adult", "bullying"),
    "ks3": ("site", "stranger", "images", "friend", "me", "adult", "bullying"),
    "ks4": ("site", "stranger", "images", "friend", "me", "adult", "bullying", "scam"),
}
Look = Callable[[str], None]
Sizes = dict[str, int]
# One call walks the form, as there are hundreds of its pages; each is laid out when it is asked for its height.
WALK = """([concerns, lastly, danger, everybody]) => {
  const at = (id) => document.getElementById(id), over = {};
  const shown = (one) => !!one && one.getClientRects().length > 0;
  const step = () => [...document.querySelectorAll('[data-step]')].find(shown).dataset.step;
  const root = document.documentElement;
  const look = (name) => {
    over[name] = Math.max(over[name] ?? 0, root.scrollHeight - innerHeight, root.scrollWidth - innerWidth);
  };
  const on = () => at('next').click(), back = () => at('back').click();
  document.querySelector("a[href='#help-now']").click();
  look('help');
  on();
  kioskReport.openAside('idle');
  look('idle');
  kioskReport.closeAside();
  for (;;) {
    look(step());
    if (step() === 'danger') {
      at('danger-yes').click(); on(); look('stop');
      if (danger === 'no') { back(); at('danger-no').click(); }
    }
    if (step() === 'concern') {
      for (const one of [...concerns, lastly]) {
        at('concern-' + one).click();
        look('concern: ' + one);
        if (at('step-follow')) { on(); look('after ' + one); back(); }
      }
    }
    const names = everybody && step() === 'follow' ? document.querySelectorAll('[name=exclude]') : [];
    for (const box of names) box.click();
    if (names.length) look('everybody ticked');
    if (!shown(at('next'))) break;
    on();
  }
  look('the last step' + (everybody ? ', nobody left' : ''));
  return over;
}"""


# Everything that is asked about bullying is answered, with a line of words and a name: what the check has to show then,
# and without the name, and without either.
ANSWER_ALL = """() => {
  const at = (id) => document.getElementById(id);
  const shown = (one) => !!one && one.getClientRects().length > 0;
  const step = () => [...document.querySelectorAll('[data-step]')].find(shown).dataset.step;
  at('next').click();
  while (shown(at('next'))) {
    if (step() === 'danger') at('danger-no').click();
    else if (step() === 'concern') at('concern-bullying').click();
    else for (const question of [...document.querySelectorAll('fieldset')].filter(shown)) {
      const answers = [...question.querySelectorAll('input:not([name=exclude])')];
      for (const one of answers.slice(0, answers[0]?.type === 'checkbox' ? 2 : 1)) one.click();
    }
    for (const words of [...document.querySelectorAll('textarea')].filter(shown)) {
      words.value = 'They send mean messages every day after school and laugh about it in class.';
    }
    for (const name of [...document.querySelectorAll('input[name=name]')].filter(shown)) name.value = 'Sam';
    at('next').click();
  }
  const rows = [...document.querySelectorAll('[data-check]')].filter(shown).length, over = [];
  for (const left of ['', 'name', 'words']) {
    if (left) document.querySelector(`[data-check=${left}]`).hidden = true;
    over.push(document.documentElement.scrollHeight - innerHeight);
  }
  return [rows, Math.max(...over)];
}"""


def walk_to_a_full_check(tablet: Page, band: str, lang: str) -> Sizes:
    """The check with all answered, words and a name; by how many pixels it is larger than the screen."""
    tablet.goto(f"/report/{band}/{lang}")
    expect(tablet.locator("#next")).to_be_visible()
    rows, over = tablet.evaluate(ANSWER_ALL)
    assert rows >= 6, "the control: it is full"
    return {"a full check": int(over)}


def walk_the_form(
    tablet: Page,
    band: str,
    lang: str,
    lastly: str,
    danger: str = "no",
    others: tuple[str, ...] = (),
    everybody: bool = False,
) -> Sizes:
    """Every step to the last, and what the other concerns add; by how many pixels each is larger than the screen."""
    tablet.goto(f"/report/{band}/{lang}")
    expect(tablet.locator("#next")).to_be_visible()
    return dict(tablet.evaluate(WALK, [others, lastly, danger, everybody]))


def send(tablet: Page, look: Look) -> list[str]:
    """Send it, with the wish for an answer where there is one; see what follows; returns the six pictures."""
    if tablet.locator("#reply-yes").count():
        tap(tablet, "reply-yes")
    tablet.locator("#send").click()
    expect(tablet.locator("#what-next")).to_be_visible()
    look("after sending")
    if (
        tablet.locator("#what-next summary").count() and not tablet.locator("#card").count()
    ):  # that is for a grown-up
        tablet.locator("#what-next summary").click()
        look("after sending, what happens next")
        tablet.locator("#what-next summary").click()
    if not tablet.locator("#mine").count():
        return []
    tablet.locator("#mine summary").click()
    look("after sending, pictures open")
    if not tablet.locator("#way-back").count():
        return []  # nothing was told
    return str(tablet.locator("#way-back").get_attribute("data-pictures")).split()


def walk_the_way_back(tablet: Page, lang: str, pictures: list[str], look: Look) -> None:
    """Look for an answer with the right pictures, and with wrong ones."""
    for name, tapped in (("answer", pictures), ("no answer", APPLES)):
        tablet.goto(f"/report/replies/{lang}")
        tap_pictures(tablet, tapped)
        look(name)
