"""What wrong usage, wrong configuration and wrong input get: one clear line and an exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dev.servers import Server
from tests.python.loader.support import ROOT, MakeSchema, Result, World, new_world

DAY = "2025-03-05"
NOON = f"{DAY} 17:00:00"
SECRET = "s3cr3t-Marked"
# Usage is checked first: whoever mistypes a date hears of the date, sources or not.
SOURCES_OR_NOT = pytest.mark.parametrize(
    "environment",
    [{}, {"STOREWATCH_SOURCE_ONE": "", "STOREWATCH_SOURCE_TWO": ""}],
    ids=["sources", "no sources"],
)


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema) -> World:
    """Return a world on DuckDB at both ends, with a sale, a plan and a shop at the source."""
    return _filled(new_world(request, tmp_path, make_schema, "duckdb>duckdb"))


@pytest.fixture(scope="module")
def idle(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return such a world for mistakes that leave it as it is."""

    def no_schema(server: Server) -> str:
        raise AssertionError(server)

    return _filled(new_world(request, tmp_path_factory.mktemp("idle"), no_schema, "duckdb>duckdb"))


def _filled(world: World) -> World:
    world.sell((1, NOON))
    world.source.insert("t_plan", [("US1", DAY, "2.5")])
    world.source.insert("t_shop", [("US1", "First", "2025-01-01")])
    return world


def _untouched(world: World, result: Result) -> bool:
    """Whether a verb left no trace but its message."""
    return not result.out and world.warehouse.run("SELECT * FROM load_runs") == []


@SOURCES_OR_NOT
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("load --feed sails", "unknown feed 'sails': one of sales, plans, shops"),
        ("check --feed sails", "unknown feed 'sails': one of sales, plans, shops"),
        ("reconcile --feed sails", "unknown feed 'sails': one of sales, plans, shops"),
        ("load --date 2025-02-30", "--date '2025-02-30' is not a date: write it as 2026-02-14"),
        (
            "load --from yesterday --to 2025-03-05",
            "--from 'yesterday' is not a date: write it as 2026-02-14",
        ),
        (
            "load --from 2025-03-05 --to 03/06/2025",
            "--to '03/06/2025' is not a date: write it as 2026-02-14",
        ),
        (
            "load --from 2025-03-06 --to 2025-03-05",
            "--from 2025-03-06 is after --to 2025-03-05: give the earlier date first",
        ),
        ("load --from 2025-03-05", "--from and --to belong together: give both"),
        ("load --to 2025-03-05", "--from and --to belong together: give both"),
        (
            "load --date 2025-03-05 --from 2025-03-05 --to 2025-03-05",
            "--date and --from/--to exclude each other: give one of them",
        ),
        ("reconcile --days 0", "--days 0 is not between 1 and 3660"),
        ("", "Missing command. (python -m loader --help)"),
        ("lode", "No such command 'lode'."),
        ("load --day 2025-03-05", "No such option: --day"),
        ("load sales", "Got unexpected extra argument(s) (sales) (python -m loader --help)"),
    ],
)
def test_wrong_usage(
    idle: World, arguments: str, message: str, environment: dict[str, str]
) -> None:
    """Each mistake is named, with what would be right; nothing is touched."""
    result = idle.run(*arguments.split(), **environment)

    assert (result.code, len(result.err)) == (2, 1)
    assert result.err[0].startswith(f"error: {message}")
    assert _untouched(idle, result)


