"""The page's files, as a browser gets them."""

import re

import pytest

from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services


async def page_of(api: Api, **headers: str) -> Answer:
    return await api.get("/app/", headers=headers)


def script_of(page: Answer) -> str:
    found = re.search(r'src="(/app/assets/[^"]+\.js)"', page.body.decode())
    assert found
    return found[1]


async def test_the_root_leads_to_the_page_and_every_place_in_it_is_the_page(api: Api) -> None:
    for path in ("/", "/app"):
        root = await api.get(path, allow_redirects=False)
        assert (root.status, root.headers["Location"]) == (303, "/app/")
    page = await page_of(api)
    assert b'<div id="root">' in page.body
    assert (await api.get("/app/tasks?status=done")).body == page.body


async def test_no_script_runs_but_the_pages_own(api: Api) -> None:
    policy = (await page_of(api)).headers["Content-Security-Policy"]
    directives = dict(one.split(" ", 1) for one in policy.split("; "))
    assert directives["script-src"] == "'self'"
    assert directives["default-src"] == "'none'"
    assert directives["connect-src"] == "'self'"


async def test_nothing_comes_from_elsewhere(api: Api) -> None:
    page = (await page_of(api)).body.decode()
    assert not re.search(r'(src|href)="(https?:)?//', page)


async def test_what_bears_a_hash_is_kept_for_ever_and_the_page_is_asked_for_each_time(
    api: Api,
) -> None:
    page = await page_of(api)
    assert page.headers["Cache-Control"] == "no-cache"
    tag = page.headers["ETag"]
    for asked in (tag, tag.removeprefix("W/"), f'"another", {tag}'):
        again = await page_of(api, **{"If-None-Match": asked})
        assert (again.status, again.body) == (304, b"")
    script = await api.get(script_of(page))
    assert "immutable" in script.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["assets/none.js", "assets/..%2f..%2fserver.py"])
async def test_a_file_that_is_not_there_is_not_the_page(api: Api, name: str) -> None:
    assert (await api.get(f"/app/{name}")).status == 404


async def test_the_page_loads_little_script_at_first(api: Api) -> None:
    page = await page_of(api)
    scripts = re.findall(r'(?:src|href)="(/app/[^"]+\.js)"', page.body.decode())
    sizes = [int((await api.get(each)).headers["Content-Length"]) for each in scripts]
    assert 0 < sum(sizes) <= 250_000
