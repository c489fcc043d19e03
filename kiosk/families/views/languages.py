"""The languages of a page of families, each in its own name."""

import re
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.families.views.blueprint import bp
from kiosk.web.i18n import language_links

A_PAGE = re.compile(r"/home/(?:[\w-]+/?)*")


@bp.get("/languages")
@open_to_all
def languages() -> ResponseReturnValue:
    """Every language; `page` names the page to go on with."""
    page = request.args.get("page", "")
    return render_template("families/languages.html", to=page if A_PAGE.fullmatch(page) else "/home/")


@bp.app_template_global("other_languages")
def other_languages() -> list[Any]:
    """The languages that a page is not in, in the order of the school's settings."""
    return [one for one in language_links() if not one.current]
