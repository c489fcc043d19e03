"""Who walks over the demo site, and how each of them comes in."""

from werkzeug.test import Client

from tests.every_page import ORIGIN, Site, Visit
from tests.pages import Page

FORM = "application/x-www-form-urlencoded"
STAFF = {
    "dsl": "adeyemi",
    "coordinator": "okafor",
    "principal": "hartley",
    "chair": "rahman",
    "network": "novak",
    "teacher": "green",
    "teacher of a class that has not begun": "silva",
}
FROZEN = "reader whose key is frozen"
EVERYBODY = STAFF | {FROZEN: "lewis", "office": "doyle"}


def taps(site: Site) -> dict[str, str]:
    """Where each button of /demo leads, by the words on it."""
    page = Page(site.browser().get("/demo", base_url=ORIGIN).text)
    return {form.text: form.attrs["action"] for form in page.all("form")}


def become(site: Site, browser: Client, who: str) -> Visit:
    """Sign a browser in as one of EVERYBODY."""
    (name,) = [one["name"] for one in site.listed["staff"] if one["email"].startswith(f"{EVERYBODY[who]}@")]
    forms = taps(site)
    return site.visit(browser, who, "", next(forms[text] for text in forms if text.startswith(name)), "POST")
