"""Years and classes in words, as families read them too."""

from flask_babel import gettext as _


def year_words(year: str) -> str:
    """A school year as people say it: Reception, Year 5, Years 3 and 4."""
    names = {"N": _("Nursery"), "R": _("Reception")}
    if year in names:
        return str(names[year])
    if "/" in year:
        return str(_("Years %(years)s", years=_(" and ").join(year.split("/"))))
    return str(_("Year %(year)s", year=year))


def class_words(name: str, year: str) -> str:
    """A class and its year: 'Kestrels, Year 5'."""
    return f"{name}, {year_words(year)}"
