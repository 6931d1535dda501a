// What is drawn from a trained model beside its scores: decision maps and reconstructions.
// Results store them; this is where they are computed.
#pragma once

#include <optional>

#include "experiments/plan/plan.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// Rows that autoencoders reconstruct: the first ten of the test set, or of the held-out rows.
inline constexpr std::size_t kReconstructedRows = 10;

/// Whether the fits of this fold are drawn: those of the first one, where there is something to.
[[nodiscard]] bool is_drawn(const Plan& plan, std::int32_t fold);

[[nodiscard]] std::optional<MapFrame> map_frame(const Plan& plan);
[[nodiscard]] std::optional<ReconstructionFrame> reconstruction_frame(const Plan& plan);

/// Fills record.map and record.reconstructions. A map holds the network's single output (a
/// probability, or a value in the target's units), or the number of the class with the largest.
void add_drawings(const Plan& plan, const Model& model, FitRecord& record);

}  // namespace mlpgrid
