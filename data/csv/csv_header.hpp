// The column names of a CSV file, found by name in constant time: there may be 100,000 of them.
// Which columns are used is csv.cpp's business.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

namespace mlpgrid {

/// Columns may lack a name or share one: find() says how many have a name, and the caller decides
/// what that means. Names are compared in their printable() form, so that a name copied from a
/// message finds its column.
class CsvHeader {
 public:
  struct Found {
    std::size_t count = 0;   // of columns with this name
    std::size_t column = 0;  // the first of them, from 0
  };

  explicit CsvHeader(std::vector<std::string> names);

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] Found find(const std::string& name) const;
  [[nodiscard]] bool has(const std::string& name) const { return find(name).count > 0; }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, Found> found_;
};

}  // namespace mlpgrid
