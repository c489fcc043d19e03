"""Builds kiosk/static/built and the .mo files: a hatch build hook at every install, or by hand.

Nothing here imports Flask or the rest of kiosk, as the hook runs before anything else is installed.
"""

import argparse
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).resolve().parent
if "kiosk" not in sys.modules:
    # The steps can be imported without kiosk/__init__.py, which needs Flask.
    sys.modules["kiosk"] = ModuleType("kiosk")
    sys.modules["kiosk"].__path__ = [str(HERE)]

from kiosk.building import steps  # noqa: E402
from kiosk.building.drawing import DrawingError  # noqa: E402
from kiosk.building.folder import BuiltFolder  # noqa: E402
from kiosk.building.sources import MissingSourceError  # noqa: E402


def build(root: Path = HERE.parent) -> list[str]:
    """Bring every built file of a checkout up to date; returns the names of the steps that changed something.

    Raises MissingSourceError or DrawingError, each with one clear line.
    """
    tools = b"".join(path.read_bytes() for path in sorted((HERE / "building").glob("*.py")))
    built = BuiltFolder(root / "kiosk" / "static" / "built", tools)
    static = root / "kiosk" / "static"
    steps.fonts(built)
    steps.scripts(built, static / "js")
    steps.styles(built, static / "css")
    steps.pictures(built, root / "content" / "pictures.yml")
    steps.licences(built, root / "licences")
    written = steps.translations(root / "translations")
    built.finish()
    return built.ran + (["translations"] if written else [])


class StaticFilesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Run by hatchling for every wheel, editable ones too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build; a real wheel gets content and translations inside, an editable one uses the checkout's."""
        build(Path(self.root))
        if version != "standard":
            return
        for folder in ("content", "translations"):
            if (Path(self.root) / folder).is_dir():
                build_data["force_include"][folder] = f"kiosk/_{folder}"


def main() -> int:
    """Build by hand."""
    parser = argparse.ArgumentParser(
        description="Builds static files and translations where something changed."
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing where nothing was done")
    quiet = parser.parse_args().quiet
    began = time.monotonic()
    try:
        ran = build()
    except (MissingSourceError, DrawingError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    if ran or not quiet:
        done = ", ".join(ran) or "everything was up to date"
        print(f"Built static files in {time.monotonic() - began:.1f} s: {done}.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
