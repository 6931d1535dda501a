// Fills the placeholders of the page with the title, the ranking and the data, which data.cpp
// makes.
#include "results/report/report.hpp"

#include <initializer_list>
#include <string_view>
#include <utility>

#include "results/files/json_text.hpp"
#include "results/report/data.hpp"
#include "results/report/encoding.hpp"
#include "results/report/page.hpp"
#include "results/tables/table.hpp"

namespace mlpgrid {
namespace {

constexpr std::size_t kRowsWithoutScripts = 50;

// Replaces each "{{NAME}}" of the page by the text of that name. Inserted texts are not searched
// for placeholders.
std::string filled(std::string_view page,
                   std::initializer_list<std::pair<std::string_view, std::string_view>> texts) {
  std::string whole;
  std::size_t size = page.size();
  for (const auto& [name, text] : texts) size += text.size();
  whole.reserve(size);
  for (const auto& [name, text] : texts) {  // in the order in which the page has them
    const std::string placeholder = "{{" + std::string(name) + "}}";
    const std::size_t at = page.find(placeholder);
    whole.append(page.substr(0, at)).append(text);
    page.remove_prefix(at + placeholder.size());
  }
  return whole.append(page);
}

}  // namespace

Report make_report(const ResultsFile& results, int reload_s) {
  nlohmann::ordered_json data = report_data(results);
  data["reload_s"] = results.complete ? 0 : reload_s;
  const std::string json = script_escaped(json_text(data));
  TableOptions options;
  options.top = kRowsWithoutScripts;
  return {filled(report_page(), {{"title", html_escaped(results.run.title)},
                                 {"ranking", html_escaped(format_table(results, options))},
                                 {"data", json}}),
          results.complete};
}

}  // namespace mlpgrid
