"""The running API of the web tests, to be attacked."""

from tests.services.web.conftest import api, configured, token

__all__ = ["api", "configured", "token"]
