// What RUN.h5.journal consists of, and reading one, whatever a crash or a bad disk left of it.
// Writing, locking and mending are the journal's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "results/journal/record_codec.hpp"
#include "results/run.hpp"

namespace mlpgrid {

/// What stands before each payload, numbers little-endian. Every frame says which run it is of, so
/// that it can be told without any other.
struct FrameHead {
  char magic[4];           // "MLPJ"
  std::uint32_t number;    // 0: the payload is a RunHead; 1, 2, ...: the records
  std::uint64_t run;       // RunIdentity::hash()
  std::uint64_t size;      // of the payload
  std::uint64_t payload;   // its XXH3-64
  std::uint64_t checksum;  // XXH3-64 of what stands before
};

void append_frame(std::vector<std::byte>& out, std::uint32_t number, std::uint64_t run,
                  std::span<const std::byte> payload);

/// What a journal holds.
struct JournalContent {
  std::optional<std::uint64_t> run;  // of its frames; none: there is no whole frame
  std::optional<RunHead> head;       // none: damaged, or not there yet
  std::vector<FitRecord> records;    // in the order they were written
  std::uint64_t size = 0;            // of the file
  std::uint64_t end = 0;             // of the last whole frame
  std::uint32_t next_number = 0;     // of the next frame
  bool damaged = false;              // by more than an end that was never finished
  std::size_t lost = 0;              // records that were whole once, as far as that can be told
};

/// Takes every frame that checks; between them it looks for the next one that does. Frames of
/// another run than the first one's count as damage.
[[nodiscard]] JournalContent read_journal(std::span<const std::byte> bytes);

/// The same of a file, which may grow while it is read. Throws std::runtime_error that names it
/// where it cannot be read.
[[nodiscard]] JournalContent read_journal(const std::filesystem::path& file);

struct JournalGlance {
  std::uint64_t run;
  std::size_t records;
};

/// Whose a journal is and about how many records it has, from the heads of its frames alone; none
/// where there is no journal, or its first frame is damaged.
[[nodiscard]] std::optional<JournalGlance> glance_at_journal(const std::filesystem::path& file);

/// The file as it is. `fd` is open for reading.
[[nodiscard]] std::vector<std::byte> read_whole(int fd, const std::filesystem::path& file);

/// RUN.h5.journal, beside the file itself where `output` is a symbolic link: all its names have one
/// journal, and one lock.
[[nodiscard]] std::filesystem::path journal_of(const std::filesystem::path& output);

/// True when `file` has at least a byte: a run that has finished no fit leaves it empty.
[[nodiscard]] bool journal_exists(const std::filesystem::path& file);

}  // namespace mlpgrid
