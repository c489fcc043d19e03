"""Answering a child: write it, look at it as the child will see it, and only from there send it."""

from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.content.language import ENGLISH
from kiosk.incidents.blueprint import NoSuchCase, acting_now, case_page
from kiosk.incidents.case.addresses import addresses_of, is_over
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.drafts import end_own_drafts
from kiosk.incidents.case.links import closed_as_part_of_another
from kiosk.incidents.case.models import FilterDecision
from kiosk.incidents.case.text_advice import Advice, advice
from kiosk.incidents.case.views.acting import keeps_choices, read_again
from kiosk.incidents.case.views.case import log_reading
from kiosk.incidents.case.views.draft_values import ANSWER, draft_day, drafts_for, values_in
from kiosk.incidents.case.views.report_words import BANDS
from kiosk.incidents.case_log.entries import line_with, note_of
from kiosk.incidents.kind_words import no_answer_words
from kiosk.incidents.models import Act
from kiosk.incidents.replies import send
from kiosk.incidents.replies.ready import ReadyAnswers, offered
from kiosk.report.access.opening import OpenedReport
from kiosk.report.form.groups import is_from_adult
from kiosk.report.form.speech import ANSWERS_BAND, Speech, speech_of
from kiosk.report.replies.threads import LONGEST_REPLY, NoReplyThread, can_be_answered
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import WHOLE, FormErrors
from kiosk.web.i18n import html_language
from kiosk.web.request_sessions import reports, school
from kiosk.wording.messages import N_
from kiosk.wording.words import by_words, moment_words

NO_WAY_BACK = N_(
    "This child did not ask for an answer, or the time for one is over. The child cannot be reached here."
)
NO_WAY_BACK_TO_ADULT = N_(
    "Whoever wrote this did not ask for an answer here, or the time for one is over. "
    "They cannot be reached here, unless they wrote how."
)
CLOSED = N_("This case is closed, so nothing was sent. Reopen it, then send this.")
PAGE_SHUT = N_("Thank you for telling us. That page can’t be opened here now.")
PAGE_STAYS = N_(
    "Thank you for telling us. We thought about that page, and it is not blocked here. "
    "If it worries you, tell us again, or tell a grown-up whom you trust."
)
LOOK_AGAIN = N_("Nothing was sent: look at these words once more, then send them.")


@case_page("/answer")
def write_answer(found: CaseFile) -> ResponseReturnValue:
    """The page on which an answer is written; it sends nothing."""
    log_reading(found, now_utc())  # what was kept is compared with the child's words
    kept = drafts_for(found.incident)
    day = draft_day(kept, ANSWER)
    about = request.args.get("about") == "filter" and not day
    said = next((one for one in addresses_of(found) if is_over(one)), None) if about else None
    shut = said is not None and said.decision is FilterDecision.BLOCK
    begun = {"ready": send.OWN, "note": _(PAGE_SHUT if shut else PAGE_STAYS)} if said else {}
    return _answer_form(found, send.AnswerDraft(**(values_in(kept, ANSWER) or begun)), kept=day)


@case_page("/answer", "POST")
@keeps_choices
def look_at_answer(found: CaseFile) -> ResponseReturnValue:
    """The answer as the child will see it, or the page to write it with what to correct; sends nothing."""
    draft = send.read_draft(request.form)
    log_reading(found, now_utc())  # it is compared with the child's words
    errors = _not_now(found) or send.errors_in(draft, _ready(found).texts, found.report.body)
    if errors:
        return _answer_form(found, draft, errors)
    if request.form.get("change"):  # as words of their own from now on
        return _answer_form(found, replace(draft, ready=send.OWN))
    return _answer_preview(found, draft)


@case_page("/answer/send", "POST")
def send_to_child(found: CaseFile) -> ResponseReturnValue:
    """Send the words that were looked at, once, however often the form comes."""
    draft = send.read_draft(request.form)
    site, incident, staff = current_site(), found.incident, signed_in_staff()
    id = send.answer_id(site.key, incident, staff, draft.once, draft.note)
    if not line_with(school(), incident, Act.REPLIED, id):
        errors = _not_now(found) or send.errors_in(draft, _ready(found).texts, found.report.body)
        if errors or draft.looked != id.hex:
            log_reading(found, now_utc())  # it is compared with the child's words
        if errors:
            return _answer_form(found, draft, errors)
        if draft.looked != id.hex:
            return _answer_preview(found, draft, _(LOOK_AGAIN)), 422
        try:
            send.send_answer(acting_now(), found, draft.note, id)
        except NoReplyThread:  # it ended at this moment
            return _answer_form(read_again(found), draft)
        end_own_drafts(school(), incident.id, staff.id, ANSWER)
        reports().commit()  # first: a power cut leaves no line about what did not happen
        school().commit()
    return redirect(url_for(".answer_sent", number=incident.number, sent_id=id))


