// A CSV file as a sequence of rows of cells, through libcsv in strict mode.
// What the cells mean is csv.cpp's business.
#pragma once

#include <csv.h>

#include <exception>
#include <filesystem>
#include <functional>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

namespace mlpgrid {

/// Reads one file, once. Line ends are LF, CRLF or CR; a UTF-8 byte order mark, blank lines and
/// white space around cells are skipped. The fail functions throw std::runtime_error that begins
/// with FILE, FILE:LINE or FILE:LINE:COLUMN.
class CsvRowReader {
 public:
  using Cells = std::vector<std::string>;

  explicit CsvRowReader(const std::filesystem::path& file);
  CsvRowReader(const CsvRowReader&) = delete;
  CsvRowReader& operator=(const CsvRowReader&) = delete;
  ~CsvRowReader() { csv_free(&parser_); }

  /// Calls `on_row` for each row until it returns false; the cells are valid during the call.
  /// Throws for a file that cannot be read, is not UTF-8 or misuses quotes, and whatever `on_row`
  /// throws.
  void read(std::function<bool(const Cells&)> on_row);

  [[noreturn]] void fail_file(std::string_view what) const;
  [[noreturn]] void fail_row(std::string_view what) const;
  [[noreturn]] void fail_cell(std::string_view column, std::string_view what) const;

  /// The line on which the current row begins, from 1.
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  bool read_line(std::streambuf& file, std::string& line) const;
  void feed(const std::string& text);
  [[nodiscard]] std::string where() const;
  void rethrow();
  static void take_cell(void* text, std::size_t size, void* self) noexcept;
  static void take_row(int terminator, void* self) noexcept;

  std::filesystem::path file_;
  csv_parser parser_{};
  std::function<bool(const Cells&)> on_row_;
  Cells cells_;
  std::exception_ptr error_;
  std::size_t line_ = 1;
  bool between_rows_ = true;
  bool wanted_ = true;
};

}  // namespace mlpgrid
