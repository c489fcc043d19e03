"""The register of signatures for the Codes: found, narrowed and page by page, on the screen and as CSV."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import SEE_PROGRESS, classes_to_look_at, sees_all_progress
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.roster.export_log import note_export
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.bands import Band
from kiosk.conduct.signing import STAFF_CODE
from kiosk.oversight import register
from kiosk.oversight.decisions import STATE_WORDS, ClassAgreement, agreement_in
from kiosk.oversight.paging import pages_for
from kiosk.oversight.signatures import (
    HEAD,
    MODE_WORDS,
    RegisterPart,
    class_register,
    csv_rows,
    staff_register,
)
from kiosk.oversight.views.blueprint import asked_class, bp, csv_response, page_number
from kiosk.oversight.views.coverage import age_words
from kiosk.site import current_site
from kiosk.web.forms import day_of, number_of
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import class_words

SIGNER_WORDS = {
    register.Signer.PUPIL: N_("Pupils"),
    register.Signer.STAFF: N_("Staff"),
    register.Signer.PARENT: N_("Parents and carers"),
    register.Signer.VISITOR: N_("Visitors"),
}
ON_PAPER = (register.Signer.PARENT, register.Signer.VISITOR)
LONGEST_VERSION = 4  # digits


@dataclass(frozen=True)
class AskedRegister:
    """The search in the register that the address asks for, and what this person may see of it."""

    classes: list[ClassGroup]
    chosen: ClassGroup | None
    staff: list[RegisterPart]  # their part, for whoever sees it
    query: register.RegisterQuery

    @property
    def searched(self) -> list[ClassGroup]:
        """The classes in which is searched."""
        return [self.chosen] if self.chosen else self.classes

    @property
    def address(self) -> dict[str, Any]:
        """The query parameters that ask for the same search again; empty ones are left out."""
        query = self.query
        asked = {
            "class": self.chosen.id.hex if self.chosen else "",
            "name": query.name,
            "who": query.signer.value if query.signer else "",
            "code": query.code_id,
            "version": query.version or "",
            "decision": query.decision,
            "since": query.since.isoformat() if query.since else "",
            "until": query.until.isoformat() if query.until else "",
        }
        return {name: value for name, value in asked.items() if value}


@bp.get("/signatures")
@staff_required(*SEE_PROGRESS)
def signatures() -> ResponseReturnValue:
    """The register of signatures, class by class, as far as it matches the search."""
    asked, codes = _asked_register(), current_site().codes
    by_class = register.count_found(school(), asked.searched, codes, asked.query)
    of_staff = register.filter_register(asked.staff, asked.query)
    found = by_class.total() + sum(len(part.lines) for part in of_staff)
    number = page_number(pages := pages_for(found))
    shown, before = register.classes_on_page(asked.searched, by_class, number)
    parts = class_register(school(), shown, codes, *register.conditions_of(codes, asked.query))
    fitting = [*register.filter_register(parts, asked.query), *of_staff]
    agreement = agreement_in(school(), shown, codes)
    agreed = {group.name: agreement.get(group.id, ClassAgreement()) for group in shown}
    agreed |= {part.title: ClassAgreement(len(part.lines), part.agreed) for part in asked.staff}
    on_paper = asked.query.signer if asked.query.signer in ON_PAPER else None
    return render_template(
        "oversight/signatures.html",
        parts=register.page_of(fitting, number, before),
        found=found,
        number=number,
        pages=pages,
        address=lambda page: url_for(".signatures", **asked.address, page=page),
        nobody=not asked.searched and not asked.staff,
        agreed={
            title: _("%(count)s of %(total)s agree", count=one.agreed, total=one.children)
            for title, one in agreed.items()
        },
        query=asked.query,
        narrowed=bool(asked.address),
        others=bool(set(asked.address) - {"class", "decision"}),
        on_paper=on_paper.value if on_paper else "",
        paper_url=_paper_url(asked, on_paper) if on_paper else "",
        head=HEAD,
        mode_words=MODE_WORDS,
        chosen=asked.chosen.id.hex if asked.chosen else "",
        csv_url=url_for(".signatures_csv", **asked.address),
        today=current_site().today(),
        **_search_choices(asked),
    )


@bp.get("/signatures.csv")
@staff_required(*SEE_PROGRESS)
@password_again()
def signatures_csv() -> ResponseReturnValue:
    """All lines of the register that match the search, as a CSV file."""
    asked = _asked_register()
    name = asked.chosen.name if asked.chosen else ""
    note_export("signatures", name)
    codes = current_site().codes
    parts = class_register(school(), asked.searched, codes, *register.conditions_of(codes, asked.query))
    fitting = register.filter_register([*parts, *asked.staff], asked.query)
    return csv_response(csv_rows(fitting, _), "signatures", name)


def _asked_register() -> AskedRegister:
    """The search in the address; NotFound for a class that does not exist or is not this person's."""
    staff = signed_in_staff()
    classes = classes_to_look_at(school(), staff)
    chosen = asked_class(classes)
    sees_staff = sees_all_progress(staff) and not chosen
    of_staff = [staff_register(school(), current_site().codes, _("Staff"))] if sees_staff else []
    return AskedRegister(classes, chosen, of_staff, _register_query())


def _register_query() -> register.RegisterQuery:
    """The search that the address asks for; a value that the form does not offer is ignored."""
    args = request.args
    signer = args.get("who", "")
    decision = args.get("decision", "") or args.get("show", "")  # links from earlier versions use "show"
    known = {register.NOT_SIGNED, *(state.value for state in STATE_WORDS)}
    return register.RegisterQuery(
        name=args.get("name", "").strip()[:60],
        signer=register.Signer(signer) if signer in set(register.Signer) else None,
        code_id=args.get("code", "")[:20],
        version=number_of(args.get("version", ""), LONGEST_VERSION),
        decision=decision if decision in known else "",
        since=day_of(args.get("since", "")),
        until=day_of(args.get("until", "")),
    )


def _paper_url(asked: AskedRegister, signer: register.Signer) -> str:
    """The page on which somebody signs by hand: of visitors, or of families with a child in the class."""
    groups = [asked.chosen] if asked.chosen else asked.classes
    family = groups[0].band.value if groups else "ks2"
    return url_for("conduct.read", code_id="visitor" if signer is register.Signer.VISITOR else family)


def _search_choices(asked: AskedRegister) -> dict[str, Any]:
    def words(code_id: str) -> str:
        return str(_("Staff policy")) if code_id == STAFF_CODE else age_words(Band(code_id))

    of_staff = [line.version for part in asked.staff for line in part.lines if line.version]
    versions = register.versions_in(school(), asked.searched).union(of_staff)
    ids = [*(group.band.value for group in asked.searched), *(part.code_id for part in asked.staff)]
    return {
        "signers": [("", _("Everybody")), *((one.value, _(word)) for one, word in SIGNER_WORDS.items())],
        "classes": [
            ("", _("All I may see")),
            *((group.id.hex, class_words(group.name, group.year)) for group in asked.classes),
        ],
        "codes": [("", _("Every Code")), *((id, words(id)) for id in dict.fromkeys(ids))],
        "versions": [
            ("", _("Every version")),
            *((str(number), str(number)) for number in sorted(versions, reverse=True)),
        ],
        "decisions": register.decision_choices(_, STATE_WORDS),
    }
