"""Commands about powers: a link for somebody who is locked out, and whether the log is as kiosk wrote it."""

import sys

import click

from kiosk.accounts.staff.links import emergency_link
from kiosk.accounts.staff.people import find_staff
from kiosk.audit.log import count_lines
from kiosk.audit.verify import verify_log
from kiosk.audit.words import TAMPER_WORDS
from kiosk.cli.shared import EXIT_REFUSED, plainly, ready_databases
from kiosk.config import Config, load_config
from kiosk.duties.lines import book_is_intact
from kiosk.incidents.case_log.audit_link import CaseTamper, verify_cases
from kiosk.readers.proposals.minimum_readers import link_leaves_too_few
from kiosk.report.access.reader_chain import verified_chain
from kiosk.sealing.key_fingerprint import compare_site_key
from kiosk.sealing.site_key import read_site_key
from kiosk.start import closing_databases
from kiosk.storage.db import Databases, now_utc

CASE_TAMPER_WORDS = {
    CaseTamper.CHANGED: "a line of a case was changed or removed",
    CaseTamper.FORGED: "a line of a case was added, or changed, by somebody else than kiosk",
}


@click.group()
def staff() -> None:
    """Adults with an account."""


@staff.command("link")
@click.argument("email")
@click.option("--new-phone", is_flag=True, help="Forget the phone as well; the link then sets up a new one.")
@plainly
def staff_link(email: str, new_phone: bool) -> None:
    """Make a link for somebody who is locked out; everybody who holds a role is told by mail."""
    config = load_config()
    with ready_databases(config) as databases:
        blinds = _leaves_too_few(config, databases, email)
        invitation = emergency_link(databases, read_site_key(config.key_path), email, new_phone, now_utc())
    click.echo(
        f"Open this link once, within a week:\n\n  {config.public_url}/staff/welcome/{invitation.token}\n"
    )
    click.echo("Everybody who holds a role is told by mail, and it stands in the log.")
    if blinds:
        click.echo(
            "LOOK  Once the link is used, too few other readers can open what children send. Let them confirm the new "
            "key at once: /staff/keys"
        )


def _leaves_too_few(config: Config, databases: Databases, email: str) -> bool:
    now = now_utc()
    with databases.reports.session(write=False) as reports:
        chain = verified_chain(reports, config.readers_root)
    with databases.school.write() as school:
        person = find_staff(school, email)
        today = now.astimezone(config.zone).date()
        return person is not None and link_leaves_too_few(school, chain, person.id, now, today)


@click.group()
def log() -> None:
    """The log of powers: who changed people, roles, keys and settings."""


@log.command("verify")
@plainly
def log_verify() -> None:
    """Check that no line of the log was changed, removed or forged."""
    config = load_config()
    # Not `ready_databases`: whoever changed the log may have taken its triggers away, and a start is refused then.
    with closing_databases(config) as databases, databases.school.session(write=False) as session:
        compare_site_key(config, databases.school)
        key = read_site_key(config.key_path)
        findings, of_cases = verify_log(session, key), verify_cases(session, key)
        book_stands, count = book_is_intact(session, key), count_lines(session)
    for finding in findings:
        click.echo(f"LOOK  {TAMPER_WORDS[finding.kind] % {'seq': finding.seq}}")
    for tamper in of_cases:
        click.echo(f"LOOK  {CASE_TAMPER_WORDS[tamper]}")
    if not book_stands:
        click.echo("LOOK  a line of the book of duties was changed, removed or added by hand")
    whole = book_stands and not findings and not of_cases
    if whole:
        click.echo(f"ok    {count} lines about powers, and all of cases and duties, as kiosk wrote them")
    sys.exit(0 if whole else EXIT_REFUSED)
