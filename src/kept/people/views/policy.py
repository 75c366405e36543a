"""What a company decided, as sentences: each module tells its own rules."""

from datetime import datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date

from kept.kit import clock
from kept.kit.pack_faults import Fault
from kept.kit.pages import find_or_none
from kept.kit.params import EARLIEST_YEAR, LATEST_YEAR
from kept.people.actions import load_policy
from kept.people.checking import faults_of_company
from kept.people.models import Unit
from kept.people.views.frame import RightPage, admin_tabs
from kept.people.wiring import PolicySection, policy_sentences


class PolicyPage(RightPage):
    """The rules in force in a unit at a moment, the most specific ones where several speak."""

    template_name = "people/policy.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        unit = find_or_none(Unit, request.GET.get("unit", ""), user) or user.unit
        moment = self._moment()
        units = Unit.objects.visible_to(user).active()
        return self.show(
            {
                "unit": unit,
                "units": units,
                "moment": moment,
                "sections": self._sections(unit, moment) if unit else [],
                "tabs": admin_tabs(user, "/policy/"),
                "load_url": self._load_url(unit),
                "own_url": self._load_url(unit).replace("load_policy", "load_own_policy"),
                "faults": self._faults(unit, moment),
            }
        )

    def _sections(self, unit: Unit, moment: datetime) -> list[dict[str, Any]]:
        """What each module tells, with the links the reader may follow."""
        reader: Any = self.request.user
        return [
            {
                "told": one,
                "links": [link for link in one.links if reader.holds(link.right)],
                "opens": not one.see or reader.holds(one.see),
            }
            for one in sections_for(unit, moment)
        ]

    def _faults(self, unit: Unit | None, moment: datetime) -> list[Fault] | None:
        """What is wrong with what the company has, asked for by somebody who may mend it."""
        if unit is None or "check" not in self.request.GET or not self._load_url(unit):
            return None
        company: Any = unit.company
        return faults_of_company(company, moment)

    def _moment(self) -> datetime:
        """The end of the day asked for, on the reader's calendar; now when none is."""
        try:
            day = parse_date(self.request.GET.get("on", ""))
        except ValueError:
            day = None
        if day is None or not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            return clock.now()
        return timezone.make_aware(datetime.combine(day, time.max))

    def _load_url(self, unit: Unit | None) -> str:
        user: Any = self.request.user
        if (
            unit is None
            or unit.company is None
            or not user.holds_over(load_policy.right, unit.company)
        ):
            return ""
        return f"/units/{unit.company.code}/load_policy/"


def sections_for(unit: Unit, moment: datetime) -> list[PolicySection]:
    """What every module tells about the rules of a unit at a moment."""
    return [section for section in policy_sentences.ask(unit, moment) if section.sentences]
