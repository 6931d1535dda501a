// The page of a report with its style and scripts, as embedded at build time by report/page/embed.cmake.
#pragma once

#include <string_view>

namespace mlpgrid {

/// HTML with the placeholders {{title}}, {{ranking}} and {{data}}, in this order.
[[nodiscard]] std::string_view report_page();

}  // namespace mlpgrid
