// Writes the sample run as a results file, for the checks with other people's readers.
#include <fmt/format.h>

#include <exception>

#include "results/hdf5/write.hpp"
#include "sample_run.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: write_sample FILE.h5\n");
    return 2;
  }
  try {
    auto records = mlpgrid::testing::sample_records();
    records[0].model = records.back().model;  // so that /models is there too
    mlpgrid::write_results(argv[1], mlpgrid::testing::sample_run(),
                           {{"cpu", "a \xC2\xB5processor"}, {"threads", "2"}}, records);
  } catch (const std::exception& error) {
    fmt::print(stderr, "write_sample: {}\n", error.what());
    return 1;
  }
  return 0;
}
