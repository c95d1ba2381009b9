"""All benchmarks by name, run one after the other."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator

from bot.bench import ads, checkins, core, members, memory, pipeline, replay, startup, year
from bot.bench.calibration import Calibration
from bot.bench.figures import Figure, figure

SECTIONS: dict[str, Callable[[Calibration, int | None], list[Figure]]] = {
    "core": core.measure,
    "ads": ads.measure,
    "replay": replay.measure,
    "pipeline": pipeline.measure,
    "startup": startup.measure,
    "memory": memory.measure,
    "checkins": checkins.measure,
    "members": members.measure,
    "year": year.measure,
}


def machine() -> dict[str, str | int | None]:
    """Return what the figures were measured on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": _processor(),
        "cores": os.cpu_count(),
    }


def _processor() -> str:
    if sys.platform == "linux":
        try:
            with open("/proc/cpuinfo", encoding="utf-8") as info:  # noqa: PTH123 - a pseudo-file
                for line in info:
                    if line.startswith("model name"):
                        return line.partition(":")[2].strip()
        except OSError:
            pass
    return platform.processor()


def run(names: Iterable[str], messages: int | None = None) -> Iterator[list[Figure]]:
    """Yield the figures of each benchmark as it ends, and at last the calibration they are told in.

    Args:
        names: keys of SECTIONS.
        messages: how many messages instead of each benchmark's own number.
    """
    calibration = Calibration()
    for name in names:
        yield SECTIONS[name](calibration, messages)
    note = "best of all measured between the runs; `rounds` are costs divided by this"
    yield [figure("calibration", "one round", calibration.seconds * 1e6, "µs", note=note)]
