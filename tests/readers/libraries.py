"""The Python readers, each turned into findings (see reference.py): h5py against the program's own
tables, netCDF4, xarray with either engine, and pandas."""
import csv
import importlib
import io
import json
import subprocess
import warnings

import h5py
import numpy

import reference
from tools import Missing


def need(name):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Missing(error) from None


def groups(path):
    found = ["/"]
    with h5py.File(path, "r") as file:
        file.visititems(lambda name, thing: found.append("/" + name)
                        if isinstance(thing, h5py.Group) else None)
    return found


def h5py_(path, folder, program):
    """Against `mlpgrid table`: every number of its CSV and JSON, and the ends of the curves."""
    found = reference.find(path)
    data = {name[1:]: numpy.reshape(numpy.array(dataset["values"]), dataset["shape"])
            for name, dataset in found["datasets"].items()}

    def table(form, *options):
        return subprocess.run([program, "table", path, "--format", form, *options], check=True,
                              capture_output=True, encoding="utf-8").stdout

    expected = {name: data[name] for name in data
                if name.startswith("param_") or name in ("label", "alias_of", "mean_test_score",
                                                         "std_test_score", "rank_test_score")}
    for fold in data["fold"]:
        for part in ("test", "train"):
            expected[f"split{fold}_{part}_score"] = data[f"split_{part}_score"][:, fold]
    exact = set(expected)
    for name in ("n_iter", "test_score", "elementwise_accuracy", "test_elementwise_accuracy"):
        if name in data:
            expected[name] = data[name].mean(axis=1)
    for name in ("fit", "score"):
        seconds = data[f"timing/{name}_time_s"]
        expected[f"mean_{name}_time"] = seconds.mean(axis=1)
        expected[f"std_{name}_time"] = seconds.std(axis=1)
    columns = json.loads(table("json"))
    rows = sorted(csv.DictReader(io.StringIO(table("csv"))), key=lambda row: int(row["config"]))
    order = numpy.argsort(columns["config"])
    assert len(rows) == len(order) == len(data["config"])
    for name, values in expected.items():
        for i, value in enumerate(values):
            from_json, from_csv = columns[name][order[i]], rows[i][name]
            if not isinstance(value, str):
                from_json = numpy.nan if from_json is None else from_json
                from_csv = float(from_csv or "nan")
            for shown in (from_json, from_csv):
                assert reference.same(shown, value) or name not in exact and numpy.isclose(
                    shown, value, rtol=1e-14, atol=0), (name, i, shown, value)
    meanings = found["attributes"]["/status@flag_meanings"].split()
    trained = data["status"] < meanings.index("diverged")
    last = numpy.take_along_axis(data["train_loss"], data["n_iter"][:, :, None] - 1, axis=2)[:, :, 0]
    success = json.loads(table("json", "--success", "train_loss<1", "--sort", "config"))
    for i, row in enumerate(rows):
        if trained[i].any():
            assert numpy.isclose(success["mean_of_train_loss"][i], last[i][trained[i]].mean(),
                                 rtol=1e-14, atol=0)
        assert success["success_share"][i] == ((last[i] < 1) & trained[i]).mean()
        shown = data["status"][i][~trained[i]] if not trained[i].all() else data["status"][i]
        assert all(meanings[status] in row["status"] for status in shown), (i, row["status"])
    return f"{len(expected)} columns of `table` as CSV and JSON x {len(rows)} configs, curves' ends"


def netcdf4(path, folder, program):
    netCDF4 = need("netCDF4")
    found = {"datasets": {}, "attributes": {}}

    def visit(path, group):
        found["attributes"].update(reference.attributes_of(path or "/", group.__dict__))
        for name, variable in ([] if path.startswith("/plots") else group.variables.items()):
            variable.set_auto_mask(False)
            found["datasets"][f"{path}/{name}"] = {
                "shape": list(variable.shape),
                "dims": [reference.base_name(dim) for dim in variable.dimensions],
                "values": variable[...].ravel().tolist()}
            found["attributes"].update(
                reference.attributes_of(f"{path}/{name}", variable.__dict__))
        for name, inner in group.groups.items():
            visit(f"{path}/{name}", inner)

    with netCDF4.Dataset(path) as file:
        visit("", file)
    return found


def xarray(engine):
    def read(path, folder, program):
        xr = need("xarray")
        need("netCDF4" if engine == "netcdf4" else engine)
        found = {"datasets": {}, "attributes": {}}
        for group in groups(path):
            # The lists of rows differ in length, so that they have no dimensions in common.
            options = ({"phony_dims": "sort"} if engine == "h5netcdf" and group == "/fold_rows"
                       else {})
            base = "" if group == "/" else group
            with warnings.catch_warnings():
                warnings.simplefilter("error")  # a complaint about the file is a failure
                ds = xr.open_dataset(path, engine=engine, group=group, **options)
            with ds:
                found["attributes"].update(reference.attributes_of(group, ds.attrs))
                for name, variable in ds.variables.items():
                    if group.startswith("/plots"):
                        break  # links to what the root has shown
                    found["datasets"][f"{base}/{name}"] = {
                        "shape": list(variable.shape),
                        "dims": [reference.base_name(dim) for dim in variable.dims],
                        "values": variable.values.ravel().tolist()}
                    decoded = {key: variable.encoding[key]
                               for key in ("coordinates", "_FillValue") if key in variable.encoding}
                    found["attributes"].update(reference.attributes_of(
                        f"{base}/{name}", {**variable.attrs, **decoded}))
                if group == "/":
                    coordinates = {"label", "fold_seed", "fold_repeat", "config", "fold", "epoch"}
                    coordinates |= {name for name in ds.variables if name.startswith("param_")}
                    assert set(ds.coords) == coordinates, set(ds.coords) ^ coordinates
                    assert set(ds.mean_test_score.coords) == {
                        n for n in coordinates if n.startswith("param_")} | {"label", "config"}
        return found
    return read


def pandas(path, folder, program):
    """Three tidy frames of the root, one line each: by config, by fit, by epoch."""
    need("pandas")
    xr = need("xarray")
    need("netCDF4")
    found = {}
    with xr.open_dataset(path) as ds:
        frames = {("config",): ds.drop_dims(["fold", "epoch"]).to_dataframe(),
                  ("config", "fold"): ds.drop_dims("epoch").to_dataframe(),
                  ("config", "fold", "epoch"): ds.to_dataframe(["config", "fold", "epoch"])}
        for dims, frame in frames.items():
            sizes = [ds.sizes[dim] for dim in dims]
            assert list(frame.index.names) == list(dims) and len(frame) == numpy.prod(sizes)
            for name in frame.columns:
                own = ds[name].dims  # a value of fewer dimensions is repeated along the others
                columns = frame[name].to_numpy().reshape(sizes)
                repeated = [0 if dim not in own else slice(None) for dim in dims]
                values = columns[tuple(repeated)]
                spread = numpy.broadcast_to(
                    values.reshape([n if d in own else 1 for d, n in zip(dims, sizes)]), sizes)
                assert all(map(reference.same, columns.ravel().tolist(), spread.ravel().tolist()))
                found[f"/{name}"] = {"shape": list(values.shape), "dims": list(own),
                                     "values": values.ravel().tolist()}
            for dim in dims:
                numbers = frame.index.get_level_values(dim).unique()
                found[f"/{dim}"] = {"shape": [len(numbers)], "dims": [dim],
                                    "values": numbers.tolist()}
    return {"datasets": found}
