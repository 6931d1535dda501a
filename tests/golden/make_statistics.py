#!/usr/bin/python3
"""Write statistics-scipy.json in this folder: tests of differences of scores as SciPy makes them.

The functions are those of scikit-learn's example "Statistical comparison of models using grid
search". Holm's correction by another definition than the program's: it is the closure of
Bonferroni's, so an adjusted p value is the largest Bonferroni one of all sets of hypotheses that hold
it. Needs Debian's python3-scipy (1.10.1).
"""
import itertools
import json
import pathlib

import numpy as np
from scipy.stats import t


def corrected_std(differences, n_train, n_test):
    kr = len(differences)
    return np.sqrt(np.var(differences, ddof=1) * (1 / kr + n_test / n_train))


def holm(p_values):
    m = len(p_values)
    sets = [s for size in range(1, m + 1) for s in itertools.combinations(range(m), size)]
    return [max(min(1.0, len(s) * min(p_values[j] for j in s)) for s in sets if i in s)
            for i in range(m)]


random = np.random.RandomState(0)
differences = []
for n, mean, spread, n_train, n_test, rope in (
        (2, 0.0, 0.02, 100, 100, 0.01), (3, -0.02, 0.01, 5333, 2667, 0.01),
        (5, 0.1, 0.001, 800, 200, 0.0), (10, -0.004, 0.01, 900, 100, 0.01),
        (10, -250.0, 40.0, 150, 17, 30.0), (30, 0.012, 0.01, 180, 20, 0.02),
        (100, -0.3, 0.01, 99, 1, 0.01), (200, 0.001, 0.01, 999, 1, 0.0005)):
    values = mean + spread * random.randn(n)
    values -= np.round(values, 2) * (np.arange(n) % 7 == 3)  # not all of one shape
    df = n - 1
    mean, std = values.mean(), corrected_std(values, n_train, n_test)
    posterior = t(df, loc=mean, scale=std)
    low, high = t.interval(0.95, df, loc=mean, scale=std)
    differences.append({
        "differences": values.tolist(), "n_train": n_train, "n_test": n_test, "rope": rope,
        "mean": mean, "corrected_std": std, "t_stat": mean / std,
        "p_val": 2 * t.sf(abs(mean / std), df), "low": low, "high": high,
        "half_width_001": t.isf(0.0005, df) * std,
        "better_prob": posterior.sf(rope), "worse_prob": posterior.cdf(-rope),
        "rope_prob": posterior.cdf(rope) - posterior.cdf(-rope)})

lists = [[], [0.03], [0.04, 0.01, 0.03], [0.01, 0.02, 0.03, 0.04], [0.2, 0.2, 0.001, 0.9, 0.2],
         [1.0, 0.5, 0.0, 0.0], random.uniform(0, 0.2, 9).round(3).tolist()]
adjusted = [{"p_val": p_values, "adjusted": holm(p_values)} for p_values in lists]
with open(pathlib.Path(__file__).with_name("statistics-scipy.json"), "w") as file:
    for name, cases, end in (("{\"differences\"", differences, ","), ("\"holm\"", adjusted, "}")):
        file.write(name + ": [\n" + ",\n".join(map(json.dumps, cases)) + "]" + end + "\n")
