#!/bin/sh
# Installs what is missing, builds everything (or MLPGRID_TARGET), runs the tests; arguments go to
# ctest. The long ones are left out: ctest --test-dir build/release -L long.
set -eu
root=$(cd "$(dirname "$0")" && pwd)
. "$root/cmake/packages.sh"

# shellcheck disable=SC2086
install_missing $program_packages $test_packages
preset=${MLPGRID_PRESET:-release}
target=${MLPGRID_TARGET:-all}
if grep -qs '^MLPGRID_TESTS:BOOL=ON' "$root/build/$preset/CMakeCache.txt"; then
  build "$root" "$preset" "$target"
else
  build "$root" "$preset" "$target" -DMLPGRID_TESTS=ON
fi
exec ctest --test-dir "$root/build/$preset" --output-on-failure -LE long "$@"
