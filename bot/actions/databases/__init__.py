"""Databases of a server: make, read, rotate, delete; where they are used, how large they are."""

from bot.actions.databases.changing import DatabasesAction, Draft, short_name
from bot.actions.databases.measuring import Measured, MeasuringAction
from bot.actions.databases.places import PlacesAction, Replaced, Replacement, Search
from bot.actions.databases.refusals import HostFailed, NoSuchDatabase, PasswordHidden, RotationBlind

__all__ = [
    "DatabasesAction",
    "Draft",
    "HostFailed",
    "Measured",
    "MeasuringAction",
    "NoSuchDatabase",
    "PasswordHidden",
    "PlacesAction",
    "Replaced",
    "Replacement",
    "RotationBlind",
    "Search",
    "short_name",
]
