"""Starting: everything of a school is read and opened once, before the first request or chore."""

import os
import pwd
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.accounts.sign_in.code_rate_limit import CodeRateLimit
from kiosk.accounts.sign_in.hash_slots import HashSlots
from kiosk.approving.in_use import look_first
from kiosk.approving.items import family_words, read_items
from kiosk.calendar.watcher import read_term_dates
from kiosk.conduct.code import read_codes
from kiosk.config import Config, SettingError, translations_path
from kiosk.content.pictures import Picture, read_pictures
from kiosk.content.problem import raise_if_any
from kiosk.duties.kind import FOLDER as DUTIES
from kiosk.duties.kind import read_kinds
from kiosk.families.picture import read_tea_table
from kiosk.host.rate_limit import nodes_of
from kiosk.incidents.case.cards import read_cards
from kiosk.incidents.case_log.audit_link import bind_case_log
from kiosk.incidents.replies.ready import read_answers
from kiosk.lessons.glossary import read_glossary
from kiosk.lessons.lesson import read_lessons
from kiosk.lessons.scenes.cast import Cast, read_cast
from kiosk.lessons.scenes.rule_scenes import read_rule_scenes
from kiosk.lessons.year_plan import read_year_plans
from kiosk.public.articles import read_articles
from kiosk.quizzes.misconception import read_misconceptions
from kiosk.quizzes.quiz import read_quizzes
from kiosk.report.form.wording import read_wordings
from kiosk.report.intake.rewrite import check_tracking
from kiosk.report.intake.store import open_intake
from kiosk.sealing.key_fingerprint import check_site_key
from kiosk.sealing.site_key import read_site_key
from kiosk.site import Content, Site
from kiosk.staff.views.duty_figures import FIGURES
from kiosk.storage.db import Databases, open_database
from kiosk.storage.outages import DATABASE_ERRORS, DatabaseNotSafe
from kiosk.storage.schema import check_schemas_current
from kiosk.told.family_notice import FOLDER as NOTICES
from kiosk.told.family_notice import read_family_notices
from kiosk.told.family_notices import frozen_words
from kiosk.told.notice import read_notices
from kiosk.told.situations import read_situations
from kiosk.training.topic import FOLDER as TRAINING
from kiosk.training.topic import read_topics
from kiosk.upkeep.new_site_key import finish_new_key
from kiosk.web.pictures import load_pictures
from kiosk.web.templating import BUILT_DIR, read_assets
from kiosk.wording.facts import Facts, read_facts

OWN_FOLDERS = (NOTICES, DUTIES, TRAINING)  # of a school's data folder: what it wrote itself
NO_FOLDER = Path(os.devnull)
NOT_WRITABLE = "KIOSK_DATA_DIR: {} may not be written; is its disk read-only, or is it another user's?"


def check_user(config: Config) -> None:
    """Raise SettingError if root would write into another user's data folder: that user's kiosk could not use it."""
    if os.geteuid() or not config.data_dir.is_dir():
        return
    owner = config.data_dir.stat().st_uid
    if owner:
        name = f"'#{owner}'"
        with suppress(KeyError):
            name = pwd.getpwuid(owner).pw_name
        raise SettingError(
            f"KIOSK_DATA_DIR: {config.data_dir} belongs to {name}, and files that root writes there would be shut to "
            f"kiosk; run this as that user, with `sudo -u {name}`"
        )


def open_databases(config: Config) -> Databases:
    """The three stores named in the settings; raises DatabaseNotSafe, also where the data folder takes no file."""
    if config.data_dir.is_dir() and not os.access(config.data_dir, os.W_OK | os.X_OK):
        raise DatabaseNotSafe(NOT_WRITABLE.format(config.data_dir))
    return Databases(
        open_database(config.school_url),
        open_database(config.reports_url),
        open_database(config.sessions_store_url),
    )


@contextmanager
def closing_databases(config: Config) -> Iterator[Databases]:
    """The three stores for one command; their connections are closed at its end. Raises SettingError as check_user."""
    check_user(config)
    databases = open_databases(config)
    try:
        yield databases
    finally:
        databases.dispose()


def check_ready(config: Config, databases: Databases) -> None:
    """Raise unless schemas are up to date, PostgreSQL counts no looks at reports, and `site.key` is the right one."""
    check_schemas_current(databases)
    check_tracking(databases.reports)
    finish_new_key(config, databases)
    check_site_key(config, databases.school)


def read_content(config: Config) -> Content:
    """Everything that authors wrote, each file read once; raises ContentError with every problem, or SettingError."""
    folder = config.content_path
    facts, listed = read_facts(folder, config.nation), read_pictures(folder)
    misconceptions = read_misconceptions(folder)
    cast = read_cast(folder)
    lessons = read_lessons(folder, facts, listed, cast)
    return Content(
        assets=read_assets(),
        pictures=load_pictures(BUILT_DIR, listed),
        facts=facts,
        lessons=lessons,
        year_plans=read_year_plans(folder),
        glossary=read_glossary(folder, listed),
        quizzes=read_quizzes(folder, lessons, facts, listed, misconceptions, cast),
        misconceptions=misconceptions,
        codes=read_codes(folder, facts, listed),
        rule_scenes=read_rule_scenes(folder, facts, cast),
        tea_table=read_tea_table(folder, facts, cast),
        wordings=read_wordings(folder, facts),
        articles=read_articles(folder, facts),
        notices=read_notices(folder, facts),
        situations=read_situations(folder, facts, listed, config.nation),
        cards=read_cards(folder, facts, config.nation),
        answers=read_answers(folder, facts),
        **_with_own_files(config, facts, listed, cast),
    )


def read_shared_content(config: Config) -> Content:
    """The same without any school's own files, for all schools of one folder of content and one nation."""
    return read_content(config.model_copy(update={"data_dir": NO_FOLDER}))


def add_own_files(common: Content, config: Config) -> Content:
    """What is common with a school's own files in it; the very same object where it has none."""
    if not any((config.data_dir / folder).is_dir() for folder in OWN_FOLDERS):
        return common
    folder, facts = config.content_path, common.facts
    own = _with_own_files(config, facts, read_pictures(folder), read_cast(folder))
    return replace(common, **own)


def _with_own_files(
    config: Config, facts: Facts, listed: Mapping[str, Picture], cast: Cast
) -> dict[str, Any]:
    folder, own = config.content_path, config.data_dir
    return {
        "family_notices": read_family_notices(folder, own, facts),
        "duties": read_kinds(folder, own, FIGURES),
        "training": read_topics(folder, own, facts, listed, cast),
        "items": read_items(folder, own) | family_words(translations_path()),
    }


def check_frozen(content: Content, databases: Databases) -> None:
    """Raise ContentError where words that families were told are others now (promise F5)."""
    with suppress(*DATABASE_ERRORS), databases.school.session(write=False) as school:
        raise_if_any(frozen_words(school, content.family_notices))


def open_site(config: Config, databases: Databases, content: Content | None = None) -> Site:
    """The school of these settings over open databases, with content that was read before or is read now.

    Raises SettingError, ContentError or a missing key's error instead of starting.
    """
    key = read_site_key(config.key_path)
    bind_case_log(databases.school, key)
    content = content or read_content(config)
    check_frozen(content, databases)
    served, in_use = look_first(content, read_content, config, databases.school)
    return Site(
        **vars(served),
        in_use=in_use,
        config=config,
        databases=databases,
        intake_store=open_intake(config),
        key=key,
        term_dates=read_term_dates(config),
        hash_slots=HashSlots(config.data_dir),
        code_rate_limit=CodeRateLimit(nodes=nodes_of(config)),
    )
