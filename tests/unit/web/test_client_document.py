"""The page's types come from the document of the API as it is."""

import json
from pathlib import Path

from web.client_document import client_document

KEPT = Path(__file__).parents[3] / "client/openapi.json"


def test_the_page_is_written_for_this_api() -> None:
    same = json.loads(KEPT.read_text()) == json.loads(json.dumps(client_document()))
    assert same, "python -m web.client_document > client/openapi.json, then `npm run check`"
