"""A desk with one to three documents: lines are underlined, and letters tie some of them to what gives them away."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field, model_validator

from kiosk.content.source import Identifier, Schema
from kiosk.lessons.activity import Activity, AddressParameters, Headed, View, check_once, param_of, texts
from kiosk.wording.facts import Prose

LETTERS = "ABC"


class Line(Schema):
    """A sentence of a document, and what gives it away, if something does."""

    id: Identifier
    says: Prose
    why: Prose | None = None


class Paper(Schema):
    """A document: the words on its tab, what it is, its title and its lines."""

    id: Identifier
    tab: Prose | None = None
    kind: Prose
    title: Prose
    lines: Annotated[tuple[Line, ...], Field(min_length=2, max_length=6)]

    @property
    def tied(self) -> list[Line]:
        """The lines that something gives away: those that can be compared."""
        return [line for line in self.lines if line.why]

    def letter(self, line: Line) -> str:
        """The letter that ties a line to what gives it away; empty where nothing does."""
        return LETTERS[self.tied.index(line)] if line in self.tied else ""

    def words(self) -> View:
        """Everything that stands on it."""
        return texts(self.kind, self.title, *(line.says for line in self.lines))


class Sum(Schema):
    """A line of a receipt: money in, or out with a minus."""

    at: Prose
    what: Prose
    pence: int


class Receipt(Schema):
    """What went in and out of an account; what stayed is added up here, so that no file can get it wrong."""

    title: Prose
    sums: Annotated[tuple[Sum, ...], Field(min_length=2, max_length=4)]
    stayed: Prose

    @model_validator(mode="after")
    def _check_nothing_missing(self) -> "Receipt":
        if self.left < 0:
            raise ValueError("more went out than came in")
        return self

    @property
    def left(self) -> int:
        """What stayed, in pence."""
        return sum(one.pence for one in self.sums)

    def words(self) -> View:
        """Everything that stands on it, but for the sums."""
        return [self.title, *(text for one in self.sums for text in (one.at, one.what)), self.stayed]


class Desk(NamedTuple):
    """What the address says of a desk: the paper on top, the lines underlined, the papers compared."""

    on_top: str
    lines: tuple[str, ...]
    compared: tuple[str, ...]


class Papers(Headed):
    """Papers as tabs, lines to underline; Compare brings a letter for each line that something gives away."""

    kind: ClassVar = "papers"
    asks: ClassVar = ("paper", "line", "compare")
    sends: ClassVar = True
    words_of: ClassVar = {
        **Activity.words_of,
        **dict.fromkeys(("notes", "work_out", "happened", "why"), "told"),
        **dict.fromkeys(("says", "title", "tab", "at", "what", "stayed"), "message"),
    }

    ask: Prose
    after: Prose
    papers: Annotated[tuple[Paper, ...], Field(min_length=1, max_length=3)]
    receipt: Receipt | None = None
    work_out: Prose | None = None  # what to ask of the receipt, before anything is compared
    notes: Annotated[tuple[Prose, ...], Field(max_length=2)] = ()
    happened: Prose | None = None  # what to do for whom it has happened

    @model_validator(mode="after")
    def _check_papers(self) -> "Papers":
        check_once(self.papers)
        check_once([line for paper in self.papers for line in paper.lines])
        if any(len(paper.tied) > len(LETTERS) for paper in self.papers):
            raise ValueError("at most three lines of a paper have a why")
        if not any(paper.tied for paper in self.papers):
            raise ValueError("at least one line has a why")
        if len(self.papers) > 1 and not all(paper.tab for paper in self.papers):
            raise ValueError("with more than one paper, each has a tab")
        return self

    def done(self, asked: AddressParameters) -> Desk:
        """The paper on top (asked for, else the last one compared, else the first), the lines and what is compared."""
        known = {paper.id for paper in self.papers}
        compared = [id for id in asked.getlist("compare") if id in known]
        underlined = set(asked.getlist("line"))
        lines = tuple(line.id for paper in self.papers for line in paper.lines if line.id in underlined)
        on_top = param_of(asked, "paper")
        if on_top not in known:
            on_top = compared[-1] if compared else self.papers[0].id
        return Desk(on_top, lines, tuple(dict.fromkeys(compared)))

    def finished(self, done: object) -> bool:
        """Whether every paper with something to find was compared."""
        return isinstance(done, Desk) and self.next_paper(done) is None

    def on_top(self, done: Desk) -> Paper:
        """The paper that lies on top."""
        return next(paper for paper in self.papers if paper.id == done.on_top)

    def next_paper(self, done: Desk) -> Paper | None:
        """The first paper with something to find that was not compared; None if there is none."""
        return next((one for one in self.papers if one.tied and one.id not in done.compared), None)

    def beside(self) -> Iterator[View]:
        """The task, then the heading of what was found with what is left to say."""
        yield texts(self.heading, self.ask)
        yield [self.after, *self.notes]

    def views(self) -> Iterator[View]:
        """Each paper with the task, then with what gives its lines away."""
        for paper in self.papers:
            receipt = self.receipt.words() if self.receipt else []
            yield [*texts(self.heading, self.ask, self.work_out), *paper.words(), *receipt]
            whys = texts(*(line.why for line in paper.tied))
            yield [*texts(self.after, self.happened), *paper.words(), *whys, *self.notes]
