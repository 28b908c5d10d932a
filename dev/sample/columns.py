"""NumPy arrays to Arrow columns of the types that feeds use."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

UNITS = 10_000  # decimals of the sources have four places; they are computed as whole units


def decimals(units: Ints, null: Bools | None = None, precision: int = 18) -> pa.Array:
    """Return a decimal(precision, 4) column from whole ten-thousandths, exactly.

    Args:
        units: values in ten-thousandths.
        null: where the column is NULL.
        precision: decimal digits in all.
    """
    words = np.empty((len(units), 2), dtype=np.int64)
    words[:, 0] = units
    words[:, 1] = units >> 63  # the upper half of a 128-bit number repeats the sign
    column = pa.Array.from_buffers(
        pa.decimal128(precision, 4), len(units), [None, pa.py_buffer(words.tobytes())]
    )
    if null is None or not null.any():
        return column
    return pa.compute.if_else(pa.array(null), pa.scalar(None, column.type), column)


def instants(seconds: Ints, null: Bools | None = None) -> pa.Array:
    """Return a datetime column from UTC epoch seconds."""
    return pa.array(np.asarray(seconds, dtype=np.int64), mask=null).cast(pa.timestamp("s"))


def integers(values: Ints) -> pa.Array:
    """Return a bigint column."""
    return pa.array(np.asarray(values, dtype=np.int64))


def small_integers(values: npt.ArrayLike, rows: int | None = None) -> pa.Array:
    """Return an int column; with rows, the one value repeated."""
    array = np.asarray(values, dtype=np.int32)
    return pa.array(array if rows is None else np.full(rows, array, dtype=np.int32))


def texts(values: Sequence[str] | npt.NDArray[np.object_], null: Bools | None = None) -> pa.Array:
    """Return a text column."""
    return pa.array(values, type=pa.string(), mask=null)


def picked(choices: Sequence[str], index: Ints) -> pa.Array:
    """Return a text column of choices[index]."""
    return pa.array(list(choices), type=pa.string()).take(pa.array(index))
