// What a results file holds, except its curves and pictures, as plain values. Tables and reports
// are made of it; it comes from the records of a run that just ended, or from a file
// (hdf5/read.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "results/ranking.hpp"
#include "results/record_grid.hpp"
#include "results/run.hpp"

namespace mlpgrid {

namespace hdf5 {
class InputFile;
}

/// Version of the file's layout. It rises when something that exists moves or changes its meaning,
/// not when something is added: readers treat what an older file lacks as absent.
inline constexpr int kSchemaVersion = 1;

/// All arrays are as in the file: by config, then by fold.
struct ResultsFile {
  std::filesystem::path path;                   // where it was read from; empty if made of records
  std::shared_ptr<const hdf5::InputFile> file;  // kept open for curves and pictures
  bool sealed = true;              // false: written by another program or an older version
  std::vector<std::string> notes;  // sentences on what is unusual, for the user
  RunDescription run;
  Environment environment;
  int schema_version = 0;
  bool complete = false;  // every fit is there: --resume has nothing to do
  // The numbers of all fits, n_configs x n_folds; empty in files that lack them (FitNumber::kept).
#define MLPGRID_MEMBER(type, name, kept, of_any_fit, is_time) std::vector<type> name;
  MLPGRID_FIT_NUMBERS(MLPGRID_MEMBER)
#undef MLPGRID_MEMBER
  std::vector<RunStatus> status;  // n_configs x n_folds, as the next three
  std::vector<std::string> error;
  // Both empty for regression; test_confusion also without a test set and in older files.
  std::vector<Confusion> confusion, test_confusion;
  Ranking ranking;
  std::int32_t best_config = -1;  // whose model is best_model; -1: none
  std::optional<StoredModel> best_model;
  double best_model_test_score = 0.0;  // NaN where there is no test set
};

/// Calls visit(number, of_record, of_file) for each entry of MLPGRID_FIT_NUMBERS; the latter two
/// are pointers to its members of FitRecord and ResultsFile.
template <class Visit>
void for_each_fit_number(Visit visit) {
#define MLPGRID_NUMBER(type, name, kept, of_any_fit, is_time)                           \
  visit(FitNumber{#name, FitNumber::Kept::kept, of_any_fit, is_time}, &FitRecord::name, \
        &ResultsFile::name);
  MLPGRID_FIT_NUMBERS(MLPGRID_NUMBER)
#undef MLPGRID_NUMBER
}

/// The content of a results file made of the records in `grid`. Nothing of the result points into
/// `grid`.
[[nodiscard]] ResultsFile collect_results(const RunDescription& run, const Environment& environment,
                                          const RecordGrid& grid);

}  // namespace mlpgrid
