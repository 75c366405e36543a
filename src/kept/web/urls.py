"""Every address of Kept."""

from django.urls import include, path

from kept.kit.pages import verb_urls

urlpatterns = [
    path("accounts-signin/", include("allauth.urls")),
    *verb_urls(),
]
