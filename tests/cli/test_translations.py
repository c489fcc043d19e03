"""`kiosk translations status`: how much of each language is translated, and what is missing."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli.main import main


def test_the_status_of_translations_is_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    entry = '#: kiosk/web/errors.py\nmsgid "{}"\nmsgstr "{}"\n\n'
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    texts = ("Next", "Back", "Leave")
    (tmp_path / "messages.pot").write_text(head + "".join(entry.format(text, "") for text in texts))
    polish = tmp_path / "pl/LC_MESSAGES/messages.po"
    polish.parent.mkdir(parents=True)
    polish.write_text(head + entry.format("Next", "Dalej") + "#, fuzzy\n" + entry.format("Back", "Wstecz"))
    monkeypatch.setattr("kiosk.cli.main.translations_path", lambda: tmp_path)
    result = CliRunner().invoke(main, ["translations", "status"])
    assert result.exit_code == 0
    assert re.search(r"^pl: .*1 of 3", result.stdout, re.MULTILINE)
    assert "Leave" in result.stdout
