"""What every command has in common: errors as plain lines, and the databases of a school that is up to date."""

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from kiosk.config import Config, SettingError
from kiosk.content.problem import ContentError
from kiosk.start import check_ready, closing_databases
from kiosk.storage.db import Databases
from kiosk.storage.outages import DatabaseNotSafe
from kiosk.storage.schema import SchemaNotCurrent
from kiosk.upkeep.running import running
from kiosk.wording.messages import Refused

EXIT_REFUSED = 1
READABLE = "; as the user of kiosk, commands read files only where that user may: copy it to /var/tmp"
Params = ParamSpec("Params")
Answer = TypeVar("Answer")


class ReadableFile(click.Path):
    """A file that is there and that this user may read; says which of the two is not so."""

    def __init__(self) -> None:
        """A path of a file."""
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """The path, once it has been opened."""
        path = Path(str(super().convert(value, parameter, context)))
        try:
            path.open("rb").close()
        except OSError as error:
            more = READABLE if isinstance(error, PermissionError) else ""
            self.fail(f"{path} cannot be read ({error.strerror}){more}", parameter, context)
        return path


def plainly(command: Callable[Params, Answer]) -> Callable[Params, Answer]:
    """Print what is wrong in plain lines, without a traceback."""

    @functools.wraps(command)
    def run(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        try:
            return command(*args, **kwargs)
        except (SettingError, SchemaNotCurrent, DatabaseNotSafe, ContentError, Refused) as error:
            said = str(error)
        except BrokenPipeError:  # whoever reads the lines has read enough; click ends without a word
            raise
        except OSError as error:
            said = f"{error.strerror} ({error.filename})" if error.filename else str(error)
        except DBAPIError as error:  # the error's own text would show the SQL statement and its values
            said = f"a database is not reachable: {' '.join(str(error.orig).split())}"
        click.echo(f"kiosk: {said}", err=True)
        sys.exit(EXIT_REFUSED)

    return run


as_root_option = click.option(
    "--as-root",
    is_flag=True,
    envvar="KIOSK_AS_ROOT",
    help="Even as root, such as in a container without other users.",
)


def refuse_root(as_root: bool) -> None:
    """Raise SettingError if root would serve: whoever broke into kiosk would have the whole machine."""
    if not (os.geteuid() or as_root):
        raise SettingError(
            "as root kiosk does not serve: whoever broke in would have the whole machine. Run it as a user of its own "
            "(`sudo -u kiosk`), or say --as-root"
        )


def print_finding(is_good: bool, text: str) -> None:
    """One line for something that was looked at or done: in order, or to look at."""
    click.echo(f"{'ok   ' if is_good else 'LOOK '} {text}")


@contextmanager
def ready_databases(config: Config) -> Iterator[Databases]:
    """The databases, open for one command; raises what `check_ready` raises if they are not ready."""
    with running(config), closing_databases(config) as databases:
        check_ready(config, databases)
        yield databases
