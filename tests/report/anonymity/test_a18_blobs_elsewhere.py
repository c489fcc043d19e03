"""Promise A18: a file pasted as text is refused in every field, in capitals too (kiosk/report/form/answers.py BLOB)."""

import pytest
from werkzeug.test import Client

from tests.report.telling import send_report


@pytest.mark.parametrize("blob", ["data:image/png;base64,iVBORw0KGgo=", "iVBORw0KGgo" * 30])
def test_a_file_pasted_as_an_address_is_refused(tablet: Client, readers: dict[str, str], blob: str) -> None:
    assert send_report(tablet, "ks4", concern="site", address=blob).status_code == 422


@pytest.mark.parametrize("blob", ["DATA:text/html,<b>x</b>", "Data:image/png;base64,iVBORw0KGgo="])
def test_capitals_do_not_hide_a_file(tablet: Client, readers: dict[str, str], blob: str) -> None:
    assert send_report(tablet, "ks4", concern="site", words=blob).status_code == 422
