#!/usr/bin/python3
"""make_corpus.py BUILD TARGET FOLDER: writes what the fuzz target begins with, and its dictionary
(FOLDER.dict). Small files only: each is mutated whole."""
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def presets():
    return sorted((ROOT / "experiments/presets").glob("*.ini"))


def option_names():
    text = (ROOT / "experiments/options/options.cpp").read_text()
    return sorted(set(re.findall(r'"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)"', text)))


def value_names():
    text = (ROOT / "experiments/options/option_values.cpp").read_text()
    return sorted(set(re.findall(r'"([a-z][a-z0-9_]*(?:[-:][a-z0-9]+)*)"', text)))


def csv(_build):
    tables = [
        "x1,x2,y\n1,2,a\n3,4,b\n5,6.5,a\n-7,8e3,b\n",
        "x1;x2;y\r\n1;2;0.5\r\n3;4;1.5\r\n5;6;2.5\r\n",
        "\ufeff\"a \"\"b\"\", c\",d,y\r1,2,3\r4,5,6\r7,8,9\r",
        "y,t\n1,1700000000\n0,1700000001\n1,1700000002\n0,1700000003\n",
        ",y,y,\n0,1,2,\n1,3,4,\n",
        "id,y\n9007199254740993,1\n1e-400,2\n1e39,3\ninf,4\nnan,5\n,6\n",
        "a\tb\n1\t2\n3\t4\n",
        "a,b\n\"1\n2\",3\n",
    ]
    choices = [bytes([0, 0, 3, 1, 2]), bytes([1, 0, 2, 0, 1]), bytes([2, 3, 1, 1, 0]),
               bytes([3, 0, 0, 0, 2])]
    for table in tables:
        header = re.split("[\r\n]", table)[0]
        last = re.split("[,;\t]", header)[-1]
        for choice in choices:
            yield choice + f"{last}\n\n{table}".encode()
        yield choices[0] + f"y\n{header[:2]}\n{table}".encode()


def idx_file(shape, values):
    return bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + bytes(values)


def idx(_build):
    labels = idx_file([4], [1, 0, 255, 1])
    images = idx_file([4, 2, 3], range(24))
    for task, samples, pack_labels, pack_images in [(0, 0, 0, 0), (0, 4, 1, 1), (1, 0, 0, 1)]:
        yield bytes([task, samples, pack_labels, pack_images, len(labels)]) + labels + images
    yield bytes([1, 0, 0, 0, 0]) + idx_file([2**31, 2**16, 2**16], range(9))
    yield bytes([0, 0, 0, 0, len(labels)]) + labels[:6] + images


def experiment(_build):
    for file in presets():
        yield file.read_bytes()
    yield b"data = moons\nsamples = 40 # few\ntitle = \"a # \"\"b\"\"\"\nhidden-layer-sizes = 3,4-2\n"
    yield (b"data = glyphs\nsolver = sgd,adam,lbfgs\nlearning-rate-init = 1e-3,0.1\nfolds = 3\n"
           b"batch-size = auto,full,7\ninit = normal:0.1,sklearn\nearly-stopping = true\n")
    for name in option_names():
        for value in ["1", "0.5", "true", "x"]:
            yield f"{name} = {value}\n".encode()


def options(_build):
    lines = [
        "run\nquickstart\n-o\nx.h5\n-j\n4\n--resume",
        "run\n--csv\nx.csv\n--target=y\n--force\n--early-stopping\n--max-iter\n3",
        "run\n--data\nmoons\n--hidden-layer-sizes\n4,8-8\n--dry-run\n--quiet\n--isa\navx2",
        "show\nmnist\n--solver\nadam,sgd\n--learning-rate-steps\n10:0.1,20:0.01",
        "table\nx.h5\n--sort\nfit_time\n--format\ncsv\n--top\n5\n--by-class",
        "compare\nx.h5\n--format\nlatex\n--rope\n0.01",
        "report\nx.h5\n-o\nx.html\n--watch",
        "predict\nx.h5\n--csv\ny.csv\n--probabilities\n--config\n3\n-o\n-",
        "export\nx.h5\n-o\nx.onnx\n--config\n0",
        "diff\na.h5\nb.h5",
        "bench\n--json",
        "data\nfetch\nmnist\n--mirror\nhttp://user:pw@host/\n--timeout\n5",
        "list\n--", "run\n--=\n-\n--=x\n-oX\n-j\n", "run\n\"\n''\n\\",
    ]
    for line in lines:
        yield line.encode()
    for name in option_names():
        yield f"run\n--{name}\n1\n--{name}=2".encode()


def piece(payload, kind=0):
    return bytes([kind]) + struct.pack("<H", len(payload)) + payload


def journal(build):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([build / "bin/fuzz_seeds", folder], check=True)
        records = [file.read_bytes() for file in sorted(pathlib.Path(folder).glob("record*"))]
    # A piece begins with its kind and its length, in the order in which journal.cpp takes them.
    yield b"\0" + b"".join(piece(record) for record in records)
    for record in records:
        yield b"\0" + piece(record)
    yield b"\0" + piece(records[0]) + piece(b"MLPJ" + bytes(30), 7) + piece(records[1])
    yield b"\1" + piece(records[0])


def results(_build):
    # A seal or none, then edits: what, which object, and how, as results.cpp takes them.
    yield b"\0"
    yield b"\1"
    for place in range(128):
        yield bytes([0, 0, place, 3, 0, 7, 1, 0])  # another extent
        yield bytes([0, 2, place, 1, 0, 3, 1, 2])  # other values
        yield bytes([0, 5, place])  # gone
        yield bytes([0, 4, place, place, 0, 2])  # another attribute


TARGETS = {"csv": csv, "experiment": experiment, "idx": idx, "journal": journal,
           "options": options, "results": results}


def main():
    build, target, folder = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(TARGETS[target](build)):
        (folder / f"seed{number}").write_bytes(content)
    # Inputs of finds that have been mended.
    for file in sorted((ROOT / "tests/fuzz/finds" / target).glob("*")):
        (folder / file.name).write_bytes(file.read_bytes())
    words = {"csv": [",", ";", '"', "inf", "nan", "1e999", "\ufeff"],
             "experiment": option_names() + value_names(),
             "options": [f"--{name}" for name in option_names()] + value_names(),
             "journal": ["MLPJ", "\x01\x00\x00\x00\x00\x00\x00\x00", "relu", "float32"]}
    text = "# Of make_corpus.py.\n" + "".join('"{}"\n'.format("".join(f"\\x{byte:02x}" for byte in word.encode()))
                   for word in words.get(target, []))
    folder.with_name(folder.name + ".dict").write_text(text)


if __name__ == "__main__":
    main()
