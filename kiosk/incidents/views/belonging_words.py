"""Words of what belongs together: the four kinds of risk, and the mark at the third low worry."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _

from kiosk.incidents.links import WhyNotLinked
from kiosk.incidents.models import RiskTag
from kiosk.incidents.third_worry import WORRIES, ThirdWorry
from kiosk.messages import N_
from kiosk.site import current_site
from kiosk.words import near_day

TAGS = {
    RiskTag.CONTENT: N_("Content"),
    RiskTag.CONTACT: N_("Contact"),
    RiskTag.CONDUCT: N_("Conduct"),
    RiskTag.COMMERCE: N_("Commerce"),
}
WHAT_TAGS_MEAN = {
    RiskTag.CONTENT: N_("Content: something that was seen, read or heard"),
    RiskTag.CONTACT: N_("Contact: somebody who got in touch, or tried to"),
    RiskTag.CONDUCT: N_("Conduct: how somebody behaves online, or treats others"),
    RiskTag.COMMERCE: N_("Commerce: money, advertising, gambling, or a scam"),
}
WHY_NOT_LINKED = {
    WhyNotLinked.ITSELF: N_("This is the number of the incident itself. Write that of the other one."),
    WhyNotLinked.PRACTICE: N_("Practice is linked to nothing: no child sent it."),
    WhyNotLinked.READERS: N_(
        "One of the two is about a grown-up at school. It is linked only to an incident that exactly the same people "
        "may read."
    ),
}


def tags_words(tags: Collection[RiskTag]) -> str:
    """The names of tags, in their order: 'Contact, Commerce'."""
    return ", ".join(_(words) for tag, words in TAGS.items() if tag in tags)


def worry_words(worry: ThirdWorry, now: datetime) -> str:
    """That a case is one of three or more of its kind, and since which day on which staff opened one."""
    day = near_day(worry.since, now.astimezone(current_site().calendar.zone).date())
    if len(worry.numbers) == WORRIES:
        return str(_("Third worry of this kind since %(day)s", day=day))
    return str(_("%(count)s worries of this kind since %(day)s", count=len(worry.numbers), day=day))
