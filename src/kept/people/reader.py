"""Who asks for a page: behind the door nobody is anonymous, and here the types say so."""

from typing import cast

from django.http import HttpRequest

from kept.people.models import User


def reader_of(request: HttpRequest) -> User:
    """The person who reads a page that only somebody signed in may open (see kit.pages.Page)."""
    return cast(User, request.user)
