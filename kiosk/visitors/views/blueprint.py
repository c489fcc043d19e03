"""The blueprint of visitors: the tablet at /visitors, the office at /staff/visitors."""

from flask import Blueprint

bp = Blueprint("visitors", __name__)
