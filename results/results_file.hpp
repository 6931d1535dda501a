// What a results file holds but for its curves, as plain values: tables and reports are made of it.
// It comes from the records of a run that just ended, or from a file (hdf5/read.hpp).
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

/// Raised when what is there changes its place or its meaning, not when something is added: readers
/// take what an older file lacks as not there.
inline constexpr int kSchemaVersion = 1;

/// Arrays as in the file: config-major, then fold.
struct ResultsFile {
  std::filesystem::path path;  // where it was read from; empty: it comes from records
  std::shared_ptr<const hdf5::InputFile> file;  // open, for curves and pictures
  bool sealed = true;              // else another program has written the file, or an older version
  std::vector<std::string> notes;  // sentences for who reads the file: what is unusual about it
  RunDescription run;
  Environment environment;
  int schema_version = 0;
  bool complete = false;  // every fit is there; else --resume has something to do
  // The numbers of all fits, n_configs x n_folds; empty in files that lack them (FitNumber::kept).
#define MLPGRID_MEMBER(type, name, kept, of_any_fit, is_time) std::vector<type> name;
  MLPGRID_FIT_NUMBERS(MLPGRID_MEMBER)
#undef MLPGRID_MEMBER
  std::vector<RunStatus> status;  // likewise, and so the next ones
  std::vector<std::string> error;
  // empty for regression, and the second without a test set or in older files
  std::vector<Confusion> confusion, test_confusion;
  Ranking ranking;
  std::int32_t best_config = -1;  // of /best_model; -1 where there is none
  std::optional<StoredModel> best_model;
  double best_model_test_score = 0.0;  // NaN where there is no test set
};

/// visit(number, of_record, of_file) for every number, the latter two pointers to its members of
/// FitRecord and ResultsFile.
template <class Visit>
void for_each_fit_number(Visit visit) {
#define MLPGRID_NUMBER(type, name, kept, of_any_fit, is_time)                           \
  visit(FitNumber{#name, FitNumber::Kept::kept, of_any_fit, is_time}, &FitRecord::name, \
        &ResultsFile::name);
  MLPGRID_FIT_NUMBERS(MLPGRID_NUMBER)
#undef MLPGRID_NUMBER
}

/// What a file of the records in `grid` holds.
[[nodiscard]] ResultsFile collect_results(const RunDescription& run, const Environment& environment,
                                          const RecordGrid& grid);

}  // namespace mlpgrid
