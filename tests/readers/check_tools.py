"""The sample file through the command-line readers h5dump and ncdump, as far as installed."""
import shutil
import subprocess
import sys

import sample


def output(*command):
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def demand(text, parts, what):
    for part in parts:
        if part not in text:
            sys.exit(f"{what} does not show {part!r}:\n{text[:4000]}")


found = [tool for tool in ("h5dump", "ncdump") if shutil.which(tool)]
if not found:
    sample.skip("neither h5dump nor ncdump is installed")

if "h5dump" in found:
    header = output("h5dump", "-H", sys.argv[1])
    demand(header, ['DATASET "train_loss"', "STRSIZE H5T_VARIABLE", "H5T_CSET_UTF8",
                    "( 4, 2, 3 ) / ( 4, 2, 3 )", 'GROUP "best_model"', 'SOFTLINK "train_loss"'],
           "h5dump -H")
    if "H5T_ENUM" in header or "H5T_STD_I64" in header:
        sys.exit("h5dump -H shows an enum or a 64-bit integer")
    demand(output("h5dump", "-d", "/label", sys.argv[1]), ['"activation=relu, again"'],
           "h5dump -d /label")
    output("h5dump", sys.argv[1])

if "ncdump" in found:
    header = output("ncdump", "-h", sys.argv[1])
    demand(header, ["config = 4 ;", "fold = 2 ;", "epoch = 3 ;", "string label(config) ;",
                    "double train_loss(config, fold, epoch) ;", "train_loss:_FillValue = NaN ;",
                    "int status(config, fold) ;", "string error(config, fold) ;",
                    "double fit_time_s(config, fold) ;", "float weights_0(layer_0, layer_1) ;",
                    "int fold_seed(fold) ;", 'string :title = "sample grid" ;'], "ncdump -h")
    demand(output("ncdump", "-v", "label,rank_test_score", sys.argv[1]),
           ['"activation=relu, again"', "rank_test_score = 2, 1, 2, 4 ;"], "ncdump -v")
    output("ncdump", sys.argv[1])
print(f"{' and '.join(found)}: fine")
