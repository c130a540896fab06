"""What is connected by any chain of pairs forms one group; one small helper serves ids and keys."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


def components(left: Sequence[str], right: Sequence[str]) -> pl.DataFrame:
    """The groups that pairs of names form.

    Parameters
    ----------
    left, right : sequence of str, shape [n_pairs]
        `left[i]` and `right[i]` belong together. A pair of one name with itself makes it known.

    Returns
    -------
    polars.DataFrame
        `name` (sorted, unique) and `group` (int); the same pairs in any order give the same frame.

    Examples
    --------
    >>> components(["a", "c"], ["b", "c"]).rows()
    [('a', 0), ('b', 0), ('c', 1)]
    """
    names = pl.concat([pl.Series(left, dtype=pl.String), pl.Series(right, dtype=pl.String)])
    names = names.unique().sort()
    at = pl.DataFrame({"name": names, "at": np.arange(len(names), dtype=np.int64)})
    pairs = pl.DataFrame(
        {"left": left, "right": right}, schema={"left": pl.String, "right": pl.String}
    )
    ends = pairs.join(at, left_on="left", right_on="name").join(
        at, left_on="right", right_on="name", suffix="_right"
    )
    ones = np.ones(len(ends), dtype=np.int8)
    where = (ends["at"].to_numpy(), ends["at_right"].to_numpy())
    graph = coo_matrix((ones, where), shape=(len(names), len(names)))
    _, group = connected_components(graph, directed=False)
    return pl.DataFrame({"name": names, "group": pl.Series(group, dtype=pl.Int64)})
