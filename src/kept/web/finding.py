"""The search page: everything the reader may see, ranked, with the words marked."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from kept.kit.pages import Page
from kept.people.reader import reader_of
from kept.search.queries import find_page

PAGE = 25


class Finding(Page):
    """One box over cases, customers, products, units, phones and serials; page by page all there is
    to find (SX.10).
    """

    template_name = "web/finding.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        typed, after = request.GET.get("q", ""), request.GET.get("after", "")
        found = find_page(reader_of(request), typed, after=after, limit=PAGE)
        following = urlencode({"q": typed, "after": found.next})
        return self.show(
            {
                "q": typed[:100],
                "hits": found.hits,
                "is_first": not after,
                "first_url": f"?{urlencode({'q': typed})}",
                "next_url": f"?{following}" if found.next else "",
            }
        )
