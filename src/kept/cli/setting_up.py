"""Settings, models and the terminal's language: what a command needs before it does anything."""

import os

import click
import django
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

SETTINGS = "kept.web.settings"


def set_up() -> None:
    """Read the settings and the models, and speak the language of the terminal."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from None
    translation.activate(terminal_language())


def terminal_language() -> str:
    """The language LC_ALL, LC_MESSAGES or LANG ask for, as far as Kept speaks it; else English."""
    asked = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    code = next(filter(None, asked), "").partition(".")[0].replace("_", "-").lower()
    try:
        return translation.get_supported_language_variant(code)
    except LookupError:
        return "en"
