// The format of RUN.h5.journal, a sequence of frames, and reading one whatever a crash or a bad
// disk left of it. Writing, locking and repairing is journal.hpp's.
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

/// The head of a frame, before its payload; numbers are little-endian. Every frame names its run,
/// so that it can be recognised even where the others are lost.
struct FrameHead {
  char magic[4];           // "MLPJ"
  std::uint32_t number;    // 0: the payload is a RunHead; 1, 2, ...: a FitRecord each
  std::uint64_t run;       // RunIdentity::hash()
  std::uint64_t size;      // of the payload, in bytes
  std::uint64_t payload;   // XXH3-64 of the payload
  std::uint64_t checksum;  // XXH3-64 of the members above
};

/// Appends a frame, head and payload, to `out`.
void append_frame(std::vector<std::byte>& out, std::uint32_t number, std::uint64_t run,
                  std::span<const std::byte> payload);

/// What could be read of a journal.
struct JournalContent {
  std::optional<std::uint64_t> run;  // RunIdentity::hash(); none: no whole frame
  std::optional<RunHead> head;       // none: damaged or not written yet
  std::vector<FitRecord> records;    // in the order they were written
  std::uint64_t size = 0;            // of the file
  std::uint64_t end = 0;             // of the last whole frame
  std::uint32_t next_number = 0;     // of the next frame
  bool damaged = false;              // apart from an end that was never finished
  std::size_t lost = 0;              // estimate of the records lost to damage
};

/// Takes every frame whose checksums are right, and searches for the next one where they are not.
/// Frames of another run than the first frame's are left out and count as damage.
[[nodiscard]] JournalContent read_journal(std::span<const std::byte> bytes);

/// Reads the journal in `file`, which may grow meanwhile. Throws std::runtime_error that names the
/// file where it cannot be read.
[[nodiscard]] JournalContent read_journal(const std::filesystem::path& file);

/// What the heads of the frames tell: whose journal it is, and how many records it has.
struct JournalGlance {
  std::uint64_t run;
  std::size_t records;
};

/// Reads only the heads of the frames, up to the first that is damaged, so the number of records is
/// approximate. Nothing where there is no journal or the head of its first frame is damaged.
[[nodiscard]] std::optional<JournalGlance> glance_at_journal(const std::filesystem::path& file);

/// All bytes of the file that is open for reading as `fd`. Throws std::runtime_error that names
/// `file`.
[[nodiscard]] std::vector<std::byte> read_whole(int fd, const std::filesystem::path& file);

/// The name of the journal, OUTPUT.journal. Where `output` is a symbolic link it lies beside the
/// file itself, so that all names of a file share one journal and one lock. Throws as followed()
/// does.
[[nodiscard]] std::filesystem::path journal_of(const std::filesystem::path& output);

/// True when `file` has at least one byte: the journal of a run that has finished no fit is empty.
[[nodiscard]] bool journal_exists(const std::filesystem::path& file);

}  // namespace mlpgrid
