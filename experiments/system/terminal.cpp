// The system calls behind terminal.hpp: descriptors 0 to 2, and what the terminal can do. Escaping
// text is results/files/standard_output.cpp's.
#include "experiments/system/terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <span>

#include "results/files/atomic_file.hpp"

namespace mlpgrid {

namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void put_on_stderr(std::string_view bytes) noexcept {
  (void)try_write_all(STDERR_FILENO, std::as_bytes(std::span(bytes)));
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

void draw_on_stderr(std::string_view text) noexcept {
  try {
    put_on_stderr(fmt::format("\r{}\x1b[K", safe_for_terminal(text)));
  } catch (...) {
    // The line is redrawn soon, and may find memory then.
  }
}

std::string without_passwords(std::string_view text) {
  constexpr std::string_view kBegin = "://";
  std::string result;
  for (auto at = text.find(kBegin); at != std::string_view::npos; at = text.find(kBegin)) {
    at += kBegin.size();
    result += text.substr(0, at);
    text.remove_prefix(at);
    // Up to the last @ of the word, so that a password with an unescaped / or @ is hidden as well.
    const std::string_view word = text.substr(0, text.find_first_of(" \t\n'\""));
    const auto end = word.rfind('@');
    if (end == std::string_view::npos) continue;
    result += "***";
    text.remove_prefix(end);
  }
  return result += text;
}

void write_to_stderr(std::string_view text) noexcept {
  try {
    put_on_stderr(safe_for_terminal(without_passwords(text)));
  } catch (...) {
    put_on_stderr("mlpgrid: out of memory\n");
  }
}

}  // namespace mlpgrid
