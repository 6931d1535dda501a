// What this program was built from. CMake fills it in from build_info.cpp.in.
#pragma once

#include <string>

namespace mlpgrid {

struct BuildInfo {
  std::string version;     // "0.1.0"
  std::string git_commit;  // "unknown" outside a git checkout
  std::string compiler;    // "GNU 12.2.0"
};

[[nodiscard]] const BuildInfo& build_info();

}  // namespace mlpgrid
