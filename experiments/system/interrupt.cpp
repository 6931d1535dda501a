// Installs the signal handlers, and tells a repeated Ctrl-C from one that arrives twice. Stopping
// the fits is the engine's.
#include "experiments/system/interrupt.hpp"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <ctime>

namespace mlpgrid {

namespace {

// SIGXCPU: the soft limit of `ulimit -t`; batch systems send it some time before they kill.
constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP, SIGXCPU};
constexpr std::int64_t kSamePress = 1'000;  // milliseconds

// All the state that the handler touches.
std::atomic<bool> interrupted{false};
std::atomic<std::int64_t> first_interrupt{0};  // its time in milliseconds; 0: there was none
std::atomic<int> further_interrupts{0};
static_assert(std::atomic<bool>::is_always_lock_free &&
                  std::atomic<std::int64_t>::is_always_lock_free &&
                  std::atomic<int>::is_always_lock_free,
              "a signal handler may not take a lock");

std::int64_t milliseconds() {
  timespec now{};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
}

// Whether Ctrl-C was pressed again. A single press can arrive twice: from the terminal and from a
// parent process that passes it on.
bool is_impatient() {
  const std::int64_t now = milliseconds();
  std::int64_t first = 0;
  if (first_interrupt.compare_exchange_strong(first, now)) return false;
  return further_interrupts.fetch_add(1) > 0 || now - first >= kSamePress;
}

void set_handler(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;  // system calls such as writes of the journal go on
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

void on_signal(int signal) {
  const int error = errno;
  interrupted.store(true, std::memory_order_relaxed);
  if (signal == SIGINT && is_impatient()) {
    set_handler(SIGINT, SIG_DFL);
    (void)raise(SIGINT);  // delivered when this handler returns
  }
  errno = error;
}

bool has_handler(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler == handler;
}

}  // namespace

InterruptFlag::InterruptFlag() {
  interrupted.store(false);
  first_interrupt.store(0);
  further_interrupts.store(0);
  for (const int signal : kSignals) {
    if (!has_handler(signal, SIG_IGN)) set_handler(signal, on_signal);
  }
}

InterruptFlag::~InterruptFlag() {
  if (interrupted.load()) return;
  for (const int signal : kSignals) {
    if (has_handler(signal, on_signal)) set_handler(signal, SIG_DFL);
  }
}

std::atomic<bool>& InterruptFlag::raised() const { return interrupted; }

}  // namespace mlpgrid
