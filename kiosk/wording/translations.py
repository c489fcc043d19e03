"""How complete and up to date each translation of the interface is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from kiosk.content.language import FIRST

# Staff pages are always English, so their messages may stay untranslated. Anything that is not listed here
# counts as read by pupils or parents: a new page must be translated before it is finished.
# tests/wording/test_translations.py proves the list against what the templates extend and include.
STAFF_ONLY = (
    "kiosk/accounts/classes/pupil_keys.py",
    "kiosk/accounts/classes/views/adjusting.py",
    "kiosk/accounts/classes/views/class_teachers.py",
    "kiosk/accounts/classes/views/cover.py",
    "kiosk/accounts/classes/views/join_cards.py",
    "kiosk/accounts/classes/views/pupil_keys.py",
    "kiosk/accounts/classes/views/tablets.py",
    "kiosk/accounts/classes/views/windows.py",
    "kiosk/accounts/roster/*",
    "kiosk/accounts/sign_in/passwords.py",
    "kiosk/accounts/sign_in/views/account.py",
    "kiosk/accounts/sign_in/views/confirm_password.py",
    "kiosk/accounts/sign_in/views/log_lines.py",
    "kiosk/accounts/sign_in/views/password.py",
    "kiosk/accounts/sign_in/views/sign_in.py",
    "kiosk/accounts/sign_in/views/unlock.py",
    "kiosk/accounts/sign_in/views/wrong_code.py",
    "kiosk/accounts/spreadsheets/*",
    "kiosk/accounts/staff/*",
    "kiosk/approving/*",
    "kiosk/audit/*.py",
    "kiosk/classroom/views/beginning.py",
    "kiosk/classroom/views/beside.py",
    "kiosk/classroom/views/leading.py",
    "kiosk/classroom/views/led_class.py",
    "kiosk/classroom/views/remote.py",
    "kiosk/conduct/views/staff.py",
    "kiosk/duties/*",
    "kiosk/filtering/*",
    "kiosk/incidents/*",
    "kiosk/lessons/sets.py",
    "kiosk/oversight/*",
    "kiosk/readers/*",
    "kiosk/slips/slips.py",
    "kiosk/slips/views/office.py",
    "kiosk/staff/*",
    "kiosk/term_dates/*",
    "kiosk/term_page/*",
    "kiosk/told/*",
    "kiosk/training/*",
    "kiosk/voices/files.py",
    "kiosk/voices/recordings.py",
    "kiosk/visitors/views/office.py",
    "kiosk/voices/views/recording.py",
    "kiosk/wording/words.py",
    "kiosk/year_end/*",
    "kiosk/templates/accounts/_account.html",
    "kiosk/templates/accounts/classes/_board_code.html",
    "kiosk/templates/accounts/classes/_how_to_tell.html",
    "kiosk/templates/accounts/classes/_lessons.html",
    "kiosk/templates/accounts/classes/_open.html",
    "kiosk/templates/accounts/classes/_pupils.html",
    "kiosk/templates/accounts/classes/_teachers.html",
    "kiosk/templates/accounts/classes/adjust*",
    "kiosk/templates/accounts/classes/cards.html",
    "kiosk/templates/accounts/classes/class*",
    "kiosk/templates/accounts/classes/cover*",
    "kiosk/templates/accounts/classes/join_cards.html",
    "kiosk/templates/accounts/classes/pupil_keys.html",
    "kiosk/templates/accounts/classes/tablets.html",
    "kiosk/templates/accounts/roster/*",
    "kiosk/templates/accounts/sign_in/*",
    "kiosk/templates/accounts/staff/*",
    "kiosk/templates/approving/*",
    "kiosk/templates/classroom/_hands.html",
    "kiosk/templates/classroom/_place.html",
    "kiosk/templates/classroom/_screens.html",
    "kiosk/templates/classroom/_seats.html",
    "kiosk/templates/classroom/choose.html",
    "kiosk/templates/classroom/code.html",
    "kiosk/templates/classroom/lead.html",
    "kiosk/templates/classroom/stop.html",
    "kiosk/templates/conduct/staff.html",
    "kiosk/templates/duties/*",
    "kiosk/templates/errors/staff.html",
    "kiosk/templates/families/hall_form.html",
    "kiosk/templates/filtering/*",
    "kiosk/templates/incidents/*",
    "kiosk/templates/oversight/*",
    "kiosk/templates/parts/duty.html",
    "kiosk/templates/parts/log.html",
    "kiosk/templates/parts/page_links.html",
    "kiosk/templates/parts/red.html",
    "kiosk/templates/parts/taught.html",
    "kiosk/templates/parts/typed.html",
    "kiosk/templates/readers/*",
    "kiosk/templates/slips/card.html",
    "kiosk/templates/slips/class.html",
    "kiosk/templates/slips/homes.html",
    "kiosk/templates/slips/index.html",
    "kiosk/templates/slips/letters.html",
    "kiosk/templates/slips/text.html",
    "kiosk/templates/staff.html",
    "kiosk/templates/staff/*",
    "kiosk/templates/term_dates/*",
    "kiosk/templates/term_page/*",
    "kiosk/templates/told/*",
    "kiosk/templates/training/[!l]*",
    "kiosk/templates/visitors/book.html",
    "kiosk/templates/voices/*",
    "kiosk/templates/year_end/*",
)

# What families read first: all that a catalogue of a language in `FIRST` holds. Everything that is not listed here is
# stripped from it by `make translations`.
FOR_FAMILIES = (
    "kiosk/app.py",
    "kiosk/families/*",
    "kiosk/public/*",
    "kiosk/slips/*",
    "kiosk/visitors/*",
    "kiosk/web/errors.py",
    "kiosk/wording/years.py",
    "kiosk/templates/base.html",
    "kiosk/templates/conduct/_rules.html",
    "kiosk/templates/conduct/_words.html",
    "kiosk/templates/conduct/children.html",
    "kiosk/templates/conduct/read*",
    "kiosk/templates/errors/[!s]*",
    "kiosk/templates/families/*",
    "kiosk/templates/home.html",
    "kiosk/templates/lessons/_figure.html",
    "kiosk/templates/lessons/_helplines.html",
    "kiosk/templates/lessons/*_home.html",
    "kiosk/templates/parts/button.html",
    "kiosk/templates/parts/draft.html",
    "kiosk/templates/parts/empty.html",
    "kiosk/templates/parts/eyes.html",
    "kiosk/templates/parts/help.html",
    "kiosk/templates/parts/icon.html",
    "kiosk/templates/parts/idle.html",
    "kiosk/templates/parts/language.html",
    "kiosk/templates/parts/listen.html",
    "kiosk/templates/parts/made_up.html",
    "kiosk/templates/parts/no_network.html",
    "kiosk/templates/parts/plate.html",
    "kiosk/templates/parts/published.html",
    "kiosk/templates/parts/read_page.html",
    "kiosk/templates/parts/scene.html",
    "kiosk/templates/parts/way.html",
    "kiosk/templates/parts/words.html",
    "kiosk/templates/public/[!p]*",
    "kiosk/templates/public/privacy.html",
    "kiosk/templates/pupil.html",
    "kiosk/templates/slips/*",
    "kiosk/templates/visitors/*",
)


@dataclass(frozen=True)
class TranslatedCount:
    """How many messages there are, and how many of them are translated."""

    total: int
    translated: int

    def __str__(self) -> str:
        return f"{self.translated} of {self.total}"


@dataclass(frozen=True)
class Status:
    """One language against messages.pot; `missing` and `stale` are about pupils' and parents' pages only."""

    lang: str
    pupils: TranslatedCount
    staff: TranslatedCount
    stale: tuple[str, ...]  # translated, but from an English that has changed since
    missing: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """The status in plain lines, the summary first."""
        whose = "what families read first" if self.lang in FIRST else "pupils' and parents' pages"
        yield (
            f"{self.lang}: {self.pupils} messages of {whose} are translated; "
            f"{self.staff} of staff pages, which are shown in English"
        )
        yield from (f"   changed since: {text}" for text in self.stale)
        yield from (f"   missing: {text}" for text in self.missing)


def read_catalogue(path: Path, lang: str | None = None) -> Catalog:
    """The messages of a .po or .pot file."""
    with path.open("rb") as file:
        return read_po(file, locale=lang)


def statuses(translations_dir: Path) -> list[Status]:
    """Every language's state against messages.pot, in the order of their codes."""
    wanted = messages(read_catalogue(translations_dir / "messages.pot"))
    return [
        _language_status(path.parts[-3], wanted, read_catalogue(path, path.parts[-3]))
        for path in sorted(translations_dir.glob("*/LC_MESSAGES/messages.po"))
    ]


