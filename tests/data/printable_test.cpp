// Foreign text in messages: nothing in it moves the cursor, hides, or makes a line endless.
#include "data/text/printable.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mlpgrid {
namespace {

TEST(Printable, LeavesTextAlone) {
  for (const char* text : {"", "a b", "M\xC3\xBCnchen", "\xE6\x97\xA5\xE6\x9C\xAC", "C:\\new\\x41",
                           "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB", "\xC2\xA0"}) {
    EXPECT_EQ(printable(text), text);
  }
}

TEST(Printable, ShowsWhatWouldActOnATerminal) {
  EXPECT_EQ(printable("a\nb\tc\r"), "a\\nb\\tc\\r");
  EXPECT_EQ(printable("\x1b]0;title\x07\x1b[31m\x7f"), "\\x1b]0;title\\x07\\x1b[31m\\x7f");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(printable("\xC2\x9B"
                      "31m"),
            "\\u{009b}31m");  // C1
  EXPECT_EQ(printable("a\xE2\x80\xAE"
                      "b"),
            "a\\u{202e}b");                                                // right to left
  EXPECT_EQ(printable("\xE2\x81\xA6\xE2\x80\xA8"), "\\u{2066}\\u{2028}");  // isolate, separator
  EXPECT_EQ(printable("\xEF\xBB\xBF"
                      "a\xE2\x80\x8B"),
            "\\u{feff}a\\u{200b}");                        // mark, no width
  EXPECT_EQ(printable("\xF3\xA0\x81\x81"), "\\u{e0041}");  // tag
}

TEST(Printable, ShowsBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("M\xFCnchen"), "M\\xfcnchen");
  EXPECT_EQ(printable("\xC0\x80"), "\\xc0\\x80");                    // overlong
  EXPECT_EQ(printable("\xE0\x80\xAF"), "\\xe0\\x80\\xaf");           // overlong
  EXPECT_EQ(printable("\xED\xA0\x80"), "\\xed\\xa0\\x80");           // surrogate
  EXPECT_EQ(printable("\xF4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond Unicode
  EXPECT_EQ(printable("a\xE2\x82"), "a\\xe2\\x82");                  // cut short
  EXPECT_EQ(printable("\x9B"), "\\x9b");
}

TEST(Printable, ShortensInTheMiddleBetweenSigns) {
  EXPECT_EQ(printable("0123456789abcdefghi", 15), "01234 ... efghi");
  EXPECT_EQ(printable("0123456789abcde", 15), "0123456789abcde");
  EXPECT_EQ(printable("abc\x1b 0123456789abc\x1b", 15), "abc ... c\\x1b");
  const std::string umlauts = printable(std::string(1000, 'x') + "\xC3\xBC", 15);
  EXPECT_EQ(umlauts, "xxxxx ... xxxx\xC3\xBC");
  EXPECT_EQ(printable(std::string(1U << 20U, '\x1b'), 20), "\\x1b ... \\x1b");
  EXPECT_EQ(printable("abcdefgh", 2), " ... ");
}

TEST(Printable, ChangesNothingWhenCalledAgain) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (const std::size_t limit : {std::size_t{10}, std::size_t{100}, kNoLimit}) {
    const std::string once = printable(all, limit);
    EXPECT_EQ(printable(once, limit), once);
  }
}

TEST(PrintableList, SaysHowManyMore) {
  const std::vector<std::string> names = {"a", "b\n", std::string(300, 'c')};
  EXPECT_EQ(printable_list(names, 2), "a, b\\n and 1 more");
  EXPECT_LT(printable_list(names).size(), 60U);
  EXPECT_EQ(printable_list({}), "");
}

}  // namespace
}  // namespace mlpgrid
