// Picks a kernel table at run time; the units themselves are compiled with their own flags.
#include "engine/simd/dispatch.hpp"

#include <atomic>
#include <cstdlib>
#include <stdexcept>

namespace mlpgrid {

#define UNIT(name, supported)            \
  namespace name##_unit {                \
    const KernelTable& table() noexcept; \
  }
#include "units.inc"  // of engine/CMakeLists.txt: a line per unit, the best first
#undef UNIT

namespace {

struct Unit {
  const char* name;
  bool (*supported)();
  const KernelTable& (*table)() noexcept;
};

// __builtin_cpu_supports reads XCR0 as well as CPUID: it knows whether the operating system saves
// the wide registers.
#define UNIT(name, supported) \
  {#name, [] { return static_cast<bool>(supported); }, name##_unit::table},
constexpr Unit kUnits[] = {
#include "units.inc"
};
#undef UNIT

std::atomic<const KernelTable*> active{nullptr};

const KernelTable& best_table() {
  for (const Unit& unit : kUnits) {
    if (unit.supported()) return unit.table();
  }
  throw std::runtime_error(
      "this CPU has no AVX2 and FMA instructions, which mlpgrid needs (Intel Haswell, AMD "
      "Excavator "
      "or newer)");
}

}  // namespace

std::vector<std::string> supported_isas() {
  std::vector<std::string> names;
  for (const Unit& unit : kUnits) {
    if (unit.supported()) names.emplace_back(unit.name);
  }
  return names;
}

void force_isa(std::string_view name) {
  for (const Unit& unit : kUnits) {
    if (name == unit.name && unit.supported()) {
      active.store(&unit.table());
      return;
    }
  }
  std::string message =
      "instruction set '" + std::string(name) + "' is not supported here; this machine has:";
  for (const std::string& known : supported_isas()) message += " " + known;
  throw std::invalid_argument(message);
}

const KernelTable& kernels() {
  if (const KernelTable* table = active.load()) return *table;
  if (const char* forced = std::getenv("MLPGRID_ISA"); forced != nullptr && *forced != '\0') {
    force_isa(forced);
  } else {
    active.store(&best_table());
  }
  return *active.load();
}

}  // namespace mlpgrid
