// What may stand in a message.
#include "experiments/system/terminal.hpp"

#include <gtest/gtest.h>

namespace mlpgrid {
namespace {

TEST(Terminal, PasswordsAreLeftOut) {
  for (const auto& [text, shown] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", ""},
           {"no address: a@b", "no address: a@b"},
           {"https://host/a", "https://host/a"},
           {"http://user:pw@host/a", "http://***@host/a"},
           {"http://user@host", "http://***@host"},
           {"http://user:p@w@host", "http://***@host"},
           {"http://user:p/w@host/mnist/x.gz: HTTP status 404",
            "http://***@host/mnist/x.gz: HTTP status 404"},
           {"'http://a:b@c' and https://d:e@f\nftp://g:h@i",
            "'http://***@c' and https://***@f\nftp://***@i"},
           {"http://host/ of a@b", "http://host/ of a@b"},
           {"://", "://"},
           {"http://u:http://v@w", "http://***@w"}}) {
    EXPECT_EQ(without_passwords(text), shown);
  }
}

TEST(Terminal, LinesAndBoldAreKept) {
  EXPECT_EQ(safe_for_terminal("a\nb\n\n"), "a\nb\n\n");
  EXPECT_EQ(safe_for_terminal("\x1b[1mbest\x1b[0m\n"), "\x1b[1mbest\x1b[0m\n");
  EXPECT_EQ(safe_for_terminal("0.5 ± 0.1"), "0.5 ± 0.1");
  EXPECT_EQ(safe_for_terminal(""), "");
}

TEST(Terminal, NothingElseSteersIt) {
  EXPECT_EQ(safe_for_terminal("a\x1b[2Jb\n"), "a\\x1b[2Jb\n");
  EXPECT_EQ(safe_for_terminal("\x1b[31m"), "\\x1b[31m");
  EXPECT_EQ(safe_for_terminal("\x1b"), "\\x1b");
  EXPECT_EQ(safe_for_terminal("a\rb\tc\b"), "a\\rb\\tc\\x08");
  EXPECT_EQ(safe_for_terminal("\xc2\x9b"
                              "2J"),
            "\\u{009b}2J");
  EXPECT_EQ(safe_for_terminal("\x9b\xff"), "\\x9b\\xff");
  EXPECT_EQ(safe_for_terminal("\xe2\x80\xae"), "\\u{202e}");
}

}  // namespace
}  // namespace mlpgrid
