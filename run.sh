#!/bin/sh
# ./run.sh ARGS = mlpgrid ARGS: installs what is missing, builds what changed, runs the program in
# the caller's folder. Without arguments: the quickstart, or its table where it has run already.
set -eu
root=$(cd "$(dirname "$0")" && pwd)
. "$root/cmake/packages.sh"

# shellcheck disable=SC2086
install_missing $program_packages
# The tests need more packages: off, unless test.sh has been here and turned them on.
if [ -f "$root/build/release/build.ninja" ]; then
  build "$root" release mlpgrid
else
  build "$root" release mlpgrid -DMLPGRID_TESTS=OFF
fi

[ $# -gt 0 ] || set -- run quickstart --resume
exec "$root/build/release/bin/mlpgrid" "$@"
