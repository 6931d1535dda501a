// Turns Ctrl-C and the signals that ask a program to end into a flag. Stopping when it is raised is
// up to the code that runs, such as a fit.
#pragma once

#include <atomic>

namespace mlpgrid {

/// While an object lives, SIGINT, SIGTERM, SIGHUP and SIGXCPU raise the flag. They may come
/// repeatedly without ending the program: `timeout` signals its child and then the whole group, a
/// closing terminal does likewise. Only a repeated SIGINT ends it at once, as a second Ctrl-C is
/// meant to: a second one at least a second after the first, or a third one. Signals that were
/// ignored stay ignored. Once the flag is raised the handlers stay until the program ends. At most
/// one object at a time.
class InterruptFlag {
 public:
  InterruptFlag();
  ~InterruptFlag();
  InterruptFlag(const InterruptFlag&) = delete;
  InterruptFlag& operator=(const InterruptFlag&) = delete;

  /// The flag. Other code that has a reason to stop the fits may raise it, too.
  [[nodiscard]] std::atomic<bool>& raised() const;
};

}  // namespace mlpgrid
