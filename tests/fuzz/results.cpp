// Results files, as an attacker makes them who has HDF5 and can compute a checksum. Input: edits of
// the sample run's file, each a byte that says what, then where and with which values. HDF5 itself
// makes them, so what is tested is what we believe of a file that HDF5 can read: shapes, types,
// values, links, missing parts. Bytes that HDF5 cannot read are the checksum's, which seal_test
// shows. Every command that reads results files then gets its way with it.
#include <fcntl.h>
#include <hdf5.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <limits>

#include "engine/predict.hpp"
#include "experiments/stored/prediction.hpp"
#include "fuzz.hpp"
#include "results/analysis/compare.hpp"
#include "results/files/onnx_model.hpp"
#include "results/files/seal.hpp"
#include "results/hdf5/diff.hpp"
#include "results/hdf5/read.hpp"
#include "results/hdf5/write.hpp"
#include "results/journal/read_results.hpp"
#include "results/report/report.hpp"
#include "results/tables/compare_table.hpp"
#include "results/tables/table.hpp"
#include "results/tables/trace_table.hpp"
#include "sample_run.hpp"

namespace {

using namespace mlpgrid;

constexpr std::array<double, 10> kNumbers = {
    0.0,   1.0,  -1.0,   std::numeric_limits<double>::quiet_NaN(),
    1e300, -0.0, 5e-324, std::numeric_limits<double>::infinity(),
    4e9,   0.5};
constexpr std::array<std::int32_t, 9> kIntegers = {0,
                                                   1,
                                                   -1,
                                                   2,
                                                   3,
                                                   7,
                                                   1 << 20,
                                                   std::numeric_limits<std::int32_t>::max(),
                                                   std::numeric_limits<std::int32_t>::min()};
constexpr std::array<hsize_t, 12> kExtents = {0, 1, 2,    3,       4,        5,
                                              8, 9, 1000, 1 << 17, 1U << 31, hsize_t{1} << 40};
constexpr std::array<const char*, 8> kTexts = {
    "", "relu", "softmax", "tanh", "float64", "accuracy", "r2", "a\nb\x1b[31m\xff"};

/// The sample run with all that a file can hold.
void write_sample(const std::filesystem::path& file) {
  RunDescription run = testing::sample_run();
  std::vector<FitRecord> records = testing::sample_records();
  run.experiment = "data = moons\nnoise = 0.1\n";
  run.fold_held_out_rows = {{1, 2}, {4}};
  run.fold_train_loss_floor = run.fold_val_loss_floor = {0.1, 0.2};
  run.map = MapFrame{{0, 1, 2}, {0, 1}, {0.5, 1.5}, {0.25, 0.75}, {0, 2}, {0, 1}};
  run.reconstruction = ReconstructionFrame{{0, 5}, 1, 2, {0, 1, 2, 3}};
  const StoredModel model = *records.back().model;
  for (FitRecord& record : records) {
    if (record.fold == kRefitFold) continue;
    record.model = model;
    record.early_stopping_score = {0.5, 0.25};
    record.trace = StoredTrace{{"w1[0,0]", "b1[0]"}, {0.5, 0.25}, {1, 2, 3, 4}};
    if (record.fold == 0) {
      record.map = {0, 1, 2, 2, 1, 0};
      record.reconstructions = {0, 1, 2, 3.5};
    }
  }
  write_results(file, run, {{"cpu", "one"}}, records);
}

struct Sample {
  Sample() {
    write_sample(file);
    bytes = testing::read_bytes(file);
    const hid_t id = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    H5Ovisit2(
        id, H5_INDEX_NAME, H5_ITER_INC,
        [](hid_t, const char* path, const H5O_info_t* info, void* sample) -> herr_t {
          auto& self = *static_cast<Sample*>(sample);
          self.objects.emplace_back(path);
          if (info->type == H5O_TYPE_DATASET) self.datasets.emplace_back(path);
          return 0;
        },
        this, H5O_INFO_BASIC);
    H5Fclose(id);
  }
  std::filesystem::path file = fuzz::folder() / "sample.h5";
  std::string bytes;
  std::vector<std::string> objects, datasets;
};

template <class List>
const auto& choose(fuzz::Input& input, const List& list) {
  return list[(input.choose(256) + 256 * (list.size() > 256 ? input.choose(256) : 0)) %
              list.size()];
}

hid_t text_type() {
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, H5T_VARIABLE);
  return type;
}

/// New values for the first elements of a dataset; what HDF5 cannot convert stays.
void write_values(fuzz::Input& input, hid_t dataset, hsize_t count) {
  if (count == 0 || count > 4096) return;
  const hid_t type = H5Dget_type(dataset);
  const std::size_t changes = 1 + input.choose(8);
  const auto change = [&](auto& values, const auto& choices, hid_t memory) {
    if (H5Dread(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) return;
    for (std::size_t i = 0; i < changes; ++i) {
      values[input.choose(256) % values.size()] = choose(input, choices);
    }
    H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  };
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: {
      std::vector<std::int32_t> values(count);
      change(values, kIntegers, H5T_NATIVE_INT32);
      break;
    }
    case H5T_FLOAT: {
      std::vector<double> values(count);
      change(values, kNumbers, H5T_NATIVE_DOUBLE);
      break;
    }
    case H5T_STRING: {
      std::vector<const char*> values(count);
      for (const char*& value : values) value = choose(input, kTexts);
      const hid_t memory = text_type();
      H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
      H5Tclose(memory);
      break;
    }
    default:
      break;
  }
  H5Tclose(type);
}

