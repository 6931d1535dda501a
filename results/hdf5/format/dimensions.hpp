// Which dimension scale belongs to which dimension of which dataset, in the two attributes of the
// HDF5 Dimension Scale Specification. H5DSattach_scale does the same one dimension at a time and
// rewrites the scale's whole list each time: a third of the time that a file of 40 datasets takes.
#pragma once

#include <vector>

#include "results/hdf5/library/handles.hpp"

namespace mlpgrid::hdf5 {

/// A dimension: a dimension scale (H5DS) with the numbers first, first+1, ...
struct Scale {
  Handle dataset;
  hsize_t size;
};
using Scales = std::vector<const Scale*>;

/// All functions throw std::runtime_error.
class Dimensions {
 public:
  /// Attaches one scale to each dimension of `dataset`.
  void attach(const Handle& dataset, const Scales& scales);

  /// Tells each scale of `file` its datasets: once, after the last attach().
  void finish(hid_t file) const;

 private:
  struct Use {  // an element of REFERENCE_LIST
    hobj_ref_t dataset;
    int dimension;
    int padding = 0;  // goes to the file with the rest, so it must not be what memory held
  };
  static_assert(sizeof(Use) == sizeof(hobj_ref_t) + 2 * sizeof(int));
  struct UsedScale {
    hobj_ref_t scale;
    std::vector<Use> uses;
  };

  [[nodiscard]] std::vector<Use>& uses_of(hobj_ref_t scale);

  std::vector<UsedScale> scales_;  // in the order of their first use
};

}  // namespace mlpgrid::hdf5
