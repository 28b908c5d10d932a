"""A malformed feeds.yml is refused before anything is opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dev.servers import Server
from tests.python.loader.support import FEEDS, World, new_world

DAY = "2025-03-05"


@pytest.fixture(scope="module")
def idle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return a world with a shop, for mistakes that leave it as it is."""

    def no_schema(server: Server) -> str:
        raise AssertionError(server)

    world = new_world(request, tmp_path_factory.mktemp("idle"), no_schema, "duckdb>duckdb")
    world.source.insert("t_shop", [("US1", "First", "2025-01-01")])
    return world


def _feed(**changes: object) -> dict[str, Any]:
    return {**FEEDS, "shops": {**FEEDS["shops"], **changes}}


def _write(idle: World, feeds: dict[str, Any], **options: object) -> None:
    idle.use_feeds(feeds, **options)


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (
            lambda world: _write(world, _feed(tabels=["t_shop"])),
            "feeds.shops.tabels: Extra inputs are not permitted",
        ),
        (
            lambda world: _write(world, dict(FEEDS), windowdays=7),
            "windowdays: Extra inputs are not permitted",
        ),
        (
            lambda world: _write(world, _feed(tables=["t_shop; DROP TABLE t_shop"])),
            "feeds.shops.tables.0: Value error, 't_shop; DROP TABLE t_shop' is not a plain "
            "identifier (letters, digits, underscores)",
        ),
        (
            lambda world: _write(world, _feed(schema="a`.`b")),
            "feeds.shops.schema: Value error, 'a`.`b' is not a plain identifier "
            "(letters, digits, underscores)",
        ),
        (
            lambda world: _write(world, _feed(columns={"shop_no`": "int"})),
            "feeds.shops.columns.shop_no`.[key]: Value error, 'shop_no`' is not a plain identifier "
            "(letters, digits, underscores)",
        ),
        (
            lambda world: _write(world, {**FEEDS, "shops x": FEEDS["shops"]}),
            "feeds.shops x.[key]: Value error, 'shops x' is not a plain identifier "
            "(letters, digits, underscores)",
        ),
        (
            lambda world: _write(world, _feed(columns={"shop_no": "float"})),
            "feeds.shops.columns.shop_no: Value error, type 'float' is not one of bigint, int, "
            "varchar(n), decimal(p,s), date, datetime",
        ),
        (
            lambda world: _write(world, _feed(columns={"shop_no": "decimal(4,9)"})),
            "feeds.shops.columns.shop_no: Value error, type 'decimal(4,9)': 1 to 38 digits, "
            "of them at most all after the point",
        ),
        (
            lambda world: _write(world, _feed(key=["shop"])),
            "feeds.shops: Value error, column shop is used but not listed under columns",
        ),
        (
            lambda world: _write(world, _feed(date_column="name")),
            "feeds.shops: Value error, date_column name is neither date nor datetime",
        ),
        (
            lambda world: _write(world, _feed(tables=[])),
            "feeds.shops.tables: Tuple should have at least 1 item after validation, not 0",
        ),
        (
            lambda world: _write(world, dict(FEEDS), clock="Mars/Olympus"),
            "clock: Value error, 'Mars/Olympus' is not a time zone",
        ),
        (
            lambda world: world.feeds_file.write_text("feeds:\n  shops: [unclosed\n"),
            "not valid YAML (line 3)",
        ),
        (lambda world: world.feeds_file.write_text("shops: 1\n"), "no `feeds` in it"),
        (
            lambda world: world.feeds_file.write_text("feeds:\n  shops: 1\n"),
            "feeds.shops is not a mapping",
        ),
    ],
)
def test_a_malformed_feeds_file(
    request: pytest.FixtureRequest, idle: World, write: Callable[[World], object], message: str
) -> None:
    """The file and the entry are named; names of it never reach a server unchecked."""
    request.addfinalizer(lambda: idle.use_feeds(FEEDS))
    write(idle)

    result = idle.run("load", "--date", DAY)

    assert (result.code, result.err) == (2, [f"error: {idle.feeds_file}: {message}"])
    assert (result.out, idle.warehouse.run("SELECT * FROM load_runs")) == ([], [])
    assert idle.source.rows("t_shop", "shop_no") == [("US1",)]
