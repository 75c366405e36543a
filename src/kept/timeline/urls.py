"""Addresses of files and notices."""

from django.urls import path

from kept.timeline.views import Bell, Download, ReadNotice, ReadNotices, Registers, Upload

urlpatterns = [
    path("files/", Upload.as_view(), name="files"),
    path("files/<str:ref>/", Download.as_view(), name="file"),
    path("registers/", Registers.as_view(), name="registers"),
    path("notices/", Bell.as_view(), name="notices"),
    path("notices/read/", ReadNotices.as_view(), name="read_notices"),
    path("notices/<int:key>/", ReadNotice.as_view(), name="notice"),
]
