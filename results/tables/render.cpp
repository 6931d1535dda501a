// Padding and escaping. Widths are counted in code points, because the only non-ASCII character of
// our own is one column wide.
#include "results/tables/render.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "data/text/printable.hpp"

namespace mlpgrid {
namespace {

constexpr std::string_view kPlusMinus = "±";

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width, bool right_aligned) {
  const std::string space(width - std::min(width, width_of(text)), ' ');
  return right_aligned ? space + text : text + space;
}

bool is_word(char c) { return (c & 0x80) != 0 || std::isalnum(static_cast<unsigned char>(c)); }

// Escapes what Markdown would interpret. An underscore within a word is safe.
std::string markdown_escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char before = i > 0 ? text[i - 1] : ' ';
    const char next = i + 1 < text.size() ? text[i + 1] : ' ';
    const bool always = std::string_view("|*\\`<").find(c) != std::string_view::npos;
    if (always || (c == '_' && !(is_word(before) && is_word(next))) ||
        (c == ']' && (next == '(' || next == '[' || next == ':')) || (c == '~' && next == '~') ||
        (c == '[' && next == '^') || (c == '&' && (is_word(next) || next == '#'))) {
      out += '\\';
    }
    out += c;
  }
  return out;
}

// The LaTeX text for a character in any font encoding. At the start of a row LaTeX would take a
// bracket or an asterisk for an argument of the \\ before it.
constexpr std::pair<char, std::string_view> kLatexSigns[] = {{'&', R"(\&)"},
                                                             {'%', R"(\%)"},
                                                             {'$', R"(\$)"},
                                                             {'#', R"(\#)"},
                                                             {'_', R"(\_)"},
                                                             {'{', R"(\{)"},
                                                             {'}', R"(\})"},
                                                             {'\\', R"(\textbackslash{})"},
                                                             {'~', R"(\textasciitilde{})"},
                                                             {'^', R"(\textasciicircum{})"},
                                                             {'<', R"(\textless{})"},
                                                             {'>', R"(\textgreater{})"},
                                                             {'|', R"(\textbar{})"},
                                                             {'[', "{[}"},
                                                             {'*', "{*}"}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string latex_escaped(std::string_view text) {
  std::string out;
  char before = ' ';
  while (!text.empty()) {
    if (text.starts_with(kPlusMinus)) {
      out += R"($\pm$)";
      text.remove_prefix(kPlusMinus.size());
      before = ' ';
      continue;
    }
    const char c = text.front();
    text.remove_prefix(1);
    const auto* sign = std::ranges::find(kLatexSigns, c, &std::pair<char, std::string_view>::first);
    if (sign != std::end(kLatexSigns)) {
      out += sign->second;
    } else if (c == '-' && !text.empty() && is_digit(text.front()) &&
               (before == ' ' || before == '[')) {
      out += "$-$";  // a negative number has a minus, not a hyphen
    } else if (c == '-' && text.starts_with('-')) {
      out += "-{}";  // two hyphens would become a dash
    } else {
      out += c;
    }
    before = c;
  }
  return out;
}

// Names of classes, columns and data sets come from files and may hold anything.
TextTable printable_table(TextTable table) {
  const auto clean = [](std::string& text) { text = printable(text, kNoLimit); };
  clean(table.title);
  for (auto& column : table.columns) clean(column.heading);
  for (auto& row : table.rows) std::ranges::for_each(row, clean);
  std::ranges::for_each(table.notes, clean);
  return table;
}

std::vector<std::size_t> column_widths(const TextTable& table) {
  std::vector<std::size_t> widths;
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    std::size_t width = width_of(table.columns[j].heading);
    for (const auto& row : table.rows) width = std::max(width, width_of(row[j]));
    widths.push_back(width);
  }
  return widths;
}

bool is_bold(const TextTable& table, std::size_t row, std::size_t column) {
  return table.best_row == static_cast<int>(row) && !table.rows[row][column].empty() &&
         (table.best_column < 0 || table.best_column == static_cast<int>(column));
}

std::string in_bold(const std::string& text) { return fmt::format("\x1b[1m{}\x1b[0m", text); }

