"""What holds the house together and no single room can see."""

import importlib
import inspect
import typing
from pathlib import Path

import pytest

from config.schema import Site
from drivers import protocols
from kiosk.kinds import KINDS

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "benchmarks", "biometrics", "chip", "cli", "config", "console", "drivers", "kiosk", "link", "mrz", "records",
    "register", "simulators", "tools", "web",
)  # fmt: skip


@pytest.mark.parametrize("name", PACKAGES)
def test_no_package_of_the_same_name_is_in_front_of_ours(name: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    places = [Path(place) for place in spec.submodule_search_locations or []]
    assert places
    assert all(place.is_relative_to(ROOT) for place in places)


def kinds_of_the_schema() -> set[tuple[str, str]]:
    found = set()
    for device in ("reader", "camera", "doors", "display", "panel", "officer"):
        section = Site.model_fields[device].annotation
        for one in typing.get_args(section) or (section,):
            (kind,) = typing.get_args(one.model_fields["kind"].annotation)
            found.add((device, kind))
    return found


def test_the_kinds_of_the_schema_are_the_kinds_of_the_table() -> None:
    assert set(KINDS) == kinds_of_the_schema()


@pytest.mark.parametrize(("device", "kind"), sorted(KINDS))
def test_every_kind_names_something_that_can_be_imported(device: str, kind: str) -> None:
    module, _, name = KINDS[device, kind].where.partition(":")
    assert callable(getattr(importlib.import_module(module), name))


def test_every_operation_of_a_device_is_awaited() -> None:
    for name, protocol in inspect.getmembers(protocols, inspect.isclass):
        if not getattr(protocol, "_is_protocol", False) or protocol.__module__ != protocols.__name__ or name == "Clock":
            continue
        for operation, function in inspect.getmembers(protocol, inspect.isfunction):
            if not operation.startswith("_"):
                assert inspect.iscoroutinefunction(function), f"{name}.{operation}"


def test_package_faces_are_empty() -> None:
    faces = [path for name in PACKAGES for path in (ROOT / name).rglob("__init__.py")]
    assert [path for path in faces if path.read_text().strip()] == []
