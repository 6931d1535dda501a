// The page of a report with its style and scripts; page/embed.cmake generates the definition at
// build time. Filling the placeholders is report.cpp's.
#pragma once

#include <string_view>

namespace mlpgrid {

/// HTML with the placeholders {{title}}, {{ranking}} and {{data}}, in this order. Lives as long as
/// the program.
[[nodiscard]] std::string_view report_page();

}  // namespace mlpgrid
