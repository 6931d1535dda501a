// Reads a file that may be gzip: gives the unpacked bytes, or those of a plain file as they are.
// What the bytes mean is the caller's business.
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
  /// `name` stands for the file in messages. Throws std::runtime_error where the file cannot be
  /// opened.
  GzipFile(const std::filesystem::path& file, std::string name);
  explicit GzipFile(const std::filesystem::path& file) : GzipFile(file, file.string()) {}

  /// Throws std::runtime_error "NAME: what".
  [[noreturn]] void fail(std::string_view what) const;

  /// Fills `target` with the next bytes and returns how many there were, which is fewer only at the
  /// end of the file. Throws std::runtime_error for read errors and damaged gzip.
  std::size_t read(std::span<std::uint8_t> target);

  /// Skips `count` unpacked bytes. Throws std::runtime_error where the file has fewer.
  void skip(std::size_t count);

  /// Whether the file is gzip, by its first bytes.
  [[nodiscard]] bool is_gzip();

 private:
  std::string name_;
  std::unique_ptr<gzFile_s, int (*)(gzFile_s*)> stream_;
};

}  // namespace mlpgrid
