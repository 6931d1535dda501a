"""What a reader finds in a results file, in one form for all, and h5py's findings to compare with.

Findings are {"datasets": {path: {"shape", "dims", "values"}}, "attributes": {"path@name": value}}.
Values are flat, the last dimension fastest; dims are the dimensions' names (None: no such name, and
left out where a reader has no notion of them). An attribute of one value is that value. Soft links
(the datasets of /plots) are not followed.
"""
import h5py

# What dimension scales and netCDF-4 keep in attributes of their own.
INTERNAL = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "DIMENSION_LABELS"}


def plain(value):
    """Python's numbers and strings instead of NumPy's; lists of one become the one."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (list, tuple)):
        return plain(value[0]) if len(value) == 1 else [plain(v) for v in value]
    return value


def is_internal(attribute):
    return attribute in INTERNAL or attribute.startswith(("_Netcdf4", "_NC", "_nc"))


def attributes_of(path, attributes):
    return {f"{path}@{name}": plain(value)
            for name, value in attributes.items() if not is_internal(name)}


def find(path):
    """What h5py finds."""
    datasets, attributes = {}, {}

    def visit(name, thing):
        name = "/" + name
        if isinstance(thing, h5py.Dataset):
            if thing.attrs.get("NAME", b"").startswith(b"This is a netCDF dimension but not"):
                return
            is_text = h5py.check_string_dtype(thing.dtype)
            if h5py.h5ds.is_scale(thing.id):
                dims = [name]
            else:
                dims = [scales[0].name if len(scales) else None for scales in thing.dims]
            datasets[name] = {
                "shape": list(thing.shape),
                "dims": [base_name(dim) for dim in dims],
                "values": (thing.asstr() if is_text else thing)[()].ravel().tolist()}
        attributes.update(attributes_of(name, thing.attrs))

    with h5py.File(path, "r") as file:
        attributes.update(attributes_of("/", file.attrs))
        file.visititems(visit)
    return {"datasets": datasets, "attributes": attributes}


def base_name(dimension):
    if dimension is None or "phony_dim" in dimension:
        return None
    return dimension.rsplit("/", 1)[-1]


def same(a, b):
    """Equal to the bit, NaN to NaN, numbers not to strings."""
    if isinstance(a, list) or isinstance(b, list):
        return (isinstance(a, list) and isinstance(b, list) and len(a) == len(b)
                and all(map(same, a, b)))
    return a == b or (a != a and b != b)


def differences(reference, found, omits=lambda path: False):
    """Lines that say where `found` departs from the reference; datasets for which `omits` holds are
    beyond that reader."""
    lines = []
    expected = {path: dataset for path, dataset in reference["datasets"].items()
                if not omits(path)}
    for path in sorted(expected.keys() ^ found["datasets"].keys()):
        lines.append(f"{path} {'is missing' if path in expected else 'is not in the file'}")
    for path in expected.keys() & found["datasets"].keys():
        for key, value in found["datasets"][path].items():
            if not same(value, expected[path][key]):
                lines.append(f"{path}: {key} {str(value)[:200]} instead of "
                             f"{str(expected[path][key])[:200]}")
    if "attributes" in found:
        for key in sorted(reference["attributes"].keys() | found["attributes"].keys()):
            a, b = reference["attributes"].get(key), found["attributes"].get(key)
            if not same(a, b):
                lines.append(f"attribute {key}: {b!r} instead of {a!r}")
    return lines


def summary(found):
    """What was compared, in a few words."""
    datasets = found["datasets"].values()
    strings = sum(isinstance(v, str) for d in datasets for v in d["values"])
    numbers = sum(len(d["values"]) for d in datasets) - strings
    words = f"{len(datasets)} datasets: {numbers} numbers, {strings} strings, shapes"
    if any("dims" in d for d in datasets):
        words += ", dimension names"
    if "attributes" in found:
        words += f", {len(found['attributes'])} attributes"
    return f"{words}, {found['also']}" if "also" in found else words
