"""Catalogues: everything translatable is found, and nothing half-translated passes the gate."""

import gettext
import os
import subprocess
import sys

import pytest

from kept.kit import messages
from kept.kit.messages import (
    catalog_path,
    catalog_text,
    compile_catalogs,
    extract_catalog,
    faults,
    update_catalog,
)

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext, gettext
A = _("Close case")
B = _("Call {name} back "
      "first")
C = gettext("Plain")
D = ngettext("%(n)s case", "%(n)s cases", 2) % {"n": 2}
E = pgettext("verb", "Close")
F = not_ours("Never")
G = _(variable)
class Thing:
  def method(self):
      return _("Inside")
"""
TEMPLATE = """{% load i18n %}
<h1>{% translate "Heading" %}</h1>
{# a comment with _("nothing") #}
  {% if a %}
      {{ _("In a variable")|upper }}
   {% endif %}
{% include "x.html" with label=_("As an argument") %}
{% blocktranslate trimmed with name=user.name %}
    Good day, {{ name }}:
    100% done
{% endblocktranslate %}
{% blocktranslate count n=n %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}
{% translate "Close" context "verb" %}
"""


@pytest.fixture
def package(tmp_path):
    """A package with messages of every kind, and some that nobody translates."""
    package = tmp_path / "src" / "house"
    for name, text in {
        "cases/actions.py": PYTHON,
        "cases/templates/cases/page.html": TEMPLATE,
        "cases/tests/test_it.py": '_("Only in a test")',
        "cases/migrations/0001_initial.py": '_("Only in a migration")',
        "web/static/build/page.html": '{% translate "Only static" %}',
        "cases/README.html": '{% translate "Not a template" %}',
    }.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return package


@pytest.fixture
def locale(tmp_path):
    return tmp_path / "locale"


def ids(catalog):
    return {(message.id, message.context) for message in catalog if message.id}


def translate(locale, template, *, but=None):
    """A complete catalogue; ``but`` are translations to put instead of good ones."""
    update_catalog("zh_Hans", template, locale)
    catalog = messages.read_catalog(catalog_path("zh_Hans", locale), "zh_Hans")
    for message in catalog:
        if message.id:
            plural = isinstance(message.id, tuple)
            text = f"中文 {message.id[1] if plural else message.id}"
            text = (but or {}).get(message.id[0] if plural else message.id, text)
            message.string = (text,) if plural else text
    catalog_path("zh_Hans", locale).write_text(catalog_text(catalog), encoding="utf-8")
    return catalog


def test_messages_of_python_and_templates_are_all_found(package):
    assert ids(extract_catalog(package)) == {
        ("Close case", None),
        ("Call {name} back first", None),
        ("Plain", None),
        (("%(n)s case", "%(n)s cases"), None),
        ("Close", "verb"),
        ("Inside", None),
        ("Heading", None),
        ("In a variable", None),
        ("As an argument", None),
        ("Good day, %(name)s: 100%% done", None),
        (("%(n)s row", "%(n)s rows"), None),
    }


@pytest.mark.req("SX.09", part="catalogues of the program's words")
def test_a_complete_catalogue_passes_and_reads_as_translated(package, locale):
    template = extract_catalog(package)
    translate(locale, template)
    assert list(faults("zh_Hans", template, locale)) == []
    compile_catalogs(locale)
    chinese = gettext.translation("django", locale, ["zh_Hans"])
    assert chinese.gettext("Close case") == "中文 Close case"
    assert chinese.ngettext("%(n)s row", "%(n)s rows", 1) == "中文 %(n)s rows"
    assert chinese.pgettext("verb", "Close") == "中文 Close"


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ({"Plain": ""}, "“Plain” is not translated"),
        ({"%(n)s row": ""}, "“%(n)s row” is not translated"),
        ({"Call {name} back first": "先回电"}, "has lost name in the translation"),
        ({"Call {name} back first": "{name} {nom}"}, "has nom only in the translation"),
        ({"%(n)s case": "案件"}, "has lost n in the translation"),
        ({"Plain": "%(x)s"}, "has x only in the translation"),
        ({"Plain": "%s"}, "has %s only in the translation"),
    ],
)
def test_each_fault_is_named(package, locale, bad, fault):
    template = extract_catalog(package)
    translate(locale, template, but=bad)
    (found,) = faults("zh_Hans", template, locale)
    assert found.startswith("zh_Hans: house/cases/")
    assert found.endswith(fault)


def test_a_fuzzy_translation_is_a_fault(package, locale):
    template = extract_catalog(package)
    catalog = translate(locale, template)
    catalog.get("Plain").flags.add("fuzzy")
    catalog_path("zh_Hans", locale).write_text(catalog_text(catalog), encoding="utf-8")
    (found,) = faults("zh_Hans", template, locale)
    assert found.endswith("“Plain” is marked fuzzy")


def test_new_and_left_over_messages_are_faults_until_updated(package, locale):
    translate(locale, extract_catalog(package))
    source = package / "cases" / "actions.py"
    source.write_text(PYTHON.replace('"Plain"', '"Plains"'), encoding="utf-8")
    template = extract_catalog(package)
    missing, left_over = faults("zh_Hans", template, locale)
    assert missing.endswith("“Plains” is missing; run update")
    assert left_over == "zh_Hans: “Plain” is no longer in the source; run update"
    assert update_catalog("zh_Hans", template, locale)
    (untranslated,) = faults("zh_Hans", template, locale)
    assert untranslated.endswith("“Plains” is not translated")


def test_no_catalogue_at_all_misses_everything(package, locale):
    template = extract_catalog(package)
    assert len(list(faults("zh_Hans", template, locale))) == len(template)


def test_updating_again_changes_nothing_and_names_no_machine_date_or_line(package, locale):
    template = extract_catalog(package)
    translate(locale, template)
    path = catalog_path("zh_Hans", locale)
    before = path.read_bytes()
    assert not update_catalog("zh_Hans", extract_catalog(package), locale)
    assert path.read_bytes() == before
    text = before.decode()
    assert "#: house/cases/actions.py\n" in text
    for noise in ("POT-Creation-Date", "Babel", str(package.parent), ".py:", "FULL NAME", "20"):
        assert noise not in text, noise
    assert "Plural-Forms: nplurals=1; plural=0;" in text


def test_lines_that_move_do_not_change_the_catalogue(package, locale):
    translate(locale, extract_catalog(package))
    source = package / "cases" / "actions.py"
    source.write_text("\n\n\n" + PYTHON, encoding="utf-8")
    assert not update_catalog("zh_Hans", extract_catalog(package), locale)


def test_only_catalogues_that_are_newer_are_compiled(package, locale):
    translate(locale, extract_catalog(package))
    (compiled,) = compile_catalogs(locale)
    assert compile_catalogs(locale) == []
    stamp = compiled.stat().st_mtime
    os.utime(catalog_path("zh_Hans", locale), (stamp + 5, stamp + 5))
    assert compile_catalogs(locale) == [compiled]
    assert compile_catalogs(locale, force=True) == [compiled]
    assert sorted(path.suffix for path in compiled.parent.iterdir()) == [".mo", ".po"]


def test_the_command_explains_itself():
    command = [sys.executable, "-m", "kept.kit.messages"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert asked.returncode == 2
    assert "compile" in asked.stderr


def test_catalogues_compile_where_only_babel_is_installed(package, locale):
    translate(locale, extract_catalog(package))
    script = (
        "import sys; sys.modules.update(dict.fromkeys(('django', 'click')))\n"
        "from pathlib import Path; from kept.kit import messages\n"
        f"assert messages.compile_catalogs(Path({str(locale)!r}))"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_file_that_cannot_be_read_is_named(package):
    (package / "cases" / "broken.py").write_text("if True:\n        _('a')\n    _('b')\n")
    with pytest.raises(SyntaxError, match=r"house/cases/broken\.py cannot be read"):
        extract_catalog(package)


def test_every_message_of_this_house_can_be_extracted():
    names = {name for message in extract_catalog() for name, _line in message.locations}
    assert "kept/kit/refusal.py" in names
    assert not [name for name in names if "/tests/" in name]
