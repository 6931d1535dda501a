"""The experiments whose files every reader has to open, by the real program: seconds, no downloads.

    experiments.py PROGRAM FOLDER      # writes FOLDER/NAME.h5 for each
"""
import pathlib
import subprocess
import sys

EXPERIMENTS = {
    # Cross-validation over two axes, with a test set, all models, and a title that wants escaping.
    "grid": [
        "--title", 'Activation \u00d7 init, "folds" & </script>',
        "--data", "glyphs", "--samples", "150", "--test-samples", "40", "--folds", "3",
        "--hidden-layer-sizes", "8-6", "--activation", "relu,tanh", "--init", "sklearn,he_normal",
        "--learning-rate-init", "0.01", "--max-iter", "8", "--keep-models", "all"],
    # One hold-out split: a fit that stops early, and one that diverges at once; maps and traces.
    "holdout": [
        "--data", "moons", "--samples", "120", "--folds", "1", "--hidden-layer-sizes", "6",
        "--solver", "sgd", "--learning-rate-init", "0.1,1e30", "--early-stopping", "true",
        "--n-iter-no-change", "3", "--max-iter", "60", "--map-size", "15", "--trace", "true"],
    # Targets that are the inputs: no classes, negative scores, reconstructions, double precision.
    "autoencoder": [
        "--data", "glyphs", "--samples", "60", "--test-samples", "12", "--task", "autoencoder", "--folds", "2",
        "--hidden-layer-sizes", "12", "--activation", "relu,identity", "--max-iter", "4",
        "--precision", "float64"],
}


def make(program, folder):
    """Runs them; gives name -> path of the results file."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, options in EXPERIMENTS.items():
        files[name] = folder / f"{name}.h5"
        subprocess.run([program, "run", *options, "--quiet", "--force", "-o", files[name]],
                       check=True, stdout=subprocess.DEVNULL)
    return files


if __name__ == "__main__":
    make(*sys.argv[1:])
