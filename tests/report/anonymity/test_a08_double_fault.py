"""Promise A8: where even the error page breaks, nothing leaves the app but the plain page."""

from unittest.mock import patch

from werkzeug.test import Client


def test_an_error_page_that_breaks_is_answered_all_the_same(tablet: Client, readers: dict[str, str]) -> None:
    with patch("kiosk.report.form.views.show_problem", side_effect=RuntimeError("words of a child")):
        answer = tablet.get("/report/ks9/en")
    assert answer.status_code == 500
    assert "words of a child" not in answer.text
