"""A case still to be brought in, and the checks it must pass; one fault a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from kept.cases.models import CaseClass, CaseKind, Priority, Route, SenderType
from kept.kit import clock
from kept.kit.importing.kinds import Field, ValueKind, is_plain
from kept.kit.params import EARLIEST_YEAR, LATEST_YEAR
from kept.kit.refusal import InvalidInput
from kept.kit.text import LINE_MAX, TextRule
from kept.kit.words import Listed


def line(most: int = LINE_MAX) -> TextRule:
    return TextRule(most, many_lines=False)


CHOICES = {
    "route": Route,
    "sender_type": SenderType,
    "case_kind": CaseKind,
    "priority": Priority,
    "classification": CaseClass,
}
CODES = {name: frozenset(choices.values) for name, choices in CHOICES.items()}
CODES["classification"] |= {""}
TIMES = ("received_at", "due_at", "closed_at")


@dataclass(slots=True)
class CaseDraft:
    """One row of a file as a case: words, choices by their codes, and aware moments.

    ``due_at`` is the time by which it was to be solved there; ``line`` is where it stands in the
    file. ``product`` is a product's code.
    """

    source_ref: str
    summary: str
    received_at: datetime
    route: str = Route.PHONE
    description: str = ""
    result: str = ""
    address: str = ""
    caller_name: str = ""
    caller_phone: str = ""
    caller_email: str = ""
    product: str = ""
    serial: str = ""
    sender_type: str = SenderType.USER
    case_kind: str = CaseKind.SERVICE
    priority: str = Priority.NORMAL
    classification: str = ""
    due_at: datetime | None = None
    closed_at: datetime | None = None
    line: int = 0


FIELDS: Sequence[Field] = (
    Field(
        "source_ref", _("Reference"), _("The number it had there; a second import knows it again."),
        required=True, rule=line(60), example="SR-2024-0815",
        headers=("ref", "reference", "case number", "case no", "ticket", "ticket id", "id",
                 "编号", "工单号", "单号", "服务单号", "受理编号", "请求编号"),
    ),
    Field(
        "summary", _("Summary"), _("The matter in one line."), required=True,
        example=_("Leaks oil at the left track"),
        headers=("subject", "title", "case title", "topic", "主题", "标题", "概要", "问题摘要",
                 "摘要"),
    ),
    Field(
        "received_at", _("Received at"), _("When it reached them."), required=True,
        kind=ValueKind.MOMENT, example="2024-03-05 14:30",
        headers=("received", "opened", "opened at", "created", "created at", "date", "受理时间",
                 "接收时间", "来电时间", "报修时间", "创建时间", "登记时间", "日期"),
    ),
    Field(
        "route", _("Route"), _("How it reached them; by phone where nothing is said."),
        kind=ValueKind.CHOICE, choices=Route, example="phone",
        headers=("channel", "source", "contact type", "受理渠道", "渠道", "来源", "受理方式"),
    ),
    Field(
        "description", _("Description"), _("Everything that was said."), rule=TextRule(),
        headers=("details", "text", "问题描述", "描述", "内容", "详情", "故障描述"),
    ),
    Field(
        "result", _("Result"), _("What was found and done."), rule=TextRule(),
        headers=("resolution", "closure reason", "solution", "处理结果", "结果", "解决方案"),
    ),
    Field(
        "address", _("Address"), _("Where it is."), rule=line(300),
        headers=("location", "地址", "详细地址", "现场地址"),
    ),
    Field(
        "caller_name", _("Caller"), _("Who got in touch."), rule=line(100),
        headers=("caller", "customer", "customer name", "contact", "来电人", "联系人", "客户",
                 "客户姓名", "客户名称", "姓名"),
    ),
    Field(
        "caller_phone", _("Phone"), _("Where the caller is reached."), rule=line(40),
        headers=("telephone", "mobile", "来电号码", "电话", "联系电话", "手机"),
    ),
    Field(
        "caller_email", _("Mail"), _("Where mail reaches the caller."), rule=line(254),
        headers=("email", "e-mail", "邮箱", "电子邮件"),
    ),
    Field(
        "product", _("Product"), _("The code of the model in the catalogue."), rule=line(40),
        headers=("model", "product code", "型号", "产品型号", "产品"),
    ),
    Field(
        "serial", _("Serial number"), _("As it stands on the thing."), rule=line(60),
        headers=("serial no", "sn", "imei", "序列号", "机号", "设备号"),
    ),
    Field(
        "sender_type", _("Sender"), _("Who that was."), kind=ValueKind.CHOICE, choices=SenderType,
        headers=("sender type", "caller type", "来件人类型", "客户类型"),
    ),
    Field(
        "case_kind", _("Kind of case"), _("A service request where nothing is said."),
        kind=ValueKind.CHOICE, choices=CaseKind,
        headers=("kind", "case type", "request type", "事项类型", "类型", "请求类型"),
    ),
    Field(
        "priority", _("Priority"), _("How soon it mattered."), kind=ValueKind.CHOICE,
        choices=Priority, headers=("urgency", "severity", "紧急程度", "优先级"),
    ),
    Field(
        "classification", _("Class"), _("What it turned out to be."), kind=ValueKind.CHOICE,
        choices=CaseClass, headers=("category", "classification", "问题分类", "分类"),
    ),
    Field(
        "due_at", _("Due at"), _("By when it was to be solved there."), kind=ValueKind.MOMENT,
        headers=("due", "deadline", "target", "sla", "到期时间", "截止时间", "期限",
                 "要求完成时间"),
    ),
    Field(
        "closed_at", _("Closed at"), _("When it was closed; open where nothing is said."),
        kind=ValueKind.MOMENT,
        headers=("closed", "resolved", "closed on", "办结时间", "关闭时间", "完成时间",
                 "结束时间"),
    ),
)  # fmt: skip
TEXTS = {one.name: one.rule for one in FIELDS if one.kind is ValueKind.TEXT}


def check(draft: CaseDraft) -> None:
    """Clean a draft in place. Raises InvalidInput naming the field of the first fault."""
    for name, rule in TEXTS.items():
        if (text := getattr(draft, name)) and not is_plain(text, rule):
            setattr(draft, name, rule.clean(text, name))
    for name in ("source_ref", "summary"):
        if not getattr(draft, name):
            raise InvalidInput(_("Fill this in."), field=name)
    _check_choices(draft)
    _check_times(draft)
    if draft.caller_email:
        _check_email(draft.caller_email)


def _check_choices(draft: CaseDraft) -> None:
    for name, choices in CHOICES.items():
        value = getattr(draft, name)
        if value not in CODES[name]:
            raise InvalidInput(
                _("“{value}” is none of these: {known}."),
                value=value,
                known=Listed(choices.values),
                field=name,
            )


def _check_times(draft: CaseDraft) -> None:
    received = draft.received_at
    if received is None:
        raise InvalidInput(_("Fill this in."), field="received_at")
    for name in TIMES:
        moment = getattr(draft, name)
        if moment is not None and not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            raise InvalidInput(_("The year {year} cannot be right."), year=moment.year, field=name)
    for name in ("received_at", "closed_at"):
        moment = getattr(draft, name)
        if moment is not None and moment > clock.now() + timedelta(minutes=1):
            raise InvalidInput(_("This has not happened yet."), field=name)
    if draft.closed_at is not None and draft.closed_at < received:
        raise InvalidInput(_("It was closed before it was received."), field="closed_at")
    if draft.due_at is not None and draft.due_at < received:
        raise InvalidInput(_("It was due before it was received."), field="due_at")


def _check_email(text: str) -> None:
    try:
        validate_email(text)
    except ValidationError:
        raise InvalidInput(
            _("“{to}” is not a mail address."), to=text, field="caller_email"
        ) from None
