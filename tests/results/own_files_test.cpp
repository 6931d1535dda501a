// Files of this program and of others, whole and damaged, told apart by their bytes.
#include "results/files/own_files.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>

#include <random>
#include <string>

#include "results/files/onnx_model.hpp"
#include "results/files/predictions_csv.hpp"
#include "results/hdf5/library/handles.hpp"
#include "results/hdf5/write.hpp"
#include "results/journal/journal.hpp"
#include "results/journal/read_results.hpp"
#include "results/report/report.hpp"
#include "results/sample_run.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

namespace fs = std::filesystem;
using hdf5::Handle;
using testing::read_bytes;

class OwnFiles : public ::testing::Test {
 protected:
  OwnFiles() { write_results(results_, testing::sample_run(), {}, testing::sample_records()); }

  testing::TemporaryFolder folder_;
  fs::path results_ = folder_ / "run.h5";
  std::string bytes_ =
      (write_results(results_, testing::sample_run(), {}, testing::sample_records()),
       read_bytes(results_));
};

TEST_F(OwnFiles, ResultsFilesAlsoDamagedOnes) {
  EXPECT_TRUE(is_results_file(results_));
  std::mt19937 random(0);
  for (int i = 0; i < 200; ++i) {
    std::string flipped = bytes_;
    flipped[random() % flipped.size()] ^= static_cast<char>(1U << random() % 8);
    EXPECT_TRUE(is_results_file(folder_.write("flipped", flipped))) << i;
  }
  for (std::size_t sector = 0; sector < bytes_.size(); sector += 512) {
    std::string lost = bytes_;
    std::fill_n(lost.begin() + static_cast<long>(sector),
                std::min<std::size_t>(512, lost.size() - sector), '\0');
    EXPECT_TRUE(is_results_file(folder_.write("lost", lost))) << sector;
  }
  for (const double share : {0.5, 0.9, 0.999}) {
    const auto end = static_cast<std::size_t>(static_cast<double>(bytes_.size()) * share);
    EXPECT_TRUE(is_results_file(folder_.write("short", bytes_.substr(0, end)))) << share;
  }
}

// With 100,000 column names the groups are far from both ends of the file.
TEST_F(OwnFiles, ResultsOfWideTables) {
  const std::string names(3U << 20U, 'x');
  const std::string wide = bytes_.substr(0, 96) + names + bytes_.substr(96) + names;
  EXPECT_TRUE(is_results_file(folder_.write("wide.h5", wide)));
  EXPECT_FALSE(is_results_file(folder_.write("other.h5", bytes_.substr(0, 96) + names)));
}

TEST_F(OwnFiles, NothingElseIsAResultsFile) {
  EXPECT_FALSE(is_results_file(folder_ / "missing"));
  EXPECT_FALSE(is_results_file(folder_.path()));
  EXPECT_FALSE(is_results_file(folder_.write("empty", "")));
  EXPECT_FALSE(is_results_file(folder_.write("text.ini",
                                             "schema_version data_sha256 fold_rows "
                                             "environment experiment")));
  EXPECT_FALSE(is_results_file(folder_.write("archive.tar", std::string(100, 'x') + bytes_)));
  EXPECT_FALSE(is_results_file(folder_.write("stump", bytes_.substr(0, 96))));

  const fs::path own = folder_ / "own.h5";  // with what a copy of one dataset takes along
  {
    const Handle file(H5Fcreate(own.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose,
                      "create");
    hdf5::write_attribute(file.id(), "schema_version", std::int32_t{1});
    hdf5::write_attribute(file.id(), "data_sha256", std::string("abc"));
    hdf5::write_attribute(file.id(), "experiment", std::string("data = moons\n"));
    hdf5::write_attribute(file.id(), "coordinates", std::string("fold_seed fold_repeat"));
  }
  EXPECT_FALSE(is_results_file(own));
}

TEST_F(OwnFiles, Journals) {
  const fs::path file = folder_ / "j";
  const RunDescription run = testing::sample_run();
  Journal(file, {run, {}}, Journal::Existing::refuse).append(testing::sample_records());
  EXPECT_TRUE(is_journal(file));
  std::string bytes = read_bytes(file);
  bytes[1] ^= 1;
  EXPECT_TRUE(is_journal(folder_.write("flipped", bytes)));
  EXPECT_TRUE(is_journal(folder_.write("torn", bytes.substr(4, 1000))));
  EXPECT_TRUE(is_journal(folder_.write("zeros", std::string(64, '\0'))));
  EXPECT_FALSE(is_journal(folder_.write("diary", "today MLPJ was mentioned\n")));
  EXPECT_FALSE(is_journal(results_));
}

TEST_F(OwnFiles, ReportsModelsAndPredictions) {
  const fs::path page = folder_.write("page.html", make_report(read_results(results_)).html);
  EXPECT_TRUE(is_report(page));
  EXPECT_FALSE(is_report(folder_.write("other.html", "<!doctype html>\n<title>mine</title>\n")));

  const StoredModel model = *testing::sample_records().back().model;
  OnnxDescription description;
  description.version = "1";
  const std::string onnx = onnx_model(model, description);
  EXPECT_TRUE(is_exported_model(folder_.write("m.onnx", onnx)));
  EXPECT_FALSE(is_exported_model(folder_.write("torch.onnx", "\x08\x07\x12\x07pytorch")));

  const fs::path answers = folder_ / "answers.csv";
  PredictionsCsv csv(answers, {"a,b", "c"});
  csv.finish();
  EXPECT_TRUE(has_csv_header(answers, {"a,b", "c"}));
  EXPECT_FALSE(has_csv_header(answers, {"a,b"}));
  EXPECT_FALSE(has_csv_header(folder_.write("train.csv", "c,class\n1,x\n"), {"c"}));
  EXPECT_FALSE(has_csv_header(folder_ / "missing", {"c"}));
}

}  // namespace
}  // namespace mlpgrid
