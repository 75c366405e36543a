"""Words by language: what a reader sees, and what may be written."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.test.utils import isolate_apps
from django.utils.translation import override

from kept.kit.refusal import Refused
from kept.kit.words import Listed, Words, WordsField, WordsFormField, check_words

with isolate_apps("kept.kit"):

    class Outcome(models.Model):
        label = WordsField(longest=20)
        hint = WordsField(blank=True, default=dict)

        class Meta:
            app_label = "kit"

        def __str__(self) -> str:
            return str(self.label)


@pytest.fixture(scope="module")
def outcomes(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Outcome)
        yield Outcome.objects
        with connection.schema_editor() as editor:
            editor.delete_model(Outcome)


SOLVED = {"en": "Solved", "zh-hans": "已解决"}


@pytest.mark.parametrize(
    ("language", "seen"), [("en", "Solved"), ("zh-hans", "已解决"), ("en-gb", "Solved")]
)
@pytest.mark.req("SX.09", part="words of a policy in the reader's language")
def test_words_speak_the_readers_language(language, seen):
    with override(language):
        assert str(Words(SOLVED)) == seen


@pytest.mark.parametrize("language", ["en", "zh-hans", "pl"])
def test_missing_language_falls_back_to_the_one_that_is_written(language):
    with override(language):
        assert str(Words({"zh-hans": "已解决"})) == "已解决"
        assert str(Words({"zh-hans": "", "en": "Solved"})) == "Solved"


def test_a_relative_of_the_language_is_nearer_than_english():
    assert Words(SOLVED).in_language("zh-tw") == "已解决"


def test_no_words_are_an_empty_text():
    assert str(Words()) == ""
    assert not Words({"en": ""})


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"en": "", "zh-hans": "  "},
        {"fr": "Résolu"},
        {"en": "Solved", "xx": "?"},
        {"en": "x" * 501},
        {"en": "nul\0"},
        {"en": "half \ud800"},
        {"en": ["a"]},
        "Solved",
        None,
    ],
)
def test_words_nobody_could_read_are_refused(value):
    with pytest.raises(ValidationError):
        check_words(value)


def test_words_are_normalised_and_empty_languages_left_out():
    assert check_words({"en": " Re\u0301sume\u0301 ", "zh-hans": ""}) == {"en": "Résumé"}


def test_a_script_may_have_lines_and_a_label_may_not():
    assert check_words({"en": "a\r\nb"}, multiline=True) == {"en": "a\nb"}
    with pytest.raises(ValidationError):
        check_words({"en": "a\nb"})


@pytest.mark.django_db
def test_field_reads_back_words_and_reads_as_words_before_saving(outcomes):
    made = outcomes.create(label=SOLVED)
    assert str(made) == "Solved"
    with override("zh-hans"):
        assert str(outcomes.get()) == "已解决"
    assert isinstance(outcomes.get().hint, Words)


@pytest.mark.django_db
@pytest.mark.parametrize("label", [{}, {"fr": "Résolu"}, {"en": "x" * 21}])
def test_field_refuses_on_every_way_of_saving(outcomes, label):
    kept = outcomes.create(label=SOLVED)
    for save in (
        lambda: outcomes.create(label=label),
        lambda: outcomes.bulk_create([Outcome(label=label)]),
        lambda: outcomes.update(label=label),
        lambda: Outcome(label=label).full_clean(),
    ):
        with pytest.raises(ValidationError), transaction.atomic():
            save()
    assert [one.label for one in outcomes.all()] == [kept.label]


def test_field_is_rebuilt_by_migrations():
    _name, path, args, kwargs = Outcome._meta.get_field("label").deconstruct()
    assert (path, args, kwargs) == ("kept.kit.words.WordsField", [], {"longest": 20})


def test_form_has_one_input_for_each_language_and_wants_one_filled():
    field = WordsFormField()
    assert field.clean(["Solved", ""]) == {"en": "Solved"}
    with pytest.raises(ValidationError):
        field.clean(["", ""])
    html = field.widget.render("label", Words(SOLVED))
    assert 'lang="zh-hans"' in html
    assert "已解决" in html


def test_what_is_listed_is_joined_when_it_is_read_and_as_the_reader_joins_it():
    refused = Refused(
        "{known}", known=Listed(Words({"en": one, "zh-hans": f"{one}乙"}) for one in "ab")
    )
    assert str(refused) == "a, b"
    with override("zh-hans"):
        assert str(refused) == "a乙、b乙"
    assert str(Listed([])) == "–"
