"""The blueprint of the first page after signing in."""

from flask import Blueprint

bp = Blueprint("staff", __name__, url_prefix="/staff")