@SOURCES_OR_NOT
@pytest.mark.parametrize(
    ("option", "others"), [("--date", ()), ("--to", ("--from", DAY)), ("--from", ("--to", DAY))]
)
def test_a_future_date(
    idle: World, option: str, others: tuple[str, ...], environment: dict[str, str]
) -> None:
    """Tomorrow has no rows yet: asking for it is a mistake."""
    result = idle.run("load", option, "2999-01-01", *others, **environment)

    assert (result.code, len(result.err)) == (2, 1)
    assert result.err[0].startswith(f"error: {option} 2999-01-01 is in the future: ")
    assert result.err[0].endswith(" at the latest")
    assert _untouched(idle, result)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("STOREWATCH_TARGET", "oracle", " is 'oracle': one of duckdb, mysql, mariadb"),
        (
            "STOREWATCH_TARGET",
            "mysql",
            "STOREWATCH_DB_HOST is not set (needed for STOREWATCH_TARGET mysql, mariadb)",
        ),
        (
            "STOREWATCH_SOURCE_TWO",
            "",
            " is not set: a URL such as mysql+pymysql://user:password@host:3306/ "
            "or duckdb:///file.duckdb",
        ),
        ("STOREWATCH_SOURCE_ONE", "server:3306", " is not a valid URL (its value is not shown)"),
        (
            "STOREWATCH_SOURCE_ONE",
            f"mysql+pymysql://u:{SECRET}@h:port/",
            " is not a valid URL (its value is not shown)",
        ),
        (
            "STOREWATCH_SOURCE_ONE",
            f"mysql+pymysql://u:x@{SECRET}@127.0.0.1:1/",
            " holds more than one @: write %40 for one in the password (its value is not shown)",
        ),
        (
            "STOREWATCH_SOURCE_ONE",
            f"postgresql://u:{SECRET}@h/",
            " is a URL of 'postgresql': mysql+pymysql:// or duckdb:/// expected",
        ),
        ("STOREWATCH_SOURCE_ONE", f"mysql+pymysql://u:{SECRET}@/", " names no host or no user"),
        (
            "STOREWATCH_SOURCE_ONE",
            f"mysql+pymysql://u:{SECRET}@h/?tls=1",
            " has an unknown option 'tls': one of ssl_ca, ssl_cert, ssl_key, ssl_verify_cert, "
            "ssl_verify_identity",
        ),
        (
            "STOREWATCH_SOURCE_ONE",
            f"mysql+pymysql://u:{SECRET}@h/?ssl_ca=/none/ca.pem",
            ": ssl_ca /none/ca.pem is not a file",
        ),
        (
            "STOREWATCH_SOURCE_ONE",
            f"mysql+pymysql://u:{SECRET}@h:99999/",
            " has port 99999: 1 to 65535 expected",
        ),
        ("STOREWATCH_SOURCE_ONE", "duckdb://", " names no file: duckdb:////absolute/path.duckdb"),
        ("STOREWATCH_RETRIES", "many", " is not a number: 'many'"),
        ("STOREWATCH_RETRY_BASE_SECONDS", "-1", " is negative: -1"),
        ("STOREWATCH_FEEDS", "nowhere.yml", "nowhere.yml: No such file or directory"),
    ],
)
def test_wrong_variables(idle: World, variable: str, value: str, message: str) -> None:
    """The variable is named, and never the value of one that may hold a password."""
    result = idle.run("load", "--date", DAY, **{variable: value})

    start = variable if message.startswith((" ", ":")) else ""
    assert (result.code, result.err) == (2, [f"error: {start}{message}"])
    assert _untouched(idle, result)


def test_a_missing_source_file(world: World) -> None:
    """A file is no server: it is named at once, without another attempt."""
    result = world.run(
        "load", "--date", DAY, "--feed", "shops", STOREWATCH_SOURCE_TWO="duckdb:////none/x.duckdb"
    )

    assert (result.code, result.err) == (
        1,
        ["error: feed shops: source TWO (/none/x.duckdb): the file does not exist"],
    )


def test_a_warehouse_file_that_cannot_be_made(idle: World) -> None:
    """The path is named."""
    path = idle.feeds_file / "storewatch.duckdb"

    result = idle.run("setup", STOREWATCH_DUCKDB_PATH=str(path))

    assert (result.code, result.err) == (
        1,
        [f"error: warehouse {path}: File exists: {path}.lock"],
    )


def test_an_empty_source_table(world: World) -> None:
    """A table without a row is more likely broken than true; the old rows stay."""
    world.load(DAY)
    world.source.run("DELETE FROM {schema}.t_sale_1", "DELETE FROM {schema}.t_shop")

    result = world.run("load", "--from", DAY, "--to", DAY)

    message = "is empty; the warehouse keeps what it has"
    assert (result.code, result.err) == (
        3,
        [
            f"error: feed sales: source table src.t_sale_1 to t_sale_2 {message}",
            f"error: feed shops: source table src.t_shop {message}",
        ],
    )
    assert result.out[-1] == "1 feeds done, 1 windows, 1 rows; failed: sales, shops"
    assert (world.sold(), len(world.raw("shops"))) == ([(1, NOON)], 1)


