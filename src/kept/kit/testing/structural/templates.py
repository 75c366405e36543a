"""Templates: no inline scripts or styles, everything translated, all parts there, one heading."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.template.base import TextNode

from kept.kit.testing.structural.sources import PACKAGE, ROOT, Fault

#: Frames a page stands in; whatever extends one of them is a page.
FRAMES = {"base.html", "kit/entrance.html", "kit/print_a4.html"}
#: Names that are the same in every language.
NAMES = {"Kept", "API", "CSV", "XLSX", "PDF", "QR"}

INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "a <style>": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "an on… attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "hx-on": re.compile(r"\shx-on", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
}
COMMENT = re.compile(r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|<!--.*?-->", re.S)
TRANSLATED = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}", re.S)
CSS_BLOCK = re.compile(r"\{%\s*block\s+\w*class\s*%\}.*?\{%\s*endblock.*?%\}", re.S)
DYNAMIC = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
KEYS = re.compile(r"<kbd\b.*?</kbd>", re.S)
READ_ALOUD = re.compile(r"\b(?:aria-label|title|placeholder|alt)\s*=\s*([\"'])(.*?)\1", re.S)
TAG = re.compile(r"<[^>]*>", re.S)
ENTITY = re.compile(r"&#?\w+;")
WORD = re.compile(r"[A-Za-z]{2,}|[\u3400-\u9fff]+")
NAMED = re.compile(r"\{%\s*(include|extends)\s+([\"'])(.+?)\2")


@cache
def templates() -> tuple[str, ...]:
    """The names of all templates of the house, as they are loaded."""
    return tuple(sorted(_paths()))


@cache
def _paths() -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for folder in PACKAGE.glob("*/templates")
        for path in folder.rglob("*")
        if path.is_file()
    }


def templates_of(part: str) -> list[str]:
    """The templates that stand in one part."""
    return [name for name, path in _paths().items() if path.relative_to(PACKAGE).parts[0] == part]


def faults(part: str) -> list[Fault]:
    """Every fault in the templates of a part."""
    found = []
    for name in templates_of(part):
        path = _paths()[name]
        where = path.relative_to(ROOT).as_posix()
        whats = faults_in(path.read_text(encoding="utf-8")) if path.suffix == ".html" else []
        found += [Fault(where, what) for what in [*whats, *_loading(name), *_headings(name)]]
    return found


def faults_in(text: str) -> list[str]:
    """What is wrong with a template as it is written."""
    return [*_inline(text), *_untranslated(text)]


def _inline(text: str) -> Iterator[str]:
    bare = DYNAMIC.sub("", COMMENT.sub("", text))
    for what, pattern in INLINE.items():
        if pattern.search(bare):
            yield f"has {what}, which the content security policy forbids"


def _untranslated(text: str) -> Iterator[str]:
    bare = DYNAMIC.sub("", TRANSLATED.sub("", CSS_BLOCK.sub("", COMMENT.sub("", text))))
    spoken = [said for _quote, said in READ_ALOUD.findall(bare)]
    shown = TAG.sub(" ", KEYS.sub(" ", bare))
    for said in [*spoken, ENTITY.sub(" ", shown)]:
        for word in WORD.findall(said):
            if word not in NAMES:
                yield f"“{word}” is not translated"


def missing_parts(text: str) -> list[str]:
    """Templates that a template names and that are not there."""
    return [
        f"{verb} “{name}”, which is not there"
        for verb, _quote, name in NAMED.findall(COMMENT.sub("", text))
        if not _is_there(name)
    ]


def _is_there(name: str) -> bool:
    try:
        engines["django"].engine.find_template(name)  # type: ignore[attr-defined]
    except TemplateDoesNotExist:
        return False
    except TemplateSyntaxError:
        return True
    return True


def _loading(name: str) -> Iterator[str]:
    try:
        engines["django"].get_template(name)
    except TemplateSyntaxError as error:
        yield f"cannot be read: {error}"
        return
    yield from missing_parts(_paths()[name].read_text(encoding="utf-8"))


def _headings(name: str) -> Iterator[str]:
    if not name.endswith(".html") or not is_page(name):
        return
    count = headings_of(engines["django"].get_template(name).template)  # type: ignore[attr-defined]
    if count != 1:
        yield f"a page has one <h1>, this one has {count}"


def is_page(name: str) -> bool:
    """Whether a template extends, in the end, one of the frames, and is no frame itself."""
    return not name.endswith("/base.html") and "/layouts/" not in name and _stands_in_frame(name)


def _stands_in_frame(name: str) -> bool:
    above = _extended(name)
    return above in FRAMES or (above is not None and _stands_in_frame(above))


def _extended(name: str) -> str | None:
    """What a template extends when it is asked for as a page."""
    path = _paths().get(name)
    text = path.read_text(encoding="utf-8") if path else ""
    found = re.search(r"\{%\s*extends\s+(.+?)\s*%\}", COMMENT.sub("", text))
    if found is None:
        return None
    names = re.findall(r"[\w./-]+\.html", found.group(1))
    return names[-1] if names else None


def headings_of(template: Any) -> int:
    """How many <h1> a page shows, taking the longest way through every condition."""
    return _count(template.nodelist, {})


def _count(nodes: Any, blocks: dict[str, Any]) -> int:
    return sum(_count_node(node, blocks) for node in nodes or ())


def _count_node(node: Any, blocks: dict[str, Any]) -> int:
    kind = type(node).__name__
    if isinstance(node, TextNode):
        return len(re.findall(r"<h1[\s>]", node.s))
    if kind == "ExtendsNode":
        return _count_extended(node, blocks)
    if kind == "BlockNode":
        return _count(blocks.get(node.name, node).nodelist, blocks)
    if kind == "IfNode":
        return max(_count(nodes, blocks) for _condition, nodes in node.conditions_nodelists)
    if kind == "ForNode":
        return _count(node.nodelist_loop, blocks)
    if kind == "IncludeNode":
        name = str(getattr(node.template, "var", ""))
        return _count(_nodes_of(name), {}) if name.endswith(".html") else 0
    if kind == "ElementNode":
        return 1 if str(node.name).strip("\"'") == "h1" else _count(node.nodelist, blocks)
    return _count(getattr(node, "nodelist", None), blocks)


def _count_extended(node: Any, blocks: dict[str, Any]) -> int:
    """A page is its frame with the page's own blocks put in place."""
    names = re.findall(r"[\w./-]+\.html", str(node.parent_name.token))
    return _count(_nodes_of(names[-1]), {**node.blocks, **blocks}) if names else 0


def _nodes_of(name: str) -> Any:
    found = engines["django"].get_template(name)
    return found.template.nodelist  # type: ignore[attr-defined]
