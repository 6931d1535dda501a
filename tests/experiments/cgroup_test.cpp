// Limits of made-up control groups, v1 and v2.
#include "experiments/system/cgroup.hpp"

#include <gtest/gtest.h>

#include "experiments/system/cpu_budget.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using testing::TemporaryFolder;

struct FakeCgroups {
  TemporaryFolder folder;
  CgroupFiles files() const { return {folder.path() / "membership", folder.path() / "root"}; }
};

TEST(Cgroup, NoFilesMeanNoLimit) {
  const FakeCgroups fake;
  EXPECT_FALSE(cgroup_cpu_quota(fake.files()));
  EXPECT_FALSE(cgroup_memory_left(fake.files()));
}

TEST(Cgroup, V2TakesTheTightestQuotaOnTheWayUp) {
  const FakeCgroups fake;
  fake.folder.write("membership", "0::/outer/inner\n");
  fake.folder.write("root/outer/inner/cpu.max", "max 100000\n");
  fake.folder.write("root/outer/cpu.max", "250000 100000\n");
  EXPECT_EQ(cgroup_cpu_quota(fake.files()), 2.5);
  fake.folder.write("root/outer/inner/cpu.max", "150000 100000\n");
  EXPECT_EQ(cgroup_cpu_quota(fake.files()), 1.5);
}

TEST(Cgroup, HostPathsFallBackToTheRoot) {
  const FakeCgroups fake;
  fake.folder.write("membership", "0::/docker/of/the/host\n");
  fake.folder.write("root/cpu.max", "300000 100000\n");
  EXPECT_EQ(cgroup_cpu_quota(fake.files()), 3.0);
}

TEST(Cgroup, V1QuotaAmongJoinedControllers) {
  const FakeCgroups fake;
  fake.folder.write("membership", "4:memory:/m\n3:cpu,cpuacct:/c\n");
  fake.folder.write("root/cpu/c/cpu.cfs_quota_us", "50000\n");
  fake.folder.write("root/cpu/c/cpu.cfs_period_us", "100000\n");
  fake.folder.write("root/cpu/cpu.cfs_quota_us", "-1\n");
  fake.folder.write("root/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cgroup_cpu_quota(fake.files()), 0.5);
  EXPECT_EQ(cpu_budget(fake.files()), 1);
}

TEST(Cgroup, MemoryLeftCountsDroppableCacheAsFree) {
  const FakeCgroups fake;
  fake.folder.write("membership", "0::/g\n");
  fake.folder.write("root/g/memory.max", "1000000\n");
  fake.folder.write("root/g/memory.current", "700000\n");
  fake.folder.write("root/g/memory.stat", "anon 500000\ninactive_file 100000\n");
  EXPECT_EQ(cgroup_memory_left(fake.files()), 400000u);
  fake.folder.write("root/g/memory.current", "1000000\n");
  EXPECT_EQ(cgroup_memory_left(fake.files()), 100000u);
  std::filesystem::remove(fake.folder / "root/g/memory.stat");  // it might all be cache
  EXPECT_FALSE(cgroup_memory_left(fake.files()));
}

TEST(Cgroup, V1MemoryWithoutALimit) {
  const FakeCgroups fake;
  fake.folder.write("membership", "4:memory:/\n");
  fake.folder.write("root/memory/memory.limit_in_bytes", "9223372036854771712\n");
  fake.folder.write("root/memory/memory.usage_in_bytes", "1000\n");
  fake.folder.write("root/memory/memory.stat", "total_inactive_file 0\n");
  EXPECT_FALSE(cgroup_memory_left(fake.files()));
  fake.folder.write("root/memory/memory.limit_in_bytes", "3000\n");
  EXPECT_EQ(cgroup_memory_left(fake.files()), 2000u);
}

TEST(CpuBudget, IsAtLeastOneAndHonoursTheQuota) {
  const FakeCgroups fake;
  EXPECT_GE(cpu_budget(fake.files()), 1);
  fake.folder.write("membership", "0::/\n");
  fake.folder.write("root/cpu.max", "1000 100000\n");
  EXPECT_EQ(cpu_budget(fake.files()), 1);
}

}  // namespace
}  // namespace mlpgrid