@pytest.mark.parametrize("verb", ["load", "reconcile", "status"])
@pytest.mark.parametrize("engine", ["duckdb", "mariadb"])
def test_without_setup(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    make_schema: MakeSchema,
    engine: str,
    verb: str,
) -> None:
    """What is missing is named, and the command that makes it."""
    world = new_world(request, tmp_path, make_schema, f"duckdb>{engine}")
    world.warehouse.run("DROP TABLE load_runs", "DROP TABLE load_steps")

    result = world.run(verb)

    table = "load_steps" if verb == "status" else "load_runs"
    assert (result.code, result.err) == (
        1,
        [f"error: table {table} is missing: run `python -m loader setup`"],
    )


def test_status_of_a_warehouse_that_does_not_exist(idle: World, tmp_path: Path) -> None:
    """The file is named and not made."""
    path = tmp_path / "none.duckdb"

    result = idle.run("status", STOREWATCH_DUCKDB_PATH=str(path))

    assert (result.code, result.err) == (
        1,
        [f"error: warehouse {path}: the file does not exist: run `python -m loader setup`"],
    )
    assert not path.exists()


@pytest.mark.parametrize("quick", [True, False], ids=["LOAD DATA", "batches"])
def test_a_value_too_long_for_its_column(
    request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema, quick: bool
) -> None:
    """It is refused, not cut; DuckDB has columns without a limit, so the schema tells nothing."""
    world = _filled(new_world(request, tmp_path, make_schema, "duckdb>mariadb"))
    world.load(DAY)
    before = world.raw("sales")
    world.source.insert("t_sale_2", [(2, "12345678901234567", "1", NOON)])
    world.source.run("UPDATE {schema}.t_sale_1 SET amount = 9")
    if not quick:
        world.warehouse.run("SET GLOBAL local_infile = 0")
        request.addfinalizer(lambda: world.warehouse.run("SET GLOBAL local_infile = 1"))

    result = world.run("load", "--from", DAY, "--to", DAY)

    server = world.warehouse.server
    assert server is not None
    warehouse = f"{world.warehouse.schema} ({server.user}@{server.host}:{server.port})"
    assert result.code == 3
    assert [line for line in result.err if not line.startswith("note: ")] == [
        f"error: feed sales {DAY}: warehouse {warehouse}: "
        f"Data too long for column 'shop' at row {2 if quick else 1} (error 1406)"
    ]
    assert result.out[-1] == "2 feeds done, 2 windows, 2 rows; failed: sales"
    assert world.raw("sales") == before
    assert world.last_step("status") == ("failed",)


@pytest.mark.parametrize("verb", ["", "setup", "check", "load", "reconcile", "status"])
def test_help(idle: World, verb: str) -> None:
    """Help needs no configuration and lists what there is."""
    result = idle.run(*verb.split(), "--help", STOREWATCH_TARGET="oracle", STOREWATCH_FEEDS="none")

    assert (result.code, result.err) == (0, [])
    text = "\n".join(result.out)
    named = {
        "": ("Exit codes:", "  2  wrong usage", "STOREWATCH_SOURCE_<SERVER>", "reconcile"),
        "load": (
            "--date DATE",
            "--from DATE",
            "--to DATE",
            "--feed NAME",
            "--verbose",
            "Examples:",
        ),
        "reconcile": ("--days N", "--feed NAME"),
        "check": ("--feed NAME",),
        "status": ("--json",),
    }
    assert all(part in text for part in ("Usage:", "Options:", *named.get(verb, ())))


def test_the_program_itself(idle: World) -> None:
    """Exit codes and the one line are those of the process too."""
    done = subprocess.run(
        [sys.executable, "-m", "loader", "load", "--feed", "sails"],
        cwd=ROOT,
        env=idle.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: unknown feed 'sails': one of sales, plans, shops\n"
