"""Which failures are tried again, and when."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from mediaops.errors import Unavailable
from mediaops.uploads.completion import NotArrived

ARRIVAL_ATTEMPTS = 8  # 1 + 2 + 4 ... + 64 minutes: longer than any ticket lives


@dataclass(frozen=True)
class RetryTransient(BaseRetryStrategy):
    """Again when nobody answered, after 1, 2, 4 ... seconds up to ``longest_seconds``; never for a fault.

    As it stands that is for most of a day: nobody but the queue asks for renditions again. The pause varies
    by a quarter, so that a hundred jobs that failed together don't come back together.
    """

    attempts: int = 80
    longest_seconds: float = 900.0
    first_seconds: float = 1.0
    kinds: tuple[type[Exception], ...] = (Unavailable, OSError)

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """None: the failure is final."""
        if not isinstance(exception, self.kinds) or job.attempts + 1 >= self.attempts:
            return None
        pause = min(self.first_seconds * 2 ** min(job.attempts, 20), self.longest_seconds)
        spread = random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, keeps no secret
        # An engine that asks to be left alone for a time is, and what it turned away comes back spread out.
        asked = (getattr(exception, "retry_after", None) or 0) * random.uniform(1, 1.25)  # noqa: S311
        return RetryDecision(retry_in={"seconds": max(1, math.ceil(asked), round(pause * spread))})


@dataclass(frozen=True)
class RetryArrival(RetryTransient):
    """Patient with bytes that are not there yet, a minute and more; with everything else as usual."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """None: the failure is final."""
        if isinstance(exception, NotArrived):
            return RetryDecision(retry_in={"seconds": 60 * 2**job.attempts})
        return super().get_retry_decision(exception=exception, job=job)


AGAIN_WHEN_IT_MAY_HELP = RetryTransient()
AGAIN_WHEN_IT_ARRIVES = RetryArrival()
