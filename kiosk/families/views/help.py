"""Help by what happened: eight situations, and in each what to say first, three steps and who helps."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.approving.items import HELP
from kiosk.content.language import ENGLISH
from kiosk.content.translation import InLanguage
from kiosk.families.states import situation_in
from kiosk.families.views.blueprint import bp
from kiosk.nations import Nation
from kiosk.public.views.home import OFFICER_WORDS, officers_now
from kiosk.site import current_site
from kiosk.told.situations import IDS, MIND
from kiosk.web.errors import NotFound
from kiosk.web.i18n import language, tablet
from kiosk.wording.messages import N_
from kiosk.wording.words import clock

CANT_WAIT = ("police", "childline", "nspcc", "samaritans")
# What a parent reads beside a line whose own words speak to a child.
FOR_PARENTS = {
    "police": N_("Danger now"),
    "police-101": N_("When nobody is in danger now"),
    "childline": N_("For any child"),
    "nspcc": N_("For any adult who is worried about a child"),
    "samaritans": N_("For you too"),
    "papyrus": N_("For your child, and for you"),
    "report-remove": N_("Fill it in with your child"),
    "ceop": N_("Part of the police"),
    "report-harmful-content": N_("When an app has not acted on what you reported"),
}
NATIONS = {
    Nation.ENGLAND: N_("England"),
    Nation.WALES: N_("Wales"),
    Nation.SCOTLAND: N_("Scotland"),
    Nation.NORTHERN_IRELAND: N_("Northern Ireland"),
}


@bp.get("/help")
@open_to_all
def show_help() -> ResponseReturnValue:
    """What has happened? Eight ways on, and the numbers for what can't wait; the school's own nation is open."""
    site = current_site()
    own, lines = site.config.nation, site.facts.by_nation
    # A school that has not said its own opens none.
    nations = sorted(NATIONS, key=lambda nation: nation is not own)
    return render_template(
        "families/help.html",
        situations=[situation_in(site, id, language())[0] for id in IDS if (id, ENGLISH) in site.situations],
        cant_wait=site.facts.helplines.named(CANT_WAIT),
        minds=[(NATIONS[nation], nation is own, lines[nation].named(MIND)) for nation in nations],
        officers=officers_now(),
        officer_words=OFFICER_WORDS,
        opens=clock(site.calendar.opens),
        **_of_every_page(),
    )


@bp.get("/help/<id>")
@open_to_all
def show_situation(id: str) -> ResponseReturnValue:
    """One situation: in the reader's language once two people approved it, else in English with a line that says so."""
    if (id, ENGLISH) not in current_site().situations:
        raise NotFound
    site = current_site()
    found, state = situation_in(site, id, language())
    return render_template(
        "families/situation.html",
        situation=found,
        state=state,
        states=InLanguage,
        day=site.in_use.day_of(HELP, id, language()),
        lines=site.facts.helplines.named(found.helplines),
        see=[situation_in(site, other, language())[0] for other in found.see],
        **_of_every_page(),
    )


def _of_every_page() -> dict[str, Any]:
    """On a tablet of the school no tap leads out of these pages, so numbers are no links there."""
    return {
        "today": current_site().today(),
        "lang": language(),
        "for_parents": FOR_PARENTS,
        "english": ENGLISH,
        "links": not tablet().part,
        "worry_url": url_for("home.show_worry"),
    }
