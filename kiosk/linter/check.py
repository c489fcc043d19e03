"""The linter: every check over the whole content folder."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from kiosk.bands import Band
from kiosk.conduct.code import scan_codes
from kiosk.conduct.head import CodeHead
from kiosk.content.language import ENGLISH, language_of
from kiosk.content.page import parse_page
from kiosk.content.pictures import Picture, read_pictures
from kiosk.content.problem import ContentError
from kiosk.content.source import Source, check, content_hash, read_source, read_text
from kiosk.content.translation import NOT_TRANSLATED, TranslationState, translation_state
from kiosk.incidents.case.cards import FILE as CARDS
from kiosk.incidents.case.cards import scan_cards
from kiosk.incidents.replies.ready import FOLDER as ANSWERS
from kiosk.incidents.replies.ready import scan_answers
from kiosk.lessons.lesson import Lesson, scan_lesson_page, scan_lessons, scan_translation
from kiosk.lessons.scenes.cast import Cast, read_cast
from kiosk.lessons.scenes.rule_scenes import scan_rule_scenes
from kiosk.linter.at_home import check_at_home, check_home_translation
from kiosk.linter.claims import check_claims
from kiosk.linter.codes import check_code, check_rule_scenes
from kiosk.linter.facts import check_date, check_fact_words, check_sources, check_uses, gaps
from kiosk.linter.finding import FILE, Finding, error, of_problem, warning, without_accepted
from kiosk.linter.help import check_situation, help_passages
from kiosk.linter.lessons import check_glossary, check_lesson
from kiosk.linter.numbers import Names, check_characters, check_names, check_numbers, read_names
from kiosk.linter.passages import (
    Passage,
    card_passages,
    code_passages,
    glossary_passages,
    helpline_passages,
    lesson_passages,
    misconception_passages,
    prose_passages,
    quiz_passages,
    report_passages,
    translation_passages,
)
from kiosk.linter.pictures import check_alt, check_drawings
from kiosk.linter.plan import check_plan
from kiosk.linter.quizzes import check_quiz
from kiosk.linter.reading import check_grade, check_sentences, word_count
from kiosk.linter.report import check_ready, check_report, check_translation, required_wording_files
from kiosk.linter.roles import check_roles
from kiosk.linter.sameness.answers import check_answers
from kiosk.linter.sameness.branches import check_branches
from kiosk.linter.sameness.guessing import check_guessing, questions_asked
from kiosk.linter.sameness.habits import check_beginnings, check_comfort, check_questions_back
from kiosk.linter.sameness.pictures import check_pictures
from kiosk.linter.sameness.signatures import check_signatures
from kiosk.linter.sameness.works import read_works
from kiosk.linter.teaching import check_teaching
from kiosk.linter.words import check_leftover, check_words
from kiosk.nations import Nation
from kiosk.quizzes.misconception import Misconception, read_misconceptions
from kiosk.quizzes.quiz import Quiz, scan_quizzes
from kiosk.report.form.wording import scan_wordings
from kiosk.told.family_notice import scan_family_notices
from kiosk.told.notice import scan_notices
from kiosk.told.situations import FOLDER as HELP
from kiosk.told.situations import IDS, scan_situations
from kiosk.wording.facts import Fact, Facts, Filling, Helpline, read_facts

PRIVACY_WORDS = 120  # Children's Code, standard 4: short enough to be read (ks1, ks2)


def check_content(content_dir: Path, today: date) -> list[Finding]:
    """Every finding about a content folder that nobody has accepted, by file and line.

    Without errors it may be released.
    """
    try:
        desk = _ContentCheck(
            content_dir,
            today,
            read_facts(content_dir, Nation.ENGLAND),  # of all nations it has the most facts
            read_names(content_dir),
            read_pictures(content_dir),
            read_misconceptions(content_dir),
            read_cast(content_dir),
        )
        return sorted(without_accepted(set(desk.findings()), content_dir, content_dir / FILE))
    except ContentError as problem:  # nothing can be checked without facts, helplines, names and pictures
        return sorted(map(of_problem, problem.problems))


@dataclass(frozen=True)
class _ContentCheck:
    content_dir: Path
    today: date
    facts: Facts
    names: Names
    pictures: Mapping[str, Picture]
    misconceptions: Mapping[str, Misconception]
    cast: Cast

    def findings(self) -> Iterator[Finding]:
        yield from self._lessons_and_quizzes()
        yield from self._check_sameness()
        yield from self._check_codes()
        yield from self._check_wordings()
        yield from map(of_problem, scan_notices(self.content_dir, self.facts)[1])
        yield from map(of_problem, scan_family_notices([self.content_dir], self.facts)[1])
        yield from self._help_for_families()
        yield from self._cards_and_answers()
        yield from self._check_sources()
        yield from self._glossary_and_privacy()

    def _lessons_and_quizzes(self) -> Iterator[Finding]:
        lessons, problems = scan_lessons(self.content_dir, self.facts, self.pictures, self.cast)
        quizzes, more = scan_quizzes(
            self.content_dir, lessons, self.facts, self.pictures, self.misconceptions, self.cast
        )
        yield from map(of_problem, [*problems, *more])
        for folder in sorted(path for path in (self.content_dir / "lessons").glob("*") if path.is_dir()):
            yield from self._check_lesson(folder, lessons, quizzes)
        for path in sorted((self.content_dir / "quizzes").glob("*.yml")):
            yield from self._check_quiz(path, lessons, quizzes)
        yield from check_glossary(self.content_dir, lessons.values(), self.pictures)
        yield from check_plan(self.content_dir, lessons)

    def _check_lesson(
        self, folder: Path, lessons: dict[str, Lesson], quizzes: dict[str, Quiz]
    ) -> Iterator[Finding]:
        scan = scan_lesson_page(folder / f"lesson.{ENGLISH}.md")
        passages = list(lesson_passages(scan))
        yield from self._check_each(passages)
        lesson = lessons.get(folder.name)
        if lesson is None:
            return
        for path in sorted(set(folder.glob("lesson.*.md")) - {scan.path}):
            own, made = scan_translation(path)
            yield from self._check_translation(list(translation_passages(own, lesson.band)), passages)
            yield from _check_shown(own.source, made, scan.path, self.facts, quizzes.get(lesson.quiz))
            yield from check_home_translation(own, scan)
        yield from check_lesson(lesson, scan, passages, self.facts)
        yield from check_teaching(lesson, quizzes.get(lesson.quiz), scan)
        yield from check_at_home(lesson, scan)
        line = scan.source.line("review_by")
        yield from check_date(scan.path, line, "the lesson", lesson.review_by, self.today)
        used = {screen.image for screen in lesson.screens}
        if quiz_file := quizzes.get(lesson.quiz):
            used |= {row.image for question in quiz_file.all_questions for row in question.rows()}
        yield from check_drawings(folder / "img", used)
        if lesson.recall and lesson.recall.about and lesson.recall.about not in lessons:
            yield warning(scan.path, 1, "L1", f'recall: there is no lesson "{lesson.recall.about}" yet')

    def _check_quiz(
        self, path: Path, lessons: dict[str, Lesson], quizzes: dict[str, Quiz]
    ) -> Iterator[Finding]:
        name = path.stem.partition("-")[0]
        source = _readable_source(path)
        if source is None or name not in list(Band):
            return
        passages = list(quiz_passages(source, Band(name)))
        if "." in path.stem:
            english = path.with_name(f"{_name_of(path)}.yml")
            if original := _readable_source(english):
                yield from self._check_translation(passages, quiz_passages(original, Band(name)))
                yield from _check_shown(source, translation_state(source, english)[0], english, self.facts)
            else:
                yield error(path, 1, "L17", f"there is no {english.name}, or it has mistakes of its own")
            return
        yield from self._check_each(passages)
        quiz = quizzes.get(path.stem)
        if quiz and quiz.lesson in lessons:
            yield from check_quiz(quiz, source, passages, lessons[quiz.lesson], self.facts)

    def _check_translation(self, passages: list[Passage], english: Iterable[Passage]) -> Iterator[Finding]:
        yield from self._check_each(passages)
        texts = {passage.text.strip(): passage.text for passage in english}
        yield from check_translation([replace(one, key=one.text.strip()) for one in passages], texts)

    def _check_sameness(self) -> Iterator[Finding]:
        works = read_works(self.content_dir)
        yield from check_signatures(works, self.content_dir)
        yield from check_roles(works, self.names)
        for rule in (
            check_beginnings,
            check_comfort,
            check_questions_back,
            check_branches,
            check_answers,
            check_pictures,
        ):
            yield from rule(works)
        yield from check_guessing(questions_asked(works, self.content_dir))
        passages = [passage for work in works for passage in (*work.lesson, *work.quiz)]
        yield from check_claims(self.content_dir, [*passages, *self._codes_and_notices()])

    def _codes_and_notices(self) -> Iterator[Passage]:
        for path in sorted((self.content_dir / "conduct").glob(f"*/code.{ENGLISH}.md")):
            yield from code_passages(parse_page(path, CodeHead, Filling(self.facts)))
        for path in sorted((self.content_dir / "told").glob(f"*.{ENGLISH}.yml")):
            if source := _readable_source(path):
                yield from report_passages(source)

    def _check_codes(self) -> Iterator[Finding]:
        codes, problems = scan_codes(self.content_dir, self.facts, self.pictures)
        scenes, more = scan_rule_scenes(self.content_dir, self.facts, self.cast)
        yield from map(of_problem, [*problems, *more])
        for folder in sorted(path for path in (self.content_dir / "conduct").glob("*") if path.is_dir()):
            english: dict[str, str] = {}
            for path in _english_first(folder.glob("code.*.md")):
                lang = language_of(path)
                scan = parse_page(path, CodeHead, Filling(self.facts, lang))
                passages = list(code_passages(scan))
                yield from self._check_each(passages)
                code = codes.all.get((folder.name, lang))
                if lang == ENGLISH:
                    english = {passage.key: passage.text for passage in passages}
                    if code:
                        yield from check_code(code, scan, passages, self.facts)
                        yield from check_rule_scenes(code, scan, scenes)
                    continue
                yield from check_translation(passages, english)
                if code and code.stale:
                    line = scan.source.line("source_hash")
                    message = "the English has changed since; English is shown until this is updated"
                    yield warning(path, line, "L17", message)

    def _check_wordings(self) -> Iterator[Finding]:
        _, problems = scan_wordings(self.content_dir, self.facts)
        yield from map(of_problem, problems)
        folder = self.content_dir / "report"
        for name in required_wording_files():
            if not (folder / f"{name}.{ENGLISH}.yml").is_file():
                yield error(folder, 1, "L1", f"there is no {name}.{ENGLISH}.yml")
        wanted = (path for path in folder.glob("*.yml") if _name_of(path) in required_wording_files())
        yield from self._check_lines(wanted, check_report)

    def _help_for_families(self) -> Iterator[Finding]:
        found, problems = scan_situations(self.content_dir, self.facts, self.pictures, Nation.ENGLAND)
        yield from map(of_problem, problems)
        for id in IDS:
            english: list[Passage] = []
            for path in _english_first((self.content_dir / HELP).glob(f"{id}.*.md")):
                scan = parse_page(path, dict[str, Any])
                passages = list(help_passages(scan))
                yield from self._check_each(passages)
                if (situation := found.get((id, language_of(path)))) and language_of(path) == ENGLISH:
                    yield from check_situation(scan, situation, self.facts, self.today)
                    english = passages
                elif english:
                    yield from self._check_translation(passages, english)

    def _cards_and_answers(self) -> Iterator[Finding]:
        yield from map(of_problem, scan_cards(self.content_dir, self.facts)[1])
        if cards := _readable_source(self.content_dir / CARDS):
            yield from self._check_each(card_passages(cards))
        yield from map(of_problem, scan_answers(self.content_dir, self.facts)[1])
        yield from self._check_lines((self.content_dir / ANSWERS).glob("*.yml"), check_ready)

    def _check_lines(
        self, paths: Iterable[Path], check: Callable[[Source, list[Passage], Facts], Iterator[Finding]]
    ) -> Iterator[Finding]:
        english: dict[str, dict[str, str]] = {}
        for path in _english_first(paths):
            if source := _readable_source(path):
                passages = list(report_passages(source))
                yield from self._check_each(passages)
                yield from check(source, passages, self.facts)
                if language_of(path) == ENGLISH:
                    english[_name_of(path)] = {passage.key: passage.text for passage in passages}
                else:
                    yield from check_translation(passages, english.get(_name_of(path), {}))

    def _check_sources(self) -> Iterator[Finding]:
        source, facts = self._facts_listed
        yield from check_sources(source, facts, self.today)
        yield from check_fact_words(source, facts)
        source, lines = self._lines_listed
        helplines = source.path
        yield from check_sources(source, lines, self.today)
        passages = list(helpline_passages(source))
        yield from self._check_each(passages)
        for band in Band:
            read = [passage for passage in passages if passage.band == band and passage.english]
            yield from check_sentences(read, band.limits.longest_sentence, self.facts)
            yield from check_grade(helplines, read, band.limits.report_fk_ceiling, None, self.facts)
        if beliefs := _readable_source(self.content_dir / "misconceptions.yml"):
            yield from self._check_each(misconception_passages(beliefs))

    @cached_property
    def _facts_listed(self) -> tuple[Source, list[Fact]]:
        source = read_source(self.content_dir / "facts.yml")
        return source, check(source, list[Fact])

    @cached_property
    def _lines_listed(self) -> tuple[Source, list[Helpline]]:
        source = read_source(self.content_dir / "helplines.yml")
        return source, check(source, list[Helpline])

    @cached_property
    def _missing(self) -> tuple[frozenset[str], frozenset[str]]:
        """Facts and helplines that some nation lacks."""
        return gaps(self._facts_listed[1]), gaps(self._lines_listed[1])

    def _glossary_and_privacy(self) -> Iterator[Finding]:
        if glossary := _readable_source(self.content_dir / f"glossary.{ENGLISH}.yml"):
            passages = list(glossary_passages(glossary))
            yield from self._check_each(passages)
            for passage in passages:
                if passage.band:
                    yield from check_sentences([passage], passage.band.limits.longest_sentence, self.facts)
        for path in sorted((self.content_dir / "policy").glob("*.md")):
            for passage in prose_passages(parse_page(path, dict[str, Any])):
                yield from check_uses(passage, *self._missing)
        for path in sorted((self.content_dir / "privacy").glob(f"*.{ENGLISH}.md")):
            passages = list(prose_passages(parse_page(path, dict[str, Any])))
            yield from self._check_each(passages)
            for passage in passages:
                yield from self._check_privacy_page(passage)

    def _check_privacy_page(self, passage: Passage) -> Iterator[Finding]:
        band = passage.band
        if band is None:
            return
        yield from check_sentences([passage], band.limits.longest_sentence, self.facts)
        yield from check_grade(passage.path, [passage], band.limits.fk_ceiling, None, self.facts)
        count = word_count(passage, self.facts)
        if band in {"ks1", "ks2"} and count > PRIVACY_WORDS:
            yield error(passage.path, passage.line, "L2", f"{count} words, {PRIVACY_WORDS} at most")

    def _check_each(self, passages: Iterable[Passage]) -> Iterator[Finding]:
        lines = [line.name for line in self.facts.helplines.all.values() if line.any_number or line.url]
        for passage in passages:
            yield from check_leftover(passage)
            yield from check_words(passage)
            yield from check_numbers(passage)
            yield from check_uses(passage, *self._missing)
            yield from check_names(passage, lines)
            yield from check_characters(passage, self.names)
            yield from check_alt(passage)


def _check_shown(
    source: Source, made: TranslationState | None, english: Path, facts: Facts, quiz: Quiz | None = None
) -> Iterator[Finding]:
    """Why English is shown in the place of a file that can be read; a lesson needs its quiz in the language too."""
    if made and not made.current:
        now = content_hash(english, NOT_TRANSLATED)
        message = f"the English has changed since: say the same again, then its source_hash is {now}"
        yield warning(source.path, source.line("source_hash"), "L17", message)
    elif made and (unsaid := facts.unsaid(read_text(source.path), made.lang)):
        message = f'English is shown until facts.yml says "{unsaid[0]}" in "{made.lang}"'
        yield warning(source.path, 1, "L17", message)
    elif made and quiz and made.lang not in quiz.translations:
        message = f"English is shown until quizzes/{quiz.id}.{made.lang}.yml is there and up to date"
        yield warning(source.path, 1, "L17", message)


def _readable_source(path: Path) -> Source | None:
    """The YAML of a file; None if its problems have been reported already."""
    try:
        return read_source(path)
    except ContentError:
        return None


def _name_of(path: Path) -> str:
    return path.name.partition(".")[0]


def _english_first(paths: Iterable[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: (language_of(path) != ENGLISH, path))
