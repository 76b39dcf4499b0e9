"""Generated functions on arrays that are not NumPy's: dask collections stay lazy and are computed
block by block, where their data is; any other array of the array API standard comes back as what
it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from symdl.code.arguments import common_type
from symdl.document.errors import CodeError

Run = Callable[..., Any]


def elsewhere(run: Run, args: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """The results of a function on foreign arrays among the arguments.

    A function of rows keeps the last axis of dask arrays in one chunk; a function of whole arrays
    is called as it is.
    """
    plan = _plan(run)
    if plan is None:
        return run(*args, **named)
    if any(is_lazy(a) for a in args):
        return _on_dask(partial(run, **named), args, plan)
    given = next(a for a in args if is_foreign(a))
    home = given.__array_namespace__()
    made = run(*(np.asarray(a) if is_foreign(a) else a for a in args), **named)
    results = made if isinstance(made, tuple) else (made,)
    returned = tuple(home.asarray(r) for r in results)
    return returned if isinstance(made, tuple) else returned[0]


@dataclass(frozen=True, slots=True)
class _Plan:
    """For a function of rows which arguments are vectors; for each result whether it has a value
    for each entry."""

    vectors: tuple[bool, ...]
    entries: tuple[bool, ...]

    @property
    def of_rows(self) -> bool:
        return any(self.vectors)


def _plan(run: Run) -> _Plan | None:
    """What is known of a function; None for one of whole arrays."""
    rows: Any = getattr(run, "row_body", run)
    if hasattr(rows, "entries"):
        return _Plan(rows.vectors, rows.entries)
    count = getattr(run, "count", 0) or len(getattr(getattr(run, "body", None), "results", ()))
    return _Plan((), (False,) * count) if count else None


def is_lazy(value: Any) -> bool:
    """Whether an argument is a dask array."""
    return hasattr(value, "__dask_graph__")


def is_foreign(value: Any) -> bool:
    """Whether an argument is an array of another library."""
    own = type(value).__module__.partition(".")[0] in ("builtins", "numpy")
    return not own and (is_lazy(value) or hasattr(value, "__array_namespace__"))


def _on_dask(run: Run, args: Sequence[Any], plan: _Plan) -> Any:
    """One task a block computes all results, side by side along a last axis; they are cut apart
    afterwards, so that shared work is done once."""
    import dask.array as da

    arrays = [da.asarray(a) if np.ndim(a) else a for a in args]
    wide = [a for a in arrays if np.ndim(a)]
    if plan.of_rows:
        if any(np.ndim(a) for a, v in zip(arrays, plan.vectors, strict=False) if not v):
            raise CodeError("on dask arrays the settings of a function of rows are numbers")
        wide = [a.rechunk({-1: -1}) for a in wide]
    shared = _together(wide)
    places = iter(shared)
    given = [next(places) if np.ndim(a) else a for a in arrays]
    width = shared[0].shape[-1] if plan.of_rows else 0
    sizes = [width if entry else 1 for entry in plan.entries]
    lead = shared[0].chunks[:-1] if plan.of_rows else shared[0].chunks
    whole = da.map_blocks(
        _side_by_side,
        *given,
        run=run,
        entries=plan.entries,
        dtype=common_type(shared),
        chunks=(*lead, (sum(sizes),)),
        new_axis=None if plan.of_rows else shared[0].ndim,
    )
    ends = [sum(sizes[: k + 1]) for k in range(len(sizes))]
    results = [
        whole[..., end - size : end] if entry else whole[..., end - 1]
        for entry, size, end in zip(plan.entries, sizes, ends, strict=True)
    ]
    return tuple(results) if len(results) > 1 else results[0]


def _together(arrays: Sequence[Any]) -> list[Any]:
    """Arrays of one shape, cut in the same places."""
    import dask.array as da

    wide = da.broadcast_arrays(*arrays)
    return [a.rechunk(wide[0].chunks) for a in wide]


def _side_by_side(*blocks: Any, run: Run, entries: Sequence[bool]) -> Any:
    made = run(*blocks)
    results = made if isinstance(made, tuple) else (made,)
    columns = [
        np.asarray(r) if e else np.asarray(r)[..., None]
        for r, e in zip(results, entries, strict=True)
    ]
    return np.concatenate(columns, axis=-1)
