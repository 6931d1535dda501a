// Lists the members of each type once, for both directions. Framing, checksums and files are
// frames.cpp's.
#include "results/journal/record_codec.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "results/record_grid.hpp"

namespace mlpgrid {
namespace {

static_assert(std::endian::native == std::endian::little, "journals are little-endian");

template <class T, class Plain>
concept Is = std::same_as<std::remove_const_t<T>, Plain>;

template <Is<ParamColumn> T>
auto members(T& x) {
  return std::tie(x.name, x.values);
}

template <Is<MapFrame> T>
auto members(T& x) {
  return std::tie(x.x1, x.x2, x.point_x1, x.point_x2, x.point_target, x.point_part);
}

template <Is<ReconstructionFrame> T>
auto members(T& x) {
  return std::tie(x.rows, x.height, x.width, x.originals);
}

// Types to which members are added are unpacked, so that a member which is missing here does not
// compile.
template <Is<RunDescription> T>
auto members(T& x) {
  auto& [title, experiment, version, seed, data_sha256, features_sha256, scoring, label, params,
         alias_of, fold_seed, fold_repeat, train_rows, held_out_rows, train_loss_floor,
         val_loss_floor, missing_classes, max_epochs, has_test_set, stops_early, refit, class_names,
         feature_names, map, reconstruction] = x;
  return std::tie(title, experiment, version, seed, data_sha256, features_sha256, scoring, label,
                  params, alias_of, fold_seed, fold_repeat, train_rows, held_out_rows,
                  train_loss_floor, val_loss_floor, missing_classes, max_epochs, has_test_set,
                  stops_early, refit, class_names, feature_names, map, reconstruction);
}

template <Is<RunHead> T>
auto members(T& x) {
  return std::tie(x.run, x.environment);
}

template <Is<StoredModel> T>
auto members(T& x) {
  auto& [layer_sizes, activation, output, precision, weights, biases, feature_shift,
         feature_divisor, target_shift, target_divisor, fold, class_names] = x;
  return std::tie(layer_sizes, activation, output, precision, weights, biases, feature_shift,
                  feature_divisor, target_shift, target_divisor, fold, class_names);
}

template <Is<StoredTrace> T>
auto members(T& x) {
  return std::tie(x.names, x.loss, x.parameters);
}

template <Is<ClassPair> T>
auto members(T& x) {
  return std::tie(x.actual, x.predicted, x.count);
}

#define MLPGRID_NAME(name) name,
#define MLPGRID_SECOND(type, name, kept, of_any_fit, is_time) name,

// Numbers first, so that a fit and its time stand at the same place in every record.
template <Is<FitRecord> T>
auto members(T& x) {
  auto& [config, fold, status, error,
         MLPGRID_FIT_NUMBERS(MLPGRID_SECOND) MLPGRID_FIT_CURVES(MLPGRID_NAME) confusion,
         test_confusion, map, reconstructions, model, trace] = x;
  return std::tie(config, fold, status, MLPGRID_FIT_NUMBERS(MLPGRID_SECOND) error,
                  MLPGRID_FIT_CURVES(MLPGRID_NAME) confusion, test_confusion, map, reconstructions,
                  model, trace);
}
#undef MLPGRID_NAME
#undef MLPGRID_SECOND

// The last byte of every payload. It is not zero, so that zeros at the end reveal bytes that never
// reached the disk; and it is lowered by one whenever the layout of members changes, so that
// records of another layout are not decoded.
constexpr std::uint8_t kEnd = 0xfe;

template <class T>
concept Number = std::is_arithmetic_v<T> || std::is_enum_v<T>;

class Encoder {
 public:
  template <class T>
  void put(const T& value) {
    if constexpr (Number<T>) {
      raw(&value, sizeof value);
    } else {
      std::apply([&](const auto&... member) { (put(member), ...); }, members(value));
    }
  }

  void put(const std::string& text) {
    put(std::uint64_t{text.size()});
    raw(text.data(), text.size());
  }

  template <class T>
  void put(const std::vector<T>& list) {
    put(std::uint64_t{list.size()});
    if constexpr (Number<T>) {
      raw(list.data(), list.size() * sizeof(T));
    } else {
      for (const T& element : list) put(element);
    }
  }

  void put(const RowList& rows) {
    put(rows.in_runs());
    put(rows.items());
  }

  template <class A, class B>
  void put(const std::pair<A, B>& pair) {
    put(pair.first);
    put(pair.second);
  }

  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }

  template <class... T>
  void put(const std::variant<T...>& value) {
    put(static_cast<std::uint8_t>(value.index()));
    std::visit([&](const auto& held) { put(held); }, value);
  }

  std::vector<std::byte> bytes;

