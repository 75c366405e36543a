"""Help in the language of the terminal: what commands say of themselves, and click's own words.

Shown before settings can be read, so the catalogue is asked by the standard library, where click
looks for its words as well. Chinese is wrapped here: click counts signs, and these take two places.
"""

import gettext
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unicodedata import east_asian_width

import click

from kept.cli.setting_up import asked_for
from kept.kit.messages import LOCALE, unwrapped

DOMAIN = "django"
CHINESE = "zh_Hans"
TEXT_WIDTH, OPTION_WIDTH = 36, 22
"""Chinese signs in a line of text, and in one behind the name of an option."""
AS_IT_IS = "\b\n"
"""Tells click to leave the lines of a paragraph alone."""

CLOSING = "，。；：！？、）”」》…"
_PIECES = re.compile(r"[!-~]+|.")


def noop(text: str) -> str:
    """Marks a text for the catalogues; it is worded when it is said."""
    return text


#: What click says itself; here so that the catalogues know it.
OF_CLICK = (
    noop("Usage:"),
    noop("Options"),
    noop("Commands"),
    noop("Show the version and exit."),
    noop("Show this message and exit."),
    noop("Aborted!"),
    noop("Error: {message}"),
    noop("Error: The two entered values do not match."),
    noop("Error: invalid input"),
    noop("Repeat for confirmation"),
    noop("Try '{command} {option}' for help."),
    noop("Missing command."),
    noop("Missing argument"),
    noop("Missing option"),
    noop("Invalid value: {message}"),
    noop("Invalid value for {param_hint}: {message}"),
    noop("No such option {name!r}."),
    noop("No such command {name!r}."),
    noop("Choose from:\n\t{choices}"),
    noop("default: {default}"),
    noop("{value!r} is not a valid {number_type}."),
    noop("{value} is not in the range {range}."),
    noop("{name} {filename!r} does not exist."),
    noop("{name} {filename!r} is a file."),
    noop("{name} {filename!r} is a directory."),
    noop("{name} {filename!r} is not readable."),
    noop("{name} {filename!r} is not writable."),
    noop("Option {name!r} does not take a value."),
    noop("Argument {name!r} takes {nargs} values."),
)


@contextmanager
def speaking() -> Iterator[None]:
    """Inside, ``say`` and click speak the language of the terminal."""
    before, outside = os.environ.get("LANGUAGE"), gettext.textdomain()
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = CHINESE if is_chinese() else "en"
    try:
        yield
    finally:
        gettext.textdomain(outside)
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before


def is_chinese() -> bool:
    """Whether Chinese is the first language the terminal asks for that Kept speaks."""
    spoken = (code.partition("-")[0] for code in asked_for())
    return next((one for one in spoken if one in ("zh", "en")), "en") == "zh"


def say(text: str) -> str:
    """A text in the language of the terminal."""
    return gettext.gettext(text) if text else text


def worded(command: Any, context: click.Context) -> Any:
    """The command with its help, that of its options and of the commands below it, worded."""
    _word(command, TEXT_WIDTH)
    command.short_help = _first_sentence(command.help) if is_chinese() else None
    for param in command.params:
        _word(param, OPTION_WIDTH)
    if (helping := command.get_help_option(context)) is not None:
        helping.help = say("Show this message and exit.")
    for below in getattr(command, "commands", {}).values():
        worded(below, click.Context(below, parent=context))
    return command


def _word(thing: Any, width: int) -> None:
    in_english = vars(thing).setdefault("in_english", getattr(thing, "help", None))
    if in_english is None:
        return
    text = unwrapped(in_english)
    said = say(text)
    parts = said.split("\n\n")
    thing.help = text if said == text else "\n\n".join(_lines(part, width) for part in parts)


def _lines(paragraph: str, width: int) -> str:
    return AS_IT_IS + "\n".join(_wrapped(paragraph, width))


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of at most so many Chinese signs; words in letters stay whole, and no line begins with
    a sign that closes.
    """
    line, taken = "", 0
    for piece in _PIECES.findall(text):
        room = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in piece)
        if taken + room > width * 2 and piece[0] not in CLOSING:
            yield line.rstrip()
            line, taken = "", 0
        if line or not piece.isspace():
            line, taken = line + piece, taken + room
    yield line.rstrip()


def _first_sentence(text: str | None) -> str | None:
    return (text or "").replace(AS_IT_IS, "").replace("\n", "").partition("。")[0] or None
