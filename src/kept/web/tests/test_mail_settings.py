"""One URL says how mail leaves; none means it waits."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from kept.web.mail import mail_from_url


def test_without_a_url_there_is_no_host():
    assert mail_from_url("")["EMAIL_HOST"] == ""


def test_a_url_is_taken_apart():
    found = mail_from_url("smtp://kept%40example.com:p%3Aw@mail.example.com")
    assert found["EMAIL_HOST_USER"] == found["DEFAULT_FROM_EMAIL"] == "kept@example.com"
    assert (found["EMAIL_HOST_PASSWORD"], found["EMAIL_PORT"]) == ("p:w", 587)
    assert found["EMAIL_USE_TLS"] and not found["EMAIL_USE_SSL"]


def test_encryption_and_sender_can_be_said():
    secure = mail_from_url("smtps://mail.example.com?from=Kept+%3Ckept%40example.com%3E")
    assert secure["EMAIL_USE_SSL"] and not secure["EMAIL_USE_TLS"] and secure["EMAIL_PORT"] == 465
    assert secure["DEFAULT_FROM_EMAIL"] == "Kept <kept@example.com>"
    assert not mail_from_url("smtp://127.0.0.1:25?tls=no")["EMAIL_USE_TLS"]


@pytest.mark.parametrize("url", ["mail.example.com", "http://mail.example.com", "smtp://"])
def test_what_is_no_mail_url_is_refused(url):
    with pytest.raises(ImproperlyConfigured):
        mail_from_url(url)
