"""Rows as the panel shows them (docs/reference/panel-api.md#envelopes)."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sandbox import hashids
from sandbox.answers import (
    Json,
    item,
    listing,
    null_resource,
)
from sandbox.model import (
    Allocation,
    GameServer,
    Subuser,
    User,
    Variable,
)
from sandbox.permissions import unique
from sandbox.power import invocation
from sandbox.resources import (
    Backup,
    Database,
    Schedule,
    Task,
)
from sandbox.world import World


def iso(moment: datetime | None) -> str | None:
    """Return a time as the panel writes it: with offset, without fraction."""
    return None if moment is None else moment.replace(microsecond=0).isoformat()


def server_item(
    world: World, server: GameServer, user: User, includes: Iterable[str], *, with_meta: bool = False
) -> Json:
    """Return a server as the list and the view show it."""
    held = server.permissions_of(user) or []

    def may(permission: str) -> bool:
        return "*" in held or permission in held

    limits = server.limits
    pelican = world.mode.is_pelican
    relationships: Json = {
        "allocations": listing(_allocations(server, all_of_them=may("allocation.read"))),
        "variables": listing(
            variable_item(server, variable) for variable in server.egg.variables if variable.viewable
        )
        if may("startup.read")
        else null_resource(),
    }
    if "egg" in includes:
        relationships["egg"] = item("egg", {"uuid": server.egg.uuid, "name": server.egg.name})
    if "subusers" in includes:
        readable = may("user.read")
        relationships["subusers"] = (
            listing(subuser_item(subuser) for subuser in server.subusers) if readable else null_resource()
        )
    attributes: Json = {
        "server_owner": server.owner is user,
        "identifier": server.identifier,
        "internal_id": server.id,
        "uuid": server.uuid,
        "name": server.name,
        "node": server.node.name,
        "is_node_under_maintenance": server.node.maintenance,
        "sftp_details": {"ip": server.node.fqdn, "port": 2022} | ({"alias": None} if pelican else {}),
        "description": server.description,
        "limits": {
            "memory": limits.memory,
            "swap": limits.swap,
            "disk": limits.disk,
            "io": limits.io,
            "cpu": limits.cpu,
            "threads": limits.threads,
            "oom_disabled": limits.oom_disabled,
        }
        | ({"oom_killer": not limits.oom_disabled} if pelican else {}),
        "invocation": invocation(server, hidden=not may("startup.read")),
        "docker_image": server.docker_image,
        "egg_features": server.egg.features,
        "feature_limits": {
            "databases": server.feature_limits.databases,
            "allocations": server.feature_limits.allocations,
            "backups": server.feature_limits.backups,
        },
        "status": server.status,
        "is_suspended": server.status == "suspended",
        "is_installing": server.status in {"installing", "install_failed"},
        "is_transferring": server.transferring,
        "relationships": relationships,
    }
    meta = {"is_server_owner": server.owner is user, "user_permissions": unique(held)} if with_meta else None
    return item("server", attributes, meta)


def _allocations(server: GameServer, *, all_of_them: bool) -> list[Json]:
    if all_of_them:
        return [allocation_item(server, allocation) for allocation in server.allocations]
    primary = allocation_item(server, server.primary)
    primary["attributes"]["notes"] = None
    return [primary]


def allocation_item(server: GameServer, allocation: Allocation) -> Json:
    """Return an allocation of a server."""
    attributes = {
        "id": allocation.id,
        "ip": allocation.ip,
        "ip_alias": allocation.alias,
        "port": allocation.port,
        "notes": allocation.notes,
        "is_default": allocation is server.primary,
    }
    return item("allocation", attributes)


def variable_item(server: GameServer, variable: Variable, meta: Json | None = None) -> Json:
    """Return a startup variable with its value on a server."""
    attributes = {
        "name": variable.name,
        "description": variable.description,
        "env_variable": variable.env_variable,
        "default_value": variable.default_value,
        "server_value": server.variable_value(variable),
        "is_editable": variable.editable,
        "rules": variable.rules,
    }
    return item("egg_variable", attributes, meta)


def subuser_item(subuser: Subuser) -> Json:
    """Return a subuser."""
    return item("server_subuser", {**person(subuser.user), "permissions": unique(subuser.permissions)})


def account_item(user: User, *, pelican: bool = False) -> Json:
    """Return the account of whoever asks."""
    if pelican:
        return item(
            "user",
            {**person(user), "language": user.language, "admin": user.admin, "root_admin": user.admin},
        )
    attributes = {
        "id": user.id,
        "admin": user.admin,
        "username": user.username,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "language": user.language,
    }
    return item("user", attributes)


def person(user: User) -> Json:
    """Return what is shown of another person."""
    digest = hashlib.md5(user.email.encode(), usedforsecurity=False).hexdigest()
    return {
        "uuid": user.uuid,
        "username": user.username,
        "email": user.email,
        "image": f"https://gravatar.com/avatar/{digest}",
        "2fa_enabled": user.two_factor,
        "created_at": iso(user.created_at),
    }


def backup_item(backup: Backup, *, pelican: bool = False) -> Json:
    """Return a backup; the checksum has its kind in front."""
    attributes = {
        "uuid": backup.uuid,
        "is_successful": backup.is_successful,
        "is_locked": backup.is_locked,
        "name": backup.name,
        "ignored_files": backup.ignored_files,
        "checksum": f"sha1:{backup.checksum}" if backup.checksum else None,
        "bytes": backup.size,
        "created_at": iso(backup.created_at),
        "completed_at": iso(backup.completed_at),
    }
    return item("backup", attributes | ({"is_scheduled": backup.scheduled} if pelican else {}))


def database_item(
    world: World, server: GameServer, database: Database, *, password: bool | None, fresh: bool = False
) -> Json:
    """Return a database; `password`: None = not asked for, False = asked for without the permission."""
    attributes: Json = {
        "id": database.id if world.mode.is_pelican else hashids.encode(database.id),
        "host": {"address": server.node.fqdn, "port": world.settings.database_port},
        "name": database.name,
        "username": database.username,
        "connections_from": database.remote,
        "max_connections": None if fresh else database.max_connections,
    }
    if password is not None:
        shown = item("database_password", {"password": database.password}) if password else null_resource()
        attributes["relationships"] = {"password": shown}
    return item("server_database", attributes)


def schedule_item(schedule: Schedule) -> Json:
    """Return a schedule with its tasks."""
    attributes = {
        "id": schedule.id,
        "name": schedule.name,
        "cron": {
            "day_of_week": schedule.day_of_week,
            "day_of_month": schedule.day_of_month,
            "month": schedule.month,
            "hour": schedule.hour,
            "minute": schedule.minute,
        },
        "is_active": schedule.is_active,
        "is_processing": schedule.is_processing,
        "only_when_online": schedule.only_when_online,
        "last_run_at": iso(schedule.last_run_at),
        "next_run_at": iso(schedule.next_run_at),
        "created_at": iso(schedule.created_at),
        "updated_at": iso(schedule.updated_at),
        # In the order of their ids, whatever their sequence is.
        "relationships": {
            "tasks": listing(task_item(task) for task in sorted(schedule.tasks, key=lambda task: task.id))
        },
    }
    return item("server_schedule", attributes)


def task_item(task: Task) -> Json:
    """Return a task of a schedule."""
    attributes = {
        "id": task.id,
        "sequence_id": task.sequence_id,
        "action": task.action,
        "payload": task.payload,
        "time_offset": task.time_offset,
        "is_queued": task.is_queued,
        "continue_on_failure": task.continue_on_failure,
        "created_at": iso(task.created_at),
        "updated_at": iso(task.updated_at),
    }
    return item("schedule_task", attributes)
