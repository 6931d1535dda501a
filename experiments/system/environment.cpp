// Asks CPU, C library and build for their names and versions. Storing them is
// results/hdf5/write.cpp's.
#include "experiments/system/environment.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gnu/libc-version.h>

#include <ctime>
#include <fstream>
#include <vector>

#include "engine/simd/dispatch.hpp"
#include "experiments/system/build_info.hpp"

namespace mlpgrid {

std::string cpu_model() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("model name")) {
      const auto colon = line.find(": ");
      if (colon != std::string::npos) return line.substr(colon + 2);
    }
  }
  return "unknown";
}

Environment describe_environment(const std::string& command_line, int jobs,
                                 const std::string& preset) {
  const BuildInfo& build = build_info();
  Environment environment = {
      {"version", build.version},
      {"git_commit", build.git_commit},
      {"compiler", build.compiler},
      {"isa", std::string(active_isa())},
      {"cpu", cpu_model()},
      {"threads", fmt::format("{}", jobs)},
      {"command_line", command_line},
      {"start_time", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))},
      {"libc", fmt::format("glibc {}", gnu_get_libc_version())},
  };
  if (!preset.empty()) environment.emplace_back(kPresetAttribute, preset);
  return environment;
}

std::string version_text() {
  const BuildInfo& build = build_info();
  std::vector<std::string> isas = supported_isas();
  return fmt::format(
      "mlpgrid {}\ncommit {}\ncompiler {}\ninstruction sets {}\n", build.version, build.git_commit,
      build.compiler,
      isas.empty() ? "none (needs AVX2 and FMA)" : fmt::format("{}", fmt::join(isas, " ")));
}

}  // namespace mlpgrid
