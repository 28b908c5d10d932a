"""What keeps a feed from being copied is named before anything is copied, all of it at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.servers import Server
from tests.python.loader.gate import closed_gate
from tests.python.loader.support import FEEDS, MakeSchema, World, new_world

DAY = "2025-03-05"
NOON = f"{DAY} 17:00:00"
LOAD = ("load", "--from", DAY, "--to", DAY)
PASSWORD = "s3cr3t-Marked%40/:#"
MakeAccount = Callable[..., str]
MORE_FEEDS = {
    **FEEDS,
    "tasks": {
        "server": "TWO",
        "tables": ["t_task"],
        "key": ["id"],
        "columns": {"id": "int", "kind": "varchar(8)", "cost": "decimal(8,2)", "due": "date"},
    },
}


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema) -> World:
    """Return a world with a fourth feed and a row for every feed."""
    made = new_world(request, tmp_path, make_schema, request.param)
    made.use_feeds(MORE_FEEDS)
    made.source.run(
        "CREATE TABLE {schema}.t_task (id int, kind varchar(8), cost decimal(8,2), due date)"
    )
    made.must("setup")
    made.sell((1, NOON))
    made.source.insert("t_plan", [("US1", DAY, "2.5")])
    made.source.insert("t_shop", [("US1", "First", "2025-01-01")])
    made.source.insert("t_task", [(1, "open", "1.5", None)])
    return made


def _is_empty(world: World) -> bool:
    return not any(world.raw(feed) for feed in world.feeds)


@pytest.mark.parametrize("world", ["mariadb>mariadb", "mysql>duckdb"], indirect=True)
def test_every_difference_is_named_at_once(world: World) -> None:
    """Missing, renamed, retyped and wider columns and a missing table; the other feed is done."""
    world.source.run(
        "ALTER TABLE {schema}.t_sale_1 DROP COLUMN shop",
        "ALTER TABLE {schema}.t_sale_2 MODIFY amount decimal(14,4), MODIFY shop varchar(17)",
        "ALTER TABLE {schema}.t_sale_2 MODIFY sold_at datetime(3)",
        "ALTER TABLE {schema}.t_sale_2 MODIFY id bigint unsigned",
        "ALTER TABLE {schema}.t_plan RENAME COLUMN qty TO quantity",
        "ALTER TABLE {schema}.t_plan MODIFY day varchar(10)",
        "DROP TABLE {schema}.t_shop",
    )
    schema = world.source.schema
    sale, plan = f"feed sales: column {{}} {schema}.t_sale_2 is", f"{schema}.t_plan"
    unsigned = "bigint unsigned" if world.source.engine == "mysql" else "bigint(20) unsigned"
    problems = [
        f"error: feed sales: column shop is missing in {schema}.t_sale_1",
        f"error: {sale.format('id in')} {unsigned}, bigint expected",
        f"error: {sale.format('shop in')} varchar(17), varchar(16) expected",
        f"error: {sale.format('amount in')} decimal(14,4), decimal(12,4) expected",
        f"error: {sale.format('sold_at in')} datetime(3), datetime expected",
        f"error: feed plans: column day in {plan} is varchar(10), date expected",
        f"error: feed plans: column qty is missing in {plan} (renamed to quantity?)",
        f"error: feed shops: table {schema}.t_shop is missing or may not be read",
    ]

    result = world.run("check")

    assert (result.code, sorted(result.err)) == (1, sorted(problems))
    assert result.out == ["tasks: source TWO fits", "4 feeds checked, 8 problems"]
    assert _is_empty(world)
    assert world.warehouse.run("SELECT * FROM load_runs") == []

    result = world.run(*LOAD)

    assert (result.code, sorted(result.err)) == (3, sorted(problems))
    assert result.out == [
        "tasks: 1 rows in the place of 0",
        "1 feeds done, 1 windows, 1 rows; failed: sales, plans, shops",
    ]
    assert [len(world.raw(feed)) for feed in MORE_FEEDS] == [0, 0, 0, 1]


@pytest.mark.parametrize("world", ["duckdb>duckdb"], indirect=True)
def test_every_difference_in_a_file(world: World) -> None:
    """The same on the embedded source."""
    world.source.run(
        "ALTER TABLE {schema}.t_sale_1 DROP COLUMN shop",
        "ALTER TABLE {schema}.t_sale_2 ALTER amount TYPE decimal(14,4)",
        "ALTER TABLE {schema}.t_plan RENAME COLUMN qty TO quantity",
        "ALTER TABLE {schema}.t_plan ALTER day TYPE varchar",
        "DROP TABLE {schema}.t_shop",
    )

    result = world.run("check")

    assert (result.code, result.err) == (
        1,
        [
            "error: feed sales: column shop is missing in src.t_sale_1",
            "error: feed sales: column amount in src.t_sale_2 is DECIMAL(14,4), "
            "decimal(12,4) expected",
            "error: feed plans: column day in src.t_plan is VARCHAR, date expected",
            "error: feed plans: column qty is missing in src.t_plan (renamed to quantity?)",
            "error: feed shops: table src.t_shop is missing or may not be read",
        ],
    )
    assert _is_empty(world)


@pytest.mark.parametrize("world", ["mariadb>mariadb"], indirect=True)
def test_narrower_and_further_columns_at_the_source_are_welcome(world: World) -> None:
    """Every value still fits; what is not asked for is not read."""
    world.source.run(
        "ALTER TABLE {schema}.t_sale_1 MODIFY id mediumint unsigned NOT NULL, "
        "MODIFY shop char(3), MODIFY amount decimal(6,2), ADD COLUMN extra longtext FIRST"
    )

    assert world.must("check").out[-1] == "4 feeds checked, 0 problems"
    world.must(*LOAD)
    assert [(key, shop) for key, shop, *_ in world.raw("sales")] == [(1, "US1")]


@pytest.mark.parametrize("world", ["mariadb>mariadb", "duckdb>duckdb"], indirect=True)
def test_a_warehouse_that_does_not_fit(world: World) -> None:
    """Raw tables are compared too; setup says so and alters nothing."""
    world.warehouse.run(
        "DROP TABLE raw_shops",
        "ALTER TABLE raw_plans DROP COLUMN qty",
        "ALTER TABLE raw_sales ADD COLUMN extra int",
    )
    text = "error: feed {}"
    missing = text.format("shops: table raw_shops is missing: run `python -m loader setup`")
    others = [
        text.format("sales: column extra of raw_sales is not in feeds.yml"),
        text.format("plans: column qty is missing in raw_plans"),
    ]

    result = world.run("check")
    assert (result.code, result.err) == (1, [*others, missing])
    result = world.run(*LOAD)
    assert (result.code, result.err) == (3, [*others, missing])
    assert result.out[-1] == "1 feeds done, 1 windows, 1 rows; failed: sales, plans, shops"

    result = world.run("setup")
    assert (result.code, result.err) == (
        1,
        [*others, "error: 2 raw columns do not fit feeds.yml: alter or drop those tables"],
    )
    assert world.raw("shops") == []


@pytest.fixture
def make_account() -> Iterator[MakeAccount]:
    """Return a function that makes an account with grants and returns its name."""
    made: list[tuple[Server, str]] = []

    def make(world: World, *grants: str) -> str:
        server = world.source.server
        assert server is not None
        name = f"u_{uuid.uuid4().hex[:12]}"
        made.append((server, name))
        # Written by hand into a URL the password is PASSWORD itself: %40 stands for @.
        secret = PASSWORD.replace("%40", "@")
        server.run(f"CREATE USER {name}@'%' IDENTIFIED BY '{secret}'")
        for grant in grants:
            world.source.run(f"GRANT {grant} TO {name}@'%'")
        return name

    yield make
    for server, name in made:
        server.run(f"DROP USER {name}@'%'")


def _url(world: World, name: str, password: str = PASSWORD) -> str:
    server = world.source.server
    assert server is not None
    return f"mysql+pymysql://{name}:{password}@{server.host}:{server.port}/"


@pytest.mark.parametrize("world", ["mariadb>mariadb", "mysql>mysql"], indirect=True)
def test_a_source_account_needs_select_only(world: World, make_account: MakeAccount) -> None:
    """Every verb works, and the source is not written to."""
    url = _url(world, make_account(world, "SELECT ON {schema}.*"))
    world.environment |= {"STOREWATCH_SOURCE_ONE": url, "STOREWATCH_SOURCE_TWO": url}

    assert world.must("check").out[-1] == "4 feeds checked, 0 problems"
    assert world.must(*LOAD).out[-1] == "4 feeds done, 4 windows, 4 rows"
    assert world.must("reconcile").out[-1] == "loaded again: 4 feeds done, 0 windows, 0 rows"


@pytest.mark.parametrize("world", ["mariadb>duckdb", "mysql>duckdb"], indirect=True)
def test_a_missing_select_privilege(world: World, make_account: MakeAccount) -> None:
    """No privilege at all, one that is not SELECT, and SELECT of some columns only."""
    account = make_account(
        world,
        "SELECT ON {schema}.t_sale_1",
        "INSERT, UPDATE ON {schema}.t_sale_2",
        "SELECT (shop, day) ON {schema}.t_plan",
        "SELECT ON {schema}.t_task",
    )
    url = _url(world, account)
    world.environment |= {"STOREWATCH_SOURCE_ONE": url, "STOREWATCH_SOURCE_TWO": url}
    schema = world.source.schema
    problems = [
        f"error: feed sales: table {schema}.t_sale_2 is missing or may not be read",
        f"error: feed plans: column qty is missing in {schema}.t_plan",
        f"error: feed shops: table {schema}.t_shop is missing or may not be read",
    ]

    result = world.run("check")
    assert (result.code, result.err) == (1, problems)
    result = world.run(*LOAD)
    assert (result.code, result.err) == (3, problems)
    assert [len(world.raw(feed)) for feed in MORE_FEEDS] == [0, 0, 0, 1]


@pytest.mark.parametrize("world", ["mariadb>mariadb", "mysql>mysql"], indirect=True)
def test_a_wrong_password_is_not_tried_again_and_not_shown(
    world: World, make_account: MakeAccount
) -> None:
    """Another attempt would only lock the account; the other server's feeds are done."""
    name = make_account(world, "SELECT ON {schema}.*")
    server = world.source.server
    assert server is not None
    host = "localhost" if server.engine == "mysql" else "127.0.0.1"
    text = (
        f"({name}@{server.host}:{server.port}): "
        f"Access denied for user '{name}'@'{host}' (using password: YES) (error 1045)"
    )
    source = {"STOREWATCH_SOURCE_ONE": _url(world, name, "wr0ng-Marked")}
    warehouse = {"STOREWATCH_DB_USER": name, "STOREWATCH_DB_PASSWORD": "wr0ng-Marked"}

    result = world.run(*LOAD, **source)
    assert (result.code, result.err) == (
        3,
        [f"error: feed {feed}: source ONE {text}" for feed in ("sales", "plans")],
    )
    assert result.out[-1] == "2 feeds done, 2 windows, 2 rows; failed: sales, plans"
    result = world.run("check", **source)
    assert (result.code, result.err) == (1, [f"error: source ONE {text}"])
    for verb in (LOAD, ("check",), ("status",)):
        result = world.run(*verb, **warehouse)
        assert (result.code, result.err) == (
            1,
            [f"error: warehouse {world.warehouse.schema} {text}"],
        )
    for table in ("load_runs", "load_steps"):
        assert "Marked" not in str(world.warehouse.run(f"SELECT * FROM {table}"))


