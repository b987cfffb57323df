"""`python -m benchmarks [NAME ...]`: run all benchmarks, or the named ones, and print the figures.

Quiet machines tell more: close what else runs, and read the ratios, not the rates.
"""

import os
import platform
import sys

from benchmarks import (
    footprint,
    import_year,
    latency,
    many_years,
    page,
    poison,
    poisoned_way,
    segment_fit,
    single_post,
    slow_clients,
    stuffing,
    transport,
    usage_stage,
    whole_way,
    work_reads,
)

ALL = {
    module.__name__.removeprefix("benchmarks."): module.measure
    for module in (
        single_post,
        whole_way,
        transport,
        usage_stage,
        poison,
        poisoned_way,
        latency,
        footprint,
        slow_clients,
        stuffing,
        import_year,
        work_reads,
        many_years,
        segment_fit,
        page,
    )
}


def main() -> None:
    """Print one Markdown table of all figures."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.platform()}\n")
    print("| figure | value |\n|---|---|")
    for name in sys.argv[1:] or ALL:
        for figure, value in ALL[name]().items():
            print(f"| {figure} | {value:,.2f} |", flush=True)


main()
