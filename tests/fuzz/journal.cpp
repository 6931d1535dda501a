// Journals. Input: pieces, each with its kind and its length before it. Most become the payload of
// a frame, with the checksum that it needs; the others stand as they are. The records that are
// taken go into a results file's values, and their encoding reads back as the same.
#include "results/journal.hpp"

#include <xxhash.h>

#include "fuzz.hpp"
#include "results/curve_chunks.hpp"
#include "results/record_grid.hpp"
#include "results/results_file.hpp"
#include "sample_run.hpp"

namespace {

using namespace mlpgrid;

std::string frame(std::string_view payload) {
  const std::uint64_t numbers[] = {payload.size(), XXH3_64bits(payload.data(), payload.size())};
  std::string bytes("MLPJ\0\0\0\0", 8);
  bytes.append(reinterpret_cast<const char*>(numbers), sizeof numbers);
  return bytes.append(payload);
}

std::string_view text(const std::vector<std::uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const RunDescription run = testing::sample_run();
  const RunIdentity identity{run.experiment, run.data_sha256, run.version};
  fuzz::Input input(bytes, size);
  std::string journal;
  if (!input.flag()) journal = frame(text(encode(identity)));
  while (!input.at_end()) {
    const bool bare = input.choose(8) == 7;
    const std::size_t low = input.choose(256);
    const std::string_view piece = input.take(low + 256 * input.choose(256));
    journal += bare ? std::string(piece) : frame(piece);
  }
  const std::filesystem::path file = fuzz::folder().write("x.h5.journal", journal);
  fuzz::accepted([&] {
    const std::vector<FitRecord> records =
        Journal(file, identity, Journal::Existing::resume).take_records();
    std::vector<const FitRecord*> entered;
    CurveChunks curves(run);
    for (const FitRecord& record : records) {
      const std::vector<std::uint8_t> again = encode(record);
      fuzz::expect(encode(decode_record(std::as_bytes(std::span(again)))) == again,
                   "a record that comes back as another one");
      check_record(run, record);
      entered.push_back(&record);
      curves.add(record);
    }
    (void)collect_results(run, {}, arrange(run, entered));
  });
  return 0;
}
