"""Sessions in the database, as Django keeps them; asked for with every page, so asked quickly."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Stored
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField

from kept.kit.prepared import Given, Prepared
from kept.people.real_time import real_now

_OF_NOW = Prepared(
    lambda: Session.objects.filter(
        session_key=Given("key", CharField()), expire_date__gt=Given("now", DateTimeField())
    )
)


class SessionStore(Stored):
    """``django.contrib.sessions.backends.db`` with its statement written once."""

    def _get_session_from_db(self) -> Any:
        for session in _OF_NOW.rows(key=self.session_key, now=real_now()):
            return session
        self._session_key = None
        return None

    @classmethod
    def get_model_class(cls) -> Any:
        """The table Django keeps them in."""
        return Session
