"""Pages of approving: all content with its state, the sitting in which all can be approved, and one item."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.approving.approval import (
    FACTS,
    FEELS,
    HEARD,
    LONGEST_LINE,
    NOT_MINE,
    NOT_READ,
    NUMBERS,
    OF_ITEM,
    PLAIN,
    READS,
    SAME,
    SCREENS,
    TRUE_OF_US,
    Approval,
    Speaking,
    approvals_of,
    approve,
    may_speak_as,
    parts_of,
    refuse,
    stored_source,
    ticks_for,
)
from kiosk.approving.beside import pairs_of
from kiosk.approving.change import changes_between, words_of
from kiosk.approving.items import (
    ANSWERS,
    CARDS,
    CODE,
    HELP,
    LESSON,
    NOTICE,
    STAFF_LESSON,
    TRANSLATION,
    VOICES,
    Item,
    files_in,
)
from kiosk.approving.models import Part
from kiosk.approving.yearly import check_item, items_now, last_check
from kiosk.conduct.views.blueprint import language_name
from kiosk.content.language import ENGLISH
from kiosk.content.mark import note_change
from kiosk.content.markdown import render
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.views.family import whole_lesson
from kiosk.site import CARD_CHECK, SyncFlask, current_site
from kiosk.told.family_notices import TO_FAMILIES
from kiosk.web.errors import or_404
from kiosk.web.i18n import direction, html_language, page_settings
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_, Refused, say
from kiosk.wording.words import day_and_year

KINDS = {
    LESSON: N_("Lesson"),
    STAFF_LESSON: N_("Staff lesson"),
    CODE: N_("Code"),
    NOTICE: N_("Notice"),
    TO_FAMILIES: N_("Notice to families"),
    ANSWERS: N_("Ready answers"),
    HELP: N_("Help for families"),
    TRANSLATION: N_("Translation"),
    CARDS: N_("Checked each September"),
    VOICES: N_("Read aloud"),
}
TICKS = {
    NOT_MINE: N_("I did not write it"),
    SCREENS: N_("every screen and every question, as those meet them whom it is for"),
    FEELS: N_("what a child who lives through this would feel, and where help stands"),
    FACTS: N_("the facts: each has a source and a day"),
    READS: N_("I read this language"),
    NOT_READ: N_("it is not my voice, and I did not record it"),
    HEARD: N_("each line, heard to its end: these very words, clearly, by an adult, and nothing else"),
    NUMBERS: N_(
        "each number, looked up where it comes from, and what the council’s safeguarding partners say now"
    ),
    PLAIN: N_("each sentence, as somebody reads it who is new to the school and to English"),
    TRUE_OF_US: N_("what it says that we do: we do it"),
    SAME: N_("it says the same as the English, to a child of that age"),
}
PARTS = {Part.READ: N_("A teacher who has gone through it"), Part.LEAD: N_("The safeguarding lead")}
READER = N_("Somebody who reads this language")
HEARER = N_("Another adult, who has heard every line")

bp = Blueprint("approving", __name__, url_prefix="/staff/approve")


@bp.get("")
@staff_required()
def index(error: str = "", status: int = 200) -> ResponseReturnValue:
    """All content and its state; what waits for this person can be approved here in one sitting."""
    staff, found = signed_in_staff(), approvals_of(school(), _items())
    rows = [_words_of(one) for one in found.values()]
    return render_template(
        "approving/list.html",
        rows=rows,
        sitting=[
            row | {"review": _review(row["item"])}
            for row in sorted(rows, key=lambda row: not row["guarded"])
            if in_sitting(row["approval"], row["approval"].waits_for(staff))
        ],
        ticks=[(name, _(TICKS[name])) for name in OF_ITEM],
        error=error,
    ), status


@bp.post("")
@staff_required()
def approve_many() -> ResponseReturnValue:
    """Say yes to everything that was ticked, each for the digest that stood on the page; what changed is left out."""
    items, staff, left, done = _items(), signed_in_staff(), [], 0
    known = approvals_of(school(), items)
    note_change(current_site().config)
    sent = (one.partition(" ") for one in request.form.getlist("item"))
    for key, digest in {key: digest for key, _space, digest in sent}.items():
        part = known[key].waits_for(staff) if key in known else None
        if part is None or not in_sitting(known[key], part):
            continue
        try:
            approve(school(), items[key], _speaking(digest, part))
            done += 1
        except Refused as refused:
            left.append(f"{items[key].title}: {say(refused.message)}")
        school().commit()  # each by itself: two people whose sittings hold the same ones would wait for each other
    note_change(current_site().config)
    if left or not done:
        return index(" ".join(left) or _("Tick what you have gone through."), 422)
    flash(_("Your yes is recorded for %(count)d.", count=done))
    return redirect(url_for(".index"), 303)


@bp.get("/languages")
@staff_required()
def languages() -> ResponseReturnValue:
    """Each language of the school, with the state of all that is translated into it and how much is approved."""
    site = current_site()
    items = {key: item for key, item in site.items.items() if item.kind == TRANSLATION}
    found = [_words_of(one) for one in approvals_of(school(), items).values()]
    return render_template(
        "approving/languages.html",
        languages=[
            (
                lang,
                language_name(lang),
                lang in site.telling_languages,
                [row for row in found if row["item"].lang == lang],
            )
            for lang in site.config.language_list
            if lang != ENGLISH
        ],
    )


@bp.get("/<what>/<id>")
@staff_required()
def show(what: str, id: str) -> ResponseReturnValue:
    """One item: what two people said, what changed since the version in use, its words, and the form."""
    return _item_page(_item_or_404(what, id))


@bp.post("/<what>/<id>")
@staff_required()
def decide(what: str, id: str) -> ResponseReturnValue:
    """Say that the version on the page may be used, or not yet and why."""
    item, says_yes = _item_or_404(what, id), request.form.get("say") == "yes"
    sent = request.form.get("part", "")
    try:
        one = _speaking(request.form.get("digest", ""), Part(sent) if sent in set(Part) else Part.LEAD)
        if says_yes:
            approve(school(), item, one)
        else:
            refuse(school(), item, one)
    except Refused as refused:
        school().rollback()
        return _item_page(item, say(refused.message)), 422
    note_change(current_site().config)
    school().commit()
    note_change(current_site().config)
    flash(
        _("Your yes is recorded.")
        if says_yes
        else _("Your “not yet” is recorded. It is not used until it is put right.")
    )
    return redirect(url_for(".show", what=what, id=id), 303)


@bp.get("/<what>/<id>/read")
@staff_required()
def read(what: str, id: str) -> ResponseReturnValue:
    """The lesson or its translation that waits, whole, as families read it; with its own pictures, not those in use."""
    site, item = current_site(), _item_or_404(what, id)
    lesson = or_404(_whole(item))
    g.site = site.in_use.as_brought(site)
    page = replace(page_settings("home"), lang=html_language(item.lang), dir=direction(item.lang))
    return whole_lesson(lesson, page=page)


def in_sitting(approval: Approval, part: Part | None) -> bool:
    """Whether a yes can be given among others: not by who reads a language, who says so for each, nor for numbers, what
    families are told or what has to be heard."""
    kind = approval.item.kind
    return (
        part is not None
        and kind not in (CARDS, HELP, TO_FAMILIES, VOICES)
        and not (part is Part.READ and kind == TRANSLATION)
    )


def _whole(item: Item) -> Lesson | None:
    """The lesson or translation as this release brought it; None for what is no lesson, and for what lags behind."""
    brought = current_site().in_use.brought
    if item.kind == STAFF_LESSON:
        return brought.training[item.id].lesson
    lessons = brought.lessons
    if item.kind == TRANSLATION:
        lesson = lessons.get(item.original.removeprefix(f"{LESSON}/"))
        return lesson.translations.get(item.lang) if lesson else None
    return lessons.get(item.id) if item.kind == LESSON else None


def _speaking(digest: str, part: Part) -> Speaking:
    line, ticks = request.form.get("line", "")[:LONGEST_LINE], request.form.getlist("looked")
    return Speaking(acting_staff(), signed_in_staff(), current_site().today(), digest, part, line, ticks)


def _item_or_404(what: str, id: str) -> Item:
    return or_404(_items().get(f"{what}/{id}"))


def _items() -> Mapping[str, Item]:
    return items_now(current_site(), current_site().today(), school())


def _item_page(item: Item, error: str = "") -> str:
    staff, site = signed_in_staff(), current_site()
    one = approvals_of(school(), {item.key: item})[item.key]
    before = stored_source(school(), item, one.used) if one.used and not one.approved else ""
    part = one.waits_for(staff)
    mine = may_speak_as(staff, item)
    return render_template(
        "approving/item.html",
        **_words_of(one),
        parts=[(each, _part_words(item, each), one.by(each)) for each in Part if each in parts_of(item)],
        part=part,
        refuses_as=part or (mine[0] if mine else None),
        ticks=[(name, _(TICKS[name])) for name in (ticks_for(item, part) if part else ())],
        sent=request.form,
        review=_review(item),
        changes=changes_between(files_in(before), item.files) if before else [],
        whole=_whole(item) is not None,
        unread=_unread(item),
        unreadable=bool(one.used) and item.key in site.items and item.key not in site.in_use.approved,
        lines=[] if item.kind in (LESSON, STAFF_LESSON, VOICES, TRANSLATION) else _as_shown(item.files),
        pairs=_beside_english(item) if item.kind == TRANSLATION else [],
        longest=LONGEST_LINE,
        error=error,
    )


def _unread(item: Item) -> bool:
    """Whether these are ready answers that no helpline has read yet."""
    band = item.id.removeprefix(f"{ANSWERS}-").partition(".")[0]
    found = current_site().in_use.brought.answers.get((band, item.lang))
    return ANSWERS in item.key and bool(found and found.unread)


def _as_shown(files: Mapping[str, bytes]) -> list[str]:
    """The words of an item with the numbers and facts that stand in them now."""
    facts = current_site().facts
    return [line if facts.unknown(line) else facts.fill(line) for line in words_of(files)]


def _beside_english(item: Item) -> list[tuple[str, str]]:
    """A translation beside its English, with the numbers and facts that stand in them now."""
    facts, original = current_site().facts, current_site().items.get(item.original)

    def filled(line: str, lang: str) -> str:
        return line if facts.unknown(line) else facts.fill(line, lang)

    pairs = pairs_of(item.files, original.files if original else {}, item.lang)
    return [(filled(en, ENGLISH), filled(own, item.lang)) for en, own in pairs]


def _part_words(item: Item, part: Part) -> str:
    reader = {TRANSLATION: READER, VOICES: HEARER}.get(item.kind, PARTS[Part.READ])
    return str(_(reader if part is Part.READ else PARTS[part]))


def _words_of(one: Approval) -> dict[str, Any]:
    """An item and its state in words."""
    item, lesson = one.item, current_site().in_use.brought.lessons.get(one.item.id)
    about = _(KINDS[item.kind])
    if item.kind == TRANSLATION:
        about = _("Translation into %(language)s", language=language_name(item.lang))
    return {
        "approval": one,
        "item": item,
        "about": f"{about}, {item.id}",
        "state": _state_words(one),
        "guarded": item.kind == LESSON and lesson is not None and lesson.guarded,
        "together": item.kind == LESSON and lesson is not None and lesson.together,
    }


def _state_words(one: Approval) -> str:
    day = day_and_year(one.used_since) if one.used_since else ""
    if one.approved:
        return str(_("Approved on %(day)s", day=day))
    if one.refused:
        return str(_("Not yet: %(why)s", why=one.refused[0].line))
    if one.used:
        return str(_("Changed: the version of %(day)s stays in use", day=day))
    return str(_("Waits for one") if any(one.by(part) for part in Part) else _("Draft"))


def _review(item: Item) -> Markup:
    """What a reviewer left for the two people, where a lesson or help for families has it."""
    name = f"{HELP}-{item.id}" if item.kind == HELP else item.id
    path = current_site().config.content_path / "reviews" / f"{name}.md"
    if item.kind not in (LESSON, HELP) or not path.is_file():
        return Markup("")
    return render(path.read_text(encoding="utf-8").partition("\n")[2])


def tell_card_checks(app: Flask) -> None:
    """Let the page of a case, which lies beside this package, say when its card was last checked."""
    assert isinstance(app, SyncFlask)
    app.checks[CARD_CHECK] = lambda: last_check(
        school(), check_item(current_site().config, current_site(), current_site().today())
    )
