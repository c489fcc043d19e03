"""All schools at once: what is wrong with one hides no other; an update stops at the first that fails (promise D18)."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from werkzeug import Response

from kiosk.cli.main import main
from kiosk.config import Config, SettingError
from kiosk.many_schools import SharedContent
from kiosk.start import check_ready, closing_databases
from kiosk.storage.schema import MIGRATIONS_DIR, SchemaNotCurrent, check_schemas_current, is_behind
from kiosk.upkeep import fleet, update
from kiosk.upkeep.doctor.checks import Finding
from kiosk.upkeep.fleet import examine_schools, upgrade_schools
from kiosk.upkeep.running import running
from kiosk.wording.facts import Facts
from tests.fleet import make_fleet
from tests.serving import reserved_port
from tests.sets import repeats
from tests.storage.planted import dies_at, in_a_process, make_newer, version

A, B, C = "s000.example", "s001.example", "s002.example"
GOOD = [Finding(True, "clock: in order"), Finding(True, "files: in order")]


@pytest.fixture
def schools(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Config]:
    """Three schools, of which commands know by their folder alone."""
    made = make_fleet(tmp_path, migrated, 3)[0]
    monkeypatch.setenv("KIOSK_SITES_DIR", str(tmp_path / "sites"))
    return made


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The migrations of a newer version."""
    return make_newer(tmp_path / "newer")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Content is not read, and pages are not drawn: that is for the test of everything."""

    def start(config: Config, databases: Any, content: Any) -> Callable[..., list[bytes]]:
        check_ready(config, databases)
        return page

    def page(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b""]

    monkeypatch.setattr(SharedContent, "of", lambda shared, config: None)
    monkeypatch.setattr(fleet, "examine", lambda *_: iter(GOOD))
    for module in (update, fleet):
        monkeypatch.setattr(module, "create_wsgi", start)


def kiosk(*words: str) -> tuple[int, list[str]]:
    """How a command ended, and what it said."""
    said = CliRunner().invoke(main, ["fleet", *words])
    return said.exit_code, said.output.splitlines()


def updated(schools: dict[str, Config], folder: Path) -> list[str]:
    """The schools that have the newest schema of a version."""
    found = []
    for host, config in schools.items():
        with version(folder), closing_databases(config) as databases:
            if not is_behind("school", databases.school):
                found.append(host)
    return found


def test_doctor_says_one_line_of_a_school_in_order_and_every_red_one_of_the_others(
    schools: dict[str, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    def examine(config: Config, *_: object) -> Iterator[Finding]:
        yield from GOOD
        if B in config.public_url:
            yield Finding(False, "worker: it has stopped")
            raise ZeroDivisionError("Ms Secret")

    monkeypatch.setattr(fleet, "examine", examine)
    red = [f"LOOK  {B}: worker: it has stopped", f"LOOK  {B}: doctor: ZeroDivisionError"]
    green = [f"ok    {host}: 2 checks, all in order" for host in (A, C)]
    assert kiosk("doctor") == (1, [green[0], *red, green[1]])
    assert kiosk("doctor", "--quiet") == (1, red)
    monkeypatch.setattr(fleet, "examine", lambda *_: iter(GOOD))
    assert kiosk("doctor", "--quiet") == (0, [])


def test_a_key_that_two_schools_have_is_red_though_each_is_in_order(
    schools: dict[str, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "examine", lambda *_: iter(GOOD))
    schools[B].key_path.write_bytes(schools[A].key_path.read_bytes())
    code, (first, *others) = kiosk("doctor")
    assert (code, len(others)) == (1, 3)
    assert first == f"LOOK  site keys: {B}.toml: KIOSK_SECRET_KEY_FILE: its site key is that of {A} as well"


def test_a_database_that_is_away_keeps_no_other_school_from_its_checks(
    schools: dict[str, Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Facts, "overdue", lambda facts, today: [])
    with reserved_port() as port:  # nobody listens there
        away = f"postgresql://kiosk@127.0.0.1:{port}/kiosk"
        changed = schools | {B: schools[B].model_copy(update={"database_url": away})}
        found = {
            host: {one.text.split(":")[0]: one.good for one in all} for host, all in examine_schools(changed)
        }
    assert list(found) == [A, B, C]
    assert not found[B]["school database"]
    assert found[B]["content"] and found[B]["reports database"]
    for host in (A, C):
        assert all(found[host][name] for name in ("site key", "content", "school database", "schema"))


@pytest.mark.parametrize("command", ["doctor", "upgrade"])
def test_where_there_is_one_school_alone_its_own_commands_are_named(tmp_path: Path, command: str) -> None:
    assert kiosk(command)[0] == 1
    assert "`kiosk doctor`, `kiosk update`" in kiosk(command)[1][0]


@pytest.mark.usefixtures("quick")
def test_one_school_is_updated_first_then_the_others_and_again_nothing(
    schools: dict[str, Config], newer: Path
) -> None:
    with version(newer):
        code, said = kiosk("upgrade", "--now", "--first", B)
        assert code == 0, said
        hosts = [line.split()[1].rstrip(":") for line in said]
        assert list(dict.fromkeys(hosts)) == [B, A, C]
        assert f"ok    {B}: 4 pages open" in said
        assert updated(schools, newer) == [A, B, C]
        again = [f"ok    {host}: of this version already" for host in (A, C)]
        assert [line for line in kiosk("upgrade", "--now", "--first", B)[1] if B not in line] == again
        assert kiosk("upgrade", "--first", "nobody.example")[0] == 1


@pytest.mark.usefixtures("quick")
def test_it_stops_at_the_first_that_fails_says_which_are_done_and_goes_on_from_there(
    schools: dict[str, Config], newer: Path
) -> None:
    with version(newer):
        with running(schools[B]):  # a server that somebody forgot to stop
            code, said = kiosk("upgrade", "--now")
        assert code == 1
        assert f"kiosk: {B}: KIOSK_DATA_DIR: kiosk runs on" in "\n".join(said)
        assert said[-3:] == [
            f"done: {A}",
            f"not begun: {C}",
            "Once that is put right, run it again: it goes on from here.",
        ]
        assert updated(schools, newer) == [A]
        assert kiosk("upgrade", "--now")[0] == 0
        assert updated(schools, newer) == [A, B, C]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("what", ["page", "doctor", "migration"])
def test_what_is_wrong_with_the_first_reaches_no_other(
    schools: dict[str, Config], newer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    findings = iter([iter(GOOD), iter([*GOOD, Finding(False, "log of powers: a line is changed")])])
    said = {"page": "the page / answers 500", "doctor": "a line is changed", "migration": "ZeroDivisionError"}
    if what == "page":
        monkeypatch.setattr(fleet, "create_wsgi", lambda *_: Response(status=500))
    elif what == "doctor":
        monkeypatch.setattr(fleet, "examine", lambda *_: next(findings))
    else:
        newer = make_newer(tmp_path / "broken", False, reports="raise ZeroDivisionError")
    with version(newer), pytest.raises(SettingError, match=said[what]) as refused:
        list(upgrade_schools(schools, A, even_in_class=True))
    assert f"done: none\nnot begun: {B}, {C}" in str(refused.value)
    assert not {B, C} & {*updated(schools, newer)}


@pytest.mark.usefixtures("quick")
@pytest.mark.again
def test_killed_at_any_step_every_school_opens_by_the_version_before_or_by_this_one(
    tmp_path: Path, migrated: Path, newer: Path
) -> None:
    def work(schools: dict[str, Config]) -> None:
        list(upgrade_schools(schools, A, even_in_class=True))

    def anew(name: str) -> dict[str, Config]:
        (tmp_path / name).mkdir()
        return make_fleet(tmp_path / name, migrated, 2)[0]

    with version(newer):
        assert in_a_process(dies_at(0, partial(work, anew("count")), tmp_path / "moments")) == 0
    last, ends = int((tmp_path / "moments").read_text()), set[int]()
    trials = repeats(4, 40)
    for number in range(last // trials, last, last // trials):
        schools = anew(str(number))
        with version(newer):
            assert os.WIFSIGNALED(in_a_process(dies_at(number, partial(work, schools))))
        assert all(any(opens(one, folder) for folder in (MIGRATIONS_DIR, newer)) for one in schools.values())
        ends.add(len(updated(schools, newer)))
        with version(newer):
            work(schools)
        assert updated(schools, newer) == list(schools)
    assert len(ends) > 1


def opens(config: Config, folder: Path) -> bool:
    """Whether a version starts on a school."""
    try:
        with version(folder), running(config), closing_databases(config) as databases:
            check_schemas_current(databases)
    except SchemaNotCurrent:
        return False
    return True


@pytest.mark.later
def test_the_first_school_is_really_started_looked_at_and_opened(
    schools: dict[str, Config], newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Facts, "overdue", lambda facts, today: [])
    with version(newer):
        said = [one.text for one in upgrade_schools(schools, A, even_in_class=True)]
    for words in ("stopped", "updated", "after", "4 pages open", "doctor finds nothing"):
        assert any(line.startswith(f"{A}: {words}") for line in said), said
    assert updated(schools, newer) == list(schools)
