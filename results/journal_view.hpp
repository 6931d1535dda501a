// Runs that were broken off before their results file was built: the same file, made of the journal
// for who wants to read it, so that every reader sees such a run as any other.
#pragma once

#include <filesystem>

#include "results/atomic_file.hpp"
#include "results/results_file.hpp"

namespace mlpgrid {

/// Whether of `file` only the journal is there.
[[nodiscard]] bool is_journal_only(const std::filesystem::path& file);

/// A results file, without a name, of what the journal of `file` holds now. Throws
/// std::runtime_error where that has no finished fit to show.
[[nodiscard]] FileDescriptor file_of_journal(const std::filesystem::path& file);

/// Has journals_read() tell of a journal beside the file of `results` that holds more, or replaces
/// it.
void look_beside(const ResultsFile& results);

}  // namespace mlpgrid
