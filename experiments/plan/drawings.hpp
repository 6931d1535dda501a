// Computes the pictures of a trained model: decision maps and reconstructions. They are stored in
// results/hdf5/ and drawn in results/report/.
#pragma once

#include <optional>

#include "experiments/plan/plan.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// The number of rows whose reconstructions are kept: the first of the test set or, without one, of
/// the held-out rows.
inline constexpr std::size_t kReconstructedRows = 10;

/// Whether pictures are made of the fits of this fold: of the first one, if the experiment has any.
[[nodiscard]] bool is_drawn(const Plan& plan, std::int32_t fold);

/// What the pictures of all configs have in common; nothing where the experiment has no such
/// pictures.
[[nodiscard]] std::optional<MapFrame> map_frame(const Plan& plan);
[[nodiscard]] std::optional<ReconstructionFrame> reconstruction_frame(const Plan& plan);

/// Fills record.map and record.reconstructions where the experiment has them. `record` is of the
/// first fold. A map holds the network's single output (a probability, or a value in the units of
/// the target) or, of several outputs, the number of the class with the largest.
void add_drawings(const Plan& plan, const Model& model, FitRecord& record);

}  // namespace mlpgrid
