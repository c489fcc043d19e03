"""The blueprint of the pages about what everyone is told."""

from flask import Blueprint

bp = Blueprint("told", __name__, url_prefix="/staff")
