# Sourced by run.sh and test.sh: installs missing Debian packages, configures and builds.
# Everything it says goes to stderr; stdout belongs to the program.

program_packages="g++ cmake ninja-build pkg-config libtbb-dev libxsimd-dev libboost-dev
  libboost-program-options-dev libhdf5-dev libfmt-dev nlohmann-json3-dev zlib1g-dev libssl-dev
  libxxhash-dev libisal-dev libcsv-dev libcurl4-openssl-dev ca-certificates
  libonnx-dev libprotobuf-dev protobuf-compiler libjs-chart.js"
test_packages="libgtest-dev libgmock-dev python3-numpy python3-h5py python3-xarray
  python3-netcdf4 python3-h5netcdf python3-pandas python3-scipy python3-opencv python3-onnx
  hdf5-tools netcdf-bin openssl chromium chromium-driver python3-selenium
  clang libclang-rt-dev clang-format clang-tidy"
reader_packages="octave r-bioc-rhdf5"  # more of them, for tests/readers/run_all.sh
# Where there are older ones than the sources can do with: Debian 11 and Ubuntu 22.04. CMake checks
# the same versions.
least_versions="cmake=3.22 g++=4:12 libxsimd-dev=8.0"

# check_versions: names what is too old of the packages that are installed or to be had.
check_versions() {
  too_old=
  for least in $least_versions; do
    package=${least%%=*}
    version=$(dpkg-query -W -f='${Version}' "$package" 2>/dev/null || true)
    [ -n "$version" ] ||
      version=$(LC_ALL=C apt-cache policy "$package" | sed -n 's/^  Candidate: //p')
    case $version in '' | '(none)') continue ;; esac  # unknown: apt-get will say so
    dpkg --compare-versions "$version" ge "${least#*=}" ||
      too_old="$too_old
  $package $version, but at least ${least#*=} is needed"
  done
  [ -n "$too_old" ] || return 0
  echo "This system is too old (Debian 12 and Ubuntu 24.04 are not):$too_old" >&2
  return 1
}

# install_missing PACKAGE...
install_missing() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    command -v cmake >/dev/null && return  # not Debian: let CMake say what it does not find
    echo "This is not a Debian system. Install the counterparts of these packages first: $*" >&2
    return 1
  fi
  missing=
  for package in "$@"; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    check_versions || return 1
    if ! command -v sudo >/dev/null; then
      echo "Missing packages; run as root: apt-get install$missing" >&2
      return 1
    fi
    as_root=sudo
  fi
  echo "Installing$missing" >&2
  # shellcheck disable=SC2086
  { $as_root apt-get update -q && check_versions &&
      $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
        $missing; } >&2
}

# build ROOT PRESET TARGET [CMAKE_OPTION...]: says nothing when there is nothing to do.
build() {
  root=$1 preset=$2 target=$3
  shift 3
  folder=$root/build/$preset
  if [ ! -f "$folder/build.ninja" ] || [ $# -gt 0 ]; then
    (cd "$root" && cmake --preset "$preset" "$@") >&2
  fi
  if [ "$(ninja -C "$folder" -n "$target" | tail -n 1)" != "ninja: no work to do." ]; then
    cmake --build "$folder" --target "$target" >&2
  fi
}
