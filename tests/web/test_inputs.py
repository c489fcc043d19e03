"""What a request holds: fields without NUL, asked for as Werkzeug's own are."""

from werkzeug.datastructures import MultiDict

from kiosk.web.inputs import CleanFields

SENT = [("age", "7"), ("age", "8"), ("name", "A\0da"), ("none", "")]
CLEAN = [("age", "7"), ("age", "8"), ("name", "Ada"), ("none", "")]


def test_a_field_is_asked_for_as_in_any_other_form() -> None:
    fields, others = CleanFields(MultiDict(SENT)), MultiDict(CLEAN)
    for name in ("age", "name", "none", "gone"):
        assert fields.get(name) == others.get(name), name
        assert fields.get(name, "x") == others.get(name, "x"), name
        assert fields.get(name, 3, type=int) == others.get(name, 3, type=int), name
