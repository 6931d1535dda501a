// DIMENSION_LIST of the datasets, REFERENCE_LIST of the scales; see the header.
#include "results/hdf5/format/dimensions.hpp"

#include <cstddef>

namespace mlpgrid::hdf5 {
namespace {

constexpr const char* kDimensionList = "DIMENSION_LIST";
constexpr const char* kReferenceList = "REFERENCE_LIST";

hobj_ref_t reference_to(const Handle& object) {
  hobj_ref_t reference = 0;
  check(H5Rcreate(&reference, object.id(), ".", H5R_OBJECT, H5I_INVALID_HID), "refer to a dataset");
  return reference;
}

void write_list(hid_t object, const char* name, const Handle& type, std::size_t size,
                const void* elements) {
  const hsize_t dims[] = {size};
  const Handle space(H5Screate_simple(1, dims, nullptr), H5Sclose, "create a dataspace");
  const std::string action = std::string("write attribute ") + name;
  const Handle attribute(H5Acreate2(object, name, type.id(), space.id(), H5P_DEFAULT, H5P_DEFAULT),
                         H5Aclose, action);
  check(H5Awrite(attribute.id(), type.id(), elements), action);
}

}  // namespace

std::vector<Dimensions::Use>& Dimensions::uses_of(hobj_ref_t scale) {
  for (UsedScale& known : scales_) {
    if (known.scale == scale) return known.uses;
  }
  return scales_.emplace_back(UsedScale{scale, {}}).uses;
}

void Dimensions::attach(const Handle& dataset, const Scales& scales) {
  if (scales.empty()) return;
  const hobj_ref_t self = reference_to(dataset);
  std::vector<hobj_ref_t> references;
  for (const Scale* scale : scales) references.push_back(reference_to(scale->dataset));
  std::vector<hvl_t> list;  // of lists: a dimension may have several scales, here it has one
  for (std::size_t i = 0; i < references.size(); ++i) {
    uses_of(references[i]).push_back(Use{.dataset = self, .dimension = static_cast<int>(i)});
    list.push_back({1, &references[i]});
  }
  const Handle type(H5Tvlen_create(H5T_STD_REF_OBJ), H5Tclose, "make a type");
  write_list(dataset.id(), kDimensionList, type, list.size(), list.data());
}

void Dimensions::finish(hid_t file) const {
  const Handle type(H5Tcreate(H5T_COMPOUND, sizeof(Use)), H5Tclose, "make a type");
  check(H5Tinsert(type.id(), "dataset", offsetof(Use, dataset), H5T_STD_REF_OBJ), "make a type");
  check(H5Tinsert(type.id(), "dimension", offsetof(Use, dimension), H5T_NATIVE_INT), "make a type");
  for (const UsedScale& used : scales_) {
    const Handle scale(H5Rdereference2(file, H5P_DEFAULT, H5R_OBJECT, &used.scale), H5Dclose,
                       "open a dimension");
    write_list(scale.id(), kReferenceList, type, used.uses.size(), used.uses.data());
  }
}

}  // namespace mlpgrid::hdf5
