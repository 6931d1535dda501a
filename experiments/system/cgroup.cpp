// Reads cpu.max, memory.max and their v1 counterparts along the path from the group to the root.
// What follows from them is decided by the callers.
#include "experiments/system/cgroup.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace mlpgrid {

namespace {

namespace fs = std::filesystem;

// Whether `item` is one of the items of a comma-separated list.
bool has_item(const std::string& list, const std::string& item) {
  std::istringstream in(list);
  for (std::string word; std::getline(in, word, ',');) {
    if (word == item) return true;
  }
  return false;
}

// The folders of the group of `controller` ("" for v2) and of all groups above it. In a container
// the path often belongs to the host and does not exist here; then only the root, which is the
// group's own, has files.
std::vector<fs::path> group_folders(const CgroupFiles& files, const std::string& controller) {
  std::ifstream in(files.membership);
  std::vector<fs::path> folders;
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool is_this =
        controller.empty() ? controllers.empty() : has_item(controllers, controller);
    if (!is_this) continue;
    const fs::path base = controller.empty() ? files.root : files.root / controller;
    fs::path group = fs::path(line.substr(second + 1)).relative_path();
    for (; !group.empty(); group = group.parent_path()) folders.push_back(base / group);
    folders.push_back(base);
  }
  return folders;
}

// The first words of a file; empty where it does not exist.
std::vector<std::string> words(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::string> result;
  for (std::string word; in >> word;) result.push_back(word);
  return result;
}

std::optional<double> number(const std::vector<std::string>& list, std::size_t at) {
  if (at >= list.size()) return std::nullopt;
  std::istringstream in(list[at]);
  double value = 0.0;
  if (!(in >> value)) return std::nullopt;  // "max"
  return value;
}

// The value of a line "name value" in a statistics file.
std::optional<double> statistic(const fs::path& file, const std::string& name) {
  const std::vector<std::string> list = words(file);
  const auto found = std::find(list.begin(), list.end(), name);
  if (found == list.end()) return std::nullopt;
  return number(list, static_cast<std::size_t>(found - list.begin()) + 1);
}

template <class T>
void take_smaller(std::optional<T>& limit, T value) {
  limit = limit ? std::min(*limit, value) : value;
}

void take_memory(std::optional<std::uint64_t>& left, std::optional<double> limit,
                 std::optional<double> used, std::optional<double> droppable) {
  constexpr double kNoLimit = 9.0e18;  // v1 writes a number just below 2^63 for "no limit"
  // Droppable cache counts as free: else a group that has read large files would have nothing left.
  if (!limit || !used || !droppable || *limit > kNoLimit) return;
  take_smaller(left, static_cast<std::uint64_t>(std::max(0.0, *limit - *used + *droppable)));
}

}  // namespace

std::optional<double> cgroup_cpu_quota(const CgroupFiles& files) {
  std::optional<double> quota;
  for (const fs::path& folder : group_folders(files, "")) {
    const std::vector<std::string> list = words(folder / "cpu.max");
    const auto time = number(list, 0);
    const auto period = number(list, 1);
    if (time && period && *period > 0) take_smaller(quota, *time / *period);
  }
  for (const fs::path& folder : group_folders(files, "cpu")) {
    const auto time = number(words(folder / "cpu.cfs_quota_us"), 0);
    const auto period = number(words(folder / "cpu.cfs_period_us"), 0);
    if (time && period && *time > 0 && *period > 0) take_smaller(quota, *time / *period);
  }
  return quota;
}

std::optional<std::uint64_t> cgroup_memory_left(const CgroupFiles& files) {
  std::optional<std::uint64_t> left;
  for (const fs::path& folder : group_folders(files, "")) {
    take_memory(left, number(words(folder / "memory.max"), 0),
                number(words(folder / "memory.current"), 0),
                statistic(folder / "memory.stat", "inactive_file"));
  }
  for (const fs::path& folder : group_folders(files, "memory")) {
    take_memory(left, number(words(folder / "memory.limit_in_bytes"), 0),
                number(words(folder / "memory.usage_in_bytes"), 0),
                statistic(folder / "memory.stat", "total_inactive_file"));
  }
  return left;
}

}  // namespace mlpgrid
