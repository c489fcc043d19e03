"""The files that docs/trust.md shows, as a machine of its table has them."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/trust.md"
POOLER = ROOT / "docs/deploy/postgresql.md"
BLOCK = re.compile(r"`(/etc/[\w./-]+)`[^\n]*?:\n\n```\w*\n(.*?)```", re.DOTALL)
MACHINE = re.compile(r"\b([a-c]) (\d+\.\d+\.\d+\.\d+)(?= \|)")
PASSWORD = re.compile(r"PASSWORD-[A-Z]+")
POOLER_INI = "/etc/pgbouncer/pgbouncer.ini"
OF_A_SCHOOL = re.compile(r"```sql\n(.*?)```", re.DOTALL)
SITES = "/etc/kiosk/sites/"


@dataclass(frozen=True)
class Document:
    """The files and statements of the page; in them stand passwords that this run has drawn."""

    files: Mapping[str, str]
    addresses: Mapping[str, str]  # by the names of machines
    statements: str  # that make the databases of the first school
    passwords: Mapping[str, str]

    def files_of(self, machine: str) -> dict[str, str]:
        """Every file of a machine: with its own name and address, on b with its own keeper first."""
        own = {"NAME": machine, "ADDRESS": self.addresses[machine]}
        said = {
            path: re.sub(r"\b(NAME|ADDRESS)\b", lambda found: own[found[0]], text)
            for path, text in self.files.items()
        }
        if machine == "b":
            turned = r'keepers = "\2,\1"'
            said = {
                path: re.sub(r'keepers = "([\w.:]+),([\w.:]+)"', turned, text) for path, text in said.items()
            }
        return said

    def statements_of(self, school: str) -> list[str]:
        """The statements that make the databases of a school."""
        text = self.statements.replace("hollybank", school).replace(
            self.passwords["PASSWORD-HOLLYBANK"], self.passwords[f"PASSWORD-{school.upper()}"]
        )
        return [line for line in text.splitlines() if line]

    @property
    def hosts(self) -> list[str]:
        """The schools, by their hosts."""
        return [Path(path).stem for path in self.files if path.startswith(SITES)]


@cache
def read_document() -> Document:
    """What the page says now."""
    page = PAGE.read_text(encoding="utf-8")
    passwords = {name: secrets.token_hex(16) for name in sorted(set(PASSWORD.findall(page)))}
    page = PASSWORD.sub(lambda found: passwords.get(found[0], found[0]), page)
    files = dict(BLOCK.findall(page))
    files[POOLER_INI] = _pooler(files[POOLER_INI].strip())
    (statements,) = OF_A_SCHOOL.findall(page)
    return Document(files, dict(MACHINE.findall(page)), statements, passwords)


def _pooler(to_leader: str) -> str:
    """The pooler's file of the other page, with those of the schools in the place of its databases."""
    page = POOLER.read_text(encoding="utf-8")
    (said,) = re.findall(r"```ini\n(\[databases\].*?)```", page, re.DOTALL)
    return re.sub(r"(?<=^\[databases\]\n).*?(?=\n\n)", to_leader, said, flags=re.DOTALL)
