"""Which reader reads which file: every dataset and attribute of what the program wrote, compared
with what h5py finds, and that with the program's own tables.

    matrix.py PROGRAM FOLDER [READER...]      # the files are FOLDER/*.h5

Exit code 1 where a reader departs from the reference, 77 where one is not installed.
"""
import json
import pathlib
import re
import sys
import tempfile

import libraries
import reference
import tools
from tools import Missing, run


def module_version(*names):
    def of(name):
        version = libraries.need(name).__version__
        if version != "999":  # what Debian's xarray takes itself for
            return f"{name} {version}"
        return f"{name} " + run("dpkg-query", "-W", "-f", "${Version}", f"python3-{name}")
    return lambda: ", ".join(map(of, names))


def tool_version(pattern, *command):
    def version():
        return re.search(pattern, run(*command, allowed=(0, 1), both=True))[1]
    return version


def h5py_version():
    version = libraries.need("h5py").version
    return f"{version.version}, HDF5 {version.hdf5_version}"


def h5wasm_version():
    folder = tools.need_h5wasm() / "node_modules" / "h5wasm"
    return json.loads((folder / "package.json").read_text())["version"]


def by_tool(read):
    return lambda path, folder, program: read(path, folder)


# Name -> what asks for its version, and what gives its findings (or says what it has checked itself).
READERS = {
    "h5py": (h5py_version, libraries.h5py_),
    "netCDF4": (module_version("netCDF4"), libraries.netcdf4),
    "xarray-netcdf4": (module_version("xarray", "netCDF4"), libraries.xarray("netcdf4")),
    "xarray-h5netcdf": (module_version("xarray", "h5netcdf"), libraries.xarray("h5netcdf")),
    "pandas": (module_version("pandas", "xarray"), libraries.pandas),
    "ncdump": (tool_version(r"version (\S+)", "ncdump"), by_tool(tools.ncdump)),
    "h5dump": (tool_version(r"Version (\S+)", "h5dump", "-V"), by_tool(tools.h5dump)),
    "h5diff": (tool_version(r"Version (\S+)", "h5diff", "-V"), by_tool(tools.h5diff)),
    "Octave": (tool_version(r"version (\S+)", "octave-cli", "--version"), by_tool(tools.octave)),
    "R-rhdf5": (tool_version(r"(\d[\d.]+)", "Rscript", "--vanilla", "-e",
                             'cat(as.character(packageVersion("rhdf5")))'), by_tool(tools.rhdf5)),
    "h5wasm": (h5wasm_version, by_tool(tools.h5wasm)),
}


def omits(reader, known):
    """What is beyond a reader: a predicate of paths."""
    if reader == "Octave":
        return lambda path: not tools.octave_can_load(path, known["datasets"])
    if reader == "pandas":
        return lambda path: path.count("/") > 1  # its frames are of the root
    return lambda path: False


def check(reader, path, program):
    """What was compared, and the differences."""
    with tempfile.TemporaryDirectory() as folder:
        found = READERS[reader][1](path, pathlib.Path(folder), program)
    if isinstance(found, str):
        return found, []
    known = reference.find(path)
    return reference.summary(found), reference.differences(known, found, omits(reader, known))


def main(program, folder, *readers):
    files = sorted(pathlib.Path(folder).glob("*.h5"))
    assert files, f"no results files in {folder}"
    rows, failures, missing = [("reader", "version", "experiment", "result", "checked")], [], False
    for reader in readers or READERS:
        version = "-"
        for path in files:
            try:
                version = READERS[reader][0]()
                checked, lines = check(reader, path, program)
            except Missing as error:
                rows.append((reader, version, "-", "missing", str(error)))
                missing = True
                break
            except Exception as error:  # one reader's fall does not hide the others
                checked, lines = "", [f"{type(error).__name__}: {error}"]
            rows.append((reader, version, path.stem, "FAIL" if lines else "pass", checked))
            failures += [f"{reader}, {path.stem}: {line}" for line in lines[:20]]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[4]]))
    print("\n".join(failures), end="\n" if failures else "")
    return 1 if failures else 77 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
