// Lays out a rectangle of texts as an aligned text, Markdown or LaTeX table. What the texts mean is
// table.cpp's.
#pragma once

#include <string>
#include <vector>

#include "results/tables/table.hpp"

namespace mlpgrid {

struct TextTable {
  struct Column {
    std::string heading;
    bool right_aligned = false;
    bool has_sentences = false;  // LaTeX: a paragraph column, whose lines are broken
  };
  std::string title;  // a line above the table (LaTeX: a comment)
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // each with as many cells as there are columns
  int best_row = -1;                           // set in bold where the format can
  int best_column = -1;                        // the cell of best_row that is bold; -1: all cells
  std::vector<std::string> notes;              // lines below the table
};

/// `format` is text, markdown or latex. `terminal`: bold by escape sequence (text only).
[[nodiscard]] std::string render(const TextTable& table, TableFormat format, bool terminal);

}  // namespace mlpgrid
