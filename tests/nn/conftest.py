"""One thread, and double precision on request."""

from collections.abc import Iterator

import pytest
import torch

# A process that ran threads cannot be forked; and one thread sums in one order.
torch.set_num_threads(1)


@pytest.fixture
def float64() -> Iterator[None]:
    """Let torch compute in float64 throughout, so that oracles may be strict."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)
