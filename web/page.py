"""The page: files made from `client/` when TimeFlow is built, for anybody; it calls the API.

Names below `assets/` hold a hash of their content, so they may be kept for ever; whatever else is
asked for below `/app/` is a place inside the page, which begins with `index.html`.
"""

import gzip
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from aiohttp import web

from web.answers import SECURITY_HEADERS, answer
from web.boundary import Around
from web.problems import Problem

#: Scripts are the page's own files; styles may also stand in it, as the components put them there.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

_ROOT = "/app/"
_ASSETS = "assets/"
_INDEX = "index.html"
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"
_MEDIA = {".webmanifest": "application/manifest+json", ".js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True)
class File:
    """One file as it is sent: to almost everybody compressed."""

    body: bytes
    compressed: bytes
    headers: Mapping[str, str]


def add_page(app: web.Application, around: Around) -> None:
    """Serve the page at `/app/`, and lead there from `/`."""
    page = _read()

    async def begin(_: web.Request) -> web.Response:
        if not page:
            raise _not_built()
        response = answer(303)
        response.headers["Location"] = _ROOT
        return response

    async def serve(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        file = page.get(name) or (None if name.startswith(_ASSETS) else page.get(_INDEX))
        if file is None:
            raise web.HTTPNotFound if page else _not_built()
        return _response(request, file)

    for path in ("/", _ROOT.rstrip("/")):
        app.router.add_get(path, around(begin, "GET", path))
    app.router.add_get(_ROOT + "{name:.*}", around(serve, "GET", _ROOT))


def _response(request: web.Request, file: File) -> web.Response:
    # A proxy that compresses makes a tag weak; any of several may be asked for.
    if file.headers["ETag"].removeprefix("W/") in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=file.headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers = {**file.headers, "Content-Encoding": "gzip"}
        return web.Response(body=file.compressed, headers=headers)
    return web.Response(body=file.body, headers=file.headers)


def _not_built() -> Problem:
    return Problem(404, "no-page", "This installation was built without the page; the API works.")


def _read() -> dict[str, File]:
    root = files("web") / "page_files"
    return dict(_files_below(root, "")) if root.is_dir() else {}


def _files_below(folder: Traversable, path: str) -> list[tuple[str, File]]:
    found: list[tuple[str, File]] = []
    for each in folder.iterdir():
        name = path + each.name
        found += _files_below(each, f"{name}/") if each.is_dir() else [(name, _file(name, each))]
    return found


def _file(name: str, source: Traversable) -> File:
    body = source.read_bytes()
    suffix = name[name.rindex(".") :]
    media = _MEDIA.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {
        **SECURITY_HEADERS,
        "Content-Security-Policy": POLICY,
        "Content-Type": media,
        "Cache-Control": _FOR_EVER if name.startswith(_ASSETS) else _ASK_EACH_TIME,
        # Weak: one for the compressed and the plain form.
        "ETag": f'W/"{sha256(body).hexdigest()[:32]}"',
        "Vary": "Accept-Encoding",
    }
    return File(body, gzip.compress(body, mtime=0), headers)
