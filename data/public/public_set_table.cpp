// The table of the public sets: files, checksums, mirrors. It is alone in this file so that a test
// can link a table of its own.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "data/public/public_sets.hpp"

namespace mlpgrid {
namespace {

// From data/public/SHA256SUMS.
constexpr std::pair<std::string_view, std::string_view> kSha256[] = {
#include "sha256sums.inc"
};

std::vector<PublicFile> files_of(const std::string& set) {
  std::vector<PublicFile> files = {{"train-images-idx3-ubyte", 16 + 60000 * 28 * 28, ""},
                                   {"train-labels-idx1-ubyte", 8 + 60000, ""},
                                   {"t10k-images-idx3-ubyte", 16 + 10000 * 28 * 28, ""},
                                   {"t10k-labels-idx1-ubyte", 8 + 10000, ""}};
  for (PublicFile& file : files) {
    const std::string name = set + "/" + file.name;
    const auto* const found = std::find_if(std::begin(kSha256), std::end(kSha256),
                                           [&](const auto& line) { return line.first == name; });
    if (found == std::end(kSha256)) throw std::logic_error("no checksum of " + name);
    file.sha256 = found->second;
  }
  return files;
}

}  // namespace

const std::vector<PublicSet>& public_sets() {
  static const std::vector<PublicSet> kSets = {
      {.name = "mnist",
       .content = "70000 handwritten digits, 28x28",
       .download_bytes = 11594722,
       .files = files_of("mnist"),
       .mirrors = {"https://storage.googleapis.com/cvdf-datasets/mnist",
                   "https://ossci-datasets.s3.amazonaws.com/mnist"}},
      {.name = "fashion-mnist",
       .content = "70000 pictures of clothes, 28x28",
       .download_bytes = 30878645,
       .files = files_of("fashion-mnist"),
       .mirrors = {"https://storage.googleapis.com/tensorflow/tf-keras-datasets",
                   "https://fashion-mnist.s3.eu-central-1.amazonaws.com",
                   "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion"}}};
  return kSets;
}

}  // namespace mlpgrid
