"""A bare Debian 13 becomes a school by one package: it boots, is updated whole or not at all, and loses no data."""

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from kiosk.backup.card import COPIES, SITE
from kiosk.storage.schema import alembic_config
from tests.package.machine import Machine, as_version, bare_debian, built_package, machine
from tests.package.test_signed import new_key, sign
from tests.serving import wait_until
from tests.storage.planted import MIGRATION, NEW_WORDS
from tests.tree import read

pytestmark = [pytest.mark.later, pytest.mark.timeout(3600)]

NAME, HOMES = "kiosk.school.example", "families.school.example"
UNITS = ("kiosk", "kiosk-worker", "kiosk-backup.timer", "kiosk-doctor.timer", "kiosk-trim.timer")
ALL_UNITS = (
    "kiosk.service",
    "kiosk-worker.service",
    *UNITS[2:],
    "kiosk-backup.service",
    "kiosk-doctor.service",
    "kiosk-switch.service",
    "kiosk-trim.service",
)
POSTBOX = "127.0.0.1:2525"
HEALTH = "http://127.0.0.1:8000/healthz"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare Debian, asked for first: where there can be none nothing else is made."""
    return bare_debian(tmp_path_factory.mktemp("debian"))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory, base: Path) -> Path:
    """The package of this commit."""
    assert base
    return built_package(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, base: Path, package: Path) -> Iterator[Machine]:
    """A machine that became a school by the commands of docs/deploy/install.md, without a network."""
    folder = tmp_path_factory.mktemp("machine")
    with machine(base, folder / "school") as made:
        _download(made, package, folder)
        for step in _steps(package.name):
            if "kiosk init" in step:
                _edit_settings(made)
            made.do("sh", "-c", f"cd /root && {step}")
        assert made.until(HEALTH, 200) == "ok\n"
        yield made


def _steps(package: str) -> list[str]:
    """The commands of the page, with the names and answers of whoever follows it."""
    section = read("docs/deploy/install.md").partition("## On Debian 13")[2].partition("\n## ")[0]
    blocks = re.findall(r"^ *```\n(.*?)^ *```", section, re.MULTILINE | re.DOTALL)
    answers = {
        "sudo ": "",
        "apt install": "apt install --yes",
        "kiosk_VERSION_amd64.deb": package,
        "kiosk init": "kiosk init --name 'Mr Novak' --email novak@school.example",
        "YOUR-NAME-FOR-HOMES": HOMES,
        "YOUR-NAME": NAME,
    }
    steps = [line.strip() for block in blocks for line in block.splitlines()]
    for written, said in answers.items():
        assert any(written in step for step in steps), written
        steps = [step.replace(written, said) for step in steps]
    return steps


def _download(made: Machine, package: Path, folder: Path) -> None:
    """What lies on the machine before: the release, the maintainers' line, a certificate for its two names."""
    shutil.copy(package, made.root / "root")
    sign(made.root / "root", new_key(folder, "maintainers"), names=(package.name,))
    shutil.copy(folder / "maintainers.signers", made.root / "root/release-signers")
    made.put("/etc/hosts", f"127.0.0.1 localhost {NAME} {HOMES}\n")
    named = f"subjectAltName=DNS:{NAME},DNS:{HOMES}"
    wanted = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", f"/CN={NAME}")
    files = ("-keyout", "/etc/ssl/kiosk.key", "-out", "/etc/ssl/kiosk.pem")
    made.do("openssl", *wanted, "-addext", named, *files)
    made.do("cp", "/etc/ssl/kiosk.pem", "/usr/local/share/ca-certificates/kiosk.crt")
    made.do("update-ca-certificates")


def _edit_settings(made: Machine) -> None:
    """What whoever follows the page writes into them."""
    settings = made.root / "etc/kiosk/kiosk.toml"
    said = settings.read_text().replace("# backup_dir", "backup_dir")
    settings.write_text(f'{said}smtp_url = "smtp://{POSTBOX}"\nmail_from = "kiosk@school.example"\n')


def _current(made: Machine) -> str:
    return made.do("readlink", "/opt/kiosk/current").strip().rpartition("/")[2]


def _install(made: Machine, package: Path) -> tuple[int, str]:
    shutil.copy(package, made.root / "root/next.deb")
    ran = made.ask("dpkg", "--install", "/root/next.deb")
    return ran.returncode, ran.stdout + ran.stderr


def test_the_units_are_what_systemd_understands(school: Machine) -> None:
    ran = school.ask("systemd-analyze", "verify", *ALL_UNITS)
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


