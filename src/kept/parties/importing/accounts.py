"""A customer or partner still to be brought in: what its row can say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from kept.kit.importing.kinds import Field, ValueKind
from kept.kit.text import LINE_MAX, TextRule
from kept.parties.models import AccountRole, Joining


def line(most: int = LINE_MAX) -> TextRule:
    return TextRule(most, many_lines=False)


@dataclass(slots=True)
class AccountDraft:
    """One row as an account: words as they are to stand, choices by their codes.

    ``unit`` and ``relationship_owner`` are what they are known by here; ``phone`` is as it was
    written; ``line`` is where the row stands in the file.
    """

    name: str
    code: str = ""
    roles: Sequence[str] = ()
    contact_name: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    region: str = ""
    unit: str = ""
    org_type: str = ""
    agent_name: str = ""
    relationship_owner: str = ""
    joined_year: int | None = None
    joining: str = ""
    project_class: str = ""
    since_on: date | None = None
    notes: str = ""
    even_so: str = ""
    line: int = 0


FIELDS: Sequence[Field] = (
    Field(
        "name", _("Name"), _("What the customer or partner is called."), required=True,
        example=_("Xiangjiang Trading Co., Ltd."),
        headers=("customer name", "customer", "company", "company name", "account",
                 "account name", "client", "dealer", "organisation", "organization", "客户名称",
                 "客户", "客户姓名", "公司名称", "公司", "单位名称", "单位", "企业名称", "名称",
                 "经销商", "经销商名称", "客戶名稱", "客戶", "公司名稱", "會社名"),
    ),
    Field(
        "code", _("Code"),
        _("Your own number of it. A second import knows it again by this; without one by name and "
          "phone."),
        rule=line(30), example="K-1001",
        headers=("customer code", "customer no", "customer number", "account code",
                 "account no", "client id", "customer id", "id", "编号", "客户编号", "客户代码",
                 "客户编码", "代码", "编码", "客戶編號", "經銷商編號", "经销商编号"),
    ),
    Field(
        "roles", _("Roles"), _("What it is to the company; a customer where nothing is said."),
        kind=ValueKind.CHOICES, choices=AccountRole, example="customer",
        headers=("role", "type", "account type", "customer type", "类型", "客户类型", "身份",
                 "往来类型"),
    ),
    Field(
        "contact_name", _("Contact"), _("The person there; the first one of several."),
        rule=line(100), example=_("Zhang Wei"),
        headers=("contact name", "contact person", "person", "联系人", "联系人姓名", "姓名",
                 "負責人", "聯絡人", "负责人", "老板"),
    ),
    Field(
        "title", _("Job title"), _("What the person is there."), rule=line(80),
        headers=("position", "职务", "职位", "職稱"),
    ),
    Field(
        "phone", _("Phone"), _("With an area code; an extension after ext. or 转."), rule=line(40),
        example="0731-88886666",
        headers=("telephone", "phone number", "mobile", "mobile phone", "tel", "cell",
                 "cellphone", "contact phone", "手机", "手机号", "手机号码", "联系电话", "电话",
                 "电话号码", "固定电话", "座机", "電話", "行動電話", "聯絡電話"),
    ),
    Field(
        "email", _("Mail"), _("Where mail reaches the person."), rule=line(), example="",
        headers=("email", "e-mail", "mail address", "email address", "邮箱", "电子邮箱",
                 "电子邮件", "郵箱", "電子郵件"),
    ),
    Field(
        "address", _("Address"), _("Where to visit and where to send."), rule=line(),
        example=_("1 Wuyi Road, Changsha"),
        headers=("street", "street address", "full address", "地址", "详细地址", "通讯地址",
                 "收货地址", "联系地址", "公司地址"),
    ),
    Field(
        "region", _("Region"), _("Province, city or sales region."), rule=line(80),
        example=_("Hunan"),
        headers=("province", "area", "city", "state", "地区", "区域", "省份", "省", "城市",
                 "所在地区"),
    ),
    Field(
        "unit", _("Unit"),
        _("Code or name of the branch or region it belongs to; the unit of the import where "
          "nothing is said."),
        rule=line(100),
        headers=("unit code", "branch", "territory", "department", "部门", "分公司", "分支机构",
                 "所属部门", "所属分公司", "责任区域", "办事处"),
    ),
    Field(
        "org_type", _("Kind of organisation"), _("As your company calls them."), rule=line(60),
        headers=("organisation type", "organization type", "industry", "单位性质", "企业性质",
                 "行业", "单位类型"),
    ),
    Field(
        "agent_name", _("Sold by agent"), _("Who sold to it, where it was an agent."),
        rule=line(100),
        headers=("agent", "代理商", "代理", "销售代理"),
    ),
    Field(
        "relationship_owner", _("Looked after by"), _("User name or name of a colleague."),
        rule=line(100),
        headers=("owner", "account manager", "sales rep", "salesperson", "维护人", "客户经理",
                 "业务员", "负责人员"),
    ),
    Field(
        "joined_year", _("Year it joined"), _("For dealers."), kind=ValueKind.WHOLE,
        headers=("joined", "year joined", "加盟年份", "加入年份", "加盟时间", "合作年份"),
    ),
    Field(
        "joining", _("Way of joining"), _("For dealers."), kind=ValueKind.CHOICE, choices=Joining,
        headers=("how joined", "加盟方式", "合作方式"),
    ),
    Field(
        "project_class", _("Class of projects done"), _("For dealers."), rule=line(80),
        headers=("project class", "工程类别", "项目类别", "工程案例"),
    ),
    Field(
        "since_on", _("Customer since"),
        _("The day it became a customer; today where nothing is said. Churn counts from it."),
        kind=ValueKind.DAY, example="2024-03-05",
        headers=("since", "start date", "created", "created on", "date added", "customer since",
                 "建档日期", "成为客户日期", "签约日期", "合作日期", "开户日期", "录入日期"),
    ),
    Field(
        "notes", _("Notes"), _("For own staff only."), rule=TextRule(),
        headers=("note", "remark", "remarks", "comment", "comments", "备注", "说明", "備註"),
    ),
    Field(
        "even_so", _("Another one all the same, because"),
        _("Only when the register has one of this name and it is another customer."), rule=line(),
    ),
)  # fmt: skip


def said_facts(draft: AccountDraft) -> dict[str, Any]:
    """What a row says beyond a name, field by field; empty cells say nothing."""
    names = ("code", "region", "org_type", "agent_name", "joined_year", "joining", "project_class",
             "notes")  # fmt: skip
    return {name: value for name in names if (value := getattr(draft, name))}
