"""Disputed orders, until now lines of a text, are rows; known ones lead to the order (S0.15)."""

from django.db import migrations

LONGEST = 200


def lines_to_rows(apps, schema_editor):
    talks = apps.get_model("stations", "SettlementTalk").objects.exclude(disputed_orders="")
    dispute = apps.get_model("stations", "SettlementDispute")
    for talk in talks.select_related("account").order_by("pk").iterator():
        lines = [one.strip() for one in talk.disputed_orders.splitlines() if one.strip()]
        if long := [one for one in lines if len(one) > LONGEST]:
            talk.questions = "\n".join(filter(None, [talk.questions, *long]))
            talk.save(update_fields=["questions"])
        for number in dict.fromkeys(one[:LONGEST].strip() for one in lines):
            dispute.objects.create(
                talk=talk,
                number=number,
                order=order_of(apps, talk.account, number),
                answered_at=talk.answered_at,
                answered_by=talk.answered_by,
            )


def order_of(apps, account, number):
    """The case of that number, where the station of the talk sees it."""
    threads = apps.get_model("timeline", "Thread").objects
    seen = apps.get_model("timeline", "Sight").objects.filter(scope=account.scope_id)
    found = threads.filter(company=account.company_id, kind="case", number=number.upper())
    return found.filter(pk__in=seen.values("thread")).first()


def rows_to_lines(apps, schema_editor):
    talks = apps.get_model("stations", "SettlementTalk").objects
    for talk in talks.filter(disputes__isnull=False).distinct():
        numbers = talk.disputes.order_by("pk").values_list("number", flat=True)
        talk.disputed_orders = "\n".join(numbers)
        talk.save(update_fields=["disputed_orders"])


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0003_disputes"),
        ("parties", "0003_territory_engineers"),
        ("timeline", "0003_retention"),
    ]

    operations = [migrations.RunPython(lines_to_rows, rows_to_lines)]
