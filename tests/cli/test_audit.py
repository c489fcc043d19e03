"""Commands about powers: proving the log."""

from pathlib import Path

from sqlalchemy import text

from kiosk.roles import Role
from kiosk.sealing.site_key import read_site_key
from kiosk.storage.db import Databases
from tests.cli.test_main import data_dir, kiosk, refused, school
from tests.factories import make_staff
from tests.faults.log_tampering import rest_triggers, write_log
from tests.incidents.school import sync

__all__ = ["data_dir", "school"]  # fixtures


def test_the_log_is_verified_line_by_line(school: Databases, data_dir: Path) -> None:
    with school.school.write() as session:
        write_log(session, read_site_key(data_dir / "site.key"))
    whole = kiosk("log", "verify")
    assert (whole.exit_code, whole.stdout[:3]) == (0, "ok ")
    with school.school.write() as session:
        rest_triggers(session)
        session.execute(text("DELETE FROM log_entry WHERE seq = 3"))
    holed = kiosk("log", "verify")
    assert (holed.exit_code, holed.stdout) == (1, "LOOK  line 3 is missing\n")


def test_a_link_that_leaves_too_few_who_can_read_is_made_at_the_computer_with_a_warning(
    school: Databases,
) -> None:
    with school.school.write() as session:
        for role in (Role.DSL, Role.CHAIR):
            make_staff(session, role, email=f"{role.value}@school.example")
    sync(school)
    warned = kiosk("staff", "link", "dsl@school.example")
    assert warned.exit_code == 0
    assert "/staff/welcome/" in warned.stdout
    assert "LOOK  Once the link is used, too few other readers can open what children send." in warned.stdout
    assert "LOOK" not in kiosk("staff", "link", "novak@school.example").stdout


def test_a_link_is_made_at_the_computer_for_whoever_works_here(school: Databases) -> None:
    made = kiosk("staff", "link", "Novak@school.example")
    assert made.exit_code == 0
    assert "http://127.0.0.1:8000/staff/welcome/" in made.stdout
    assert "Everybody who holds a role is told by mail" in made.stdout
    assert refused(kiosk("staff", "link", "x@school.example")) == (
        "Nobody who works here has the address x@school.example."
    )
    assert kiosk("log", "verify").stdout.startswith("ok    2 lines"), "the invitation and the link"
