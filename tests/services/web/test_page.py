"""The page's files, as a browser gets them."""

import gzip
import re
import urllib.error
import urllib.request
from http.client import HTTPMessage

import pytest

from tests.instance import WebInstance

pytestmark = pytest.mark.services


def get(server: WebInstance, path: str, **headers: str) -> tuple[int, HTTPMessage, bytes]:
    request = urllib.request.Request(server.url + path, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as problem:
        with problem:
            return problem.code, problem.headers, problem.read()


def script_of(page: bytes) -> str:
    found = re.search(rb'src="(/app/assets/[^"]+\.js)"', page)
    assert found
    return found[1].decode()


def test_the_root_leads_to_the_page_and_every_place_in_it_is_the_page(server: WebInstance) -> None:
    _, _, page = get(server, "/")
    assert b'<div id="root">' in page
    assert get(server, "/app/tasks?status=done")[2] == page


def test_no_script_runs_but_the_pages_own(server: WebInstance) -> None:
    policy = get(server, "/app/")[1]["Content-Security-Policy"]
    directives = dict(one.split(" ", 1) for one in policy.split("; "))
    assert directives["script-src"] == "'self'"
    assert directives["default-src"] == "'none'"
    assert directives["connect-src"] == "'self'"


def test_nothing_comes_from_elsewhere(server: WebInstance) -> None:
    page = get(server, "/app/")[2].decode()
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_what_bears_a_hash_is_kept_for_ever_and_the_page_is_asked_for_each_time(
    server: WebInstance,
) -> None:
    _, headers, page = get(server, "/app/")
    assert headers["Cache-Control"] == "no-cache"
    assert get(server, "/app/", **{"If-None-Match": headers["ETag"]})[0] == 304
    assert "immutable" in get(server, script_of(page))[1]["Cache-Control"]


def test_files_are_sent_compressed_to_whoever_takes_it(server: WebInstance) -> None:
    script = script_of(get(server, "/app/")[2])
    _, headers, small = get(server, script, **{"Accept-Encoding": "gzip, br"})
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small) == get(server, script)[2]


@pytest.mark.parametrize(
    "path", ["/app/assets/none.js", "/app/assets/../index.html", "/app/assets/%2e%2e/x"]
)
def test_a_file_that_is_not_there_is_not_the_page(server: WebInstance, path: str) -> None:
    assert get(server, path)[0] == 404


def test_the_page_loads_little_script_at_first(server: WebInstance) -> None:
    page = get(server, "/app/")[2]
    scripts = re.findall(rb'(?:src|href)="(/app/[^"]+\.js)"', page)
    sizes = [len(get(server, each.decode(), **{"Accept-Encoding": "gzip"})[2]) for each in scripts]
    assert 0 < sum(sizes) <= 250_000
