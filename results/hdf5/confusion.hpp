// Confusion matrices in a results file. The file holds them in full, config x fold x true x
// predicted class, as every reader expects; memory holds them as pairs, and in full never more than
// a chunk: with thousands of classes each would take hundreds of megabytes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/hdf5/format/writer.hpp"
#include "results/run.hpp"

namespace mlpgrid::hdf5 {

/// Creates the dataset `name` and writes `fits`, one matrix per config and fold (n_configs x
/// n_folds); `scales` are the four dimensions. Throws as Writer does.
void write_confusion(Writer& writer, const Handle& group, const std::string& name,
                     std::span<const Confusion> fits, const Scales& scales);

/// Reads one matrix per config and fold. `dims` are the four extents that the dataset must have.
/// Throws std::runtime_error as read_values() does. Does not check the counts.
[[nodiscard]] std::vector<Confusion> read_confusion(hid_t group, const std::string& name,
                                                    const std::vector<hsize_t>& dims);

}  // namespace mlpgrid::hdf5
