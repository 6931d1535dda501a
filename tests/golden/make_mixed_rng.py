#!/usr/bin/python3
"""Write numpy-rng-mixed.json in this folder: draws of one RandomState whose calls alternate.

The cached second normal value and the 32- and 64-bit draws share one stream; a call that took too
many or too few would show in all that follow. Needs Debian's python3-numpy (1.24.2).
"""
import json

import numpy as np

out = []
for seed in (0, 7, 2**31 - 1):
    r = np.random.RandomState(seed)
    draws = {"seed": seed, "randn_3": r.randn(3).tolist(), "random_sample_2": r.random_sample(2).tolist(),
             "permutation_9": r.permutation(9).tolist(), "randn_2": r.randn(2).tolist(),
             "uniform_-1_1_3": r.uniform(-1, 1, 3).tolist()}
    a = np.arange(1000)
    r.shuffle(a)
    draws["shuffle_1000_first_10"] = a[:10].tolist()
    draws["randn_1"] = r.randn(1).tolist()
    draws["random_sample_1"] = r.random_sample(1).tolist()
    out.append(draws)
with open("numpy-rng-mixed.json", "w") as file:
    json.dump(out, file, indent=1)
