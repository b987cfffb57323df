"""The door of a route: who comes in, how often, and a note of whom operators' routes refuse."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from pipeline import audit
from web import noted
from web.audited import actor_of
from web.callers import Caller
from web.context import Context
from web.network import network
from web.problems import Problem
from web.routes import OPS_REFUSALS, Route

#: Returns who calls, None where anybody may; raises `Problem` when they may not.
Admit = Callable[[web.Request], Awaitable[Caller | None]]


def admission(route: Route, context: Context) -> Admit:
    """The door of this route."""
    admit = _admission(route, context)
    return _noted(admit, route, context) if route.access.scope == "ops" else admit


def _admission(route: Route, context: Context) -> Admit:
    limit, access = route.limit, route.access
    limits, credentials = context.limits, context.credentials
    trusted = context.settings.trusted_proxies

    async def admit(request: web.Request) -> Caller | None:
        if limit.by == "network":
            noted.standing.set(await limits.count(limit, network(request, trusted)))
        if not access.role:
            return None
        caller = credentials.remembered(request) or await credentials.caller(request)
        noted.account.set(caller.account)
        if limit.by == "account":
            account = caller.account
            noted.standing.set(limits.spend(limit, account) or await limits.count(limit, account))
        if not caller.may(access):
            raise Problem(403, "forbidden", "Your role or the scopes of your key do not allow it.")
        return caller

    return admit


def _noted(admit: Admit, route: Route, context: Context) -> Admit:
    """Audits refusals; counted, so that nobody fills the log by knocking."""
    subject, settings = f"{route.method} {route.path}", context.settings

    async def admit_or_note(request: web.Request) -> Caller | None:
        try:
            return await admit(request)
        except Problem as problem:
            if problem.status not in (401, 403):
                raise
            await context.limits.count(OPS_REFUSALS, network(request, settings.trusted_proxies))
            facts = {"status": problem.status, "code": problem.code}
            actor = actor_of(context.credentials.remembered(request))
            await context.database.run(
                audit.record, settings.pepper, actor, "ops.refused", subject, None, facts
            )
            raise

    return admit_or_note
