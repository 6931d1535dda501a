// IDX images and labels, plain or gzip, up to a data set. Input: choices, the labels' length, the
// labels, the images.
#include <zlib.h>

#include "data/load/make_splits.hpp"
#include "fuzz.hpp"

namespace {

using namespace mlpgrid;

// Packed here, as no mutation would keep the checksum right.
std::filesystem::path write(const char* name, std::string_view content, bool pack) {
  if (!pack) return fuzz::folder().write(name, content);
  const std::filesystem::path file = fuzz::folder().path() / name;
  const gzFile stream = gzopen(file.c_str(), "wb1");
  gzwrite(stream, content.data(), static_cast<unsigned>(content.size()));
  gzclose(stream);
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  DataOptions options;
  options.source = DataSource::idx;
  options.task = input.flag() ? Task::autoencoder : Task::automatic;
  options.samples = input.choose(8);
  const bool pack_labels = input.flag();
  const bool pack_images = input.flag();
  const std::size_t label_bytes = input.choose(256);
  const std::string_view labels = input.take(label_bytes);
  if (options.task != Task::autoencoder) options.labels = write("labels", labels, pack_labels);
  options.images = write("images", input.take_rest(), pack_images);
  fuzz::accepted([&] { (void)make_splits(load_data(options), {.folds = 2}); });
  return 0;
}
