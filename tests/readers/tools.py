"""The command-line readers: ncdump, h5dump, Octave, R and Node, each turned into findings (see
reference.py)."""
import json
import pathlib
import re
import shutil
import subprocess

import h5py

import reference

HERE = pathlib.Path(__file__).resolve().parent


class Missing(Exception):
    """The reader is not installed."""


def run(*command, allowed=(0,), both=False):
    """stdout, or with `both` stderr after it."""
    if not shutil.which(command[0]):
        raise Missing(f"{command[0]} is not installed")
    done = subprocess.run(list(map(str, command)), capture_output=True, encoding="utf-8",
                          timeout=300)
    if done.returncode not in allowed:
        raise AssertionError(f"{command[0]}: exit {done.returncode}: {done.stderr[:2000]}")
    return done.stdout + (done.stderr if both else "")


def ncdump(path, folder):
    """ncdump's text, made a netCDF file again by ncgen, through h5py."""
    text, copy = folder / "ncdump.cdl", folder / "ncdump.nc"
    text.write_text(run("ncdump", "-p", "9,17", path), encoding="utf-8")
    run("ncgen", "-4", "-o", copy, text)
    found = reference.find(copy)
    for name in [n for n in found["datasets"] if n.startswith("/plots/")]:  # copies, by now
        del found["datasets"][name]
    found["attributes"] = {name: value for name, value in found["attributes"].items()
                           if name.split("@")[0].count("/") < 3 or not name.startswith("/plots/")}
    return found


# What h5dump makes of the bytes of UTF-8: octal numbers of signed characters.
ESCAPE = re.compile(r"\\(?:37777777(\d{3})|(\d{3})|(.))")


def h5dump_string(text):
    def byte(match):
        signed, octal, letter = match.groups()
        if letter:
            return {"n": b"\n", "t": b"\t", "r": b"\r"}.get(letter, letter.encode())
        return bytes([int(signed or octal, 8) & 0xff])

    parts, last = [], 0
    for match in ESCAPE.finditer(text):
        parts += [text[last:match.start()].encode(), byte(match)]
        last = match.end()
    return b"".join(parts + [text[last:].encode()]).decode()


def h5dump_values(lines):
    """The lines of a DATA block, each `(INDEX): VALUE` with -w 0 but for the last comma."""
    values = []
    for line in lines:
        value = re.sub(r"^\s*\([\d,]+\): ", "", line).rstrip(",")
        if value.startswith('"'):
            values.append(h5dump_string(value[1:-1]))
        elif value.startswith("(DATASET"):
            values.append(value.split('"')[1])
        else:
            values.append(float(value) if re.search("[.naife]", value) else int(value))
    return values


def h5dump(path, folder):
    """Asked for each dataset and attribute that h5py knows."""
    known = reference.find(path)
    asked = [word for name in known["datasets"] for word in ("-d", name)]
    groups = [key for key in known["attributes"] if key.split("@")[0] not in known["datasets"]]
    for key in groups:
        asked += ["-a", key.replace("@", "/").replace("//", "/")]
    found = {"datasets": {}, "attributes": {}}
    dataset = attribute = dims = None
    asked_for = iter(groups)
    lines = iter(run("h5dump", "-e", "-w", "0", "-m", "%.17g", *asked, path).splitlines())
    for line in lines:
        if match := re.match(r'DATASET "(.*)" \{', line):
            dataset, attribute = match[1], None
            entry = found["datasets"][dataset] = {"values": [], "shape": [], "dims": [None]}
        elif match := re.match(r'( *)ATTRIBUTE "(.*)" \{', line):
            attribute = f"{dataset}@{match[2]}" if match[1] else next(asked_for)
        elif match := re.search(r"DATASPACE  SIMPLE \{ \( ([\d, ]+) \)", line):
            dims = [int(n) for n in match[1].split(", ")]
            if attribute is None:
                entry["shape"] = dims
        elif line.strip() == "DATA {":
            block = []
            while (line := next(lines)).strip() != "}":
                block.append(line)
            if attribute is None:
                entry["values"] = h5dump_values(block)
            elif attribute.endswith("@DIMENSION_LIST"):
                entry["dims"] = [reference.base_name(d) for d in h5dump_values(block)]
            elif attribute.endswith("@CLASS"):
                entry["dims"] = [reference.base_name(dataset)]
            elif not reference.is_internal(attribute.split("@")[1]):
                found["attributes"][attribute] = reference.plain(h5dump_values(block))
    return found


