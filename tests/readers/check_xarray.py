"""The sample file through xarray, with each netCDF engine that is installed, and into pandas."""
import importlib
import sys
import warnings

import sample

xr = sample.need("xarray")
engines = []
for engine, module in (("netcdf4", "netCDF4"), ("h5netcdf", "h5netcdf")):
    try:
        importlib.import_module(module)
        engines.append(engine)
    except ImportError as error:
        print(f"engine {engine} is not checked: {error}")
if not engines:
    sample.skip("xarray has no engine for netCDF-4")

check = sample.check
warnings.simplefilter("error")  # a file that opens with a complaint does not open

for engine in engines:
    with xr.open_dataset(sys.argv[1], engine=engine) as ds:
        check(dict(ds.sizes), {"config": 4, "fold": 2, "epoch": 3}, f"{engine}: dims")
        check(sorted(ds.coords), sorted(["config", "fold", "epoch", "label", "fold_seed",
                                         "fold_repeat"] + sample.PARAMS), f"{engine}: coords")
        check(sorted(ds.data_vars), sorted(sample.BY_CONFIG + sample.BY_FOLD + sample.CURVES),
              f"{engine}: variables")
        check(ds.label.values, sample.LABEL, f"{engine}: label")
        check(ds.param_activation.values, sample.ACTIVATION, f"{engine}: param_activation")
        check(ds.split_test_score.values, sample.SPLIT_TEST_SCORE, f"{engine}: split_test_score")
        check(ds.mean_test_score.values, sample.MEAN_TEST_SCORE, f"{engine}: mean_test_score")
        check(ds.n_iter.values, sample.N_ITER, f"{engine}: n_iter")
        check(str(ds.n_iter.dtype), "int32", f"{engine}: type of n_iter")
        check(ds.error.values, sample.ERROR, f"{engine}: error")
        check(ds.train_loss[0].values, sample.TRAIN_LOSS_0, f"{engine}: train_loss")
        check(ds.train_loss.sel(epoch=2, fold=1).dims, ("config",), f"{engine}: selection")
        check(ds.attrs["experiment"], sample.EXPERIMENT, f"{engine}: experiment")
        check(ds.status.attrs["flag_values"], [0, 1, 2, 3, 4, 5], f"{engine}: flag_values")

        frame = ds.drop_dims(["fold", "epoch"]).to_dataframe()
        check(len(frame), 4, f"{engine}: rows of the pandas frame")
        check(frame.param_activation, sample.ACTIVATION, f"{engine}: a column of it")
        check(frame.rank_test_score, sample.RANK_TEST_SCORE, f"{engine}: another")
    with xr.open_dataset(sys.argv[1], engine=engine, group="timing") as timing:
        check(timing.fit_time_s.dims, ("config", "fold"), f"{engine}: dims of timing")
    with xr.open_dataset(sys.argv[1], engine=engine, group="best_model") as model:
        check(model.class_names.values, sample.CLASS_NAMES, f"{engine}: class_names")
        check(model.weights_1[3].values, [10, 11, 12.5], f"{engine}: weights_1")
    with xr.open_dataset(sys.argv[1], engine=engine, group="confusion") as confusion:
        check(confusion.counts[1, 0].values, [[5, 1, 0], [2, 4, 0], [0, 0, 7]],
              f"{engine}: confusion")
        check(confusion.precision.dims, ("config", "fold", "true_class"),
              f"{engine}: dims of precision")
    print(f"engine {engine}: fine")
