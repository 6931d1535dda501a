// The page of a report with its style and scripts, as page/embed.cmake puts them together at build
// time.
#pragma once

#include <string_view>

namespace mlpgrid {

/// HTML with the placeholders {{title}}, {{ranking}} and {{data}}, in this order.
[[nodiscard]] std::string_view report_page();

}  // namespace mlpgrid
