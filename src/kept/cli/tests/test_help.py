"""Help in both languages: every command, every option, and what click says itself."""

import gettext
import os
from collections.abc import Iterator
from unicodedata import east_asian_width

import click
import pytest

from kept.cli.commands import COMMANDS, main
from kept.cli.worded import OF_CLICK, say, speaking, unwrapped, worded

CHINESE = {"LANG": "zh_CN.UTF-8"}


def commands() -> Iterator[tuple[list[str], click.Command]]:
    """Every command with the words that call it."""
    for name in COMMANDS:
        command = main.get_command(click.Context(main, **main.context_settings), name)
        assert command is not None
        yield [name], command
        for below, one in getattr(command, "commands", {}).items():
            yield [name, below], one


def room(line: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)


def test_every_help_is_said_in_chinese_and_fits_a_terminal(kept):
    for words, _command in commands():
        shown = kept(*words, "--help", **CHINESE).output
        assert shown.startswith("用法: ") and "选项:" in shown and "显示此说明并退出" in shown
        assert "-h, --help" in shown
        assert "Usage" not in shown and "Options" not in shown
        assert max(map(room, shown.splitlines())) <= 80, shown


def test_nothing_commands_say_of_themselves_is_left_in_english(terminal):
    terminal.setenv("LANG", "zh_CN.UTF-8")
    with speaking():
        for words, command in commands():
            for thing in (command, *command.params):
                text = vars(thing).get("in_english", getattr(thing, "help", None))
                if text:
                    assert say(unwrapped(text)) != unwrapped(text), (words, text)
        for text in (*OF_CLICK, *(text for _where, text in COMMANDS.values())):
            assert say(text) != text


def test_english_comes_back_after_chinese(kept):
    before = kept("user", "add", "--help").output
    assert "添加" in kept("user", "add", "--help", **CHINESE).output
    assert kept("user", "add", "--help").output == before
    assert "Add a person to a unit" in before


def test_what_is_called_wrongly_is_told_in_chinese(kept):
    assert "没有命令 'pigeon'" in kept("pigeon", **CHINESE).output
    shown = kept("serve", "--port", "seven", **CHINESE).output
    assert "错误：" in shown and "查看说明" in shown and "不是有效的" in shown


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({"LANG": "zh_TW.UTF-8"}, True),
        ({"LANG": "de_DE.UTF-8", "LANGUAGE": "fr:zh_CN"}, True),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en_GB:zh_CN"}, False),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, False),
        ({}, False),
    ],
)
def test_help_follows_the_terminal_as_messages_do(kept, monkeypatch, environment, chinese):
    monkeypatch.delenv("LANG")
    assert ("命令" in kept("--help", **environment).output) is chinese


def test_whoever_runs_commands_inside_a_program_keeps_their_language(monkeypatch):
    for given in (None, "fr"):
        monkeypatch.delenv("LANGUAGE", raising=False)
        if given:
            monkeypatch.setenv("LANGUAGE", given)
        domain = gettext.textdomain()
        with speaking():
            worded(main, click.Context(main, **main.context_settings))
        assert (os.environ.get("LANGUAGE"), gettext.textdomain()) == (given, domain)
