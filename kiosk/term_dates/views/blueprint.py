"""The blueprint that the pages of the school's calendar share."""

from flask import Blueprint

bp = Blueprint("term_dates", __name__, url_prefix="/staff")
