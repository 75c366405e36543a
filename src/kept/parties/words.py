"""Words of the trade that are not kept in a table of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The ways a customer can reach the company, which every one of them is told (S1.12)."""

    WEBSITE = "website", _("website")
    MAILBOX = "mailbox", _("support mailbox")
    HOTLINE = "hotline", _("hotline")
