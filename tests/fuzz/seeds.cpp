// fuzz_seeds FOLDER: the sample run's records as the journal has them, one file each, and its
// results file. What the other targets begin with is text that make_corpus.py writes.
#include <filesystem>
#include <string>

#include "results/hdf5/write.hpp"
#include "results/journal/record_codec.hpp"
#include "sample_run.hpp"

int main(int argc, char** argv) {
  using namespace mlpgrid;
  if (argc != 2) return 2;
  const std::filesystem::path folder = argv[1];
  const std::vector<FitRecord> records = testing::sample_records();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::vector<std::byte> bytes = encode(records[i]);
    testing::write_bytes(folder / ("record" + std::to_string(i)),
                         {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  write_results(folder / "run.h5", testing::sample_run(), {{"host", "here"}}, records);
  return 0;
}