def test_after_a_restart_the_school_is_there_by_itself_and_its_logs_are_its_own(school: Machine) -> None:
    school.off()
    school.boot()
    school.until(HEALTH, 200)
    for unit in UNITS:
        assert school.do("systemctl", "is-active", unit).strip() == "active"
    logs = school.do("find", "/var/log/kiosk", "-printf", "%u %m %f\n").splitlines()
    assert sorted(logs) == ["kiosk 600 pages.log", "kiosk 600 worker.log", "kiosk 700 kiosk"]


def test_a_log_folder_that_went_is_no_dead_end(school: Machine) -> None:
    """Without it systemd ended each start with 209/STDOUT, for ever."""
    school.do("systemctl", "stop", "kiosk", "kiosk-worker")
    school.do("rm", "-r", "/var/log/kiosk")
    school.off()
    school.boot()
    school.until(HEALTH, 200)


def test_old_lines_of_a_log_go_and_new_ones_are_written(school: Machine) -> None:
    school.do("runuser", "-u", "kiosk", "--", "sh", "-c", "echo a line >> /var/log/kiosk/pages.log")
    school.do("logrotate", "--force", "/etc/logrotate.d/kiosk")
    assert school.do("cat", "/var/log/kiosk/pages.log.1").endswith("a line\n")
    assert school.do("cat", "/var/log/kiosk/pages.log") == ""


def test_through_nginx_the_school_has_its_pages_and_homes_have_theirs(school: Machine) -> None:
    assert school.page(f"https://{NAME}/")[0] == 200
    status, body = school.page(f"https://{NAME}/report/ks2/en")
    assert status == 503  # nobody can read yet, which kiosk says itself
    assert "0800 1111" in body
    assert "kiosk.css" in body
    assert school.page(f"https://{HOMES}:8443/home/")[0] == 200
    assert school.page(f"https://{HOMES}:8443/report/kin/en")[0] == 503
    assert school.page(f"https://{HOMES}:8443/report/ks2/en")[0] == 303
    assert school.page(f"https://{HOMES}:8443/staff/")[0] == 404


def test_the_proxy_writes_nothing_and_doctor_sees_that(school: Machine) -> None:
    said = school.ask("kiosk", "doctor", "--privacy")
    assert [line for line in said.stdout.splitlines() if not line.startswith("ok ")] == []
    assert "was asked for report pages" in said.stdout


def test_while_kiosk_is_away_there_are_people_and_helplines(school: Machine) -> None:
    school.do("systemctl", "stop", "kiosk")
    status, body = school.page(f"https://{NAME}/report/ks2/en", "--data", "words=something")
    school.do("systemctl", "start", "kiosk")
    assert status == 503
    assert "0800 1111" in body
    assert "it may not have reached us" in body
    school.until(HEALTH, 200)


def test_mail_leaves_by_the_schools_own_server(school: Machine) -> None:
    for library in ("aiosmtpd", "public", "attr", "attrs"):
        found = find_spec(library)
        assert found
        assert found.origin
        shutil.copytree(Path(found.origin).parent, school.root / "root/postbox" / library)
    taking = f"python3.13 -m aiosmtpd -n -l {POSTBOX} -c aiosmtpd.handlers.Mailbox /root/mail"
    school.do("systemd-run", "--setenv=PYTHONPATH=/root/postbox", *taking.split())
    queue = (
        "from kiosk.config import load_config; from kiosk.start import closing_databases\n"
        "from kiosk.mail.outbox import queue_mail\n"
        "from kiosk.mail.messages import MailKind\n"
        "with closing_databases(load_config()) as databases, databases.reports.write() as session:\n"
        "    queue_mail(session, MailKind.LATE, ['novak@school.example'])"
    )
    school.do("sh", "-c", f'echo "{queue}" > /tmp/queue.py')
    kiosk = ("runuser", "-u", "kiosk", "--", "env", "KIOSK_CONFIG=/etc/kiosk/kiosk.toml")
    school.do(*kiosk, "/opt/kiosk/current/bin/python3", "-P", "/tmp/queue.py")
    kept = school.root / "root/mail/new"
    wait_until(lambda: kept.is_dir() and any(kept.iterdir()), lambda: "no mail came")
    assert "novak@school.example" in next(kept.iterdir()).read_text()
    assert re.search("^ok .*takes mail", school.ask("kiosk", "doctor").stdout, re.MULTILINE)


