"""What stands in KEPT_DATABASE_URL."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from kept.web.database import database_from_url

URL = "postgresql://kept:w%40rd@db.example:5433/kept"


@pytest.mark.parametrize(
    ("asked", "after"), [("", 3), ("?prepare_threshold=0", 0), ("?prepare_threshold=none", None)]
)
def test_plans_are_kept_unless_a_pooler_forgets_them(asked, after):
    options = database_from_url(URL + asked)["OPTIONS"]
    assert options == {"server_side_binding": True, "prepare_threshold": after}


def test_what_is_no_number_is_told():
    with pytest.raises(ImproperlyConfigured, match="prepare_threshold=often"):
        database_from_url(f"{URL}?prepare_threshold=often")


def test_other_options_go_to_the_driver():
    found = database_from_url(f"{URL}?host=/run/postgresql&sslmode=require")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert (found["HOST"], found["PORT"], found["PASSWORD"]) == ("/run/postgresql", 5433, "w@rd")
