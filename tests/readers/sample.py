"""What tests/results/sample_run.cpp puts into the sample file, and how a check ends."""
import importlib
import sys

NAN = float("nan")

LABEL = ["activation=relu", "activation=tanh", "activation=relu, again", "\u03b1=0.1"]
ACTIVATION = ["relu", "tanh", "relu", "tanh"]
LEARNING_RATE_INIT = [0.001, 0.001, 0.1, 0.1]
SPLIT_TEST_SCORE = [[0.5, 0.75], [0.875, 0.625], [0.5, 0.75], [0.25, NAN]]
MEAN_TEST_SCORE = [0.625, 0.75, 0.625, NAN]
RANK_TEST_SCORE = [2, 1, 2, 4]
N_ITER = [[3, 2], [3, 3], [3, 2], [3, 3]]
STATUS = [[2, 1], [2, 2], [2, 1], [2, 4]]
ERROR = [["", ""], ["", ""], ["", ""], ["", "loss is not finite"]]
TRAIN_LOSS_0 = [[1.5, 1.25, 1 / 3], [1.5, 1.25, NAN]]
CLASS_NAMES = ["cat", "d\u00f6g", 'say "x, y"']
PARAMS = ["param_hidden_layer_sizes", "param_activation", "param_learning_rate_init",
          "param_batch_size"]
BY_CONFIG = ["alias_of", "mean_test_score", "std_test_score", "rank_test_score"]
BY_FOLD = ["split_test_score", "split_train_score", "test_score", "n_iter", "best_epoch", "status",
           "error", "zero_weight_share", "mean_abs_weight", "elementwise_accuracy",
           "test_elementwise_accuracy", "collapsed"]
CURVES = ["train_loss", "val_loss", "train_score", "val_score"]
EXPERIMENT = "data = csv\nactivation = relu,tanh\n# \u00e9\n"


def need(name):
    """The module, or the exit code that CTest takes for "skipped"."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        skip(error)


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def same(found, expected):
    """Equal to the bit where both are numbers, NaN to NaN."""
    found = found.tolist() if hasattr(found, "tolist") else found
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return found == expected or (found != found and expected != expected)


def check(found, expected, what):
    if not same(found, expected):
        sys.exit(f"{what}: found {found!r}, expected {expected!r}")
