"""Telling stations that their field manager is reached in another way now (S0.43)."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from kept.kit import clock
from kept.parties.models import Account, AccountState, Contact
from kept.people.models import Grant, User
from kept.timeline.models import Notice
from kept.timeline.notices import tell


def tell_stations(person: User, *, by: User) -> None:
    """Every active station the person covers reads it in its story, on screen and by mail."""
    covered = Account.objects.filter(field_manager=person, status=AccountState.ACTIVE)
    for account in covered.select_related("thread").order_by("pk"):
        entry = account.record(
            "account.manager_reached",
            by=by,
            manager=person,
            words={"phone": person.phone, "email": person.email},
        )
        key = f"manager_reached:{account.pk}:{entry.seq}"
        tell(
            people_of(account), "account.manager_reached", about=account.thread, key=key,
            manager=person, phone=person.phone, email=person.email,
        )  # fmt: skip
        _mail(account, person, key)


def people_of(account: Account) -> list[User]:
    """Outside people who sign in for an account."""
    grants = Grant.objects.current().filter(scope=account.scope_id, user__is_active=True)
    return [grant.user for grant in grants.select_related("user")]


def _mail(account: Account, person: User, key: str) -> None:
    """A mail to the station's contacts, in the field manager's language."""
    with override(person.language):
        subject = _("{name} is now reached at {phone}").format(name=person, phone=person.phone)
        body = _("Your field manager {name} is now reached at {phone} {email}.").format(
            name=person, phone=person.phone, email=person.email
        )
    contacts = Contact.objects.current().filter(account=account).exclude(email="")
    Notice.objects.bulk_create(
        [
            Notice(
                thread=account.thread,
                address=contact.email,
                channel=Notice.Channel.MAIL,
                event="account.manager_reached",
                values={"subject": subject, "body": body},
                key=f"{key}:contact{contact.pk}",
                next_try_at=clock.now(),
                created_at=clock.now(),
            )
            for contact in contacts
        ],
        ignore_conflicts=True,
    )
