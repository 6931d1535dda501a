// A file on its way to its place: grows under the name FILE.part, and takes FILE's place in one
// step when it is whole. What is left of one that was interrupted can be continued.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "data/files/locked_file.hpp"

namespace mlpgrid {

class PartFile {
 public:
  /// Opens TARGET.part, with what it holds from before, and locks it against other processes.
  /// Throws std::runtime_error that names the file and the remedy.
  explicit PartFile(const std::filesystem::path& target);
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// Both return 0 or an errno.
  [[nodiscard]] int append(const char* data, std::size_t size) noexcept;
  [[nodiscard]] int clear() noexcept;

  /// Makes it durable under the target's name. Throws std::runtime_error.
  void store();

  /// Gives it up. What cannot be removed stays.
  void remove() noexcept;

 private:
  std::filesystem::path target_;
  std::filesystem::path path_;
  FileDescriptor fd_;
  std::uint64_t size_ = 0;
};

}  // namespace mlpgrid
