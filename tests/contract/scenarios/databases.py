"""One database, and one schedule."""

from bot.panel import errors
from bot.panel.models import Cron, Database, ScheduleDraft, TaskAction, TaskDraft
from tests.contract.scenarios.run import Run, Skipped, refused


async def a_database_is_made_rotated_and_dropped(run: Run) -> None:
    name = f"qc{run.tag}"
    database = await _create(run, name)
    assert database.name.endswith(f"_{name}")
    assert database.password
    listed = {item.id: item for item in await run.client.databases.list(run.uuid)}
    assert listed[database.id].password is None
    listed = {item.id: item for item in await run.client.databases.list(run.uuid, with_passwords=True)}
    assert listed[database.id].password == database.password
    run.say("  its password is given only on request")
    # Which of them comes first depends on the server's limit and on the panel's own limiter.
    again = run.client.databases.create(run.uuid, name)
    await refused(run, again, errors.DuplicateDatabaseName, errors.TooManyDatabases, errors.RateLimited)
    rotated = await run.client.databases.rotate(run.uuid, database.id)
    assert rotated.password
    assert rotated.password != database.password
    await run.client.databases.delete(run.uuid, database.id)
    assert database.id not in {item.id for item in await run.client.databases.list(run.uuid)}
    run.say("  dropped it")


async def a_schedule_is_made_changed_and_deleted(run: Run) -> None:
    cron = Cron(minute="0", hour="4", day_of_month="*", month="*", day_of_week="*")
    draft = ScheduleDraft(name=run.name, cron=cron, is_active=False)
    schedule = await run.client.schedules.create(run.uuid, draft)
    run.say(f"  made the inactive schedule {schedule.name}")

    async def remove() -> None:
        if schedule.id in {planned.id for planned in await run.client.schedules.list(run.uuid)}:
            await run.client.schedules.delete(run.uuid, schedule.id)
            run.say(f"  removed the schedule {schedule.name}")

    run.finally_(remove)
    task = await run.client.schedules.create_task(
        run.uuid, schedule.id, TaskDraft(action=TaskAction.COMMAND, payload="say hi", delay_s=5)
    )
    seen = await run.client.schedules.view(run.uuid, schedule.id)
    assert [entry.id for entry in seen.tasks] == [task.id]
    assert not seen.is_active
    later = draft.model_copy(update={"cron": cron.model_copy(update={"hour": "5"})})
    assert (await run.client.schedules.update(run.uuid, schedule.id, later)).cron.hour == "5"
    await run.client.schedules.delete_task(run.uuid, schedule.id, task.id)
    assert (await run.client.schedules.view(run.uuid, schedule.id)).tasks == ()
    await run.client.schedules.delete(run.uuid, schedule.id)
    run.say("  deleted it")
    await refused(run, run.client.schedules.view(run.uuid, schedule.id), errors.NotFound)


async def _create(run: Run, name: str) -> Database:
    try:
        database = await run.client.databases.create(run.uuid, name)
    except errors.TooManyDatabases:
        raise Skipped("this server has as many databases as it may have; none of them is ours") from None
    except errors.NoDatabaseHost:
        raise Skipped("this panel has no database host for the server") from None
    run.say(f"  made the database {database.name}")

    async def remove() -> None:
        if database.id in {item.id for item in await run.client.databases.list(run.uuid)}:
            await run.client.databases.delete(run.uuid, database.id)
            run.say(f"  removed the database {database.name}")

    run.finally_(remove)
    return database
