// Consistency check and content hash of a data set in memory. How rows get there is the business of
// csv/, sources/ and load/.
#include "data/dataset.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string_view>

#include "data/sha256.hpp"

namespace mlpgrid {
namespace {

[[noreturn]] void inconsistent(const Dataset& dataset, std::string_view what) {
  throw std::invalid_argument(fmt::format("data set '{}': {}", dataset.name, what));
}

void check_features(const Dataset& dataset) {
  if (dataset.n_rows == 0) inconsistent(dataset, "no rows");
  if (dataset.n_features == 0) inconsistent(dataset, "no features");
  if (dataset.n_rows > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    inconsistent(dataset, fmt::format("{} rows are more than row numbers can count to (2^31 - 1)",
                                      dataset.n_rows));
  }
  if (dataset.bytes.empty() == dataset.values.empty()) {
    inconsistent(dataset, "features must be either bytes or numbers");
  }
  const std::size_t stored = dataset.bytes.size() + dataset.values.size();
  if (stored != dataset.n_rows * dataset.n_features) {
    inconsistent(dataset, fmt::format("{} stored features for {} rows of {}", stored,
                                      dataset.n_rows, dataset.n_features));
  }
  if (!dataset.feature_names.empty() && dataset.feature_names.size() != dataset.n_features) {
    inconsistent(dataset, fmt::format("{} feature names for {} features",
                                      dataset.feature_names.size(), dataset.n_features));
  }
  if (dataset.is_image() && dataset.image_height * dataset.image_width != dataset.n_features) {
    inconsistent(dataset, fmt::format("images of {}x{} do not have {} pixels", dataset.image_height,
                                      dataset.image_width, dataset.n_features));
  }
  for (std::size_t i = 0; i < dataset.values.size(); ++i) {
    if (!std::isfinite(dataset.values[i])) {
      inconsistent(dataset, fmt::format("feature {} of row {} is not finite",
                                        i % dataset.n_features, i / dataset.n_features));
    }
  }
}

void check_targets(const Dataset& dataset) {
  if (!dataset.labels.empty() && !dataset.target_values.empty()) {
    inconsistent(dataset, "both class labels and target values");
  }
  if (!dataset.labels.empty() && dataset.labels.size() != dataset.n_rows) {
    inconsistent(dataset,
                 fmt::format("{} labels for {} rows", dataset.labels.size(), dataset.n_rows));
  }
  if (dataset.labels.empty() != dataset.class_names.empty()) {
    inconsistent(dataset, "labels and class names come together");
  }
  for (std::size_t i = 0; i < dataset.labels.size(); ++i) {
    const std::int32_t label = dataset.labels[i];
    if (label < 0 || static_cast<std::size_t>(label) >= dataset.class_names.size()) {
      inconsistent(dataset, fmt::format("label {} of row {} is not one of {} classes", label, i,
                                        dataset.class_names.size()));
    }
  }
  if (dataset.target_values.empty() != (dataset.n_outputs == 0) ||
      dataset.target_values.size() != dataset.n_rows * dataset.n_outputs) {
    inconsistent(dataset,
                 fmt::format("{} target values for {} rows of {}", dataset.target_values.size(),
                             dataset.n_rows, dataset.n_outputs));
  }
  for (std::size_t i = 0; i < dataset.target_values.size(); ++i) {
    if (!std::isfinite(dataset.target_values[i])) {
      inconsistent(dataset, fmt::format("target {} of row {} is not finite", i % dataset.n_outputs,
                                        i / dataset.n_outputs));
    }
  }
}

// Every field goes in behind its length, so that no two contents give the same stream. Numbers go
// in as they lie in memory (x86-64: little-endian).
class ContentHash {
 public:
  void add(std::size_t value) {
    const std::uint64_t fixed_width = value;
    hash_.add(&fixed_width, sizeof fixed_width);
  }
  template <class T>
  void add(const std::vector<T>& values) {
    add(values.size());
    hash_.add(values.data(), values.size() * sizeof(T));
  }
  void add(const std::vector<std::string>& names) {
    add(names.size());
    for (const std::string& name : names) {
      add(name.size());
      hash_.add(name.data(), name.size());
    }
  }
  std::string hex() { return hash_.hex(); }

 private:
  Sha256 hash_;
};

}  // namespace

void check(const Dataset& dataset) {
  check_features(dataset);
  check_targets(dataset);
}

std::string content_sha256(const Dataset& dataset) {
  // OpenSSL would load its configuration file and its tables of ciphers and register a clean-up,
  // which takes three times as long as hashing a small data set. Not done in Sha256, which
  // downloads use as well: TLS needs the machine's configuration.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
                          OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_NO_ADD_ALL_DIGESTS,
                      nullptr);
  ContentHash hash;
  hash.add(dataset.n_rows);
  hash.add(dataset.n_features);
  hash.add(dataset.image_height);
  hash.add(dataset.image_width);
  hash.add(dataset.n_outputs);
  hash.add(dataset.bytes);
  hash.add(dataset.values);
  hash.add(dataset.labels);
  hash.add(dataset.target_values);
  hash.add(dataset.feature_names);
  hash.add(dataset.class_names);
  return hash.hex();
}

}  // namespace mlpgrid
