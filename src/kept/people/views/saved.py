"""The reader's saved views: where they lead, with whom they are shared."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from kept.people.models import SavedView
from kept.people.views.frame import RightPage


class OwnViews(RightPage):
    """One's own views, to share or delete, and those others share with one."""

    template_name = "people/views.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        reader: Any = request.user
        rows = SavedView.objects.visible_to(reader).select_related("user", "unit")
        views = list(rows.order_by("address", "title", "pk"))
        return self.show(
            {
                "own": [view for view in views if view.user_id == reader.pk],
                "shared": [view for view in views if view.user_id != reader.pk],
            }
        )
