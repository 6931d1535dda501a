#!/usr/bin/python3
"""run.py BUILD [--seconds N] [TARGET...]: fuzzes for N seconds per target (all of them: no name) and
prints executions and finds. BUILD is the folder of the preset fuzz. The corpus stays in
BUILD/fuzz/TARGET and grows from run to run; inputs of finds go to BUILD/fuzz/TARGET.finds.
Exit code 1 when there is a find: more than 10 s, 1 GiB, anything a sanitizer says, an exception
that is no answer to the user."""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
MOST_FINDS = 20  # of one target: then it is time to mend some


def summary_of(log):
    for pattern in [r"^find: .*", r"^SUMMARY: .*", r"^==\d+== ERROR: (.*)"]:
        found = re.search(pattern, log, re.M)
        if found and "deadly signal" not in found.group():
            return found.group()
    found = re.search(r"what\(\): .*|terminate called.*|SUMMARY: .*", log)
    return found.group() if found else "no summary"


def fuzz(build, target, seconds, scratch):
    corpus = build / "fuzz" / target
    finds = build / "fuzz" / f"{target}.finds"
    finds.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-B", HERE / "make_corpus.py", build, target, corpus],
                   check=True)
    environment = dict(os.environ, TMPDIR=scratch, HDF5_USE_FILE_LOCKING="FALSE",
                       ASAN_OPTIONS="quarantine_size_mb=16:detect_leaks=1:handle_abort=1",
                       UBSAN_OPTIONS="print_stacktrace=1")
    executions, summaries, end = 0, [], time.monotonic() + seconds
    while len(summaries) < MOST_FINDS:
        left = round(end - time.monotonic())
        if left <= 0:
            break
        run = subprocess.run(
            [build / "bin" / f"fuzz_{target}", f"-max_total_time={left}", "-timeout=10",
             "-rss_limit_mb=1024", "-malloc_limit_mb=1024", "-print_final_stats=1",
             f"-dict={corpus}.dict", f"-artifact_prefix={finds}/", corpus],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        log = run.stderr.decode(errors="replace")
        counted = re.search(r"stat::number_of_executed_units: (\d+)", log)
        executions += int(counted.group(1)) if counted else 0
        if run.returncode == 0:
            continue
        summaries.append(summary_of(log))
        written = re.search(r"Test unit written to (\S+)", log)
        (finds / f"{len(summaries)}.log").write_text(log)
        print(f"{target}: {summaries[-1]}\n  {written.group(1) if written else log[-2000:]}",
              flush=True)
    print(f"{target}: {executions} executions in {seconds} s, {len(summaries)} finds, "
          f"{len(set(summaries))} different", flush=True)
    return not summaries


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=1200)
    parser.add_argument("target", nargs="*")
    given = parser.parse_intermixed_args()
    targets = given.target or sorted(
        file.name.removeprefix("fuzz_") for file in (given.build / "bin").glob("fuzz_*")
        if file.name != "fuzz_seeds")
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as scratch:
        done = [fuzz(given.build.resolve(), target, given.seconds, scratch) for target in targets]
    sys.exit(0 if all(done) else 1)


if __name__ == "__main__":
    main()