@case_page("/answer/<uuid:sent_id>")
def answer_sent(found: CaseFile, sent_id: Any) -> ResponseReturnValue:
    """What was sent, as the child will read it."""
    now = now_utc()
    entry = line_with(school(), found.incident, Act.REPLIED, sent_id)
    if entry is None:
        raise NoSuchCase
    return render_template(
        "incidents/replies/answer_sent.html",
        **_child_page_values(found.report, note_of(entry, found.report.case_keys)),
        incident=found.incident,
        who="" if entry.staff_id == signed_in_staff().id else entry.staff.name,
        when=moment_words(entry.at, current_site().calendar, now),
    )


def _not_now(found: CaseFile) -> FormErrors:
    """Why no answer can be sent in this case now; the form keeps its words."""
    errors = FormErrors()
    if found.incident.closed_at is not None and not closed_as_part_of_another(found):
        errors.add(WHOLE, CLOSED)
    elif not can_be_answered(reports(), found.report.body):
        errors.add(WHOLE, NO_WAY_BACK_TO_ADULT if is_from_adult(found.report.body) else NO_WAY_BACK)
    return errors


def _answer_form(
    found: CaseFile, draft: send.AnswerDraft, errors: FormErrors | None = None, kept: str = ""
) -> ResponseReturnValue:
    site, now = current_site(), now_utc()
    stops = _not_now(found)
    errors = errors or stops
    text = send.text_of(draft, _ready(found).texts)
    clock = send.answer_clock(site.calendar, found.report, now)
    late = bool(clock and clock.late)
    waits = clock and not send.is_answered(found.entries)
    due = _("Answer by %(when)s", when=by_words(clock.due, site.calendar, now)) if clock else ""
    page = render_template(
        "incidents/replies/answer_write.html",
        incident=found.incident,
        adult=is_from_adult(found.report.body),
        draft=draft,
        ready=list(_ready(found).texts.items()),
        unread=_ready(found).unread,
        own=send.OWN,
        errors=errors,
        kept=kept,
        stops=bool(stops),
        longest=LONGEST_REPLY,
        years=_age_group_words(found.report),
        advice=_advice(text, found) if text else None,
        clock=clock if waits else None,
        clock_words=no_answer_words(clock, site.calendar) if clock and late else due,
    )
    if request.method == "GET":
        return page
    if stops:
        return page, 409
    return page, 422 if errors else 200


def _answer_preview(found: CaseFile, draft: send.AnswerDraft, said_first: str = "") -> str:
    ready = _ready(found)
    text = send.text_of(draft, ready.texts)
    id = send.answer_id(current_site().key, found.incident, signed_in_staff(), draft.once, text)
    return render_template(
        "incidents/replies/answer_look.html",
        **_child_page_values(found.report, text),
        incident=found.incident,
        draft=replace(draft, ready=draft.ready or send.OWN, note=text, looked=id.hex),
        unread=draft.ready in ready.texts and ready.unread,
        said_first=said_first,
        advice=_advice(text, found),
    )


def _child_page_values(report: OpenedReport, text: str) -> dict[str, Any]:
    """The template values of the child's page: the answer, and the page's own words in the child's language."""
    say = _speech_of_answers(report.body["lang"])
    return {
        "say": say,
        "child_lang": html_language(say.lang),
        "child_band": ANSWERS_BAND.value,
        "help_lines": say.help_lines(ANSWERS_BAND),
        "text": text,
        "years": _age_group_words(report),
        "adult": is_from_adult(report.body),
    }


def _speech_of_answers(lang: str) -> Speech:
    site = current_site()
    say = speech_of(site, "replies", lang if lang in site.telling_languages else ENGLISH)
    if say is None:
        raise LookupError("no words for the page of answers")
    return say


def _age_group_words(report: OpenedReport) -> str:
    return str(_(BANDS[report.body["band"]]))


def _advice(text: str, found: CaseFile) -> Advice:
    return advice(
        text, found.report.body, [line.name for line in current_site().facts.helplines.all.values()]
    )


def _ready(found: CaseFile) -> ReadyAnswers:
    return offered(current_site(), found.report.body)
