from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kept.cases.actions import *
from kept.cases.models import *
from kept.kit import clock
from kept.kit.refusal import Refused
from kept.parties.actions import add_account
from kept.people.factories import make_company, make_unit, make_user
from kept.people.models import UnitKind
from kept.promises.sweep import sweep


def at(text):
    return clock.at(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")))


@pytest.mark.django_db
def test_thin():
    company = make_company()
    hotline = make_unit(company, "HN-HQ", "Hotline", UnitKind.HOTLINE)
    lin = make_user(hotline, "lin", "clerk", name="林")
    wang = make_user(hotline, "wang", "clerk", name="王")
    with at("2026-06-01 09:00"):
        acc = add_account(by=make_user(company, "adm", "administrator"), unit=hotline, name="Test Co", phone="13800138000")
        case = open_case(by=lin, unit=hotline, route=Route.PHONE, summary="软件无法打印", account=acc)
        assert case.number == "HN-C26-000001"
        with pytest.raises(Refused) as e:
            promise_call_back(case, by=lin, phone="138", due_at=datetime(2026, 6, 1, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai")))
        assert e.value.rule == "S1.52"
        promise_call_back(case, by=lin, phone="138", due_at=datetime(2026, 6, 1, 9, 50, tzinfo=ZoneInfo("Asia/Shanghai")))
    with at("2026-06-01 09:40"):
        hand_over(case, by=lin, to_person=wang, summary="Facts")
        accept_case(case, by=wang)
        assert case.owner == lin and case.handler == wang
        call_back(case, by=lin, reached=True, told="Works", solved=True)
        classify(case, by=lin, classification=CaseClass.DEFECT)
        out = Outcome.objects.get(code="solved")
        with pytest.raises(Refused):
            close_case(case, by=wang, outcome=out)
        close_case(case, by=lin, outcome=out)
        from kept.timeline.sentences import tell
        for t in tell(case.thread.entries.select_related("by").order_by("seq")):
            print(t.seq, t.by, t.sentence, "|", t.text)
