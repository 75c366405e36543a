"""The page of a voucher, and whether a number that is being typed is known."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kept.kit.pages import DetailPage, Page
from kept.people.reader import reader_of
from kept.timeline.story import story
from kept.vouchers.duplicates import known_by_number
from kept.vouchers.models import Voucher, VoucherState


class VoucherPage(DetailPage):
    """A voucher: what is printed on it, its file, the matter it hangs on, and its story."""

    model = Voucher
    template_name = "vouchers/voucher.html"
    related = ("attachment", "about__of_unit", "unit", "thread", "entered_by")

    def context(self, subject: Voucher) -> dict[str, Any]:
        return {
            "state": "good" if subject.status == VoucherState.STANDING else "plain",
            "facts": _facts(subject),
            "attachments": [subject.attachment],
            "entries": story(subject.thread, reader_of(self.request)),
        }


def _facts(voucher: Voucher) -> list[dict[str, Any]]:
    about = voucher.about
    facts = [
        (_("Number on it"), voucher.printed_number, ""),
        (_("Kind of voucher"), voucher.get_voucher_type_display(), ""),
        (_("Date on it"), voucher.dated_on, ""),
        (_("Place"), voucher.place, ""),
        (_("Amount"), voucher.amount, ""),
        (_("Matter"), f"{about.number} {about.name}".strip(), about.address),
        (_("Unit"), voucher.unit, ""),
        (_("Entered by"), voucher.entered_by.name, ""),
        (_("Entered"), voucher.entered_at, ""),
        (_("Withdrawn"), voucher.withdrawn_at, ""),
    ]
    return [{"label": label, "value": value, "url": url} for label, value, url in facts if value]


class KnownVouchers(Page):
    """Where a number stands already, while it is typed (SX.10); of a voucher in a matter the reader
    does not see, only that it does.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        reader = reader_of(request)
        typed = request.GET.get(request.GET.get("for", ""), "")
        known = known_by_number(reader, typed) if reader.holds("files.upload") else []
        keys = [one.pk for one in known]
        seen = Voucher.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", flat=True)
        shown = [(one, one.pk in set(seen)) for one in known]
        return render(request, "vouchers/known.html", {"known": shown})
