// What the fuzz targets share: an input that is taken apart from its front, files made of it, and
// which exceptions are an answer to the user. Everything else that leaves a target is a find.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include "experiments/options/option_values.hpp"
#include "experiments/options/usage_error.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  /// The next byte as a number below `limit`; 0 at the end.
  std::size_t choose(std::size_t limit) {
    return rest_.empty() ? 0 : static_cast<std::uint8_t>(take(1)[0]) % limit;
  }
  bool flag() { return choose(2) == 1; }
  std::string_view take(std::size_t size) {
    const std::string_view front = rest_.substr(0, size);
    rest_.remove_prefix(front.size());
    return front;
  }
  /// Up to the next `end`, which is taken, too.
  std::string_view take_until(char end) {
    const std::string_view front = take(std::min(rest_.find(end), rest_.size()));
    take(1);
    return front;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  std::string_view take_rest() { return take(rest_.size()); }

 private:
  std::string_view rest_;
};

/// For all files of the process; run.py sees to it that it lies in memory.
inline const testing::TemporaryFolder& folder() {
  static const testing::TemporaryFolder kFolder;
  return kFolder;
}

[[noreturn]] inline void find(std::string_view what) {
  std::cerr << "find: " << what << std::endl;
  std::abort();
}

inline void expect(bool holds, std::string_view what) {
  if (!holds) find(what);
}

/// Whether `action` ends without one of the exceptions whose text is for the user.
template <class Action>
bool accepted(Action action) {
  const auto is_answer = [](const std::exception& error) {
    for (const std::type_info* type :
         {&typeid(std::runtime_error), &typeid(std::invalid_argument),
          &typeid(std::filesystem::filesystem_error), &typeid(UsageError), &typeid(ValueError)}) {
      if (typeid(error) == *type) return !std::string_view(error.what()).empty();
    }
    return false;
  };
  try {
    action();
    return true;
  } catch (const std::exception& error) {
    if (!is_answer(error)) throw;
    return false;
  }
}

}  // namespace mlpgrid::fuzz
