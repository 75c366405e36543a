"""Settings, models and the terminal's language: what a command needs before it does anything."""

import os

import click
import django
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

SETTINGS = "kept.web.settings"
NO_LOCALE = {"", "c", "posix"}


def set_up() -> None:
    """Read the settings and the models, and speak the language of the terminal."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:  # before the settings are read nothing can be translated
        raise click.ClickException(f"KEPT_HOME cannot be used: {error}") from None
    translation.activate(terminal_language())


def terminal_language() -> str:
    """The first language the terminal asks for that Kept speaks; else English."""
    for code in asked_for():
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return "en"


def asked_for() -> list[str]:
    """Those of LANGUAGE in their order; else the one of LC_ALL, LC_MESSAGES or LANG.

    As for other programs, LANGUAGE counts for nothing where the locale is none ("C").
    """
    one = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    several = os.environ.get("LANGUAGE", "").split(":") if _code(one) not in NO_LOCALE else []
    return [code for code in map(_code, [*several, one]) if code]


def _code(locale: str) -> str:
    return locale.partition(".")[0].partition("@")[0].replace("_", "-").lower()
