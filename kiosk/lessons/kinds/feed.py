"""A made-up post: the reader sticks labels on it, then sees what some of them come to."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from kiosk.content.source import Identifier, Schema
from kiosk.lessons.activity import Activity, AddressParameters, Headed, View, check_once, param_of, texts
from kiosk.wording.facts import Prose


class Post(Schema):
    """What somebody put into the feed, and the line under it, such as how many passed it on."""

    by: Prose
    tag: Prose | None = None
    scene: str = ""
    says: Prose
    line: Prose | None = None

    def words(self) -> View:
        """Everything that stands on it."""
        return texts(self.by, self.tag, self.says, self.line)


class Label(Schema):
    """A sentence to tick, the few words of it that stick on the post, and what it comes to."""

    id: Identifier
    label: Prose
    short: Prose
    then: Prose | None = None


class Feed(Headed):
    """As many labels as the reader thinks are true; none is marked as wrong."""

    kind: ClassVar = "feed"
    asks: ClassVar = ("label", "opened")
    sends: ClassVar = True
    words_of: ClassVar = {
        **Activity.words_of,
        **dict.fromkeys(("notes", "button"), "told"),
        **dict.fromkeys(("by", "tag", "says", "line", "short"), "message"),
    }

    ask: Prose
    button: Prose
    post: Post
    below: Annotated[tuple[Post, ...], Field(max_length=2)] = ()
    labels: Annotated[tuple[Label, ...], Field(min_length=3, max_length=5)]
    after: Prose
    notes: Annotated[tuple[Prose, ...], Field(max_length=2)] = ()

    @model_validator(mode="after")
    def _check_labels(self) -> "Feed":
        check_once(self.labels)
        if not any(one.then for one in self.labels):
            raise ValueError("at least one label has a then")
        return self

    def done(self, asked: AddressParameters) -> tuple[str, ...] | None:
        """The ids of the labels on the post, none at all included; None before it was opened."""
        if param_of(asked, "opened") != "1":
            return None
        stuck = set(asked.getlist("label"))
        return tuple(one.id for one in self.labels if one.id in stuck)

    def finished(self, done: object) -> bool:
        """Whether the reader has opened it."""
        return done is not None

    def beside(self) -> Iterator[View]:
        """The task, then the heading with what there is to say."""
        yield texts(self.heading, self.ask)
        yield [self.after, *self.notes]

    def views(self) -> Iterator[View]:
        """The feed with every label, then with what the labels come to."""
        feed = [*self.post.words(), *(text for one in self.below for text in one.words())]
        labels = [one.label for one in self.labels]
        yield [*texts(self.heading, self.ask), *feed, *labels, self.button]
        yield [self.after, *feed, *labels, *texts(*(one.then for one in self.labels)), *self.notes]
