"""Every address of Kept: the few of the house itself, then what each module brings."""

from django.urls import include, path, re_path

from kept.kit.api import at_the_door, unknown_address
from kept.kit.pages import verb_urls
from kept.web.api import api
from kept.web.finding import Finding
from kept.web.home import Desk, Language
from kept.web.screens import module_urls

handler400 = "kept.web.failing.bad_request"
handler500 = "kept.web.failing.server_error"
elsewhere = at_the_door(unknown_address)

urlpatterns = [
    path("", Desk.as_view(), name="desk"),
    path("language/", Language.as_view(), name="language"),
    path("search/", Finding.as_view(), name="search"),
    path("signin/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("api", elsewhere),
    path("api/", include([re_path("^.*$", elsewhere)])),
    *verb_urls(),
    *module_urls(),
]
