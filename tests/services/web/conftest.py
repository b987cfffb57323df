"""A running API on a fresh database and an empty Redis."""

from collections.abc import AsyncIterator, Callable

import pytest

from models.database import configure
from pipeline.settings import Settings
from tests.services.web.api import Api


@pytest.fixture
def configured(
    settings: Callable[..., Settings], database_url: str, redis_url: str
) -> Callable[..., Settings]:
    """Makes settings for the servers at hand: cheap passwords, open registration, no limits."""
    configure(database_url, lease_s=60, statement_timeout_s=30, lock_timeout_s=30)

    def make(**fields: object) -> Settings:
        cheap = {
            "database_url": database_url,
            "redis_url": redis_url,
            "jwt_key": "long enough for every algorithm, also for those that are refused " * 2,
            "password_cost": 4,
            "password_threads": 2,
            "registration": "open",
            "rate_login": "100000/minute",
            "rate_read": "100000/minute",
            "rate_write": "100000/minute",
            "rate_ops_refusals": "100000/minute",
            "revocation_poll_s": 0.2,
            "partitions": 4,
        }
        return settings(**{**cheap, **fields})

    return make


@pytest.fixture
async def api(configured: Callable[..., Settings]) -> AsyncIterator[Api]:
    """One web process."""
    async with Api(configured()) as running:
        yield running


@pytest.fixture
async def token(api: Api) -> str:
    """The access token of the first account, which has all roles."""
    login = await api.register()
    return str(login["access_token"])