def messages(catalogue: Catalog) -> list[Message]:
    """The messages of a catalogue without its header."""
    return [message for message in catalogue if message.id]


def is_for_staff(message: Message) -> bool:
    """Whether a message is used only on staff pages."""
    return all(_is_in(name, STAFF_ONLY) for name, _ in message.locations)


def is_for_families(message: Message) -> bool:
    """Whether a message is used on a page that families read first."""
    return any(_is_in(name, FOR_FAMILIES) and not _is_in(name, STAFF_ONLY) for name, _ in message.locations)


def wanted_in(lang: str, found: Iterable[Message]) -> list[Message]:
    """The messages that a language has to translate: those of families' pages, or every one that is not for staff."""
    read = is_for_families if lang in FIRST else lambda message: not is_for_staff(message)
    return [message for message in found if read(message)]


def is_whole(message: Message | None) -> bool:
    """Whether a message is translated in every plural form, and from the present English."""
    return bool(message and message.string and all(message.string) and not message.fuzzy)


def first_form(message: Message) -> str:
    """The English of a message; of one with a plural, the singular."""
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_in(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, one) for one in patterns)


def _language_status(lang: str, wanted: Sequence[Message], catalogue: Catalog) -> Status:
    found = [(message, catalogue.get(message.id, message.context)) for message in wanted]
    read = {id(message) for message in wanted_in(lang, wanted)}
    pupils = [(first_form(message), own) for message, own in found if id(message) in read]
    staff = [own for message, own in found if is_for_staff(message)]
    stale = tuple(text for text, own in pupils if own and own.fuzzy)
    missing = tuple(text for text, own in pupils if not is_whole(own) and text not in stale)
    return Status(lang, _count_messages([own for _, own in pupils]), _count_messages(staff), stale, missing)


def _count_messages(found: Sequence[Message | None]) -> TranslatedCount:
    return TranslatedCount(len(found), sum(is_whole(message) for message in found))
