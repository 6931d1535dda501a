#!/usr/bin/env bash
# Fails when two instruction-set units define the same weak symbol: the linker would keep one copy for
# both, and a CPU without AVX-512 could end up in AVX-512 code.
# Usage: check_unit_symbols.sh UNIT_A.o UNIT_B.o ...
set -euo pipefail
shared=$(for object in "$@"; do
  nm --defined-only "$object" | awk '$2 ~ /^[WwVvu]$/ {print $3}' | sort -u
done | sort | uniq -d | { grep -v '^DW.ref.__gxx_personality_v0$' || true; } | c++filt)
if [ -n "$shared" ]; then
  echo "shared between units:"
  echo "$shared"
  exit 1
fi
echo "no shared weak symbols in $# units"
