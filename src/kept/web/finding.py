"""The search page: everything the reader may see, ranked, with the words marked."""

from django.http import HttpRequest, HttpResponse

from kept.kit.pages import Page
from kept.people.reader import reader_of
from kept.search.queries import find

MOST = 50


class Finding(Page):
    """One box over cases, customers, units, phones and serials (SX.10)."""

    template_name = "web/finding.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = request.GET.get("q", "")
        hits = find(reader_of(request), typed, limit=MOST + 1) if typed.strip() else []
        return self.show({"q": typed[:100], "hits": hits[:MOST], "has_more": len(hits) > MOST})
