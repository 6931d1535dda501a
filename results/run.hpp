// What a run is and what each of its fits left behind, as plain values. The journal stores them,
// the HDF5 file and the tables are made of them. Nothing here knows how training works.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "results/fit_values.hpp"
#include "results/row_list.hpp"

namespace mlpgrid {

/// How a fit ended. The numbers are stored: the CF flag_values of the dataset `status`.
enum class RunStatus : std::int32_t {
  not_run = 0,
  converged = 1,
  max_epochs = 2,
  early_stopped = 3,
  diverged = 4,
  failed = 5
};

/// One axis of the grid: its value for every config.
struct ParamColumn {
  std::string name;  // as in scikit-learn: "learning_rate_init"; its dataset is "param_" + name
  std::variant<std::vector<std::string>, std::vector<double>, std::vector<std::int32_t>> values;
};

/// What decision maps show: a grid over the plane of the two features, and the rows of the data set
/// as points to draw on it.
struct MapFrame {
  std::vector<double> x1, x2;  // the grid's coordinates, rising
  std::vector<double> point_x1, point_x2, point_target;
  std::vector<std::int32_t> point_part;  // of the first fold: 0 training, 1 held out, 2 test
};

/// The rows that autoencoders reconstruct, as the network sees them.
struct ReconstructionFrame {
  std::vector<std::int32_t> rows;     // of the data set
  std::size_t height = 0, width = 0;  // of one row as an image; height 1 where it is none
  std::vector<double> originals;      // rows x (height*width)
};

/// Everything about a run that is known before its first fit.
struct RunDescription {
  std::string title;
  std::string experiment;  // the resolved experiment file: run it again, get the same numbers
  std::string version;     // of the program; a journal is resumed by the same one only
  std::int32_t seed = 0;
  std::string data_sha256;
  std::string features_sha256;     // of the models that features-from names; empty without them
  std::string scoring;             // "accuracy", ...
  std::vector<std::string> label;  // one per config, as the next two lists
  std::vector<ParamColumn> params;
  std::vector<std::int32_t> alias_of;
  std::vector<std::int32_t> fold_seed;  // one per fold, as the next three lists
  std::vector<std::int32_t> fold_repeat;
  std::vector<RowList> fold_train_rows;
  std::vector<RowList> fold_held_out_rows;
  // Per fold, the loss that remains because the output's range does not reach all targets, of the
  // training and of the held-out rows; both empty where every target can be reached.
  std::vector<double> fold_train_loss_floor, fold_val_loss_floor;
  // Per fold, the numbers of the classes that none of its training rows has; empty where no fold
  // lacks a class.
  std::vector<std::vector<std::int32_t>> fold_missing_classes;
  std::int32_t max_epochs = 0;             // length of the dimension epoch
  bool has_test_set = false;               // fits have a test_score; not read back from files
  bool stops_early = false;                // fits have early_stopping_score; not read back either
  bool refit = false;                      // one more fit, of the best config on all rows
  std::vector<std::string> class_names;    // classification
  std::vector<std::string> feature_names;  // may be empty
  std::optional<MapFrame> map;
  std::optional<ReconstructionFrame> reconstruction;

  [[nodiscard]] std::size_t n_configs() const { return label.size(); }
  [[nodiscard]] std::size_t n_folds() const { return fold_seed.size(); }
};

/// A trained network with all that prediction needs. layer_sizes.size() - 1 matrices and bias
/// lists; scalers are empty where nothing is scaled.
struct StoredModel {
  std::vector<std::int32_t> layer_sizes;  // features, hidden..., outputs
  std::string activation, output, precision;
  std::vector<std::vector<double>> weights;  // layer i: (in, out) row-major
  std::vector<std::vector<double>> biases;
  std::vector<double> feature_shift,
      feature_divisor;                               // input = (x - shift) / divisor; may be empty
  std::vector<double> target_shift, target_divisor;  // target = (y - shift) / divisor; may be empty
  std::int32_t fold = 0;                 // whose training rows it saw; set when read from a file
  std::vector<std::string> class_names;  // of its outputs; empty: all classes of the run
};

/// The fold number of the refit on all rows.
inline constexpr std::int32_t kRefitFold = -1;

/// Every step of one fit: the loss of its batch before the step, and the parameters after it.
struct StoredTrace {
  std::vector<std::string> names;  // "w1[0,2]": layer 1, from input 0 to unit 2; "b1[2]"
  std::vector<double> loss;        // a value per step
  std::vector<double> parameters;  // steps x names

  [[nodiscard]] std::size_t n_steps() const { return loss.size(); }
};

/// `count` rows of class `actual` were predicted as class `predicted`.
struct ClassPair {
  std::int32_t actual = 0, predicted = 0, count = 0;
  bool operator==(const ClassPair&) const = default;
};
/// A confusion matrix as the pairs that occur, ordered by actual, then predicted class. It has no
/// more entries than there are rows, while the full matrix has the square of the classes. Empty
/// where there are no rows or no classes.
using Confusion = std::vector<ClassPair>;

/// One finished fit with the numbers and curves of fit_values.hpp. A curve has n_iter entries, or
/// none where it does not apply; a score is NaN where there are no rows for it.
struct FitRecord {
  std::int32_t config = 0;
  std::int32_t fold = 0;
  RunStatus status = RunStatus::not_run;
  std::string error;  // message of a failed fit
#define MLPGRID_MEMBER(type, name, kept, of_any_fit, is_time) type name = {};
  MLPGRID_FIT_NUMBERS(MLPGRID_MEMBER)
#undef MLPGRID_MEMBER
#define MLPGRID_MEMBER(name) std::vector<double> name;
  MLPGRID_FIT_CURVES(MLPGRID_MEMBER)
#undef MLPGRID_MEMBER
  Confusion confusion;                  // of the held-out rows
  Confusion test_confusion;             // of the test set
  std::vector<double> map;              // x2 x x1 of the run's MapFrame; first fold only
  std::vector<double> reconstructions;  // shaped as the run's originals; first fold only
  std::optional<StoredModel> model;
  std::optional<StoredTrace> trace;
};

/// The name of each curve, and the member of FitRecord that holds it.
struct FitCurve {
  const char* name;
  std::vector<double> FitRecord::*values;
};
inline constexpr FitCurve kFitCurves[] = {
#define MLPGRID_CURVE(name) {#name, &FitRecord::name},
    MLPGRID_FIT_CURVES(MLPGRID_CURVE)
#undef MLPGRID_CURVE
};

/// Where and how a run was made, as names and values; names become attributes of /environment.
/// Besides the times, nothing else may differ between two runs of one experiment.
using Environment = std::vector<std::pair<std::string, std::string>>;

}  // namespace mlpgrid
