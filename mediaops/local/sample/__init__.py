"""A library to look at, made by the project itself and filled in at the first start."""

from mediaops.local.sample.seeding import Summary, seed

__all__ = ["Summary", "seed"]
