// Feeds libcsv one line at a time, so that every error can name the line it is about. What the
// cells mean is csv.cpp's business.
#include "data/csv/csv_rows.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <new>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "data/text/printable.hpp"

namespace mlpgrid {
namespace {

// Names end up in HDF5 and JSON, which take nothing but UTF-8.
bool is_utf8_text(std::string_view text) {
  while (true) {
    std::size_t plain = 0;
    while (plain < text.size() && static_cast<signed char>(text[plain]) > 0) ++plain;
    text.remove_prefix(plain);
    if (text.empty()) return true;
    const std::optional<CodePoint> next = first_code_point(text);
    if (!next || next->value == 0) return false;
    text.remove_prefix(next->bytes);
  }
}

// Reads the next line with its end (LF, CRLF or CR); false at the end of the file. A Ctrl-Z that
// ends the file, as DOS editors wrote it, is left out.
bool next_line(std::streambuf& file, std::string& line) {
  constexpr int kEnd = std::char_traits<char>::eof();
  constexpr int kCtrlZ = 0x1A;
  line.clear();
  for (int c = file.sbumpc(); c != kEnd; c = file.sbumpc()) {
    if (c == kCtrlZ && file.sgetc() == kEnd) break;
    line += static_cast<char>(c);
    if (c == '\n' || (c == '\r' && file.sgetc() != '\n')) return true;
  }
  return !line.empty();
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  text = text.substr(0, text.find_last_not_of(kBlank) + 1);
  return text.empty() ? text : text.substr(text.find_first_not_of(kBlank));
}

}  // namespace

CsvRowReader::CsvRowReader(const std::filesystem::path& file) : file_(file) {
  if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
}

void CsvRowReader::read(std::function<bool(const Cells&)> on_row) {
  on_row_ = std::move(on_row);
  std::error_code error;
  if (std::filesystem::is_directory(file_, error)) fail_file("is a folder, not a CSV file");
  errno = 0;
  std::ifstream stream(file_, std::ios::binary);
  if (!stream) fail_file(fmt::format("cannot be opened: {}", std::strerror(errno)));
  std::string text;
  for (std::size_t line = 1; wanted_ && read_line(*stream.rdbuf(), text); ++line) {
    if (line == 1 && text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    if (between_rows_) line_ = line;
    if (!is_utf8_text(text)) fail_row("is not text in UTF-8; convert the file first");
    feed(text);
  }
  if (wanted_ && csv_fini(&parser_, &take_cell, &take_row, this) != 0) {
    fail_row("a quoted cell that begins in this row is never closed");
  }
  rethrow();
}

bool CsvRowReader::read_line(std::streambuf& file, std::string& line) const {
  try {
    return next_line(file, line);
  } catch (const std::ios_base::failure&) {  // libstdc++ throws where read() fails
    fail_file(fmt::format("cannot be read: {}", std::strerror(errno)));
  }
}

void CsvRowReader::feed(const std::string& text) {
  if (between_rows_ && text.find_first_not_of(" \t\r\n\x1a") == std::string::npos) return;
  between_rows_ = false;
  const std::size_t done =
      csv_parse(&parser_, text.data(), text.size(), &take_cell, &take_row, this);
  rethrow();
  if (done == text.size()) return;
  if (csv_error(&parser_) != CSV_EPARSE) throw std::bad_alloc();
  fail_row(fmt::format(
      "misplaced quote near character {} of the line; a cell that contains quotes, commas or line "
      "ends stands in double quotes, with the quotes in it doubled",
      done + 1));
}

std::string CsvRowReader::where() const { return printable(file_.string(), kNoLimit); }

void CsvRowReader::fail_file(std::string_view what) const {
  throw std::runtime_error(fmt::format("{}: {}", where(), what));
}

void CsvRowReader::fail_row(std::string_view what) const {
  throw std::runtime_error(fmt::format("{}:{}: {}", where(), line_, what));
}

void CsvRowReader::fail_cell(std::string_view column, std::string_view what) const {
  throw std::runtime_error(fmt::format("{}:{}:{}: {}", where(), line_, printable(column), what));
}

void CsvRowReader::rethrow() {
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

// Both are called from C, which exceptions must not cross.
void CsvRowReader::take_cell(void* text, std::size_t size, void* self) noexcept {
  auto& reader = *static_cast<CsvRowReader*>(self);
  try {
    reader.cells_.emplace_back(trimmed({static_cast<const char*>(text), size}));
  } catch (...) {
    reader.error_ = std::current_exception();
  }
}

void CsvRowReader::take_row(int /*terminator*/, void* self) noexcept {
  auto& reader = *static_cast<CsvRowReader*>(self);
  try {
    if (reader.wanted_ && !reader.error_) reader.wanted_ = reader.on_row_(reader.cells_);
  } catch (...) {
    reader.error_ = std::current_exception();
  }
  reader.cells_.clear();
  reader.between_rows_ = true;
}

}  // namespace mlpgrid
