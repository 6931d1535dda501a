#!/usr/bin/python3
"""SGD and Adam on Fashion-MNIST: this program against PyTorch and scikit-learn, all in float32.

Needs what against_sklearn.py needs, and Debian's python3-torch:

    tests/bench/against_pytorch.py --data-dir DIR

The same rows, network, penalty and step sizes, one thread per fit, in turn; PyTorch trains as many
epochs as ours did. Compared per epoch, with the faster of the two peers. Ours without scoring
held-out rows, which the peers do not do either.
"""
import os
import tempfile
import time
import warnings
from statistics import geometric_mean, median

import common
import numpy as np
import sklearn
import torch
from torch import nn


def pytorch_fit(config, epochs, x, y):
    """Seconds."""
    solver, rate, batch = config
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    start = time.perf_counter()
    torch.manual_seed(42)
    sizes = (x.shape[1], *common.LAYERS, 10)
    layers = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        layers += [nn.Linear(n_in, n_out), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    parameters = list(model.parameters())
    groups = [{"params": parameters[0::2], "weight_decay": 1e-4 / batch},  # alpha / m
              {"params": parameters[1::2]}]
    # foreach=True was 2 % faster than the loop over parameters for SGD, and not faster for Adam.
    optimizer = (torch.optim.SGD(groups, lr=rate, momentum=0.9, nesterov=True, foreach=True)
                 if solver == "sgd" else torch.optim.Adam(groups, lr=rate))
    cross_entropy = nn.CrossEntropyLoss()
    for _ in range(epochs):
        total = torch.zeros(())
        for rows in torch.randperm(len(x)).split(batch):
            optimizer.zero_grad(set_to_none=True)
            loss = cross_entropy(model(x.index_select(0, rows)), y.index_select(0, rows))
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
        total.item()
    return time.perf_counter() - start


def main():
    options = common.parser(__doc__)
    common.add_data_dir(options)
    options.add_argument("--max-iter", type=int, default=100)
    options.add_argument("--rates", default="0.002", help="learning rates (%(default)s)")
    args = options.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # or Adam's moments slow it by half after 20 epochs
    common.print_versions(args.program, sklearn, np, torch)
    x, y = common.fashion_mnist(args.data_dir)
    x = x.astype(np.float32)
    configs = [(solver, float(rate), batch) for solver in ("sgd", "adam")
               for rate in args.rates.split(",") for batch in (64, 128, 256)]
    print("milliseconds per epoch: scikit-learn, PyTorch, ours; ratio of the faster peer; epochs")
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        output = os.path.join(folder, "one.h5")
        for config in configs:
            by_sklearn, by_pytorch, ours = [], [], []
            for _ in range(args.runs):
                run = common.run(args.program, output, *common.ONE_FIT, "--eval-every", "0",
                                 "--data-dir", args.data_dir,
                                 *common.fit_options(config, args.max_iter))
                epochs = run.n_iter.item()
                ours.append(run.fit.item() / epochs)
                rows = common.one_fit_rows(output)
                seconds, their_epochs = common.sklearn_fit(config, args.max_iter, x[rows], y[rows])
                by_sklearn.append(seconds / their_epochs)
                by_pytorch.append(pytorch_fit(config, epochs, x[rows], y[rows]) / epochs)
            times = [median(by_sklearn), median(by_pytorch), median(ours)]
            ratios.append(min(times[:2]) / times[2])
            print("{:6}{:<7}{:<5}".format(*config) + "".join(f"{1000 * t:8.2f}" for t in times)
                  + f"{ratios[-1]:8.2f}   {their_epochs}, {epochs}, {epochs}", flush=True)
    print(f"geometric mean of the ratios: {geometric_mean(ratios):.2f}")


if __name__ == "__main__":
    main()
