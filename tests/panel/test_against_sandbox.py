"""The real client on the sandbox panel and node, in each generation of panels."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.panel import Lane, PanelClient, PanelConfig, errors
from bot.panel.events import BackupCompleted, ConsoleLine, JwtError, Stats, Status
from bot.panel.models import (
    BackupState,
    Cron,
    ListScope,
    PowerSignal,
    PowerState,
    ScheduleDraft,
    ServerStatus,
    TaskAction,
    TaskDraft,
)
from sandbox import Fault, Mode, Sandbox

CRON = Cron(minute="0", hour="4", day_of_month="*", month="*", day_of_week="*")
BELOW_5_MIB = 5 * 1024 * 1024 - 1


class Scene:
    """A sandbox with one server and the client of its owner."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.server = sandbox.world.add_server(name="Survival", state="running")
        self.uuid = self.server.uuid
        self.client = PanelClient(
            PanelConfig(sandbox.panel_url, SecretStr(sandbox.world.key_of("owner"))),
            sandbox.clock.seconds,
            sleep=sandbox.advance,
        )


@pytest.fixture(params=list(Mode), ids=lambda mode: mode.value)
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    async with Sandbox(mode=request.param) as sandbox:
        scene = Scene(sandbox)
        async with scene.client:
            yield scene
        assert sandbox.unknown_routes == []


async def test_servers_power_and_account(scene: Scene) -> None:
    client, uuid = scene.client, scene.uuid
    assert [server.name for server in await client.servers.list_all()] == ["Survival"]
    assert (await client.servers.page(name="surv")).total == 1
    assert (await client.servers.page(scope=ListScope.ALL)).items == ()
    assert (await client.servers.view(uuid)).allows("control.start")
    assert (await client.servers.resources(uuid)).state is PowerState.RUNNING
    await client.servers.rename(uuid, "Season 2")
    assert (await client.servers.view(uuid)).name == "Season 2"
    await client.servers.describe(uuid, "Season 2", "Two\nlines")
    if scene.sandbox.world.mode.is_pelican:
        await client.servers.describe_alone(uuid, "Two\nlines")
    else:
        with pytest.raises(errors.NotFound):
            await client.servers.describe_alone(uuid, "Two\nlines")
        scene.sandbox.unknown_routes.clear()
    described = await client.servers.view(uuid, fresh=True)
    assert (described.name, described.description) == ("Season 2", "Two\nlines")
    await client.servers.command(uuid, "say hello")
    await client.servers.power(uuid, PowerSignal.STOP)
    await scene.sandbox.advance(60)
    assert (await client.servers.resources(uuid)).state is PowerState.OFFLINE
    with pytest.raises(errors.ServerOffline):
        await client.servers.command(uuid, "say hello")
    await client.servers.reinstall(uuid)
    assert (await client.servers.view(uuid, fresh=True)).status is ServerStatus.INSTALLING
    await scene.sandbox.advance(60)
    assert (await client.servers.view(uuid, fresh=True)).status is None
    page = await client.activity.page(uuid, event="power")
    assert [item.event for item in page.items] == ["server:power.stop"]
    assert page.items[0].actor == "owner"
    assert (await client.account.view()).username == "owner"
    assert "control.start" in (await client.account.permissions()).names


async def test_addresses(scene: Scene) -> None:
    network, uuid = scene.client.network, scene.uuid
    (first,) = await network.list(uuid)
    assert (first.is_default, first.notes) == (True, None)
    assert (await network.set_note(uuid, first.id, "game")).notes == "game"
    with pytest.raises(errors.AssignmentDisabled):
        await network.assign(uuid)
    scene.sandbox.world.settings.allocations_enabled = True
    second = await network.assign(uuid)
    await scene.sandbox.advance(61)  # later panels assign two a minute
    with pytest.raises(errors.TooManyAllocations):
        await network.assign(uuid)
    assert (await network.make_primary(uuid, second.id)).is_default
    assert [row.is_default for row in await network.list(uuid)] == [False, True]
    with pytest.raises(errors.AllocationKept):
        await network.remove(uuid, second.id)
    await network.remove(uuid, first.id)
    assert [row.id for row in await network.list(uuid)] == [second.id]


async def test_subusers(scene: Scene) -> None:
    subusers, uuid = scene.client.subusers, scene.uuid
    made = await subusers.invite(uuid, "New.Person@example.com", ["control.start", "control.start"])
    assert (made.email, made.is_stored_twice) == ("New.Person@example.com", False)
    assert made.permissions == {"control.start", "websocket.connect"}
    with pytest.raises(errors.SubuserExists):
        await subusers.invite(uuid, "new.person@example.com", ["control.start"])
    with pytest.raises(errors.OwnerIsNoSubuser):
        await subusers.invite(uuid, "owner@example.com", ["control.start"])
    changed = await subusers.update(uuid, made.uuid, ["file.read", "no.such"])
    assert changed.permissions == {"file.read", "websocket.connect"}
    assert (await subusers.view(uuid, made.uuid)).permissions == changed.permissions
    await subusers.remove(uuid, made.uuid)
    assert await subusers.list(uuid) == ()
    with pytest.raises(errors.NotFound):
        await subusers.view(uuid, made.uuid)


