"""Places and counts as whole numbers, for generated PyTorch code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Generated modules import PyTorch; reading this file does not.
    import torch


def _given(values: Any) -> Any:
    """The values in a type that holds each of them beside whole numbers."""
    found = torch.as_tensor(values)
    return found.double() if found.is_floating_point() else found


def _whole(values: Any, told: str) -> Any:
    """The values as whole numbers. Raises IndexError for any other."""
    found = torch.as_tensor(values)
    there = found.long()
    if found.dtype is torch.bool or not torch.equal(found.to(torch.float64), there.double()):
        wrong = found[found != there].flatten()[:1].tolist() or found.flatten()[:1].tolist()
        raise IndexError(f"{told}: places and counts are whole numbers, not {wrong[0]}")
    return there


def _at(place: Any, size: int, told: str) -> Any:
    """Places counted from 0. Raises IndexError where one leaves an axis of that size."""
    if place.numel() and not (int(place.min()) >= 0 and int(place.max()) < size):
        wrong = int(place.min()) if int(place.min()) < 0 else int(place.max())
        raise IndexError(f"{told or 'an index'}: no entry {wrong + 1} on an axis from 1 to {size}")
    return place


def _end(place: Any, size: int, told: str) -> Any:
    """How many entries of an axis come before an end of a slice."""
    if not 0 <= place <= size:
        raise IndexError(f"{told or 'a slice'}: no {place} entries on an axis of {size}")
    return int(place)
