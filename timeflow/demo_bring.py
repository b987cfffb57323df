"""Brings a demo person's work in through the API: what is missing of it."""

from typing import Any
from uuid import UUID

from timeflow.demo_client import DemoClient
from timeflow.demo_work import Body, Done, Work


async def bring(client: DemoClient, work: Work) -> None:
    """Post what is not there: an interrupted run is gone on with, a whole one changes nothing.

    The goals come last, so that where all of them are, everything is.
    """
    goals = {goal["name"] async for goal in client.items("/goals")}
    if all(goal["name"] in goals for goal in work.goals):
        return
    projects = await _projects(client, work)
    tasks = await _known(client, "/tasks")
    entries = await _known(client, "/time-entries")
    for done in work.tasks:
        await _bring_task(client, done, projects, tasks, entries)
    if (await client.call("GET", "/timer"))["entry"] is None:
        await client.call("POST", "/timer/start", json=work.running)
    for goal in work.goals:
        if goal["name"] not in goals:
            await client.call("POST", "/goals", json=goal)


async def _projects(client: DemoClient, work: Work) -> dict[str, UUID]:
    known = {project["name"]: project["id"] async for project in client.items("/projects")}
    for project in work.projects:
        if project["name"] not in known:
            made = await client.call("POST", "/projects", json=project)
            known[project["name"]] = made["id"]
    return known


async def _known(client: DemoClient, path: str) -> dict[str, Any]:
    """The ids of what is there, by those that the demo gave it."""
    return {
        item["external_ref"]["id"]: item["id"]
        async for item in client.items(path)
        if item["external_ref"]
    }


async def _bring_task(
    client: DemoClient,
    done: Done,
    projects: dict[str, UUID],
    tasks: dict[str, Any],
    entries: dict[str, Any],
) -> None:
    task_id = tasks.get(done.task["external_ref"]["id"])
    if task_id is None:
        task_id = (await client.call("POST", "/tasks", json=_named(done.task, projects)))["id"]
    for entry in done.entries:
        if entry["external_ref"]["id"] not in entries:
            new = {**_named(entry, projects), "task_id": task_id, "source": "import"}
            await client.call("POST", "/time-entries", json=new)


def _named(body: Body, projects: dict[str, UUID]) -> Body:
    """The body with its project's id instead of the name."""
    kept = {name: value for name, value in body.items() if name != "project"}
    return {**kept, "project_id": projects[body["project"]]}