async def test_files_there_and_back(scene: Scene) -> None:
    files, uuid = scene.client.files, scene.uuid
    name = "päivä %41 +&#'\"世界 .txt"
    await files.create_folder(uuid, "/", "place/deep")
    await files.write(uuid, f"/place/{name}", b"\x00\xffbytes\r\n")
    assert await files.read(uuid, f"/place/{name}") == b"\x00\xffbytes\r\n"
    async with files.download(uuid, f"/place/{name}") as download:
        assert b"".join([chunk async for chunk in download]) == b"\x00\xffbytes\r\n"
    await files.rename(uuid, [(f"place/{name}", "place/deep/moved.txt")])
    await files.copy(uuid, "/place/deep/moved.txt")
    await files.chmod(uuid, "/place/deep", [("moved.txt", "600"), ("moved copy.txt", "640")])
    listed = {entry.name: entry.mode_bits for entry in await files.list(uuid, "/place/deep")}
    assert listed == {"moved.txt": "600", "moved copy.txt": "640"}
    pelican = scene.sandbox.world.mode.is_pelican  # it does not pass the node's words on
    with pytest.raises(errors.FileUnavailable if pelican else errors.FileExists):
        await files.rename(uuid, [("place/deep/moved.txt", "place/deep/moved copy.txt")])
    archive = await files.compress(uuid, "/place", ["deep"])
    await files.delete(uuid, "/place", ["deep"])
    await files.decompress(uuid, "/place", archive.name)
    assert len(await files.list(uuid, "/place/deep")) == 2
    with pytest.raises((errors.FileMissing, errors.FileUnavailable)):
        await files.read(uuid, "/place/nothing.txt")


async def test_uploads_stream_to_the_node(scene: Scene) -> None:
    async def source() -> AsyncIterator[bytes]:
        yield b"x" * BELOW_5_MIB
        yield b"y"

    files, name = scene.client.files, 'mäp "one".zip'
    await files.upload(scene.uuid, "/plugins/new folder", name, source(), BELOW_5_MIB + 1)
    (entry,) = await files.list(scene.uuid, "/plugins/new folder")
    assert (entry.name, entry.size_bytes) == (name, BELOW_5_MIB + 1)
    with pytest.raises(errors.FileTooLarge):
        await files.download(scene.uuid, f"/plugins/new folder/{name}", limit_bytes=100).__aenter__()


async def test_backups(scene: Scene) -> None:
    backups, uuid = scene.client.backups, scene.uuid
    begun = await backups.create(uuid, "before", ignored=["*.log"], locked=True)
    assert (begun.state, begun.ignored_files, begun.is_locked) == (BackupState.RUNNING, ("*.log",), True)
    await scene.sandbox.advance(300)
    done = await backups.view(uuid, begun.uuid)
    assert done.state is BackupState.DONE
    async with backups.open(uuid, done.uuid) as archive:
        assert archive.length == done.size_bytes
    with pytest.raises(errors.BackupLocked):
        await backups.delete(uuid, done.uuid)
    assert not (await backups.lock_toggle(uuid, done.uuid)).is_locked
    await backups.create(uuid)
    with pytest.raises(errors.BackupThrottled):
        await backups.create(uuid)
    await scene.sandbox.advance(300)
    await backups.restore(uuid, done.uuid, truncate=False)
    with pytest.raises(errors.ServerStateConflict) as caught:
        await scene.client.servers.resources(uuid)
    assert caught.value.reason is errors.ConflictReason.RESTORING
    await scene.sandbox.advance(300)
    await backups.delete(uuid, done.uuid)
    page = await backups.page(uuid)
    assert (len(page.items), page.counted) == (1, 1)


