"""What travels to the browser: small, packed once, and kept there."""

import gzip

import pytest

FIRST_VISIT = 60_000


@pytest.mark.parametrize("packing", ["gzip", "br"])
def test_scripts_and_styles_come_packed_and_stay_in_the_browser(client, packing):
    total = 0
    for name in ("kept.css", "kept.js"):
        answer = client.get(f"/static/build/{name}", headers={"Accept-Encoding": packing})
        assert answer.headers["Content-Encoding"] == packing
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        total += len(b"".join(answer.streaming_content))
    assert total <= FIRST_VISIT


def test_pages_come_packed(client, db):
    answer = client.get("/signin/login/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"<form" in gzip.decompress(answer.content)
