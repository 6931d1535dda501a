// Journals. Input: pieces, each with its kind and its length before it. Most become the payload of
// a frame, with the checksums that it needs; the others stand as they are. The records that are
// taken go into a results file's values, and their encoding reads back as the same.
#include "fuzz.hpp"
#include "results/hdf5/curve_chunks.hpp"
#include "results/journal/frames.hpp"
#include "results/record_grid.hpp"
#include "results/results_file.hpp"
#include "sample_run.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace mlpgrid;
  RunHead head{testing::sample_run(), {{"host", "here"}}};
  const std::uint64_t identity = identity_of(head.run).hash();
  fuzz::Input input(bytes, size);
  std::vector<std::byte> journal;
  std::uint32_t number = 0;
  if (!input.flag()) append_frame(journal, number++, identity, encode(head));
  while (!input.at_end()) {
    const std::size_t kind = input.choose(8);
    const std::size_t low = input.choose(256);
    const std::string_view text = input.take(low + 256 * input.choose(256));
    const auto piece = std::as_bytes(std::span(text));
    if (kind == 7) {
      journal.insert(journal.end(), piece.begin(), piece.end());
    } else {
      append_frame(journal, kind == 6 ? 0 : number++, identity, piece);
    }
  }
  fuzz::accepted([&] {
    const JournalContent content = read_journal(journal);
    fuzz::expect(content.end <= content.size, "a frame behind the end");
    if (content.head) head = *content.head;
    std::vector<const FitRecord*> entered;
    CurveChunks curves(head.run);
    for (const FitRecord& record : content.records) {
      const std::vector<std::byte> again = encode(record);
      fuzz::expect(encode(decode_record(again)) == again, "a record that comes back as another");
      check_record(head.run, record);
      entered.push_back(&record);
      curves.add(record);
    }
    (void)collect_results(head.run, {}, arrange(head.run, entered));
  });
  return 0;
}
