"""kill -9 at random moments of a run, its refit and the building of its file included, often of the
resumed run as well. `kills.py [NUMBER [SEED]]` prints the seed and how far the runs had come."""

import collections
import random
import sys
import time

from faults import FITS, GRID, Sandbox, killed


def kill_some(number, seed):
    """Number of kills after which something was wrong."""
    choice = random.Random(seed)
    sandbox = Sandbox()
    start = time.monotonic()
    sandbox.clear()
    sandbox.expect(sandbox.run(*GRID, "-o", sandbox.output), 0)
    seconds = time.monotonic() - start
    reached, failures, kills = collections.Counter(), 0, 0
    while kills < number:
        sandbox.clear()
        durable, arguments = {}, (*GRID, "-o", sandbox.output)
        try:
            while True:
                process = sandbox.start(*arguments)
                time.sleep(choice.uniform(0, 1.1 * seconds))
                process.kill()
                outcome = sandbox.finish(process)
                sandbox.expect(outcome, -9, 0)
                if not killed(outcome):
                    break
                kills += 1
                # What an earlier process wrote is as safe as what this one did.
                durable |= sandbox.durable_fits(outcome)
                reached[len(durable)] += 1
                arguments = (*GRID, "-o", sandbox.output, "--resume")
                if choice.random() < 0.5 or kills >= number:
                    break
            sandbox.complete_and_compare(durable)
        except AssertionError as error:
            failures += 1
            print(f"FAILED after kill {kills}: {error}", flush=True)
    print(f"seed {seed}: {kills} kills, {failures} failures; finished fits of {FITS} when killed: "
          + ", ".join(f"{fits}: {n}" for fits, n in sorted(reached.items())), flush=True)
    sandbox.temporary.cleanup()
    return failures


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:]]
    number, seed = (numbers + [1000, time.time_ns() % 2**32][len(numbers):])[:2]
    sys.exit(kill_some(number, seed) > 0)
