"""The log in words: one sentence for each act, and for each thing that can be wrong with the log."""

from kiosk.audit.log import LogAct
from kiosk.audit.verify import LogTamper
from kiosk.wording.messages import N_

ACT_WORDS: dict[LogAct, str] = {
    LogAct.REGISTER_SIGNED: N_("Counter-signed the register of cases"),
    LogAct.CONSENT_ASKED: N_("Asked the leadership team"),
    LogAct.CONSENT_AGREED: N_("Said yes to what was asked of the leadership team"),
    LogAct.CONSENT_REFUSED: N_("Said no to what was asked of the leadership team"),
    LogAct.CONSENT_TAKEN_BACK: N_("Took back what was asked of the leadership team"),
    LogAct.CONSENT_KEPT: N_("Looked again at what the leadership team allowed: it goes on"),
    LogAct.CONSENT_ENDED: N_("Ended what the leadership team had allowed"),
    LogAct.COVER_TAKEN: N_("Covers a class for the day"),
    LogAct.COVER_ENDED: N_("Ended somebody's cover of a class"),
    LogAct.CLASS_GIVEN: N_("Was made a teacher of a class"),
    LogAct.CLASS_TAKEN: N_("No longer teaches a class"),
    LogAct.CONTENT_APPROVED: N_("Said that a lesson, Code, notice or translation may be used"),
    LogAct.CONTENT_REFUSED: N_("Said that a lesson, Code, notice or translation may not be used yet"),
    LogAct.CONTENT_LAPSED: N_(
        "A lesson, Code, notice or translation changed: what was said of it has lapsed"
    ),
    LogAct.ACCESS_CHANGED: N_("Wrote in the register of who has access"),
    LogAct.TRAINING: N_("Wrote in the record of training"),
    LogAct.VISITOR_REMOVED: N_("Took a line out of the visitors’ book, of the day"),
    LogAct.VISITORS_DELETED: N_("Twelve months have passed: lines deleted from the visitors’ book"),
    LogAct.CASE_LINE: N_("A line of a case"),
    LogAct.DUTY_LINE: N_("A line of the book of duties"),
    LogAct.TERM_PAGE: N_("Issued the term page for governors, or wrote down that they have read it"),
    LogAct.FAMILIES_TOLD: N_("Published a notice to families, or told them again"),
    LogAct.CASES_BEFORE: N_("The lines of cases so far"),
    LogAct.INVITED: N_("Was invited"),
    LogAct.LINK_MADE: N_("Was given a link for a new password"),
    LogAct.LINK_ASKED: N_("A link for a new password was asked for; a second person must confirm it"),
    LogAct.LINK_REFUSED: N_("A link for a new password was refused or taken back"),
    LogAct.LINK_ON_MACHINE: N_("A link for a new password was made at the computer that kiosk runs on"),
    LogAct.LINK_USED: N_("A new password was set through a link, and every session ended"),
    LogAct.PASSWORD_CHANGED: N_("Changed the password, and every other session ended"),
    LogAct.PHONE_ADDED: N_("A phone was set up as the second step"),
    LogAct.PHONE_FORGOTTEN: N_("The phone was taken away; the next sign-in sets up a new one"),
    LogAct.SESSIONS_ENDED: N_("Was signed out on other devices"),
    LogAct.LEFT: N_("The account was ended"),
    LogAct.ROLE_GIVEN: N_("Was given a role"),
    LogAct.CALENDAR_CHANGED: N_("Changed the school's calendar"),
    LogAct.ROLE_TAKEN: N_("Gave up a role"),
    LogAct.EXPORTED: N_("A list with names was downloaded or printed"),
    LogAct.ROSTER_READ: N_("Read in a roster: who is in which class, and who teaches it"),
    LogAct.SITE_KEY_AGREED: N_("Agreed at the computer to replace the site key"),
    LogAct.SITE_KEY_REPLACED: N_(
        "The site key was replaced: this line and all before it have marks of the new one"
    ),
    LogAct.RESTORED: N_("A copy of this school was put back, at the computer that kiosk runs on"),
    LogAct.YEAR_ENDED: N_("Ended the school year: classes moved up or left, and what lapses was reset"),
    LogAct.ANCHOR_SENT: N_("The anchor of this log was sent by mail"),
    LogAct.FOUND_CHANGED: N_("Kiosk found that a line of this log was changed or removed by hand"),
    LogAct.KEYS_MADE: N_("Signed in for the first time and got a key"),
    LogAct.KEYS_RENEWED: N_("Had to choose a new password and got a new key"),
    LogAct.KEYS_REMOVED: N_("The key was deleted, as its owner left"),
    LogAct.KEY_FROZEN: N_("Froze a key"),
    LogAct.KEY_UNFROZEN: N_("Let a frozen key open reports again"),
    LogAct.CHANGE_PROPOSED: N_("Proposed a change of who reads"),
    LogAct.CHANGE_AGREED: N_("Agreed to a change of who reads"),
    LogAct.CHANGE_TAKEN_BACK: N_("Took back a change of who reads"),
    LogAct.CHANGE_OPPOSED: N_("Is against a change of who reads"),
    LogAct.READER_LISTED: N_("A change of who reads has taken effect"),
    LogAct.READER_UNLISTED: N_("No longer reads reports, as readers have agreed"),
    LogAct.READER_STOPPED: N_("Stopped somebody from becoming a reader"),
    LogAct.AWAY_NOTED: N_("Wrote down when a reader is away"),
    LogAct.LIST_COMPARED: N_("Compared the list of readers with the card"),
    LogAct.LOG_DIFFERED: N_(
        "The key opened, but a line of this log that its owner had seen was changed or is missing"
    ),
    LogAct.KEY_STAYED_SHUT: N_(
        "The key stayed shut: the list of readers is not the one that its owner saw last"
    ),
    LogAct.SHEETS_MADE: N_("Made recovery sheets"),
    LogAct.SHEETS_PROVEN: N_("Typed two recovery sheets back"),
    LogAct.SHEETS_USED: N_("Used two recovery sheets to give the readers access again"),
    LogAct.PAGE_OPENED: N_("Opened the report page to children"),
}

LIST_WORDS = {
    "roster": N_("the roster"),
    "completion": N_("who finished what"),
    "signatures": N_("signatures for the Code"),
    "access": N_("who has access"),
    "visitors": N_("the visitors’ book"),
    "everything": N_("everything that the school stores"),
}

CALENDAR_WORDS = {
    "hours": N_("hours and weekdays"),
    "terms": N_("terms"),
    "holidays": N_("holidays"),
    "half-days": N_("half days"),
    "imported": N_("taken from a calendar file"),
}

TAMPER_WORDS: dict[LogTamper, str] = {
    LogTamper.CHANGED: N_("line %(seq)d was changed after kiosk wrote it"),
    LogTamper.REMOVED: N_("line %(seq)d is missing"),
    LogTamper.REORDERED: N_("line %(seq)d does not follow from the line before it"),
    LogTamper.RECOMPUTED: N_("line %(seq)d was not written by this kiosk"),
}
