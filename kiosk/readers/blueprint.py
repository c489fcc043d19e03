"""The blueprint that the pages of readers and roles share."""

from flask import Blueprint

bp = Blueprint("readers", __name__, url_prefix="/staff")
