"""A program that speaks to the API with a token."""

from typing import Any

from django.test import Client

from kept.people.actions import issue_token
from kept.people.models import User


def token_of(user: User) -> str:
    """A fresh token of somebody."""
    return issue_token(user, by=User.objects.system(), name="Program").fresh_token


class Caller:
    """``get`` and ``post`` under /api/v1/, with a fresh request key unless one is given."""

    def __init__(self, token: str, **headers: str) -> None:
        self.headers = {"Authorization": f"Bearer {token}", **headers}
        self.client = Client()
        self.count = 0

    def get(self, address: str, asked: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{address}", asked, headers={**self.headers, **headers})

    def post(self, address: str, body: Any = None, *, key: str | None = None, **more: Any) -> Any:
        """Send JSON; ``key=""`` sends no request key."""
        self.count += 1
        sent = {"Idempotency-Key": f"key-{self.count}" if key is None else key}
        headers = {
            **self.headers,
            **{k: v for k, v in sent.items() if v},
            **more.pop("headers", {}),
        }
        more.setdefault("content_type", "application/json")
        return self.client.post(
            f"/api/v1/{address}", {} if body is None else body, headers=headers, **more
        )
