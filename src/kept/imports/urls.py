"""Addresses of imports."""

from django.urls import path

from kept.imports.actions import bring_in_table, go_on
from kept.imports.lists import ImportList
from kept.imports.views import (
    ErrorsFile,
    ImportColumns,
    ImportPage,
    ImportProgress,
    ImportStep,
    Template,
    UploadTable,
)

urlpatterns = [
    path("imports/", ImportList.as_view(), name="imports"),
    path("imports/upload/", UploadTable.as_view(), name="import_upload"),
    path("imports/templates/<str:name>", Template.as_view(), name="import_template"),
    path("imports/<str:ref>/", ImportPage.as_view(), name="import"),
    path("imports/<str:ref>/columns/", ImportColumns.as_view(), name="import_columns"),
    path("imports/<str:ref>/progress/", ImportProgress.as_view(), name="import_progress"),
    path("imports/<str:ref>/errors/", ErrorsFile.as_view(), name="import_errors"),
    path(
        "imports/<str:ref>/bring_in/",
        ImportStep.as_view(action=bring_in_table),
        name="import_bring_in",
    ),
    path("imports/<str:ref>/go_on/", ImportStep.as_view(action=go_on), name="import_go_on"),
]
