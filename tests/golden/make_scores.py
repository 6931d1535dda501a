#!/usr/bin/python3
"""Write scores-sklearn.json in this folder: scores that are easily got wrong, as scikit-learn has them.

  metrics         r2, squared errors and scores of labels for a few rows: one row, constant targets,
                  classes that only one side has
  searches        GridSearchCV over two widths: single held-out rows, classes that training rows
                  lack, scaled targets; NaN is null
  early_stopping  whether MLPClassifier and MLPRegressor fit all folds and the refit, or raise

Data are ../faults. Needs Debian's python3-sklearn (1.2.1).
"""
import json
import pathlib
import warnings

import numpy as np
import pandas
from sklearn import metrics
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

HERE = pathlib.Path(__file__).parent
WIDTHS = [(5,), (3,)]
warnings.simplefilter("ignore")


def plain(value):
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    return None if np.isnan(value) else float(value)


def value_metrics():
    random = np.random.RandomState(1)
    wide = random.randn(9, 3)
    part = wide.copy()
    part[:, 1] = 0.5
    cases = [([[0.3]], [[0.5]]), ([[0.3]], [[0.3]]), ([[1.5], [1.5]], [[1.0], [2.0]]),
             ([[1.5], [1.5]], [[1.5], [1.5]]), ([[1.0], [2.0]], [[1.5], [1.0]]),
             ([[0.25] * 2] * 4, [[0.25, 1.0]] * 4), (wide, wide + 0.1 * random.randn(9, 3)),
             (part, wide), (part, part + [0.1, 0.0, 0.2]), (wide[:1], part[:1])]
    return [{"truth": plain(t), "predicted": plain(p), "r2": plain(metrics.r2_score(t, p)),
             "r2_variance_weighted": plain(
                 metrics.r2_score(t, p, multioutput="variance_weighted")),
             "neg_mean_squared_error": -metrics.mean_squared_error(t, p)} for t, p in cases]


def label_metrics():
    cases = [([0], [0]), ([0], [1]), ([1, 1], [0, 0]), ([0, 0, 2, 2], [1, 1, 1, 2]),
             ([0, 1, 2, 2, 1], [0, 1, 2, 1, 1]), ([3, 3], [0, 1]), ([0, 1], [3, 3])]
    return [{"truth": t, "predicted": p, "accuracy": metrics.accuracy_score(t, p),
             "balanced_accuracy": metrics.balanced_accuracy_score(t, p),
             "f1_macro": metrics.f1_score(t, p, average="macro")} for t, p in cases]


def read(name, targets):
    table = pandas.read_csv(HERE.parent / "faults" / name)
    y = table[targets].to_numpy()
    return table.drop(columns=targets).to_numpy(), y[:, 0] if len(targets) == 1 else y


def network(classes, **parameters):
    kind = MLPClassifier if classes else MLPRegressor
    return kind(hidden_layer_sizes=WIDTHS[0], max_iter=40, learning_rate_init=0.02,
                random_state=0, **parameters)


def search_case(name, targets, folds, scoring, stratify=True, scale=False, **parameters):
    x, y = read(name, targets)
    classes = y.dtype == object
    model = network(classes, **parameters)
    splitter = (StratifiedKFold if classes and stratify else KFold)(folds)
    prefix = "regressor__" if scale else ""
    if scale:
        model = TransformedTargetRegressor(model, transformer=StandardScaler())
    search = GridSearchCV(model, {prefix + "hidden_layer_sizes": WIDTHS}, scoring=scoring,
                          cv=splitter, return_train_score=True).fit(x, y)
    found = search.cv_results_
    case = {"file": name, "targets": targets, "folds": folds, "scoring": scoring,
            "stratify": stratify, "scale": scale, "parameters": parameters,
            "split_test_score": [plain([found[f"split{k}_test_score"][i] for k in range(folds)])
                                 for i in range(2)],
            "split_train_score": [plain([found[f"split{k}_train_score"][i] for k in range(folds)])
                                  for i in range(2)],
            "mean_test_score": plain(found["mean_test_score"]),
            "rank_test_score": found["rank_test_score"].tolist(),
            "best_index": int(search.best_index_), "loss_curve": [], "outputs": []}
    for train, _ in splitter.split(x, y):  # of the first width
        fitted = clone(model).fit(x[train], y[train])
        fitted = fitted.regressor_ if scale else fitted
        case["loss_curve"].append(plain(fitted.loss_curve_))
        case["outputs"].append(fitted.n_outputs_)
    return case


def searches():
    y, kind = ["y"], ["kind"]
    cases = [search_case("reg12.csv", y, folds, scoring) for folds in (12, 7, 6)
             for scoring in ("r2", "neg_mean_squared_error")]
    cases += [search_case("reg12.csv", targets, 3, scoring, scale=True)
              for targets in (y, ["b", "y"]) for scoring in ("r2", "neg_mean_squared_error")]
    for scoring in ("accuracy", "balanced_accuracy", "f1_macro", "neg_log_loss"):
        cases += [search_case("sorted3.csv", kind, 3, scoring, stratify=False),
                  search_case("rare1.csv", kind, 3, scoring),
                  search_case("base.csv", kind, 3, scoring)]
    cases += [search_case("sorted3.csv", kind, 2, "accuracy", stratify=False, solver="sgd"),
              search_case("sorted3.csv", kind, 6, "accuracy", stratify=False),
              search_case("rare1b.csv", kind, 3, "accuracy"),
              search_case("rare1b.csv", kind, 15, "accuracy", stratify=False),
              search_case("rare1b.csv", kind, 3, "f1_macro", stratify=False)]
    return cases


def fits(model, x, y, splits):
    try:
        for train in [*splits, np.arange(len(x))]:
            model.fit(x[train], y[train])
    except (ValueError, AttributeError):
        return False
    return True


def early_stopping():
    cases = []
    for name, target in (("reg12.csv", "y"), ("base.csv", "kind"), ("rare1.csv", "kind"),
                         ("rare1b.csv", "kind"), ("sorted3.csv", "kind")):
        x, y = read(name, [target])
        for samples in (3, 4, 6, 9, 12, 15, len(x)):
            if samples > len(x) or len(np.unique(y[:samples])) < 2:
                continue
            for folds in (0, 3):
                for fraction in (0.05, 0.1, 0.2, 0.34, 0.5, 0.75, 0.95):
                    a, b = x[:samples], y[:samples]
                    classes = y.dtype == object
                    splitter = (StratifiedKFold if classes else KFold)(3)
                    if folds and classes and max(np.unique(b, return_counts=True)[1]) < 3:
                        continue
                    splits = [train for train, _ in splitter.split(a, b)] if folds else []
                    model = network(classes, early_stopping=True, validation_fraction=fraction)
                    model.set_params(max_iter=2)
                    cases.append({"file": name, "target": target, "samples": samples,
                                  "folds": folds, "validation_fraction": fraction,
                                  "fits": fits(model, a, b, splits)})
    return cases


everything = {"metrics": {"values": value_metrics(), "labels": label_metrics()},
              "searches": searches(), "early_stopping": early_stopping()}
lines = []
for name, part in everything.items():
    text = (json.dumps(part) if isinstance(part, dict)
            else "[\n" + ",\n".join(json.dumps(case) for case in part) + "\n]")
    lines.append(f"{json.dumps(name)}: {text}")
(HERE / "scores-sklearn.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
