"""Who has been told what: staff by name, and the classes by the lesson of this term."""

from flask import render_template
from flask.typing import ResponseReturnValue

from kiosk.accounts.classes.access import SEE_ALL_PROGRESS, every_class
from kiosk.accounts.sign_in.login import staff_required
from kiosk.site import current_site
from kiosk.told.in_class import telling_progress
from kiosk.told.present import present_versions, staff_lines
from kiosk.told.views.own import bp
from kiosk.web.request_sessions import school


@bp.get("/notices/everybody")
@staff_required(*SEE_ALL_PROGRESS)
def everybody() -> ResponseReturnValue:
    """For those who look after the school: who has not read what, and which classes have not done "how to tell"."""
    site = current_site()
    today, began = site.today(), site.term_began()
    present = present_versions(site.notices, site.codes)
    lines = staff_lines(school(), present, today)
    classes = telling_progress(school(), every_class(school()), site.lessons, began)
    return render_template(
        "told/everybody.html",
        lines=lines,
        present=present,
        behind=sum(bool(line.due) for line in lines),
        classes=[one for one in classes if one.children],
        began=began,
    )
