#!/usr/bin/python3
"""Includes between the rooms of a folder go one way: a room includes the ones above it in this list,
and no other. (Between the folders a wrong include does not compile.)"""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[1]
ROOMS = {  # "": what stands on top
    "engine": ["", "scoring", "random", "simd", "simd/unit", "network", "solvers", "bench"],
    "data": ["text", "", "files", "csv", "sources", "public", "load"],
    "results": ["", "files", "hdf5/library", "hdf5/format", "hdf5", "journal", "analysis", "tables",
                "report"],
    "experiments": ["system", "options", "stored", "plan", "fits", "commands/arguments",
                    "commands", ""],
}
FROM_DATA = ("text/", "files/")  # all that results/ takes of data/
# What puts a folder together from its rooms, and is included by none of them.
WHOLES = {"engine/train.cpp", "engine/predict.cpp", "experiments/main.cpp"}
MOST = 16  # files of a room without rooms of its own: eight headers with their sources


def room_of(path, rooms):
    parent = path.parent.as_posix()
    parent = "" if parent == "." else parent
    assert parent in rooms, f"{path}: no room of tests/rooms_test.py"
    return parent


faults = []
for folder, rooms in ROOMS.items():
    top = ROOT / folder
    files = [path for path in top.rglob("*") if path.suffix in (".cpp", ".hpp")]
    count = dict.fromkeys(rooms, 0)
    for path in files:
        inner = path.relative_to(top)
        room = room_of(inner, rooms)
        count[room] += 1
        if f"{folder}/{inner}" in WHOLES:
            continue
        for included in re.findall(rf'#include "{folder}/([^"]+)"', path.read_text("utf-8")):
            other = room_of(pathlib.Path(included), rooms)
            if rooms.index(other) > rooms.index(room):
                faults.append(f"{folder}/{inner} includes {included}: {other} stands on {room}")
        if folder == "results":
            for included in re.findall(r'#include "data/([^"]+)"', path.read_text("utf-8")):
                if not included.startswith(FROM_DATA):
                    faults.append(f"{folder}/{inner} includes data/{included}")
    faults += [f"{folder}/{room} has {n} files" for room, n in count.items() if n > MOST]
assert not faults, "\n".join(faults)
