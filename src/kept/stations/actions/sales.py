"""Weekly sales: entered a model or a whole week at a time, corrected, or none at all (S0.32)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kept.kit import clock
from kept.kit.actions import action
from kept.kit.refusal import InvalidInput, Refused
from kept.kit.text import Line, TextRule
from kept.kit.words import Listed
from kept.people.models import Unit, User
from kept.products.models import Product
from kept.stations.duties import keep_weekly_sales, posted_since
from kept.stations.models import SalesFigure
from kept.stations.weeks import monday_of, week_text

RIGHT = "stations.enter_sales"
#: More of one model in one region and week than anybody ever sold.
MOST_SOLD = 100_000_000
Region = Annotated[str, TextRule(80, many_lines=False)]
Source = Annotated[str, TextRule(100, many_lines=False)]


@dataclass(frozen=True)
class SoldLine:
    """One model of a week: how many were sold, and what still lay in stock."""

    product: Product
    sold: int
    stock: int | None = None


@action("stations.enter_sales", label=_("Enter weekly sales"), creates=SalesFigure,
        icon="smartphone")  # fmt: skip
def enter_sales(
    *,
    by: User,
    unit: Unit,
    region: Region,
    week: date,
    product: Product,
    sold: int,
    source: Source,
    stock: int | None = None,
    remarks: Line = "",
) -> SalesFigure:
    """Write down how many of a model were sold in a region in the week of a day (S0.32)."""
    line = SoldLine(product, sold, stock)
    return _enter([line], by=by, unit=unit, region=region, week=week, source=source,
                  remarks=remarks)[0]  # fmt: skip


@action("stations.enter_week", label=_("Enter the week's sales"), creates=SalesFigure, right=RIGHT,
        icon="smartphone")  # fmt: skip
def enter_week(
    *,
    by: User,
    unit: Unit,
    region: Region,
    week: date,
    source: Source,
    lines: Sequence[SoldLine] = (),
    remarks: Line = "",
) -> SalesFigure:
    """Write down what was sold of many models in a region and week: all of it or nothing."""
    if not lines:
        raise InvalidInput(_("Fill in how many were sold of at least one model."), field="lines",
                           rule="S0.32")  # fmt: skip
    return _enter(lines, by=by, unit=unit, region=region, week=week, source=source,
                  remarks=remarks)[0]  # fmt: skip


def _enter(
    lines: Sequence[SoldLine],
    *,
    by: User,
    unit: Unit,
    region: str,
    week: date,
    source: str,
    remarks: str,
) -> list[SalesFigure]:
    monday = _checked_week(unit, week)
    _require_region(by, unit, region, monday)
    rows = []
    for line in lines:
        _require_quantities(line)
        figure = SalesFigure(product=line.product, sold=line.sold, stock=line.stock, source=source,
                             remarks=remarks)  # fmt: skip
        rows.append(_begin(figure, by=by, unit=unit, region=region, week=monday))
    company = rows[0].company
    _take_back_no_sales(company, region, monday)
    unit.record("unit.sales_entered", by=by, region=region, week=week_text(monday),
                count=len(rows))  # fmt: skip
    keep_weekly_sales(company, region, monday, by=by)
    return rows


def _checked_week(unit: Unit, week: date) -> date:
    """The Monday of the week; a week that has not begun is refused."""
    monday = monday_of(week)
    if monday > clock.today(unit.zone):
        raise InvalidInput(
            _("Week {week} has not begun yet."), week=week_text(monday), field="week", rule="S0.32"
        )
    return monday


def _require_region(by: User, unit: Unit, region: str, monday: date) -> None:
    """Field staff enter their own regions; others every region somebody is posted to."""
    assert unit.company is not None  # every unit has a company
    postings = posted_since(unit.company, monday, clock.today(unit.zone))
    own = [one.region for one in postings if one.person == by]
    known = own or sorted({one.region for one in postings})
    if region in known:
        return
    if own:
        message = _("{name} is posted to {regions}, not to {region}.")
    elif known:
        message = _("Nobody is posted to {region}. There are: {regions}.")
    else:
        message = _("Nobody is posted to {region}. Enter the posting first.")
    raise InvalidInput(
        message, name=by, region=region, regions=Listed(known), field="region", rule="S0.32"
    )


def _require_quantities(line: SoldLine) -> None:
    for name, value in (("sold", line.sold), ("stock", line.stock)):
        if value is not None and value < 0:
            raise InvalidInput(
                _("{product}: a quantity is 0 or more, never less."),
                product=line.product.code,
                field=name,
                rule="S0.32",
            )
        if value is not None and value > MOST_SOLD:
            raise InvalidInput(
                _("{product}: {n} cannot be right."), product=line.product.code, n=value, field=name
            )


def _begin(figure: SalesFigure, *, by: User, unit: Unit, region: str, week: date) -> SalesFigure:
    """Write a row as the current one of its region, model and week; refused where there is one."""
    assert unit.company is not None  # every unit has a company
    if figure.product is not None and figure.product.company_id != unit.company_id:
        raise InvalidInput(_("“{thing}” belongs to another company."), thing=figure.product,
                           field="product", rule="SX.01")  # fmt: skip
    figure.company, figure.unit = unit.company, unit
    figure.region, figure.week = region, week
    figure.entered_by, figure.entered_at = by, clock.now()
    if (there := _same(figure)) is not None:
        raise _is_there_already(there)
    try:
        with transaction.atomic():
            figure.save(force_insert=True)
    except IntegrityError:  # somebody was quicker
        if (there := _same(figure)) is None:
            raise
        raise _is_there_already(there) from None
    return figure


def _same(figure: SalesFigure) -> SalesFigure | None:
    rows = SalesFigure.objects.of_week(figure.company, figure.region, figure.week)
    return rows.filter(product=figure.product).select_related("product", "entered_by").first()


def _is_there_already(there: SalesFigure) -> Refused:
    message = (
        _("{week}, {region}, {what}: {sold} sold stands there already, entered by {name}."
          " Correct that figure instead.")
        if there.product
        else _("{name} has already written down that nothing was sold in {region} in week {week}.")
    )  # fmt: skip
    return Refused(
        message,
        week=there.week_name,
        region=there.region,
        what=there.product.code if there.product else "",
        sold=there.sold,
        name=there.entered_by,
        rule="S0.32",
        field="product" if there.product else "week",
        mend=f"{there.get_absolute_url()}correct_sales/",
    )


def _take_back_no_sales(company: Unit, region: str, week: date) -> None:
    """Something was sold after all: what said "nothing" counts no more."""
    nothing = SalesFigure.objects.of_week(company, region, week).filter(product__isnull=True)
    nothing.update(superseded_at=clock.now())


@action("stations.report_no_sales", label=_("No sales this week"), creates=SalesFigure, right=RIGHT,
        icon="circle-slash")  # fmt: skip
def report_no_sales(
    *, by: User, unit: Unit, region: Region, week: date, reason: Line
) -> SalesFigure:
    """Say that nothing at all was sold in a region in a week, and why: the week is told (S0.32)."""
    monday = _checked_week(unit, week)
    _require_region(by, unit, region, monday)
    company = unit.company
    assert company is not None  # every unit has a company
    figures = SalesFigure.objects.of_week(company, region, monday)
    if (
        there := figures.filter(product__isnull=False).select_related("product").first()
    ) is not None:
        raise Refused(
            _("{n} of {what} were sold in {region} in week {week}. Correct that first."),
            n=there.sold,
            what=there.what,
            region=region,
            week=there.week_name,
            rule="S0.32",
            field="week",
            mend=there.get_absolute_url(),
        )
    row = _begin(SalesFigure(product=None, sold=0, remarks=reason), by=by, unit=unit, region=region,
                 week=monday)  # fmt: skip
    unit.record("unit.no_sales", by=by, region=region, week=row.week_name,
                words={"reason": reason})  # fmt: skip
    keep_weekly_sales(company, region, monday, by=by)
    return row


def _can_be_corrected(figure: SalesFigure, by: User) -> bool:
    return figure.superseded_at is None and figure.product_id is not None


@action("stations.correct_sales", label=_("Correct figure"), right=RIGHT, icon="pencil",
        offered=_can_be_corrected, primary=True)  # fmt: skip
def correct_sales(
    figure: SalesFigure,
    *,
    by: User,
    sold: int,
    reason: Line,
    stock: int | None = None,
    source: Source = "",
    remarks: Line = "",
) -> SalesFigure:
    """Put another figure in the place of a wrong one, with the reason; the old one stays (S0.32).

    Returns the new figure.
    """
    if figure.superseded_at is not None:
        raise Refused(_("This figure was corrected already. Correct the one that stands now."),
                      rule="S0.32")  # fmt: skip
    product = figure.product
    if product is None:
        raise Refused(_("To say what was sold after all, enter it."), rule="S0.32",
                      mend="/sales_figures/enter_week/")  # fmt: skip
    _require_region(by, figure.unit, figure.region, figure.week)
    _require_quantities(SoldLine(product, sold, stock))
    if (figure.sold, figure.stock) == (sold, stock):
        raise Refused(_("Nothing is different from what stands there."), rule="SX.05", field="sold")
    figure.superseded_at = clock.now()
    figure.save(update_fields=["superseded_at"])
    new = SalesFigure(product=product, sold=sold, stock=stock, source=source or figure.source,
                      remarks=remarks or figure.remarks, replaces=figure,
                      reason=reason)  # fmt: skip
    _begin(new, by=by, unit=figure.unit, region=figure.region, week=figure.week)
    figure.unit.record("unit.sales_corrected", by=by, region=figure.region, week=figure.week_name,
                       product=product, old=figure.sold, new=sold,
                       words={"reason": reason})  # fmt: skip
    return new
