// Reads a file that may be gzip: the unpacked bytes, or those of a plain file as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct gzFile_s;

namespace mlpgrid {

class GzipFile {
 public:
  /// Messages begin with `name`. Throws std::runtime_error where the file cannot be opened.
  GzipFile(const std::filesystem::path& file, std::string name);
  explicit GzipFile(const std::filesystem::path& file) : GzipFile(file, file.string()) {}

  /// Throws std::runtime_error "NAME: what".
  [[noreturn]] void fail(std::string_view what) const;

  /// Fills as much of `target` as the file has; throws on read errors and damaged gzip.
  std::size_t read(std::span<std::uint8_t> target);

  /// Throws where the file ends before.
  void skip(std::size_t count);

  /// Whether it is one, by its first bytes.
  [[nodiscard]] bool is_gzip();

 private:
  std::string name_;
  std::unique_ptr<gzFile_s, int (*)(gzFile_s*)> stream_;
};

}  // namespace mlpgrid
