"""The checks of templates find what they look for, and nothing else."""

import pytest
from django.template import engines

from kept.kit.testing.structural import templates
from kept.kit.testing.structural.templates import faults_in, headings_of, missing_parts


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<script>go()</script>", "an inline script"),
        ("<style>p {}</style>", "a <style>"),
        ('<p style="color: red"></p>', "a style attribute"),
        ('<button onclick="go()"></button>', "an on… attribute"),
        ('<p hx-on:click="go()"></p>', "hx-on"),
        ('<a href="javascript:go()"></a>', "a javascript: address"),
    ],
)
def test_inline_code_is_found(text: str, what: str):
    assert any(what in fault for fault in faults_in(text))


@pytest.mark.parametrize(
    "text",
    [
        '<script src="{% static "build/kept.js" %}" defer></script>',
        '<p data-style="x" class="on"></p>',
        "{# <script>no()</script> #}{% comment %}<style></style>{% endcomment %}",
    ],
)
def test_plain_markup_is_left_alone(text: str):
    assert faults_in(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "<p>Hello</p>",
        "<p>服务</p>",
        '<input placeholder="Search">',
        "<a aria-label='Close'></a>",
        "{% if a > b %}<p>{{ name }} hello</p>{% endif %}",
    ],
)
def test_words_outside_translation_are_found(text: str):
    assert "is not translated" in faults_in(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        '<p>{% translate "Hello" %}</p>',
        "{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}",
        "<input placeholder=\"{% translate 'Search' %}\">",
        "<p>{{ name }} · 12 – {{ other }}&nbsp;</p>",
        "<kbd>Ctrl</kbd> Kept",
        "{% block paper_class %} is-wide{% endblock %}",
    ],
)
def test_translated_words_are_left_alone(text: str):
    assert faults_in(text) == []


def test_part_that_is_not_there_is_found():
    assert missing_parts('{% include "kit/tag.html" %}{% extends "base.html" %}') == []
    assert missing_parts('{% include "kit/nowhere.html" %}') == [
        "include “kit/nowhere.html”, which is not there"
    ]


def headings(text: str) -> int:
    return headings_of(engines["django"].from_string(text).template)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{% extends "base.html" %}', 0),
        ('{% extends "base.html" %}{% block content %}<h1></h1>{% endblock %}', 1),
        ('{% extends "base.html" %}{% block page_head %}{% include "kit/page_head.html" %}'
         "{% endblock %}{% block content %}<h1></h1>{% endblock %}", 2),
        ('{% extends "errors/base.html" %}{% block what %}Gone{% endblock %}', 1),
        ('{% extends "errors/base.html" %}{% block content %}Gone{% endblock %}', 0),
        ("{% if a %}<h1></h1>{% else %}<h1></h1>{% endif %}", 1),
        ('{% extends request.htmx|yesno:"kit/fragment.html,base.html" %}'
         "{% block content %}<h1></h1>{% endblock %}", 1),
    ],
)  # fmt: skip
def test_headings_of_a_page_are_counted(text: str, count: int):
    assert headings(text) == count


def test_pages_are_told_from_frames_and_pieces():
    assert templates.is_page("cases/case.html")
    assert templates.is_page("errors/404.html")
    assert templates.is_page("kit/action_page.html")
    for other in ("base.html", "kit/tag.html", "errors/base.html"):
        assert not templates.is_page(other)


def test_all_templates_are_looked_at():
    assert {"base.html", "cases/case.html", "people/user.html"} <= set(templates.templates())