std::string render_text(const TextTable& table, bool terminal) {
  const auto widths = column_widths(table);
  const auto line = [&](auto cell, int bold_column = -1) {
    std::string text;
    for (std::size_t j = 0; j < widths.size(); ++j) {
      text += j == 0 ? "" : "  ";
      const std::string wide = padded(cell(j), widths[j], table.columns[j].right_aligned);
      text += static_cast<int>(j) == bold_column ? in_bold(wide) : wide;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  };
  std::string out = table.title + "\n\n";
  out += line([&](std::size_t j) { return table.columns[j].heading; }) + "\n";
  out += line([&](std::size_t j) { return std::string(widths[j], '-'); }) + "\n";
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const bool bold = terminal && table.best_row == static_cast<int>(i);
    const std::string text =
        line([&](std::size_t j) { return table.rows[i][j]; }, bold ? table.best_column : -1);
    out += (bold && table.best_column < 0 ? in_bold(text) : text) + "\n";
  }
  for (const std::string& note : table.notes) out += fmt::format("\n{}\n", note);
  return out;
}

std::string render_markdown(TextTable table) {
  for (auto& column : table.columns) column.heading = markdown_escaped(column.heading);
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    for (std::size_t j = 0; j < table.rows[i].size(); ++j) {
      std::string& cell = table.rows[i][j];
      const std::string text = markdown_escaped(cell);
      cell = is_bold(table, i, j) ? fmt::format("**{}**", text) : text;
    }
  }
  auto widths = column_widths(table);
  for (std::size_t& width : widths) width = std::max<std::size_t>(width, 3);
  const auto line = [&](auto cell) {
    std::string text = "|";
    for (std::size_t j = 0; j < widths.size(); ++j) text += fmt::format(" {} |", cell(j));
    return text + "\n";
  };
  std::string out = markdown_escaped(table.title) + "\n\n";
  out += line([&](std::size_t j) {
    return padded(table.columns[j].heading, widths[j], table.columns[j].right_aligned);
  });
  out += line([&](std::size_t j) {
    const std::string dashes(widths[j] - 1, '-');
    return dashes + (table.columns[j].right_aligned ? ":" : "-");
  });
  for (const auto& row : table.rows) {
    out += line(
        [&](std::size_t j) { return padded(row[j], widths[j], table.columns[j].right_aligned); });
  }
  for (const std::string& note : table.notes) {
    out += fmt::format("\n{}\n", markdown_escaped(note));
  }
  return out;
}

std::string render_latex(const TextTable& table) {
  std::string alignment;
  std::vector<std::string> headings;
  for (const auto& column : table.columns) {
    alignment += column.has_sentences ? R"(p{0.4\linewidth})" : column.right_aligned ? "r" : "l";
    headings.push_back(latex_escaped(column.heading));
  }
  std::string out = fmt::format("% {}\n% needs \\usepackage{{booktabs}}\n", table.title);
  out += fmt::format("\\begin{{tabular}}{{{}}}\n\\toprule\n", alignment);
  out += fmt::format("{} \\\\\n\\midrule\n", fmt::join(headings, " & "));
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    std::vector<std::string> cells;
    for (std::size_t j = 0; j < table.rows[i].size(); ++j) {
      const std::string cell = latex_escaped(table.rows[i][j]);
      cells.push_back(is_bold(table, i, j) ? fmt::format("\\textbf{{{}}}", cell) : cell);
    }
    out += fmt::format("{} \\\\\n", fmt::join(cells, " & "));
  }
  out += "\\bottomrule\n\\end{tabular}\n";
  for (const std::string& note : table.notes) out += fmt::format("% {}\n", note);
  return out;
}

}  // namespace

std::string render(const TextTable& given, TableFormat format, bool terminal) {
  const TextTable table = printable_table(given);
  switch (format) {
    case TableFormat::text:
      return render_text(table, terminal);
    case TableFormat::markdown:
      return render_markdown(table);
    case TableFormat::latex:
      return render_latex(table);
    default:
      throw std::invalid_argument("render() makes text, markdown and latex only");
  }
}

}  // namespace mlpgrid
