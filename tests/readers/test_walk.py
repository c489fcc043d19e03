"""The whole walk of an administrator and two readers, from `kiosk init` to a report that is opened (promise S6)."""

import re
import secrets

import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from kiosk.cli.main import main
from kiosk.config import Config
from kiosk.site import Content
from kiosk.storage.db import Databases
from kiosk.wsgi import create_wsgi
from tests.pages import Page
from tests.readers.people import Adult, copy_root, row_of, scribbled
from tests.tablets import SAME_ORIGIN

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

FORM = "/report/ks2/en"
PLACES = {
    "dsl": "Birch", "dsl-deputy": "Ames", "coordinator": "Birch", "coordinator-deputy": "Ames",
    "principal": "Crane", "principal-deputy": "Doyle", "chair": "Ames", "chair-deputy": "Birch",
    "network": "Novak", "network-deputy": "Doyle",
}  # fmt: skip


def init(config: Config) -> str:
    """What `kiosk init` says."""
    settings = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_PUBLIC_URL": config.public_url}
    result = CliRunner().invoke(
        main, ["init", "--name", "Mr Novak", "--email", "novak@school.example"], env=settings
    )
    assert result.exit_code == 0, result.output
    return result.output


def invite(admin: Adult, adult: Adult) -> str:
    """Invite somebody; returns the one-time link."""
    answer = admin.post("/staff/people/new", {"name": adult.name, "email": adult.email})
    assert answer.status_code == 200
    return Page(answer.text).value("link")


def test_from_init_to_an_open_report_page_and_a_report_that_is_read(
    config: Config, databases: Databases, content: Content
) -> None:
    said = init(config)
    assert "/staff/keys" in said
    wsgi = create_wsgi(config, databases, content)
    tablet = Client(wsgi)
    admin = Adult("Mr Novak", wsgi)
    admin.come_in(re.search(r"http\S+/staff/welcome/\S+", said).group())  # type: ignore[union-attr]

    # 1. The administrator is led to the roles, and fills them.
    home = admin.get("/staff/")
    assert "The report page is not open yet" in home.text
    assert "Next: Give every role a holder and a deputy." in home.text
    assert home.link("Set up sealed reports") == "/staff/keys"
    others = {name: Adult(f"Ms {name}", wsgi) for name in ("Ames", "Birch", "Crane", "Doyle")}
    links = {name: invite(admin, adult) for name, adult in others.items()}
    people = {**others, "Novak": admin}
    roles = admin.get("/staff/roles")
    ids = {
        option.text: option.attrs["value"] for one in roles.all("select") for option in one.find_all("option")
    }
    chosen = {place: ids[people[name].name] for place, name in PLACES.items()}
    assert admin.post("/staff/roles", chosen).status_code == 302
    keys = admin.get("/staff/keys")
    assert "Not yet: Ms Ames, Ms Birch, Ms Crane, Ms Doyle." in keys.text
    assert "Make the sheets" not in keys.text, "not before there are readers, and not by the network manager"
    assert tablet.get(FORM).status_code == 503

    # 2. Two readers come, each with a password and a phone; that is all they have to do.
    ames, birch = others["Ames"], others["Birch"]
    ames.come_in(links["Ames"])
    assert "Next: At least two readers sign in once." in ames.get("/staff/").text
    birch.come_in(links["Birch"])
    keys = ames.get("/staff/keys")
    for name in ("Ms Ames", "Ms Birch"):
        assert "Has not signed in yet" not in row_of(keys, name)
    assert "Has not signed in yet" in row_of(keys, "Ms Crane")
    assert keys.link("Make the sheets") == "/staff/keys/sheets"

    # 3. Sheets: made, printed, typed back.
    sheets = ames.make_sheets()
    assert [len(sheet.split()) for sheet in sheets] == [20, 20, 20]
    assert ames.get("/staff/keys").link("Type two sheets back") == "/staff/keys/prove"
    assert "Open the report page to children" not in str(
        [one.text for one in ames.get("/staff/keys").all("button")]
    )
    assert ames.prove(scribbled(sheets[2]), sheets[0].upper()).headers["Location"] == "/staff/keys"
    assert tablet.get(FORM).status_code == 503, "proven, and not open yet"

    # The network manager copies a line into the settings and starts kiosk again.
    assert "You have signed the first list" not in ames.get("/staff/keys").text, "not before that"
    copy_root(admin)

    # 4. The other reader opens the page, with the promise of staff; children read it at once.
    assert "You have signed the first list. Another reader opens the page." in ames.get("/staff/keys").text
    assert birch.get("/staff/keys").button("Open the report page to children")
    assert birch.post("/staff/keys/open", {"promise": "yes"}).status_code == 303
    page = Page(tablet.get(FORM).text)
    assert page.value("nonce")
    assert "will not try to find out" in page.text
    assert "not open yet" not in admin.get("/staff/").text

    assert "To do" not in ames.get("/staff/keys").text

    # 5. A child tells, and a reader who has signed in afresh opens it.
    sent = {
        "nonce": secrets.token_urlsafe(24),
        "concern": "bullying",
        "danger": "yes",
        "words": "they are mean",
    }
    assert tablet.post(FORM, data=sent, environ_base=SAME_ORIGIN).status_code == 200
    ames.sign_in()
    number = open_first(ames, ames.get("/staff/incidents/"))
    assert "they are mean" in ames.get(f"/staff/incidents/{number}").text


def open_first(reader: Adult, queue: Page) -> str:
    """Open the first report of the list; returns its number."""
    form = next(one for one in queue.all("form") if "/open/" in one.attrs["action"])
    answer = reader.post(form.attrs["action"])
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].rsplit("/", 1)[-1]
