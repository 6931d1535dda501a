// Computes XXH3-64 of the file in one pass of large reads, and finds the seal. Writing it is
// hdf5/library/output_file.cpp's.
#include "results/files/seal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <system_error>

#include "results/files/atomic_file.hpp"

namespace mlpgrid {
namespace {

// Both numbers are little-endian, as everything that this program writes.
struct Seal {
  std::array<char, 8> mark = {'M', 'L', 'P', 'S', 'E', 'A', 'L', '\n'};
  std::uint64_t length = 0;  // of the content, which is all before the seal
  std::uint64_t sum = 0;     // XXH3-64 of all bytes before this number
};
static_assert(sizeof(Seal) == sizeof(SealBytes));

constexpr std::array<unsigned char, 8> kHdf5 = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
constexpr std::size_t kRead = 256 * 1024;  // small enough to be hashed from the cache

template <class T>
std::span<std::byte> bytes_of(T& object) {
  return std::as_writable_bytes(std::span(&object, 1));
}

// Hashes the first seal.length bytes of the file and the seal up to its sum. Nothing, with errno,
// where they cannot be read.
std::optional<std::uint64_t> sum_of(int fd, const Seal& seal) noexcept {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       XXH3_freeState);
  const std::unique_ptr<std::byte[]> buffer(new (std::nothrow) std::byte[kRead]);
  errno = ENOMEM;
  if (!state || !buffer || XXH3_64bits_reset(state.get()) == XXH_ERROR) return std::nullopt;
  (void)::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);  // a hint
  for (std::uint64_t at = 0; at < seal.length;) {
    const std::size_t size = std::min<std::uint64_t>(kRead, seal.length - at);
    const ssize_t got = read_at(fd, {buffer.get(), size}, at);
    if (got >= 0) errno = EIO;  // the error if the file has become shorter
    if (got != static_cast<ssize_t>(size)) return std::nullopt;
    XXH3_64bits_update(state.get(), buffer.get(), size);
    at += size;
  }
  XXH3_64bits_update(state.get(), &seal, offsetof(Seal, sum));
  return XXH3_64bits_digest(state.get());
}

[[noreturn]] void fail() { throw std::runtime_error(std::generic_category().message(errno)); }

std::uint64_t size_of(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) fail();
  return static_cast<std::uint64_t>(info.st_size);
}

// The last bytes of the file, taken as a seal; zeros where the file is shorter.
Seal seal_at_end(int fd, std::uint64_t size) noexcept {
  Seal found{{}, 0, 0};
  if (size >= sizeof found) (void)read_at(fd, bytes_of(found), size - sizeof found);
  return found;
}

// Where HDF5's content ends; nothing where the file does not begin as HDF5.
std::optional<std::uint64_t> hdf5_end(int fd) noexcept {
  std::array<unsigned char, 64> head{};
  (void)read_at(fd, bytes_of(head), 0);
  if (!std::equal(kHdf5.begin(), kHdf5.end(), head.begin())) return std::nullopt;
  return superblock_end(bytes_of(head));
}

}  // namespace

std::uint64_t superblock_end(std::span<const std::byte> head) noexcept {
  // Offset of the end-of-file address, by version of the superblock.
  constexpr std::array<std::size_t, 4> kPlaces = {40, 44, 28, 28};
  if (head.size() <= kHdf5.size()) return 0;
  const auto version = std::to_integer<std::size_t>(head[kHdf5.size()]);
  std::uint64_t end = 0;
  if (version < kPlaces.size() && kPlaces[version] + sizeof end <= head.size()) {
    std::memcpy(&end, head.data() + kPlaces[version], sizeof end);
  }
  return end;
}

std::optional<SealBytes> seal_of(int fd, std::uint64_t length) noexcept {
  Seal seal;
  seal.length = length;
  const auto sum = sum_of(fd, seal);
  if (!sum) return std::nullopt;
  seal.sum = *sum;
  return std::bit_cast<SealBytes>(seal);
}

bool check_seal(int fd) {
  const std::uint64_t size = size_of(fd);
  const Seal found = seal_at_end(fd, size);
  const std::optional<std::uint64_t> end = hdf5_end(fd);
  // Any one of the three signs means that there was a seal, even if the others are damaged.
  if (found.mark == Seal().mark || (found.length != 0 && found.length + sizeof(Seal) == size) ||
      (end && *end + sizeof(Seal) == size)) {
    Seal expected;
    expected.length = size - sizeof(Seal);
    const auto sum = sum_of(fd, expected);
    if (!sum) fail();
    if (found.mark != expected.mark || found.length != expected.length || found.sum != *sum) {
      throw std::runtime_error("it is damaged: its content does not fit its checksum");
    }
    return true;
  }
  if (!end) throw std::runtime_error("it is not an HDF5 file");
  if (size < *end + sizeof(Seal) && size != *end) {
    throw std::runtime_error(
        fmt::format("it is damaged or cut short: it should have {} bytes, and has {}",
                    *end + sizeof(Seal), size));
  }
  return false;
}

}  // namespace mlpgrid
