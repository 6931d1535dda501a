// CBOR through nlohmann::json. Framing, checksums and files are the journal's.
#include "results/record_codec.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace mlpgrid {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "journals are little-endian");

template <class T>
json pack(std::span<const T> values) {
  std::vector<std::uint8_t> bytes(values.size_bytes());
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return json::binary(std::move(bytes));
}

template <class T>
json pack(const std::vector<T>& values) {
  return pack(std::span<const T>(values));
}

template <class T>
void unpack(const json& packed, std::vector<T>& values) {
  const auto& bytes = packed.get_binary();
  if (bytes.size() % sizeof(T) != 0) throw std::runtime_error("a list has a broken length");
  values.resize(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
}

json pack_lists(const std::vector<std::vector<double>>& lists) {
  json packed = json::array();
  for (const auto& list : lists) packed.push_back(pack(list));
  return packed;
}

void unpack_lists(const json& packed, std::vector<std::vector<double>>& lists) {
  for (const json& list : packed) unpack(list, lists.emplace_back());
}

json pack_model(const StoredModel& model) {
  return {{"layer_sizes", pack(model.layer_sizes)},
          {"activation", model.activation},
          {"output", model.output},
          {"precision", model.precision},
          {"weights", pack_lists(model.weights)},
          {"biases", pack_lists(model.biases)},
          {"feature_shift", pack(model.feature_shift)},
          {"feature_divisor", pack(model.feature_divisor)},
          {"target_shift", pack(model.target_shift)},
          {"target_divisor", pack(model.target_divisor)},
          {"class_names", model.class_names}};
}

StoredModel unpack_model(const json& packed) {
  StoredModel model;
  unpack(packed.at("layer_sizes"), model.layer_sizes);
  packed.at("activation").get_to(model.activation);
  packed.at("output").get_to(model.output);
  packed.at("precision").get_to(model.precision);
  unpack_lists(packed.at("weights"), model.weights);
  unpack_lists(packed.at("biases"), model.biases);
  unpack(packed.at("feature_shift"), model.feature_shift);
  unpack(packed.at("feature_divisor"), model.feature_divisor);
  unpack(packed.at("target_shift"), model.target_shift);
  unpack(packed.at("target_divisor"), model.target_divisor);
  model.class_names = packed.value("class_names", std::vector<std::string>());
  return model;
}

json parse(std::span<const std::byte> bytes) {
  const auto* first = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return json::from_cbor(first, first + bytes.size());
}

constexpr const char* kNotOurs = "not what this program writes: {}";

}  // namespace

std::string RunIdentity::hash() const {
  std::string all;
  for (const std::string* part : {&experiment, &data_sha256, &version}) {
    all += fmt::format("{}\n", part->size());  // so that no text can move from one part to the next
    all += *part;
  }
  const XXH128_hash_t value = XXH3_128bits(all.data(), all.size());
  return fmt::format("{:016x}{:016x}", value.high64, value.low64);
}

std::vector<std::uint8_t> encode(const RunIdentity& identity) {
  return json::to_cbor({{"hash", identity.hash()},
                        {"experiment", identity.experiment},
                        {"data_sha256", identity.data_sha256},
                        {"version", identity.version}});
}

RunIdentity decode_identity(std::span<const std::byte> bytes) {
  try {
    const json packed = parse(bytes);
    RunIdentity identity{packed.at("experiment").get<std::string>(),
                         packed.at("data_sha256").get<std::string>(),
                         packed.at("version").get<std::string>()};
    if (packed.at("hash").get<std::string>() != identity.hash()) {
      throw std::runtime_error("its hash does not fit its text");
    }
    return identity;
  } catch (const json::exception& error) {
    throw std::runtime_error(fmt::format(kNotOurs, error.what()));
  }
}

std::vector<std::uint8_t> encode(const FitRecord& record) {
  const double numbers[] = {
      record.split_test_score, record.split_train_score, record.test_score,     record.fit_time_s,
      record.score_time_s,     record.zero_weight_share, record.mean_abs_weight};
  json packed = json::object();  // filled by name: an initializer list is copied three times
  packed["config"] = record.config;
  packed["fold"] = record.fold;
  packed["status"] = static_cast<std::int32_t>(record.status);
  packed["error"] = record.error;
  packed["n_iter"] = record.n_iter;
  packed["best_epoch"] = record.best_epoch;
  packed["numbers"] = pack(std::span<const double>(numbers));
  packed["train_loss"] = pack(record.train_loss);
  packed["train_score"] = pack(record.train_score);
  packed["val_loss"] = pack(record.val_loss);
  packed["val_score"] = pack(record.val_score);
  packed["early_stopping_score"] = pack(record.early_stopping_score);
  packed["confusion_pairs"] = pack(record.confusion);
  packed["test_confusion_pairs"] = pack(record.test_confusion);
  if (!record.map.empty()) packed["map"] = pack(record.map);
  if (!record.reconstructions.empty()) packed["reconstructions"] = pack(record.reconstructions);
  if (record.model) packed["model"] = pack_model(*record.model);
  if (record.trace) {
    packed["trace"] = {{"names", record.trace->names},
                       {"loss", pack(record.trace->loss)},
                       {"parameters", pack(record.trace->parameters)}};
  }
  return json::to_cbor(packed);
}

FitRecord decode_record(std::span<const std::byte> bytes) {
  try {
    const json packed = parse(bytes);
    FitRecord record;
    packed.at("config").get_to(record.config);
    packed.at("fold").get_to(record.fold);
    const auto status = packed.at("status").get<std::int32_t>();
    if (status < 0 || status > static_cast<std::int32_t>(RunStatus::failed)) {
      throw std::runtime_error(fmt::format("unknown status {}", status));
    }
    record.status = static_cast<RunStatus>(status);
    packed.at("error").get_to(record.error);
    packed.at("n_iter").get_to(record.n_iter);
    packed.at("best_epoch").get_to(record.best_epoch);
    std::vector<double> numbers;
    unpack(packed.at("numbers"), numbers);
    if (numbers.size() != 7) throw std::runtime_error("a list has a broken length");
    record.split_test_score = numbers[0];
    record.split_train_score = numbers[1];
    record.test_score = numbers[2];
    record.fit_time_s = numbers[3];
    record.score_time_s = numbers[4];
    record.zero_weight_share = numbers[5];
    record.mean_abs_weight = numbers[6];
    unpack(packed.at("train_loss"), record.train_loss);
    unpack(packed.at("train_score"), record.train_score);
    unpack(packed.at("val_loss"), record.val_loss);
    unpack(packed.at("val_score"), record.val_score);
    unpack(packed.at("early_stopping_score"), record.early_stopping_score);
    unpack(packed.at("confusion_pairs"), record.confusion);
    unpack(packed.at("test_confusion_pairs"), record.test_confusion);
    if (packed.contains("map")) unpack(packed["map"], record.map);
    if (packed.contains("reconstructions")) {
      unpack(packed["reconstructions"], record.reconstructions);
    }
    if (packed.contains("model")) record.model = unpack_model(packed["model"]);
    if (packed.contains("trace")) {
      const json& trace = packed["trace"];
      record.trace.emplace();
      trace.at("names").get_to(record.trace->names);
      unpack(trace.at("loss"), record.trace->loss);
      unpack(trace.at("parameters"), record.trace->parameters);
    }
    return record;
  } catch (const json::exception& error) {
    throw std::runtime_error(fmt::format(kNotOurs, error.what()));
  }
}

}  // namespace mlpgrid
