"""A derived function on data that is larger than memory, on local workers of dask.distributed.

    pip install symdl "dask[array,distributed]"
    python examples/larger_than_memory.py

Nothing is written twice: the function that runs on NumPy arrays takes dask arrays, stays lazy and
computes value and derivative of each block in one task.
"""

from __future__ import annotations

import dask.array as da
from dask.distributed import Client, LocalCluster

import symdl


def main(rows: int = 100_000, columns: int = 100) -> tuple[float, float]:
    """The mean of GELU and of its slope over normal numbers, and how far softmax is from 1."""
    gelu = symdl.load("gelu").lambdify("numpy", derivative="x")
    softmax = symdl.load("softmax").lambdify("numpy")
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
    )
    with cluster, Client(cluster):
        x = da.random.default_rng(0).normal(size=(rows, columns), chunks=(rows // 8, columns))
        value, slope = gelu(x)
        print("nothing is computed yet:", value)
        mean, steepness, total = da.compute(value.mean(), slope.mean(), softmax(x).sum(axis=-1))
    print(f"mean of GELU(x) {mean:.4f}, of its derivative {steepness:.4f}")
    print(f"rows of softmax sum to 1 up to {abs(total - 1).max():.1e}")
    return float(mean), float(steepness)


if __name__ == "__main__":
    main()
