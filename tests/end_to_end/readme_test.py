#!/usr/bin/python3
"""Runs the snippets for Python, R and Octave of the project's pages on a run of the quickstart:
readers copy them as they are. What the variables hold then is compared with another reader's
numbers.

    readme_test.py PROGRAM PAGE..."""
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import cv2  # noqa: F401
    import h5py
    import numpy
    import xarray  # noqa: F401  (what the snippets need)
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

program, *pages = sys.argv[1:]
snippets = []
for page in pages:
    with open(page, encoding="utf-8") as file:
        snippets += re.findall(r"^```(python|r|octave)\n(.*?)^```", file.read(), re.M | re.S)
equal = numpy.testing.assert_array_equal
close = numpy.testing.assert_allclose


def python(snippet):
    """The snippet's variables; it has to print something, and no warning."""
    variables, out = {}, io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(snippet, "snippet", "exec"), variables)
    assert out.getvalue().strip(), f"printed nothing:\n{snippet}"
    print(out.getvalue())
    return variables


def check_h5py(v, table):
    """Against `mlpgrid table`."""
    equal(v["labels"], table["label"])
    equal(v["scores"], table["mean_test_score"])
    assert v["best"] == numpy.argmin(table["rank_test_score"])


def check_xarray(v, file):
    scores, losses = file["mean_test_score"][:], file["val_loss"][:]
    equal(v["scores"], scores)
    close(v["curve"], losses[scores.argmax()].mean(axis=0)[:10], rtol=1e-14)
    for config, (activation, init) in enumerate(zip(file["param_activation"].asstr(),
                                                    file["param_init"].asstr())):
        assert v["pivot"].loc[activation, init] == scores[config]
        if activation == "relu":
            close(v["relu"].sel(param_init=init), file["val_score"][config].mean(axis=0),
                  rtol=1e-14)
    assert v["relu"].dims == ("param_init", "epoch")


def check_pandas(v, file):
    configs, folds, epochs = file["val_loss"].shape
    activation = file["param_activation"].asstr()[:]
    equal(v["table"].mean_test_score, file["mean_test_score"][:])
    equal(v["table"].param_activation, activation)
    equal(v["table"].label, file["label"].asstr()[:])
    equal(v["fits"].split_test_score, file["split_test_score"][:].ravel())
    equal(v["fits"].param_activation, numpy.repeat(activation, folds))
    equal(v["fits"].fold_seed, numpy.tile(file["fold_seed"][:], configs))
    curves = v["curves"]
    for name in ("train_loss", "val_loss"):
        equal(curves[name], file[name][:].ravel())
    equal(curves.param_activation, numpy.repeat(activation, folds * epochs))
    equal(curves.epoch, numpy.tile(file["epoch"][:], configs * folds))


def check_onnx(v):
    """Against `mlpgrid predict` on the same image."""
    with open("empty.idx", "wb") as images:
        images.write(b"\0\0\x08\3" + b"".join(n.to_bytes(4, "big") for n in (1, 28, 28))
                     + v["pixels"].astype(numpy.uint8).tobytes())
    out = subprocess.run([program, "predict", "quickstart.h5", "--images", "empty.idx"],
                         check=True, capture_output=True, text=True).stdout
    equal(v["answer"], out.split()[1:])


def check_other(command, snippet, file, labels):
    """The best label where there are labels, its score and curve to the digits that are shown."""
    if not shutil.which(command[0]):
        print(f"{command[0]} is not installed")
        return
    with open("snippet", "w", encoding="utf-8") as script:
        script.write(snippet)
    out = subprocess.run([*command, "snippet"], check=True, capture_output=True, text=True).stdout
    print(out)
    best = int(file["mean_test_score"][:].argmax())
    if labels:
        assert out.split()[0] == file["label"].asstr()[best].split()[0], out
    else:
        assert f"best = {best + 1}" in out, out
    shown = [float(number) for number in re.findall(r"\d+\.\d+", out)]
    for value in (file["mean_test_score"][best], *file["val_loss"][best].mean(axis=0)):
        assert numpy.isclose(shown, value, rtol=2e-4).any(), (value, out)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    subprocess.run([program, "run", "quickstart", "--samples", "300", "--max-iter", "5", "--quiet"],
                   check=True, stdout=subprocess.DEVNULL)
    ours = json.loads(subprocess.run([program, "table", "quickstart.h5", "--format", "json"],
                                     check=True, capture_output=True).stdout)
    assert [language for language, _ in snippets] == ["python"] * 4 + ["r", "octave"]
    onnx, *texts = (text for _, text in snippets)
    check_h5py(python(texts[0]), ours)
    with h5py.File("quickstart.h5") as file:
        check_xarray(python(texts[1]), file)
        check_pandas(python(texts[2]), file)
        has_rhdf5 = shutil.which("Rscript") and subprocess.run(
            ["Rscript", "--vanilla", "-e", 'quit(status = !requireNamespace("rhdf5"))'],
            capture_output=True).returncode == 0
        if has_rhdf5:
            check_other(["Rscript", "--vanilla"], texts[3], file, labels=True)
        check_other(["octave-cli", "--norc", "--quiet"], texts[4], file, labels=False)
    subprocess.run([program, "export", "quickstart.h5", "-o", "quickstart.onnx"], check=True,
                   capture_output=True)
    check_onnx(python(onnx))
