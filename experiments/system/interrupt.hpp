// Ctrl-C and the signals that ask a program to end as a flag that fits look at.
#pragma once

#include <atomic>

namespace mlpgrid {

/// While one lives, SIGINT, SIGTERM, SIGHUP and SIGXCPU raise the flag, however often they come:
/// `timeout` signals its child and then the whole group, a closing terminal likewise. Only SIGINT
/// ends the program at once, as usual, when it comes a second time a second or more after the
/// first, or a third time: somebody presses Ctrl-C again. A signal that was ignored stays ignored.
/// Once raised, all of this stays so until the program ends. At most one at a time.
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
