#!/usr/bin/python3
"""What got slower between two outputs of `mlpgrid bench --json`?

    tests/bench/compare_bench.py BEFORE.json AFTER.json [--threshold 5]

Compares shares of the peak that each run measured for itself, so that a slower hour of the machine
cancels. Exit code 1 when a result lost more than the threshold, in percent of its share before.
"""
import argparse
import json
import sys


def shares(path):
    """The share of peak by name; results without one (no multiply-adds) are left out."""
    with open(path) as file:
        results = json.load(file)["results"]
    return {result["name"]: result["share_of_peak"] for result in results
            if result.get("share_of_peak")}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--threshold", type=float, default=5.0, help="percent (%(default)s)")
    args = parser.parse_args()
    before, after = shares(args.before), shares(args.after)
    both = [name for name in before if name in after]
    if not both:
        sys.exit(f"{args.before} and {args.after} have no result with a share of peak in common")
    for path, names in ((args.before, before.keys() - after), (args.after, after.keys() - before)):
        for name in sorted(names):
            print(f"only in {path}: {name}")
    slower = 0
    for name in both:
        change = 100 * (after[name] / before[name] - 1)
        if abs(change) > args.threshold:
            slower += change < 0
            print(f"{'slower' if change < 0 else 'faster'}: {name}: share of peak "
                  f"{before[name]:.3f} -> {after[name]:.3f} ({change:+.1f} %)")
    print(f"{slower} of {len(both)} slower by more than {args.threshold:g} %")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