 private:
  void raw(const void* data, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(data);
    bytes.insert(bytes.end(), first, first + size);
  }
};

class Decoder {
 public:
  explicit Decoder(std::span<const std::byte> bytes) : rest_(bytes) {}

  template <class T>
  void get(T& value) {
    if constexpr (std::same_as<T, bool>) {
      std::uint8_t byte = 0;
      get(byte);
      value = byte != 0;
    } else if constexpr (Number<T>) {
      raw(&value, sizeof value);
    } else {
      std::apply([&](auto&... member) { (get(member), ...); }, members(value));
    }
  }

  void get(std::string& text) {
    text.resize(count(1));
    raw(text.data(), text.size());
  }

  template <class T>
  void get(std::vector<T>& list) {
    // Every element that is not a number takes at least eight bytes: a length, or a ClassPair.
    list.resize(count(Number<T> ? sizeof(T) : sizeof(std::uint64_t)));
    if constexpr (Number<T>) {
      raw(list.data(), list.size() * sizeof(T));
    } else {
      for (T& element : list) get(element);
    }
  }

  void get(RowList& rows) {
    bool in_runs = false;
    std::vector<std::int32_t> items;
    get(in_runs);
    get(items);
    rows = RowList::of_items(in_runs, std::move(items));
  }

  template <class A, class B>
  void get(std::pair<A, B>& pair) {
    get(pair.first);
    get(pair.second);
  }

  template <class T>
  void get(std::optional<T>& value) {
    bool there = false;
    get(there);
    if (there) get(value.emplace());
  }

  template <class... T>
  void get(std::variant<T...>& value) {
    std::uint8_t index = 0;
    get(index);
    std::uint8_t i = 0;
    if (!((i++ == index && (get(value.template emplace<T>()), true)) || ...)) {
      throw std::runtime_error(fmt::format("unknown kind {} of a list", index));
    }
  }

  void end() {
    std::uint8_t mark = 0;
    get(mark);
    if (mark != kEnd || !rest_.empty()) throw std::runtime_error("it ends elsewhere");
  }

 private:
  // Reads the length of a list whose elements take at least `size` bytes each.
  std::size_t count(std::size_t size) {
    std::uint64_t n = 0;
    get(n);
    if (n > rest_.size() / size) throw std::runtime_error("a list is longer than what holds it");
    return static_cast<std::size_t>(n);
  }

  void raw(void* data, std::size_t size) {
    if (size > rest_.size()) throw std::runtime_error("fewer bytes than there should be");
    if (size > 0) std::memcpy(data, rest_.data(), size);
    rest_ = rest_.subspan(size);
  }

  std::span<const std::byte> rest_;
};

template <class T>
std::vector<std::byte> encoded(const T& value) {
  Encoder encoder;
  encoder.put(value);
  encoder.put(kEnd);
  return std::move(encoder.bytes);
}

template <class T>
T decoded(std::span<const std::byte> bytes) {
  T value;
  Decoder decoder(bytes);
  decoder.get(value);
  decoder.end();
  return value;
}

// The options that say where data lie and what the run is called (by default after its data): two
// runs that differ only in these are the same.
constexpr std::string_view kNames[] = {
    "title = ", "csv = ", "images = ", "labels = ", "features-from = "};

}  // namespace

std::uint64_t RunIdentity::hash() const {
  std::string all;
  for (const std::string* part : {&experiment, &data_sha256, &version}) {
    all += fmt::format("{}\n", part->size());  // so that no text can move from one part to the next
    all += *part;
  }
  return XXH3_64bits(all.data(), all.size());
}

RunIdentity identity_of(const RunDescription& run) {
  RunIdentity identity{{}, run.data_sha256, run.version};
  for (std::string_view rest = run.experiment; !rest.empty();) {
    const std::string_view line = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
    rest.remove_prefix(line.size());
    const auto begins_it = [&](std::string_view name) { return line.starts_with(name); };
    if (std::ranges::none_of(kNames, begins_it)) identity.experiment += line;
  }
  return identity;
}

std::vector<std::byte> encode(const RunHead& head) { return encoded(head); }

std::vector<std::byte> encode(const FitRecord& record) { return encoded(record); }

RunHead decode_head(std::span<const std::byte> bytes) {
  auto head = decoded<RunHead>(bytes);
  try {
    check_run(head.run);
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(error.what());
  }
  return head;
}

FitRecord decode_record(std::span<const std::byte> bytes) {
  auto record = decoded<FitRecord>(bytes);
  const auto status = static_cast<std::int32_t>(record.status);
  if (status < 0 || status > static_cast<std::int32_t>(RunStatus::failed)) {
    throw std::runtime_error(fmt::format("unknown status {}", status));
  }
  return record;
}

}  // namespace mlpgrid