def h5diff(path, folder):
    """Silent about a copy and about what it is told to leave out; names what was changed, and only
    that. /config and /fold list the datasets on them, those of /timing too, as attributes."""
    copy = folder / "copy.h5"
    shutil.copy(path, copy)
    assert "found" not in run("h5diff", path, copy)
    excluding = ["h5diff"]
    for name in ("/timing", "/environment"):
        excluding += ["--exclude-path", name]
    for name in ("/config", "/fold"):
        excluding += ["--exclude-attribute", name]
    with h5py.File(copy, "r+") as file:
        file["timing/fit_time_s"][0, 0] += 1
        file["environment"].attrs["version"] = "another"
    assert "found" not in run(*excluding, path, copy)
    assert "</timing/fit_time_s>" in run("h5diff", path, copy, allowed=(1,))
    with h5py.File(copy, "r+") as file:
        file["split_test_score"][0, 0] += 1e-9
        file["label"][0] += b"."
    changed = re.findall("^dataset: <(.*)> and", run(*excluding, path, copy, allowed=(1,)), re.M)
    assert changed == ["/label", "/split_test_score"], changed
    return "a copy; /timing and /environment left out; a number and a string changed"


def octave_can_load(path, datasets):
    """Octave's load takes members of the root whole, and stops at strings."""
    member = "/" + path.split("/")[1]
    return not any(isinstance(value, str) for name, dataset in datasets.items()
                   if name == member or name.startswith(member + "/")
                   for value in dataset["values"])


def octave(path, folder):
    """The numeric members of the root by name, as results/README.md says."""
    known = reference.find(path)["datasets"]
    names = sorted({name.split("/")[1] for name in known if octave_can_load(name, known)})
    found = json.loads(run("octave-cli", "--norc", "--quiet", HERE / "read.m", path, *names))
    for name, dataset in found.items():
        # Octave has no arrays of one dimension, and drops the last ones where they are 1.
        rank = len(known[name]["shape"])
        shape = dataset["shape"][::-1]
        dataset["shape"] = ([shape[0] * shape[1]] if rank == 1
                            else [1] * (rank - len(shape)) + shape)
    return {"datasets": found}


def rhdf5(path, folder):
    """R has no names for dimensions; strings come as their bytes."""
    def decoded(object):
        return bytes.fromhex(object["utf8"]).decode() if "utf8" in object else object

    found = json.loads(run("Rscript", "--vanilla", HERE / "read.R", path), object_hook=decoded)
    found["attributes"] = {k: reference.plain(v) for k, v in found["attributes"].items()}
    return found


def need_h5wasm():
    """The folder that it is installed in."""
    folder = HERE / "h5wasm"
    if not (folder / "node_modules").exists():
        raise Missing("h5wasm is not installed: npm ci --prefix tests/readers/h5wasm")
    return folder


def h5wasm(path, folder):
    """With the plot that H5Web opens: the best config's validation curve, as a line."""
    found = json.loads(run("node", need_h5wasm() / "read.mjs", path))
    for dataset in found["datasets"].values():
        dataset["dims"] = [reference.base_name(dim) for dim in dataset["dims"]]
    found["attributes"] = {k: reference.plain(v) for k, v in found["attributes"].items()}
    with h5py.File(path, "r") as file:
        best = int(file["rank_test_score"][()].argmin())
    assert found.pop("plot") == {
        "group": "/plots/val_loss", "signal": "val_loss", "axes": ["config", "fold", "epoch"],
        "auxiliary": ["train_loss"], "slice": [best, 0, "."], "drawn_as": "line"}
    found["also"] = "the plot that H5Web opens"
    return found