@pytest.mark.parametrize("world", ["mariadb>mariadb"], indirect=True)
def test_a_password_is_nowhere_to_be_seen(world: World, make_account: MakeAccount) -> None:
    """Not in the list of processes, of the system and of the server, nor in logs or output."""
    name = make_account(world, "SELECT ON {schema}.*", f"ALL ON {world.warehouse.schema}.*")
    world.environment |= {
        "STOREWATCH_SOURCE_ONE": _url(world, name),
        "STOREWATCH_SOURCE_TWO": _url(world, name),
        "STOREWATCH_DB_USER": name,
        "STOREWATCH_DB_PASSWORD": PASSWORD.replace("%40", "@"),
    }
    with closed_gate(world, 1) as gate:
        process = world.start(*LOAD)
        number = gate.connection(process)
        command = Path(f"/proc/{process.pid}/cmdline").read_text(encoding="utf-8")
        queries = str(world.source.run("SHOW FULL PROCESSLIST"))
        world.source.run(f"KILL QUERY {number}")
    out, err = process.communicate()

    assert process.returncode == 3
    assert "loader" in command
    assert name in queries
    logs = [
        str(world.warehouse.run(f"SELECT * FROM {name}")) for name in ("load_runs", "load_steps")
    ]
    seen = "\n".join([command, queries, out, err, *logs])
    assert "Query execution was interrupted" in seen
    assert "Marked" not in seen
