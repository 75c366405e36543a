"""S2: a part under a supplier's commitment fails; the supplier's word is seen before our own."""

from datetime import date
from itertools import pairwise

import pytest

from kept.cases.factories import make_case
from kept.kit.testing.refusing import refused
from kept.parties.factories import make_account
from kept.parties.models import AccountRole
from kept.products.actions import add_component, add_contract, end_component
from kept.products.factories import make_product, make_serial
from kept.products.models import SerialUnit, Start
from tests.stories.cast import at, equipment_maker

pytestmark = pytest.mark.django_db

ENGLISH = (
    "The supplier covers it until 2028-03-01: Motor Works for motor: free replacement",
    "Covered until 2027-01-10: 12 months from commissioning 2026-01-10",
)


@pytest.fixture
def house():
    house = equipment_maker()
    company, service = house["company"], house["service"]
    with at("2026-01-10 09:00"):
        house["user"] = make_account(service, "Kiln works", contact_name="Ren", phone="13800138000")
        house["supplier"] = make_account(service, "Motor Works", roles=[AccountRole.SUPPLIER])
        house["mill"] = make_serial(
            make_product(company, "M-1"), "A1", house["user"], installed_on=date(2026, 1, 10)
        )
        add_contract(
            by=house["lead"], unit=service, account=house["user"], contract_number="HT-1",
            from_on=date(2026, 1, 1), months=12, starts=Start.INSTALLED,
            serial_units=[house["mill"]],
        )  # fmt: skip
    return house


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.req("S2.03")
def test_what_the_supplier_commits_to_stands_before_our_own_warranty_wherever_it_is_asked(
    client, house
):
    lead, supplier = house["lead"], house["supplier"]
    mill = SerialUnit.objects.get(pk=house["mill"].pk)
    client.force_login(lead)
    form = {
        "component": "motor", "supplier": supplier.number, "commitment": "free replacement",
        "committed_from": "2026-01-10", "committed_until": "2028-03-01",
    }  # fmt: skip
    address = f"{mill.get_absolute_url()}add_component/"
    for name in ("component", "supplier", "commitment", "committed_until"):
        sent = {**form, name: "", "_key": f"without-{name}"}
        assert client.post(address, sent).status_code == 422, name
    ours = {**form, "supplier": house["user"].number, "_key": "ours"}
    assert client.post(address, ours).status_code == 422
    assert not mill.components.exists()
    assert client.post(address, {**form, "_key": "right"}).status_code == 302
    motor = mill.components.get()
    assert (motor.supplier, motor.commitment) == (supplier, "free replacement")
    assert (motor.committed_from, motor.committed_until) == (date(2026, 1, 10), date(2028, 3, 1))

    with at("2026-06-08 09:00"):
        case = make_case(
            house["clerk"], house["service"], "The motor is hot", account=house["user"],
            serial_unit=mill,
        )  # fmt: skip
        for reader in (house["clerk"], lead):
            client.force_login(reader)
            for address in (
                case.get_absolute_url(),
                mill.get_absolute_url(),
                f"{mill.get_absolute_url()}print/",
                house["user"].get_absolute_url(),
                f"/intake/one/?account={house['user'].number}",
            ):
                shown = page(client, address)
                places = [shown.find(line) for line in ENGLISH]
                assert all(place > 0 for place in places), (address, places)
                assert all(first < second for first, second in pairwise(places)), address

    with at("2027-06-08 09:00"):
        late = make_case(
            house["clerk"], house["service"], "Hot again", account=house["user"], serial_unit=mill
        )
        client.force_login(lead)
        shown = page(client, late.get_absolute_url())
        assert ENGLISH[0] in shown and "Not covered: ended on 2027-01-10" in shown
        assert ENGLISH[1] in page(client, case.get_absolute_url()), "as it was when it came in"
        end_component(motor, by=lead, reason="Replaced by our own")
        assert ENGLISH[0] not in page(client, late.get_absolute_url())
        with refused("S2.03", field="supplier"):
            add_component(
                mill, by=lead, component="pump", supplier=house["user"], commitment="x",
                committed_until=date(2028, 1, 1),
            )  # fmt: skip