def test_the_nightly_copy_is_proven_and_its_card_makes_another_machine_the_school(
    school: Machine, base: Path, package: Path, tmp_path: Path
) -> None:
    card = school.do("kiosk", "backup", "card")
    words = "\n".join(re.findall(rf"^ *(?:{COPIES}|{SITE}):(.*)", card, re.MULTILINE))
    school.put("/root/words", f"{words}\n")
    school.do("sh", "-c", "kiosk backup card --check < /root/words")
    school.do("systemctl", "start", "kiosk-backup.service")
    copy = school.do("sh", "-c", "ls /var/backups/kiosk/*").strip()
    assert "Proven on" in school.do("sh", "-c", f"kiosk drill {copy} < /root/words")
    with machine(base, tmp_path / "other") as other:
        assert _install(other, package)[0] == 0
        shutil.copy(school.root / copy.lstrip("/"), other.root / "var/tmp/the.kioskbackup")
        other.do("chown", "kiosk", "/var/tmp/the.kioskbackup")
        other.put("/root/words", f"{words}\n")
        said = other.do("sh", "-c", "kiosk restore /var/tmp/the.kioskbackup < /root/words")
        assert "Restored: Our school" in said
        other.do("systemctl", "start", "kiosk", "kiosk-worker")
        other.until(HEALTH, 200)
        other.do("kiosk", "log", "verify")


def test_a_command_of_root_leaves_no_file_that_is_not_of_kiosk(school: Machine) -> None:
    school.ask("kiosk", "doctor")
    assert school.do("find", "/var/lib/kiosk", "!", "-user", "kiosk") == ""
    assert school.do("kiosk", "--version").strip().endswith(_current(school))


def test_the_next_release_takes_over_and_the_one_before_stays(
    school: Machine, package: Path, tmp_path: Path
) -> None:
    before = _current(school)
    release = school.root / "root/release"
    release.mkdir()
    name = Path(shutil.copy(as_version(package, "0.3.0", tmp_path), release)).name
    sign(release, new_key(tmp_path, "stranger"), names=(name,))
    shutil.copy(
        new_key(tmp_path, "maintainers").with_suffix(".signers"), school.root / "etc/kiosk/release-signers"
    )
    assert school.ask("kiosk-update", f"/root/release/{name}").returncode == 1
    assert _current(school) == before
    sign(release, tmp_path / "maintainers", names=(name,))
    # Through a web proxy, as /etc/environment names one at many schools, this machine does not answer itself.
    school.do("env", "http_proxy=http://127.0.0.1:9", "kiosk-update", f"/root/release/{name}")
    assert _current(school) == "0.3.0"
    assert school.do("ls", "/opt/kiosk/releases").split() == sorted([before, "0.3.0"])
    school.until(HEALTH, 200)
    assert school.do("kiosk", "--version").strip().endswith("0.3.0")
    school.do("kiosk-update", "--back")
    assert _current(school) == before
    school.do("/usr/lib/kiosk/switch", "0.3.0")


def test_a_release_that_comes_before_there_is_a_school_is_taken(
    base: Path, package: Path, tmp_path: Path
) -> None:
    """Installed in July, updated in August, begun in September."""
    with machine(base, tmp_path / "bare") as made:
        assert _install(made, package)[0] == 0
        made.ask("kiosk", "doctor")  # opens the databases, and leaves empty ones
        assert _install(made, as_version(package, "0.2.5", tmp_path))[0] == 0
        assert _current(made) == "0.2.5"
        made.do("kiosk", "init", "--name", "Mr Novak", "--email", "novak@school.example")


@pytest.mark.parametrize(
    ("minor", "code"),
    [
        (4, ("kiosk/upkeep/update.py", "create_wsgi(config, databases)", "raise OSError('planted')")),
        (6, ("kiosk/cli/main.py", "import click", "import click, nothing_like_it")),
        (
            8,
            (
                "kiosk/server/serving.py",
                "def serve(",
                "def serve(*a, **k): raise OSError('planted')\ndef _s(",
            ),
        ),
    ],
    ids=["its data cannot be updated", "it does not run at all", "it runs and does not serve"],
)
def test_a_release_that_does_not_work_leaves_the_school_with_the_one_it_has(
    school: Machine, package: Path, tmp_path: Path, minor: int, code: tuple[str, str, str]
) -> None:
    before, previous = _current(school), school.ask("readlink", "/opt/kiosk/previous").stdout
    ended, said = _install(school, as_version(package, f"0.{minor}.0", tmp_path, code))
    assert ended != 0
    assert _current(school) == before, said
    assert school.ask("readlink", "/opt/kiosk/previous").stdout == previous  # back is never forward
    school.until(HEALTH, 200)
    assert school.do("systemctl", "is-active", "kiosk-worker").strip() == "active"
    # The next good release ends it.
    assert _install(school, as_version(package, f"0.{minor + 1}.0", tmp_path))[0] == 0
    assert _current(school) == f"0.{minor + 1}.0"


