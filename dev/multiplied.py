"""Sample rows many times over: copies of every store, and days that came to pass again and again.

The sample generator makes each row anew, which takes long for a large network. Here DuckDB makes
rows of other stores and of earlier days out of those it has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

# What makes a row of another store or of earlier days out of a row: its key, its owner, its dates.
COPIED = {
    "shops": "shop_no || copy_suffix as shop_no, date '{first}' as open_date",
    "shop_depts": "shop_no || copy_suffix as shop_no, dept_id + 100000 * copy as dept_id",
    "order_predictions": "id * 100 + number as id, dept_id + 100000 * copy as dept_id,"
    " predict_date + shift as predict_date, create_time + shift as create_time",
    "stock_changes": "id * 100 + number as id, dept_id + 100000 * copy as dept_id,"
    " create_time + shift as create_time",
    "trades": "order_no || suffix as order_no, member_no || copy_suffix as member_no,"
    " dept_id + 100000 * copy as dept_id, pay_time + shift as pay_time,"
    " update_time + shift as update_time",
    "trade_items": "id * 100 + number as id, order_no || suffix as order_no,"
    " create_time + shift as create_time",
    "production_orders": "id * 100 + number as id, order_no || suffix as order_no,"
    " dept_id + 100000 * copy as dept_id, start_time + shift as start_time,"
    " end_time + shift as end_time",
    "expiry_records": "id * 100 + number as id, dept_id + 100000 * copy as dept_id,"
    " prepared_time + shift as prepared_time, expiry_date + shift as expiry_date",
    "qc_tasks": "id * 100 + number as id, dept_id + 100000 * copy as dept_id,"
    " create_time + shift as create_time, finish_time + shift as finish_time",
    "attendance": "id * 100 + number as id, emp_id * 100 + copy as emp_id,"
    " dept_id + 100000 * copy as dept_id, shift_start + shift as shift_start,"
    " shift_end + shift as shift_end, clock_in + shift as clock_in,"
    " clock_out + shift as clock_out",
}
SNAPSHOTS = ("shops", "shop_depts")
LOADS = """
insert into load_steps by name
select load_steps.* replace (
    load_id + 1000000 * repeat as load_id,
    cast(window_from - shift as date) as window_from,
    cast(window_to - shift as date) as window_to,
    cast(touched_from - shift as date) as touched_from
)
from load_steps
cross join (
    select repeat, to_days(cast({days} * repeat as integer)) as shift
    from range(1, {repeats}) as repeats(repeat)
)
where window_from is not null
"""


@dataclass(frozen=True)
class Multiple:
    """How many times over.

    Attributes:
        shops: the stores that are copied. The first copy keeps its names, the others get a number;
            rows of sites that are no stores are copied too, and then belong to nobody.
        copies: of every store, at most 100 / repeats.
        repeats: how often the days came to pass.
        days: how many they are, whole weeks.
        last: the last of them; the copies lie before.
    """

    shops: tuple[str, ...]
    copies: int
    repeats: int
    days: int
    last: date

    @property
    def first(self) -> date:
        """First date with rows, on which every store opens."""
        return self.last - timedelta(days=self.days * self.repeats - 1)

    def shop_numbers(self) -> list[str]:
        """Return the numbers of all copies of the stores, copy by copy."""
        return [f"{shop}{copy or ''}" for copy in range(self.copies) for shop in self.shops]

    def apply(self, connection: duckdb.DuckDBPyConnection, table: str, feed: str) -> int:
        """Give a table all rows.

        Args:
            connection: to the database of the table.
            table: has the rows of the last days of one copy.
            feed: whose columns it has.

        Returns:
            How many rows it has then.
        """
        repeats = 1 if feed in SNAPSHOTS else self.repeats
        only_stores = "copy = 0 or list_contains(?, shop_no)" if feed in SNAPSHOTS else "true"
        changed = COPIED[feed].format(first=self.first)
        connection.execute(f"create or replace temp table one as select * from {table}")
        connection.execute(f"delete from {table}")
        connection.execute(
            f"insert into {table} by name select one.* replace ({changed}) from one cross join ("
            " select copy, case when copy = 0 then '' else copy::varchar end as copy_suffix,"
            f" copy * {repeats} + repeat as number,"
            f" '-' || (copy * {repeats} + repeat) as suffix,"
            f" to_days(cast(-{self.days} * repeat as integer)) as shift"
            f" from range({self.copies}) as copies(copy)"
            f" cross join range({repeats}) as repeats(repeat)) where {only_stores}",
            [list(self.shops)] if feed in SNAPSHOTS else [],
        )
        connection.execute("drop table one")
        found = connection.execute(f"select count(*) from {table}").fetchone()
        return int(found[0]) if found else 0

    def repeat_loads(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Let the log of a warehouse that loaded the last days say that it loaded all."""
        connection.execute(LOADS.format(days=self.days, repeats=self.repeats))
