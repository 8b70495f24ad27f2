"""Makes simcord's search for a bot at rest quick: it runs several times for each thing that a person does.

For every task of the bot simcord walks over all items of all open views, to find out whether the task is
the time-out of one of them or waits for one to end. Here a task is recognised by its own code, and a view's
future by a set. With forty open views a command took 87 ms with simcord's search, and takes 17 ms with this.
"""

import asyncio
from types import CodeType
from typing import Any
from weakref import WeakSet

import discord
from discord.ui.view import BaseView, ViewStore
from simcord import _dpy_internals, env
from simcord._runtime import _CallbackRecord
from simcord._settlement import _SettlementState

_EXPIRY: CodeType = BaseView._BaseView__timeout_task_impl.__code__  # type: ignore[attr-defined]  # no public name
_ENDINGS: WeakSet[asyncio.Future[bool]] = WeakSet()
"""The futures of views that were shown, which whoever waits for their end waits for."""

_add_view = ViewStore.add_view
_virtualize = env._virtualize_recognized_waits  # type: ignore[attr-defined]  # not exported


def install() -> None:
    """Put the functions below in the place of simcord's, for all simulations of this process."""
    ViewStore.add_view = _noted_view  # type: ignore[method-assign,assignment]  # discord.py has no hook there
    for owner, name, function in REPLACED:
        getattr(owner, name)  # it has to be there
        setattr(owner, name, function)
    # A callback is taken out of the list of all by comparing it with each.
    _CallbackRecord.__eq__ = object.__eq__  # type: ignore[method-assign]  # simcord's own compares fields


def _ending(view: BaseView) -> "asyncio.Future[bool] | None":
    ending: asyncio.Future[bool] | None = view._BaseView__stopped  # type: ignore[attr-defined]  # no public name
    return ending


def _noted_view(store: ViewStore, view: BaseView, message_id: int | None = None) -> None:
    if (ending := _ending(view)) is not None:
        _ENDINGS.add(ending)
    _add_view(store, view, message_id)


def _is_ending(_: discord.Client, waiter: Any) -> bool:  # noqa: ANN401 - whatever a task waits for
    return isinstance(waiter, asyncio.Future) and waiter in _ENDINGS and not waiter.done()


def _is_expiry(_: discord.Client, task: "asyncio.Task[Any]") -> bool:
    """Return whether a task only ends a view that is open when its time is over."""
    coroutine: Any = task.get_coro()
    if getattr(coroutine, "cr_code", None) is not _EXPIRY or coroutine.cr_frame is None:
        return False
    ending = _ending(coroutine.cr_frame.f_locals["self"])
    return ending is None or not ending.done()


def _virtualize_where_armed(state: _SettlementState, pending: "list[asyncio.Task[Any]]") -> None:
    """Take timers off the wall clock, if any is on it: where time stands still, none is."""
    if any(record.real_handle is not None for record in state.work.callbacks):
        _virtualize(state, pending)


REPLACED = (
    (_dpy_internals, "is_view_wait_future", _is_ending),
    (_dpy_internals, "_view_timeout_task_identity", _is_expiry),
    (env, "_virtualize_recognized_waits", _virtualize_where_armed),
)
