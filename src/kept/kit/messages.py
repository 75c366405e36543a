"""Translation catalogues without a gettext binary: ``python -m kept.kit.messages COMMAND``.

extract   list every translatable message with the files it stands in
update    bring the catalogues in ``locale/`` up to the source (translations are kept)
compile   write the ``.mo`` files the program reads (not in the repository)
check     fail, naming each one, on messages that are missing, left over, untranslated, fuzzy, or
          whose translation has other placeholders than the source

Catalogues are sorted by file and hold no dates, line numbers or versions: two people who touch
different pages touch different lines. Compiling needs nothing but Babel, so that the build of a
wheel can do it.
"""

import ast
import io
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = PACKAGE / "locale"
LANGUAGES = ("zh_Hans",)
"""Catalogue directories. Source strings are English and need none."""

KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
SKIPPED_FOLDERS = {"tests", "testing", "migrations", "static", "locale", "__pycache__"}
CHANGING_HEADERS = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator|'
    r"Language-Team|Project-Id-Version):.*\n",
    re.MULTILINE,
)
PLACEHOLDER = re.compile(
    r"%\((?P<named>\w+)\)[#0 +-]*\d*(?:\.\d+)?[a-zA-Z]"
    r"|%(?P<bare>[sdifr])"
    r"|\{(?P<brace>[a-zA-Z_]\w*)(?:[.\[][^{}]*)?(?:![rsa])?(?::[^{}]*)?\}"
)

Found = tuple[str | tuple[str, ...], str | None, str]
"""A message (with its plural), its context, and the file it stands in."""


# Reading the source


def source_files(package: Path = PACKAGE) -> Iterator[Path]:
    """Every file that may hold messages, in a fixed order, without tests and migrations."""
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if SKIPPED_FOLDERS.isdisjoint(inside.parts[:-1]) and _kind(inside):
            yield path


def _kind(path: Path) -> str | None:
    if path.suffix == ".py":
        return "python"
    if "templates" in path.parts and path.suffix in {".html", ".txt", ".svg", ".xml"}:
        return "template"
    return None


def messages_in(path: Path, package: Path = PACKAGE) -> Iterator[Found]:
    """The messages of one file, named relative to the folder the package lies in."""
    from babel.messages.extract import extract

    name = path.relative_to(package.parent).as_posix()
    text = path.read_text(encoding="utf-8")
    try:
        if _kind(path.relative_to(package)) == "template":
            text = _as_python(text, name)
        for help_text in help_in(text) if "cli" in path.parts else ():
            yield help_text, None, name
        source = io.BytesIO(text.encode())
        for _line, message, _comments, context in extract("python", source, keywords=KEYWORDS):
            yield message, context, name
    except (SyntaxError, TokenError) as fault:
        raise SyntaxError(f"{name} cannot be read: {fault}") from fault


def help_in(source: str) -> Iterator[str]:
    """What commands say of themselves: their docstrings, and ``help`` of their options."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and any(map(_makes_command, node.decorator_list)):
            yield unwrapped(ast.get_docstring(node) or "")
        elif isinstance(node, ast.keyword) and node.arg == "help" and _is_text(node.value):
            yield node.value.value  # type: ignore[attr-defined]


def _makes_command(decorator: ast.expr) -> bool:
    """``@click.command("name")``, ``@user.command()``, ``@click.group()``."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr in ("command", "group")


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def unwrapped(text: str) -> str:
    """Paragraphs of one line each: how a text is wrapped in the source changes no message."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _as_python(template: str, name: str) -> str:
    """A template as calls the Python extractor reads: one a line, so indentation cannot matter."""
    from django.utils.translation.template import templatize

    return "\n".join(line.strip() for line in templatize(template, origin=name).splitlines())


def extract_catalog(package: Path = PACKAGE) -> "Catalog":
    """Everything translatable in the package."""
    from babel.messages.catalog import Catalog

    catalog = Catalog(charset="utf-8", fuzzy=False, header_comment="")
    for path in source_files(package):
        for message, context, name in messages_in(path, package):
            if message and message != "":
                catalog.add(message, locations=[(name, 0)], context=context)
    return catalog


# Catalogues


def catalog_path(language: str, locale: Path = LOCALE) -> Path:
    """Where the translations of a language stand."""
    return locale / language / "LC_MESSAGES" / "django.po"


def read_catalog(path: Path, language: str) -> "Catalog":
    """The translations in a file; an empty catalogue when it is not there yet."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False, header_comment="")
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def catalog_text(catalog: "Catalog") -> str:
    """The catalogue as it stands in the repository: the same source gives the same bytes."""
    from babel.messages.pofile import write_po

    catalog.header_comment, catalog.fuzzy = "", False
    buffer = io.BytesIO()
    write_po(
        buffer, catalog, width=0, sort_by_file=True, include_lineno=False, ignore_obsolete=True
    )
    return CHANGING_HEADERS.sub("", buffer.getvalue().decode()).strip() + "\n"


