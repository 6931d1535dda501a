#!/bin/sh
# Installs every reader that is missing, lets the program write the experiments, and prints which
# reader reads which of them, and what was compared. Arguments are names of readers (default: all).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/cmake/packages.sh"

# shellcheck disable=SC2086
install_missing $program_packages $test_packages $reader_packages
command -v npm >/dev/null || install_missing nodejs npm
[ -d "$here/h5wasm/node_modules" ] || npm ci --silent --no-audit --no-fund --prefix "$here/h5wasm" >&2

preset=${MLPGRID_PRESET:-release}
build "$root" "$preset" mlpgrid -DMLPGRID_TESTS=ON
build "$root" "$preset" write_sample
bin=$root/build/$preset/bin
files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT
"$bin/write_sample" "$files/sample.h5"
/usr/bin/python3 -B "$here/experiments.py" "$bin/mlpgrid" "$files"
/usr/bin/python3 -B "$here/matrix.py" "$bin/mlpgrid" "$files" "$@"