async def test_databases_schedules_and_startup(scene: Scene) -> None:
    client, uuid = scene.client, scene.uuid
    made = await client.databases.create(uuid, "stats")
    assert made.password is not None
    with pytest.raises(errors.DuplicateDatabaseName):
        await client.databases.create(uuid, "STATS")
    rotated = await client.databases.rotate(uuid, made.id)
    (shown,) = await client.databases.list(uuid, with_passwords=True)
    assert shown.password == rotated.password != made.password
    assert (await client.databases.list(uuid))[0].password is None
    await client.databases.delete(uuid, made.id)
    assert await client.databases.list(uuid) == ()

    schedule = await client.schedules.create(uuid, ScheduleDraft(name="nightly", cron=CRON))
    with pytest.raises(errors.ScheduleEmpty):
        await client.schedules.execute(uuid, schedule.id)
    task = await client.schedules.create_task(
        uuid, schedule.id, TaskDraft(action=TaskAction.COMMAND, payload="say hi")
    )
    await client.schedules.update_task(
        uuid, schedule.id, task.id, TaskDraft(action=TaskAction.COMMAND, payload="say ho")
    )
    await client.schedules.execute(uuid, schedule.id)
    seen = await client.schedules.view(uuid, schedule.id)
    assert [entry.payload for entry in seen.tasks] == ["say ho"]
    renamed = await client.schedules.update(uuid, schedule.id, ScheduleDraft(name="daily", cron=CRON))
    assert (renamed.name, str(renamed.cron)) == ("daily", "0 4 * * *")
    await client.schedules.delete_task(uuid, schedule.id, task.id)
    await client.schedules.delete(uuid, schedule.id)
    assert await client.schedules.list(uuid) == ()

    variable = next(item for item in (await client.startup.list(uuid)).variables if item.is_editable)
    value = variable.server_value or variable.default_value or ""
    assert (await client.startup.set_variable(uuid, variable.env_variable, value)).server_value == value


async def test_a_live_connection_outlives_its_token(scene: Scene) -> None:
    async with scene.client.sockets.open(scene.uuid) as live:
        seen = []
        await live.send_command("say to everybody")
        await scene.client.backups.create(scene.uuid)
        for _ in range(130):
            await scene.sandbox.advance(10)
        await live.ask_stats()
        async for event in live:
            seen.append(event)
            if isinstance(event, Stats) and any(isinstance(event, BackupCompleted) for event in seen):
                break
    assert any(isinstance(event, ConsoleLine) and "everybody" in event.text for event in seen)
    assert Status(PowerState.RUNNING) in seen
    assert not any(isinstance(event, JwtError) for event in seen)


async def test_a_node_that_is_down(scene: Scene) -> None:
    client, uuid = scene.client, scene.uuid
    scene.sandbox.node_down()
    with pytest.raises(errors.NodeError):
        await client.files.list(uuid)
    with pytest.raises((errors.OutcomeUnknown, errors.NodeError)):
        await client.servers.power(uuid, PowerSignal.STOP)
    with pytest.raises(errors.NodeDown):
        async with client.sockets.open(uuid):
            pass
    assert client.health.up
    scene.sandbox.node_down(down=False)
    assert await client.files.list(uuid) == ()


async def test_a_change_whose_answer_is_lost_was_made(scene: Scene) -> None:
    """A node slower than 15 s does it all the same: the caller checks before it reports."""
    scene.sandbox.faults.add(Fault.late(), path="*/files/write", times=1)
    with pytest.raises(errors.OutcomeUnknown):
        await scene.client.files.write(scene.uuid, "/late.txt", b"late")
    assert await scene.client.files.read(scene.uuid, "/late.txt") == b"late"


async def test_no_429_with_the_limiter_on(scene: Scene) -> None:
    scene.sandbox.world.settings.requests_per_minute = 60
    background = scene.client.on(Lane.BACKGROUND)
    for _ in range(100):
        await background.databases.list(scene.uuid)
    assert {request.status for request in scene.sandbox.requests} == {200}
    await scene.client.databases.list(scene.uuid)


async def test_another_key_sees_its_own(scene: Scene) -> None:
    scene.sandbox.world.add_user("stranger")
    stranger = scene.client.with_key(SecretStr(scene.sandbox.world.key_of("stranger")))
    assert (await stranger.servers.page()).items == ()
    with pytest.raises(errors.NotFound):
        await stranger.servers.view(scene.uuid)
    with pytest.raises(errors.KeyRefused):
        await scene.client.with_key(
            SecretStr("ptlc_0000000000000000000000000000000000000000000")
        ).account.view()


async def test_an_administrators_key_lists_every_server_when_the_settings_say_so(scene: Scene) -> None:
    world = scene.sandbox.world
    world.add_server(name="Other", owner="somebody")

    async def listed(username: str, *, lists_all: bool) -> list[str]:
        key = SecretStr(world.key_of(username))
        config = PanelConfig(scene.sandbox.panel_url, key, lists_all=lists_all)
        async with PanelClient(config, scene.sandbox.clock.seconds, sleep=scene.sandbox.advance) as client:
            every = [server.name for server in await client.servers.list_all()]
            compact = [server.name for server in await client.servers.list_compact()]
        assert compact == every or not every
        return compact

    assert await listed("admin", lists_all=True) == ["Survival", "Other"]
    assert await listed("admin", lists_all=False) == []
    assert await listed("somebody", lists_all=True) == [
        "Other"
    ]  # an empty list without an error, then its own
