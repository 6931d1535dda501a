// A file that is being downloaded: it grows as FILE.part and becomes FILE in one step when it is
// whole. What an interrupted program left can be continued. Whether the content is right is
// fetch.cpp's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "data/files/locked_file.hpp"

namespace mlpgrid {

class PartFile {
 public:
  /// Opens or creates TARGET.part, keeping what it holds, and locks it against other processes.
  /// Throws std::runtime_error that names the file and the remedy.
  explicit PartFile(const std::filesystem::path& target);
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// append() adds to the end, clear() empties the file. Both return 0 or an errno.
  [[nodiscard]] int append(const char* data, std::size_t size) noexcept;
  [[nodiscard]] int clear() noexcept;

  /// Makes the content durable, then gives the file its target's name, replacing a file of that
  /// name. Throws std::runtime_error.
  void store();

  /// Removes the .part file, ignoring errors.
  void remove() noexcept;

 private:
  std::filesystem::path target_;
  std::filesystem::path path_;
  FileDescriptor fd_;
  std::uint64_t size_ = 0;
};

}  // namespace mlpgrid
