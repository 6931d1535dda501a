// Ctrl-C and SIGTERM as a flag that fits look at.
#pragma once

#include <atomic>

namespace mlpgrid {

/// While one lives, the first SIGINT or SIGTERM only raises the flag; the second one ends the
/// program as usual. At most one at a time.
class InterruptFlag {
 public:
  InterruptFlag();
  ~InterruptFlag();
  InterruptFlag(const InterruptFlag&) = delete;
  InterruptFlag& operator=(const InterruptFlag&) = delete;

  /// Whoever has another reason to stop the fits may raise it, too.
  [[nodiscard]] std::atomic<bool>& raised() const;
};

}  // namespace mlpgrid
