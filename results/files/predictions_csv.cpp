// Formats cells as text and hands whole batches of lines to the destination (atomic_file.cpp).
#include "results/files/predictions_csv.hpp"

#include <fmt/format.h>

#include <iterator>

#include "results/files/csv_text.hpp"
#include "results/files/standard_output.hpp"

namespace mlpgrid {

PredictionsCsv::PredictionsCsv(const std::filesystem::path& output,
                               const std::vector<std::string>& header)
    : columns_(header.size()), destination_(output), text_(csv_line(header)) {}

void PredictionsCsv::add_classes(std::span<const std::int32_t> classes,
                                 const std::vector<std::string>& names) {
  std::vector<std::string> lines;
  for (const std::string& name : names) lines.push_back(csv_line({name}));
  for (const std::int32_t c : classes) text_ += lines[static_cast<std::size_t>(c)];
  write();
}

void PredictionsCsv::add_values(std::span<const double> values, bool as_float) {
  const auto out = std::back_inserter(text_);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (as_float) {
      fmt::format_to(out, "{}", static_cast<float>(values[i]));
    } else {
      fmt::format_to(out, "{}", values[i]);
    }
    text_ += (i + 1) % columns_ == 0 ? '\n' : ',';
  }
  write();
}

void PredictionsCsv::finish() {
  write();
  destination_.commit();
}

void PredictionsCsv::write() {
  destination_.write(std::as_bytes(std::span(text_)));
  text_.clear();
}

}  // namespace mlpgrid
