// Confusion matrices in a results file: there they are whole, config x fold x true x predicted
// class, as every reader wants them; in memory never more of them than a chunk, as thousands of
// classes would make hundreds of megabytes of each.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/hdf5/format/writer.hpp"
#include "results/run.hpp"

namespace mlpgrid::hdf5 {

/// `fits`: one matrix per config and fold. `scales`: the four dimensions. Throws as Writer does.
void write_confusion(Writer& writer, const Handle& group, const std::string& name,
                     std::span<const Confusion> fits, const Scales& scales);

/// One matrix per config and fold. `dims`: the four extents that the schema demands. Throws
/// std::runtime_error as read_values() does. The counts are as they stand there.
[[nodiscard]] std::vector<Confusion> read_confusion(hid_t group, const std::string& name,
                                                    const std::vector<hsize_t>& dims);

}  // namespace mlpgrid::hdf5
