"""`python -m tests.storage.make_release 0.2.0`: write down a school with data of the release that is being made.

Run it when every migration of the release has landed; what it wrote is never made again. Tests load and update it for
as long as kiosk updates from that release (tests/storage/test_releases.py).
"""

import sys
import tempfile
from pathlib import Path

import kiosk.cli.main  # noqa: F401 - every table is known
from kiosk.backup.rows import frozen, write_rows
from kiosk.config import Config
from kiosk.sealing.key_fingerprint import check_site_key
from kiosk.start import closing_databases
from kiosk.storage.schema import METADATA, each_database, upgrade
from tests.storage.filling import fill

RELEASES = Path(__file__).parent / "releases"
KEY = bytes(range(32))  # the site key of every school here


def write_release(folder: Path) -> None:
    """Three files: the rows of each database, two in every table; FileExistsError where the release was made."""
    with tempfile.TemporaryDirectory() as place:
        config = Config(data_dir=Path(place))
        config.key_path.write_text(KEY.hex(), encoding="ascii")
        config.key_path.chmod(0o600)
        with closing_databases(config) as databases:
            upgrade(databases)
            for tree, database in each_database(databases):
                with database.rows(write=True) as connection:
                    fill(connection, METADATA[tree])
                    if tree == "school":
                        connection.exec_driver_sql("DELETE FROM site_key_mark")
            check_site_key(config, databases.school)
            folder.mkdir()
            for tree, database in each_database(databases):
                with frozen(database) as connection:
                    (folder / f"{tree}.rows").write_bytes(b"".join(write_rows(connection, tree)))


if __name__ == "__main__":
    write_release(RELEASES / sys.argv[1])
