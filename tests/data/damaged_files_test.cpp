// Thousands of cut and altered files: each is read or refused with a message, never a crash. Worth
// most under AddressSanitizer.
#include <gtest/gtest.h>

#include <stdexcept>

#include "data/csv/csv.hpp"
#include "data/sources/idx.hpp"
#include "engine/random/random.hpp"
#include "test_files.hpp"

namespace mlpgrid {
namespace {

using testing::idx_content;
using testing::TemporaryFolder;
using testing::write_gzip;

constexpr int kMutations = 1500;

// One to four bytes replaced, inserted or removed; now and then the end cut off.
std::string mutated(std::string content, RandomState& random, std::string_view alphabet) {
  const auto below = [&](std::size_t n) { return random.next_uint32() % n; };
  const std::size_t changes = 1 + below(4);
  for (std::size_t i = 0; i < changes && !content.empty(); ++i) {
    const std::size_t at = below(content.size());
    const char byte =
        alphabet.empty() ? static_cast<char>(below(256)) : alphabet[below(alphabet.size())];
    switch (below(4)) {
      case 0:
        content[at] = byte;
        break;
      case 1:
        content.insert(at, 1, byte);
        break;
      case 2:
        content.erase(at, 1);
        break;
      default:
        content.resize(below(10) == 0 ? at : content.size());
        break;
    }
  }
  return content;
}

// True when the file was accepted. Anything but a std::exception with a message fails the test.
template <class Read>
bool survives(Read read) {
  try {
    read();
    return true;
  } catch (const std::runtime_error& error) {
    EXPECT_STRNE(error.what(), "");
  } catch (const std::invalid_argument& error) {
    EXPECT_STRNE(error.what(), "");
  }
  return false;
}

void damage_idx(const TemporaryFolder& dir, const std::string& content, std::uint32_t seed) {
  RandomState random(seed);
  const auto attempt = [&](const std::string& damaged) {
    const auto file = dir.write("damaged", damaged);
    survives([&] {
      const IdxArray array = read_idx(file, 3);
      EXPECT_EQ(array.bytes.size(), array.shape[0] * array.shape[1] * array.shape[2]);
    });
    survives([&] { (void)read_idx(file, 3, 1, 2); });
  };
  for (std::size_t size = 0; size < content.size(); ++size) attempt(content.substr(0, size));
  for (int i = 0; i < kMutations; ++i) attempt(mutated(content, random, ""));
}

TEST(DamagedFiles, PlainIdx) {
  const TemporaryFolder dir;
  damage_idx(dir, idx_content({4, 3, 5}), 1);
}

TEST(DamagedFiles, GzippedIdx) {
  const TemporaryFolder dir;
  const auto good = write_gzip(dir / "good.gz", idx_content({4, 3, 5}, 0, 7));
  damage_idx(dir, testing::read_file(good), 2);
}

TEST(DamagedFiles, Csv) {
  const TemporaryFolder dir;
  const std::string content =
      "\"first, one\",second,y\n1,2.5,cat\n-3e-2,\"4\",\"d\"\"og\"\r\n5,6,cat\n\n7,8,\"a\nb\"\n";
  RandomState random(3);
  int accepted = 0;
  const auto attempt = [&](const std::string& damaged) {
    const auto file = dir.write("damaged.csv", damaged);
    for (const Task task : {Task::automatic, Task::classification, Task::regression}) {
      CsvOptions options;
      options.file = file;
      options.targets = {"y"};
      options.task = task;
      accepted += survives([&] { check(read_csv(options)); });
    }
  };
  for (std::size_t size = 0; size < content.size(); ++size) attempt(content.substr(0, size));
  for (int i = 0; i < kMutations; ++i) attempt(mutated(content, random, "\",\n\r\t 1.e-yx"));
  for (int i = 0; i < kMutations; ++i) attempt(mutated(content, random, ""));
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace mlpgrid
