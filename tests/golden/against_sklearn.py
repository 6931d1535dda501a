#!/usr/bin/python3
"""Random configurations: this program's loss curves beside scikit-learn's, and beside scikit-learn's
own differences between two BLAS kernels.

    tests/golden/against_sklearn.py [N] [--seed S] [--program PATH]

Needs Debian's python3-sklearn (1.2.1) and python3-h5py. Each case draws data, layers, activation,
solver, batch size, alpha, schedule, stopping and precision. scikit-learn runs twice, the second time
with OPENBLAS_CORETYPE=Haswell. A float64 case of SGD or Adam fails when, over its first ten epochs,
our curve is farther from scikit-learn's than max(1e-10, 10 times scikit-learn from itself): some
configurations are chaotic, and there scikit-learn does not agree with itself either.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def draw_case(random):
    """One configuration, as plain values."""
    kind = str(random.choice(["moons", "blobs", "digits", "regression", "regression4"]))
    solver = str(random.choice(["sgd", "adam", "lbfgs"], p=[0.45, 0.45, 0.1]))
    params = {
        "hidden_layer_sizes": [int(random.randint(1, 40)) for _ in range(random.randint(1, 4))],
        "activation": str(random.choice(["identity", "logistic", "tanh", "relu"])),
        "solver": solver,
        "alpha": float(10 ** random.uniform(-6, 0)),
        "batch_size": int(random.randint(1, 120)),
        "learning_rate_init": float(10 ** random.uniform(-4, -0.7)),
        "max_iter": int(random.randint(5, 25)),
        "random_state": int(random.randint(0, 10000)),
        "tol": float(10 ** random.uniform(-5, -2)),
        "n_iter_no_change": int(random.randint(2, 10)),
        "shuffle": bool(random.rand() < 0.85),
        "early_stopping": bool(random.rand() < 0.25),
        "validation_fraction": float(random.choice([0.1, 0.2])),
    }
    if solver == "sgd":
        params["learning_rate"] = str(random.choice(["constant", "invscaling", "adaptive"]))
        params["momentum"] = float(random.choice([0.0, 0.5, 0.9]))
        params["nesterovs_momentum"] = bool(random.rand() < 0.5)
        params["power_t"] = float(random.choice([0.25, 0.5]))
    if solver == "adam":
        params["beta_1"] = float(random.choice([0.8, 0.9]))
        params["beta_2"] = float(random.choice([0.95, 0.999]))
    return {"kind": kind, "n": int(random.randint(40, 400)), "seed": int(random.randint(0, 1000)),
            "dtype": "float32" if random.rand() < 0.15 else "float64", "params": params}


def make_data(case):
    import numpy as np
    from sklearn.datasets import load_digits, make_blobs, make_moons
    n, seed = case["n"], case["seed"]
    if case["kind"] == "digits":
        x, y = load_digits(return_X_y=True)
        return x[seed:seed + n] / 16.0, y[seed:seed + n]
    if case["kind"] == "blobs":
        return make_blobs(n, n_features=2 + seed % 7, centers=3 + seed % 3, random_state=seed)
    x, y = make_moons(n, noise=0.2, random_state=seed)
    if case["kind"] == "regression":
        return x, np.sin(2 * x[:, 0]) + x[:, 1] ** 2
    if case["kind"] == "regression4":
        return x, np.stack([np.sin((j + 1) * x[:, 0]) * x[:, 1] for j in range(4)], axis=1)
    return x, y


def sklearn_curve(case):
    """Loss curve (L-BFGS: the final loss) and n_iter."""
    import warnings
    warnings.filterwarnings("ignore")
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    x, y = make_data(case)
    kind = MLPRegressor if case["kind"].startswith("regression") else MLPClassifier
    model = kind(**case["params"])
    try:
        model.fit(x.astype(case["dtype"]), y)
    except ValueError as error:  # non-finite weights
        return {"error": str(error)}
    lbfgs = case["params"]["solver"] == "lbfgs"
    return {"curve": [float(model.loss_)] if lbfgs else [float(v) for v in model.loss_curve_],
            "n_iter": int(model.n_iter_)}


def worker():
    """Reads cases, one JSON a line, writes their curves likewise."""
    for line in sys.stdin:
        print(json.dumps(sklearn_curve(json.loads(line))), flush=True)


def sklearn_curves(cases, coretype):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    if coretype:
        environment["OPENBLAS_CORETYPE"] = coretype
    run = subprocess.run([sys.executable, __file__, "--worker"], env=environment, check=True,
                         input="\n".join(map(json.dumps, cases)), capture_output=True, text=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def option_text(value):
    if isinstance(value, list):
        return "-".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, float) else str(value)


def our_curve(program, case, folder):
    import h5py
    import numpy as np
    x, y = make_data(case)
    y = np.asarray(y).reshape(len(x), -1)
    columns = [f"x{j}" for j in range(x.shape[1])]
    targets = [f"y{j}" for j in range(y.shape[1])]
    path = folder / "data.csv"
    with open(path, "w") as file:
        print(",".join(columns + targets), file=file)
        for row, target in zip(x, y):
            print(",".join([repr(float(v)) for v in row] + [repr(v) for v in target.tolist()]),
                  file=file)
    task = "regression" if case["kind"].startswith("regression") else "classification"
    options = ["--data", "csv", "--csv", path, "--target", ",".join(targets), "--task", task,
               "--folds", "0", "--refit", "false", "--precision", case["dtype"]]
    for name, value in case["params"].items():
        options += ["--" + name.replace("_", "-"), option_text(value)]
    output = folder / "fit.h5"
    subprocess.run([program, "run", "-o", output, "--force",
                    "--quiet", *map(str, options)], check=True, stdout=subprocess.DEVNULL)
    with h5py.File(output) as file:
        n_iter = int(file["n_iter"][0, 0])
        curve = file["train_loss"][0, 0][:n_iter].tolist()
    return {"curve": curve[-1:] if case["params"]["solver"] == "lbfgs" else curve, "n_iter": n_iter}


def distance(a, b):
    """Largest relative difference over the first ten epochs; NaN equals NaN."""
    worst = 0.0
    for p, q in list(zip(a, b))[:10]:
        if p == q or (p != p and q != q):
            continue
        difference = abs(p - q) / max(abs(q), 1e-300)
        worst = max(worst, difference if difference == difference else float("inf"))
    return worst


def describe(case):
    p = case["params"]
    return (f"{case['kind']:11} n={case['n']:3} {option_text(p['hidden_layer_sizes']):>11} "
            f"{p['activation']:8} {p['solver']:5} batch={p['batch_size']:3} "
            f"rate={p['learning_rate_init']:.2g} {p.get('learning_rate', '')}"
            f"{' early' if p['early_stopping'] else ''} {case['dtype']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("n", nargs="?", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--program", default=str(ROOT / "build/release/bin/mlpgrid"))
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        return worker()
    import numpy as np
    random = np.random.RandomState(args.seed)
    cases = [draw_case(random) for _ in range(args.n)]
    default, haswell = sklearn_curves(cases, None), sklearn_curves(cases, "Haswell")
    failed = needed_second = other_n_iter = 0
    print(f"{'ours':>8} {'itself':>8}  case")
    with tempfile.TemporaryDirectory() as folder:
        for case, a, b in zip(cases, default, haswell):
            if "error" in a or "error" in b:
                print(f"{'':17}  {describe(case)}: scikit-learn gives up: {a.get('error', b.get('error'))}")
                continue
            ours = our_curve(args.program, case, pathlib.Path(folder))
            d, itself = distance(ours["curve"], a["curve"]), distance(b["curve"], a["curve"])
            judged = case["dtype"] == "float64" and case["params"]["solver"] != "lbfgs"
            mark = ""
            if judged and d > 1e-10:
                needed_second += 1
                mark = " <- needed the second term"
                if d > 10 * itself:
                    failed += 1
                    mark = " <- FAILED"
            if ours["n_iter"] != a["n_iter"]:
                other_n_iter += 1
                mark += f" n_iter {ours['n_iter']}, scikit-learn {a['n_iter']} and {b['n_iter']}"
            print(f"{d:8.1e} {itself:8.1e}  {describe(case)}{mark}", flush=True)
    print(f"{needed_second} cases beyond 1e-10, {other_n_iter} with another n_iter, {failed} failed of {args.n}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