def test_a_power_cut_in_the_middle_of_an_update_leaves_a_school_that_serves(
    school: Machine, package: Path, tmp_path: Path
) -> None:
    before = _current(school)
    shutil.copy(as_version(package, "0.20.0", tmp_path), school.root / "root/next.deb")
    begun = school.root / "opt/kiosk/switching"
    with ThreadPoolExecutor(1) as pool:
        pool.submit(school.ask, "dpkg", "--install", "/root/next.deb")
        wait_until(begun.exists, lambda: "the update never began")
        school.cut()
    school.boot()
    school.until(HEALTH, 200)
    assert _current(school) == "0.20.0"
    assert not begun.exists()
    school.do("dpkg", "--configure", "-a")
    assert _current(school) == "0.20.0"
    assert before in school.do("ls", "/opt/kiosk/releases").split()


def test_neither_a_line_that_breaks_nor_ctrl_c_ends_an_update_half_way(
    school: Machine, package: Path, tmp_path: Path
) -> None:
    shutil.copy(as_version(package, "0.22.0", tmp_path), school.root / "root/next.deb")
    begun = school.root / "opt/kiosk/switching"
    works = "grep -lz 'lib/kiosk/[s]witch\\|[r]eleases/0.22.0' /proc/[0-9]*/cmdline | cut -d/ -f3"
    with ThreadPoolExecutor(1) as pool:
        pool.submit(school.ask, "dpkg", "--install", "/root/next.deb")
        wait_until(begun.exists, lambda: "the update never began")
        for sent in ("HUP", "INT", "TERM"):
            school.ask("sh", "-c", f"{works} | xargs kill -{sent}")
    school.until(HEALTH, 200)
    assert _current(school) == "0.22.0"
    assert school.do("systemctl", "is-active", "kiosk-worker").strip() == "active"
    assert not begun.exists()


@pytest.mark.parametrize(
    ("minor", "written", "stays"),
    [(30, "", False), (32, "UPDATE staff_member SET name = 'Written since'", True)],
    ids=["its data is put back", "its data was used since"],
)
def test_a_release_that_changes_data_and_does_not_serve_leaves_code_and_data_of_one_release(
    school: Machine, package: Path, tmp_path: Path, minor: int, written: str, stays: bool
) -> None:
    before, planted = _current(school), _migration()
    dies = f"import sqlite3\n with sqlite3.connect('/var/lib/kiosk/school.sqlite') as c: c.execute({written!r})\n"
    serves_not = (
        "kiosk/server/serving.py",
        "def serve(",
        f"def serve(*a, **k):\n {dies} raise OSError\ndef _s(",
    )
    ended, said = _install(school, as_version(package, f"0.{minor}.0", tmp_path, planted, serves_not))
    assert ended != 0
    assert _current(school) == (f"0.{minor}.0" if stays else before), said
    assert ("the data stays with" in said) == stays
    if stays:
        school.do("kiosk", "roster", "export")  # its own code reads it: nothing is torn
        assert _install(school, as_version(package, f"0.{minor + 1}.0", tmp_path, planted))[0] == 0
    school.until(HEALTH, 200)


def _migration() -> tuple[str, str, str]:
    """A file with which a release changes the school's data."""
    head = ScriptDirectory.from_config(alembic_config("school")).get_current_head()
    made = MIGRATION.format(head=head, words=NEW_WORDS["school"], more="pass")
    return "kiosk/migrations/school/versions/9000_planted.py", "", made


def test_purge_keeps_the_school_unless_it_is_asked_for(school: Machine, package: Path) -> None:
    school.do("dpkg", "--purge", "kiosk")
    assert school.page(HEALTH)[0] == 0
    assert school.ask("ls", "/opt/kiosk/releases").returncode != 0
    kept = school.do("ls", "/var/lib/kiosk", "/etc/kiosk")
    assert {"site.key", "school.sqlite", "intake.sqlite", "kiosk.toml"} <= set(kept.split())
    school.do("dpkg", "--install", f"/root/{package.name}")
    school.do("env", "PURGE_SCHOOL=yes", "dpkg", "--purge", "kiosk")
    assert school.ask("ls", "-d", "/var/lib/kiosk").returncode != 0
    assert school.ask("ls", "-d", "/etc/kiosk").returncode != 0
    assert school.ask("ls", "-d", "/var/backups/kiosk").returncode != 0
