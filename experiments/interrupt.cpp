// Installs the signal handlers; see the header.
#include "experiments/interrupt.hpp"

#include <csignal>

namespace mlpgrid {

namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may not take a lock");

void on_signal(int) { interrupted.store(true, std::memory_order_relaxed); }

void set_handler(int signal, void (*handler)(int), int flags) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

InterruptFlag::InterruptFlag() {
  interrupted.store(false);
  // SA_RESETHAND: the handler is gone once it ran, so that a second signal kills.
  // SA_RESTART: writes of the journal are not broken off.
  const int flags = static_cast<int>(static_cast<unsigned>(SA_RESETHAND) | SA_RESTART);
  for (const int signal : {SIGINT, SIGTERM}) set_handler(signal, on_signal, flags);
}

InterruptFlag::~InterruptFlag() {
  for (const int signal : {SIGINT, SIGTERM}) set_handler(signal, SIG_DFL, 0);
}

std::atomic<bool>& InterruptFlag::raised() const { return interrupted; }

}  // namespace mlpgrid