def update_catalog(language: str, template: "Catalog", locale: Path = LOCALE) -> bool:
    """Merge the messages of the source into the language's file; True when it changed."""
    path = catalog_path(language, locale)
    catalog = read_catalog(path, language)
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    text = catalog_text(catalog)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def compile_catalogs(locale: Path = LOCALE, *, force: bool = False) -> list[Path]:
    """Write each ``.mo`` older than its ``.po`` and return them; safe with several at once."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not force and target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        _compile(source, target)
        written.append(target)
    return written


def _compile(source: Path, target: Path) -> None:
    from babel.messages.mofile import write_mo

    catalog = read_catalog(source, source.parents[1].name)
    unfinished = target.with_suffix(f".{os.getpid()}.new")
    with unfinished.open("wb") as file:
        write_mo(file, catalog)
    unfinished.replace(target)


# Checking


def faults(
    language: str, template: "Catalog | None" = None, locale: Path = LOCALE
) -> Iterator[str]:
    """What keeps the language from being complete, one sentence each."""
    template = template or extract_catalog()
    catalog = read_catalog(catalog_path(language, locale), language)
    wanted, present = _by_key(template), _by_key(catalog)
    for key, message in wanted.items():
        where = f"{language}: {_place(message)}: {_quoted(message)}"
        translated = present.get(key)
        if translated is None:
            yield f"{where} is missing; run update"
        else:
            yield from (f"{where} {fault}" for fault in _translation_faults(translated))
    for key in sorted(present.keys() - wanted.keys(), key=str):
        yield f"{language}: {_quoted(present[key])} is no longer in the source; run update"


def _by_key(catalog: "Catalog") -> dict[tuple, "Message"]:
    return {(message.id, message.context): message for message in catalog if message.id}


def _translation_faults(message: "Message") -> Iterator[str]:
    if message.fuzzy:
        yield "is marked fuzzy"
    strings = _many(message.string or "")
    if not all(strings):
        yield "is not translated"
        return
    sources = _many(message.id)
    for string in strings:
        if extra := _placeholders(string) - _placeholders(*sources):
            yield f"has {_listed(extra)} only in the translation"
        if lost := _placeholders(sources[-1]) - _placeholders(string):
            yield f"has lost {_listed(lost)} in the translation"


def _many(text: "str | Iterable[str]") -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _placeholders(*texts: str) -> set[str]:
    return {
        match.group(match.lastgroup or 0) if match.lastgroup != "bare" else match.group(0)
        for text in texts
        for match in PLACEHOLDER.finditer(text.replace("%%", ""))
    }


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _place(message: "Message") -> str:
    return message.locations[0][0] if message.locations else "?"


def _quoted(message: "Message") -> str:
    text = _many(message.id)[0]
    return f"“{text if len(text) <= 70 else text[:69] + '…'}”"


# The command


def main(arguments: list[str]) -> int:
    """Run a command and answer with the exit code."""
    commands = {
        "extract": _run_extract,
        "update": _run_update,
        "compile": _run_compile,
        "check": _run_check,
    }
    if len(arguments) != 1 or arguments[0] not in commands:
        sys.stderr.write(__doc__)
        return 2
    return commands[arguments[0]]()


def _say(line: str) -> None:
    """Print; without click, which is not there where a wheel is built."""
    sys.stdout.write(f"{line}\n")


def _run_extract() -> int:
    catalog = extract_catalog()
    files: dict[str, int] = defaultdict(int)
    for message in catalog:
        for name, _line in set(message.locations):
            files[name] += 1
    for name, count in sorted(files.items()):
        _say(f"{count:5} {name}")
    _say(f"{len(catalog):5} messages in {len(files)} files")
    return 0


def _run_update() -> int:
    template = extract_catalog()
    for language in LANGUAGES:
        changed = update_catalog(language, template)
        _say(f"{language}: {'updated' if changed else 'up to date'}, {len(template)} messages")
    return 0


def _run_compile() -> int:
    for path in compile_catalogs(force=True):
        _say(f"wrote {path.relative_to(PACKAGE.parent).as_posix()}")
    return 0


def _run_check() -> int:
    template = extract_catalog()
    found = [fault for language in LANGUAGES for fault in faults(language, template)]
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    _say(f"{len(template)} messages, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