void change_values(fuzz::Input& input, hid_t file, const std::string& name) {
  const hid_t dataset = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
  if (dataset < 0) return;
  const hid_t space = H5Dget_space(dataset);
  write_values(input, dataset, static_cast<hsize_t>(H5Sget_simple_extent_npoints(space)));
  H5Sclose(space);
  H5Dclose(dataset);
}

/// Another shape, mostly near the old one, and another type now and then.
void replace_dataset(fuzz::Input& input, hid_t file, const std::string& name) {
  std::vector<hsize_t> dims;
  hid_t type = text_type();
  if (const hid_t old = H5Dopen2(file, name.c_str(), H5P_DEFAULT); old >= 0) {
    const hid_t space = H5Dget_space(old);
    dims.resize(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
    H5Sget_simple_extent_dims(space, dims.data(), nullptr);
    H5Sclose(space);
    H5Tclose(type);
    type = H5Dget_type(old);
    H5Dclose(old);
  }
  switch (input.choose(16)) {
    case 0:
      dims.push_back(choose(input, kExtents));
      break;
    case 1:
      if (!dims.empty()) dims.pop_back();
      break;
    case 2:
      break;  // the same, with other content
    default:
      if (!dims.empty()) dims[input.choose(4) % dims.size()] = choose(input, kExtents);
  }
  if (dims.size() > 6) return;
  if (input.choose(4) == 0) {
    const std::array<hid_t, 6> types = {H5T_NATIVE_INT32, H5T_NATIVE_DOUBLE, H5T_NATIVE_INT8,
                                        H5T_STD_U64BE,    H5T_NATIVE_FLOAT,  H5T_C_S1};
    H5Tclose(type);
    type = H5Tcopy(choose(input, types));
  }
  H5Ldelete(file, name.c_str(), H5P_DEFAULT);
  const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
  std::vector<hsize_t> chunk = dims;
  if (!dims.empty() && input.flag()) {
    for (hsize_t& extent : chunk) extent = std::clamp<hsize_t>(extent, 1, 1 + input.choose(256));
    H5Pset_chunk(list, static_cast<int>(chunk.size()), chunk.data());
    if (input.flag()) H5Pset_deflate(list, 1);
  }
  const hid_t space = H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
  const hid_t dataset = H5Dcreate2(file, name.c_str(), type, space, H5P_DEFAULT, list, H5P_DEFAULT);
  if (dataset >= 0) {
    write_values(input, dataset, static_cast<hsize_t>(H5Sget_simple_extent_npoints(space)));
    H5Dclose(dataset);
  }
  H5Sclose(space);
  H5Pclose(list);
  H5Tclose(type);
}

void change_attribute(fuzz::Input& input, hid_t file, const std::string& object) {
  const hid_t id = H5Oopen(file, object.c_str(), H5P_DEFAULT);
  if (id < 0) return;
  constexpr std::array<const char*, 16> kNames = {
      "schema_version", "experiment", "title",      "seed",   "data_sha256", "scoring",
      "refit",          "complete",   "activation", "output", "precision",   "config",
      "test_score",     "version",    "cpu",        "n_iter"};
  const char* name = choose(input, kNames);
  if (H5Aexists(id, name) > 0) H5Adelete(id, name);
  const hsize_t two[] = {2};
  const hid_t space =
      input.choose(16) == 0 ? H5Screate_simple(1, two, nullptr) : H5Screate(H5S_SCALAR);
  const auto write = [&](hid_t type, const void* values) {
    const hid_t attribute = H5Acreate2(id, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (attribute < 0) return;
    H5Awrite(attribute, type, values);
    H5Aclose(attribute);
  };
  switch (input.choose(4)) {
    case 0: {
      const std::int32_t value = choose(input, kIntegers);
      const std::int32_t values[] = {value, value};
      write(H5T_NATIVE_INT32, values);
      break;
    }
    case 1: {
      const double value = choose(input, kNumbers);
      const double values[] = {value, value};
      write(H5T_NATIVE_DOUBLE, values);
      break;
    }
    case 2: {
      const hid_t type = text_type();
      const std::string own(input.take(input.choose(64)));
      const char* value = own.empty() ? choose(input, kTexts) : own.c_str();
      const char* values[] = {value, value};
      write(type, values);
      H5Tclose(type);
      break;
    }
    default:
      break;  // it is gone
  }
  H5Sclose(space);
  H5Oclose(id);
}

void edit(fuzz::Input& input, hid_t file, const Sample& sample) {
  switch (input.choose(8)) {
    case 0:
    case 1:
      return replace_dataset(input, file, choose(input, sample.datasets));
    case 2:
    case 3:
      return change_values(input, file, choose(input, sample.datasets));
    case 4:
      return change_attribute(input, file, choose(input, sample.objects));
    case 5:
      H5Ldelete(file, choose(input, sample.objects).c_str(), H5P_DEFAULT);
      return;
    case 6: {
      const std::string from = choose(input, sample.objects);
      const std::string to = choose(input, sample.objects);
      H5Ldelete(file, to.c_str(), H5P_DEFAULT);
      if (input.flag()) {
        H5Lcreate_soft(("/" + from).c_str(), file, to.c_str(), H5P_DEFAULT, H5P_DEFAULT);
      } else {
        H5Lcreate_hard(file, from.c_str(), file, to.c_str(), H5P_DEFAULT, H5P_DEFAULT);
      }
      return;
    }
    default: {
      const std::string name = choose(input, sample.objects) + "/" +
                               std::string(input.flag() ? "param_x" : choose(input, kTexts));
      H5Lcreate_hard(file, choose(input, sample.objects).c_str(), file, name.c_str(), H5P_DEFAULT,
                     H5P_DEFAULT);
    }
  }
}

void seal(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  const off_t size = ::lseek(fd, 0, SEEK_END);
  const auto bytes = seal_of(fd, static_cast<std::uint64_t>(size));
  if (bytes && ::write(fd, bytes->data(), bytes->size()) < 0) std::abort();
  ::close(fd);
}

void predict(const ResultsFile& results, std::int32_t config) {
  const Predictor predictor = make_predictor(results, Experiment(), config);
  OnnxDescription description{.title = results.run.title,
                              .version = "1",
                              .class_names = predictor.class_names,
                              .feature_names = results.run.feature_names,
                              .value_names = predictor.value_names,
                              .value_shift = predictor.value_shift,
                              .value_divisor = predictor.value_divisor,
                              .float64 = true};
  fuzz::accepted([&] { (void)onnx_model(predictor.stored, description); });
  description.float64 = false;
  fuzz::accepted([&] { (void)onnx_model(predictor.stored, description); });
  const std::vector<double> values(2 * predictor.n_features(), 0.5);
  const std::array<std::int32_t, 2> rows = {0, 1};
  FeatureView view;
  view.cols = predictor.n_features();
  view.type = StoredType::float64;
  view.data = values.data();
  view.shift = predictor.stored.feature_shift;
  view.divisor = predictor.stored.feature_divisor;
  const std::vector<double> outputs = predict_outputs(predictor.model, view, rows);
  if (predictor.has_classes()) {
    for (const std::int32_t c : classes_of(predictor, outputs)) {
      fuzz::expect(static_cast<std::size_t>(c) < predictor.class_names.size(), "no such class");
    }
    (void)probabilities_of(predictor, outputs);
  } else {
    (void)values_of(predictor, outputs);
  }
}

void use(const std::filesystem::path& file, const ResultsFile& sample) {
  const ResultsFile results = read_results(file);
  for (const TableFormat format : {TableFormat::text, TableFormat::markdown, TableFormat::csv,
                                   TableFormat::latex, TableFormat::json}) {
    TableOptions options;
    options.format = format;
    fuzz::accepted([&] { (void)format_table(results, options); });
    options.per_class = true;
    fuzz::accepted([&] { (void)format_table(results, options); });
    options.per_class = false;
    options.pivot_row = "activation";
    options.pivot_column = "learning_rate_init";
    fuzz::accepted([&] { (void)format_table(results, options); });
    fuzz::accepted(
        [&] { (void)format_comparison(results, compare_with_best(results, 0.01), format, false); });
  }
  for (const char* condition : {"val_loss<1", "train_loss_floor<1", "n_iter>1", "val_score_best>0",
                                "collapsed>0", "elementwise_accuracy>0"}) {
    TableOptions options;
    options.success = parse_condition(condition);
    fuzz::accepted([&] { (void)format_table(results, options); });
  }
  fuzz::accepted([&] { (void)format_traces(read_traces(results), results.run.label); });
  fuzz::accepted([&] { (void)make_report(results); });
  fuzz::accepted([&] { (void)diff_results(results, sample); });
  fuzz::accepted([&] { (void)diff_results(sample, results); });
  for (const std::int32_t config : {-1, 0, 1}) {
    fuzz::accepted([&] { predict(results, config); });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  static const Sample kSample;
  static const ResultsFile kResults = read_results(kSample.file);
  const std::filesystem::path file = fuzz::folder().write("x.h5", kSample.bytes);
  fuzz::Input input(bytes, size);
  const bool with_seal = !input.flag();
  const hid_t id = H5Fopen(file.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  for (int edits = 0; !input.at_end() && edits < 16; ++edits) edit(input, id, kSample);
  H5Fclose(id);
  if (with_seal) seal(file);
  fuzz::accepted([&] { use(file, kResults); });
  return 0;
}
