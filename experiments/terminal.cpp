// Descriptors 0 to 2 as POSIX has them; see the header.
#include "experiments/terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <span>

namespace mlpgrid {

namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool obeys_escape_sequences(int fd) { return ::isatty(fd) == 1 && variable("TERM") != "dumb"; }

}  // namespace

void open_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // open() takes the lowest free descriptor, which is this one: those below are open by now.
    if (::fcntl(fd, F_GETFD) < 0) (void)::open("/dev/null", O_RDWR);
  }
}

std::size_t terminal_width() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

bool stdout_shows_bold() {
  return obeys_escape_sequences(STDOUT_FILENO) && variable("NO_COLOR").empty();
}

bool stderr_can_be_drawn_on() { return obeys_escape_sequences(STDERR_FILENO); }

void draw_on_stderr(std::string_view text) noexcept { to_stderr("\r{}\x1b[K", text); }

void write_to_stderr(std::string_view text) noexcept {
  (void)try_write_all(STDERR_FILENO, std::as_bytes(std::span(text)));
}

}  // namespace mlpgrid
