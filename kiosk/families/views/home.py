"""The start for families: which year, and the question of its lesson."""

from flask import render_template
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.families.views.blueprint import bp


@bp.get("/")
@open_to_all
def home() -> ResponseReturnValue:
    """Which year is your child in?"""
    return render_template("families/which_year.html")
