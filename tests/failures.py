"""A failed test is named when it fails, so that a long run which is cut off has said what was wrong."""

import pytest


def pytest_sessionstart(session: pytest.Session) -> None:
    """Listen where the results come together: a worker has no terminal."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal:
        session.config.pluginmanager.register(_Names(terminal))


class _Names:
    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    @pytest.hookimpl(trylast=True)  # after its letter
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Name what failed, with the first line of why."""
        if report.failed:
            lines = report.longreprtext.splitlines()
            why = next((line.removeprefix("E").strip() for line in lines if line.startswith("E ")), "")
            self._terminal.write_line("")
            self._terminal.write_line(f"FAILED {report.nodeid} ({report.when}): {why[:300]}")
