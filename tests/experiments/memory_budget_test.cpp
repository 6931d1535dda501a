// What a run takes against what there is.
#include "experiments/fits/memory_budget.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect_throw.hpp"
#include "experiments/options/resolve.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;

TEST(MemoryBudget, TakesTheTighterOfMachineAndGroup) {
  const TemporaryFolder folder;
  const auto meminfo = folder.write("meminfo", "MemTotal: 9000 kB\nMemAvailable:    2000 kB\n");
  const CgroupFiles files{folder.path() / "membership", folder.path() / "root"};
  EXPECT_EQ(available_memory(files, meminfo), 2000u * 1024);
  folder.write("membership", "0::/\n");
  folder.write("root/memory.max", "1000000\n");
  folder.write("root/memory.current", "400000\n");
  folder.write("root/memory.stat", "inactive_file 0\n");
  EXPECT_EQ(available_memory(files, meminfo), 600000u);
  EXPECT_FALSE(
      available_memory({folder.path() / "none", folder.path() / "none"}, folder.path() / "none"));
}

TEST(MemoryBudget, WhatCannotBeReadIsUnknownNotNothing) {
  const TemporaryFolder folder;
  const CgroupFiles none{folder.path() / "membership", folder.path() / "root"};
  EXPECT_FALSE(available_memory(none, folder.path()));  // opens, and cannot be read
  for (const char* text : {"", "MemAvailable:", "MemAvailable: much kB\n", "MemTotal: 9000 kB\n"}) {
    EXPECT_FALSE(available_memory(none, folder.write("meminfo", text))) << text;
  }
}

TEST(MemoryBudget, RefusalsSayWhatToLower) {
  EXPECT_NO_THROW(check_memory({100, 200, 300}, 2, 500));
  const auto message = message_of<std::runtime_error>([] {
    check_memory({100, 200, 301}, 2, 500);
  });
  EXPECT_THAT(message, HasSubstr("-j"));
  EXPECT_THAT(message, HasSubstr("501 B"));
}

TEST(MemoryBudget, HugeDataAndGridsAreRefusedBeforeLoading) {
  GivenValues given;
  given["samples"] = {"2000000000", "--samples", GivenValue::By::command_line};
  const std::uint64_t gib = 1ull << 30;
  EXPECT_THAT(message_of<std::runtime_error>(
                  [&] { check_memory_before_loading(make_experiment(given), 4 * gib); }),
              HasSubstr("samples"));
  EXPECT_NO_THROW(check_memory_before_loading(make_experiment({}), gib));

  given.clear();
  given["repeats"] = {"1000000", "--repeats", GivenValue::By::command_line};
  EXPECT_THAT(message_of<std::runtime_error>(
                  [&] { check_memory_before_loading(make_experiment(given), gib); }),
              HasSubstr("repeats"));
}

TEST(MemoryBudget, PrintsBytes) {
  EXPECT_EQ(print_bytes(17), "17 B");
  EXPECT_EQ(print_bytes(1536), "1.5 KiB");
  EXPECT_EQ(print_bytes(3ull << 30), "3.0 GiB");
}

}  // namespace
}  // namespace mlpgrid
