"""The blueprint of this feature. Importing this module registers all of its views."""

from kiosk.told.views import everybody, officers, own, posters, to_families
from kiosk.told.views.own import bp as bp
from kiosk.told.views.own import class_context as class_context
