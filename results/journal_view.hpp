// Runs that were broken off before their results file was built: the same file, made of the journal
// for who wants to read it, so that every reader sees such a run as any other.
#pragma once

#include <filesystem>

#include "results/hdf5_handles.hpp"
#include "results/results_file.hpp"

namespace mlpgrid {

/// Opens `file` for reading: itself where it is there. Where only its journal is, a results file
/// of what that held when it was first asked for, which goes with the process. Throws
/// std::runtime_error where HDF5 cannot open it, or the journal has no finished fit to show.
[[nodiscard]] hdf5::Handle open_to_read(const std::filesystem::path& file);

/// Whether open_to_read() would turn to a journal.
[[nodiscard]] bool is_journal_only(const std::filesystem::path& file);

/// Has journals_read() tell of a journal beside the file of `results` that holds more, or replaces it.
void look_beside(const ResultsFile& results);

}  // namespace mlpgrid
