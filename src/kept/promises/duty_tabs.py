"""The tabs over the pages of duties."""

from types import SimpleNamespace

from django.utils.translation import gettext_lazy as _

from kept.promises.slots import more_duty_tabs

TABS = (
    ("/duties/calendar/", _("Calendar"), "calendar-days"),
    ("/duties/", _("Register"), "list"),
    ("/duties/kinds/", _("By kind"), "list-checks"),
    ("/duties/people/", _("Appraisal"), "users"),
)


def duty_tabs(here: str) -> list[SimpleNamespace]:
    """Calendar, register, kinds and people with their figures, and what modules above add."""
    return [
        SimpleNamespace(url=url, label=label, icon=icon, is_active=url == here, count=None)
        for url, label, icon in (*TABS, *more_duty_tabs.ask(None))
    ]
