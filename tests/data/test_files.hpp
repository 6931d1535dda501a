// What the tests of this folder share: files and the message of an exception.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "temporary_folder.hpp"

namespace mlpgrid::testing {

/// Writes a gzip file and returns its path; its folder is made.
inline std::filesystem::path write_gzip(const std::filesystem::path& file,
                                        std::string_view content) {
  std::filesystem::create_directories(file.parent_path());
  gzFile stream = gzopen(file.c_str(), "wb");
  if (!stream ||
      gzwrite(stream, content.data(), static_cast<unsigned>(content.size())) !=
          static_cast<int>(content.size()) ||
      gzclose(stream) != Z_OK) {
    throw std::runtime_error("cannot write " + file.string());
  }
  return file;
}

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// An IDX file of unsigned bytes with this shape; entry i of the data is (first + i) mod `modulus`.
inline std::string idx_content(const std::vector<std::uint32_t>& shape, unsigned first = 0,
                               unsigned modulus = 256) {
  std::string content = {'\0', '\0', '\x08', static_cast<char>(shape.size())};
  std::size_t total = 1;
  for (const std::uint32_t extent : shape) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      content += static_cast<char>(extent >> shift & 255U);
    }
    total *= extent;
  }
  for (std::size_t i = 0; i < total; ++i) {
    content += static_cast<char>((first + i) % modulus);
  }
  return content;
}

/// The message of the std::exception that `action` throws; "" if it throws none.
inline std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace mlpgrid::testing
