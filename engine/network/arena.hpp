// One block of memory for a whole fit. The same layout function runs twice: over an empty arena to
// measure, over a real one to take.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace mlpgrid {

class Arena {
 public:
  /// Measures only: take() gives null pointers and counts.
  Arena() = default;
  /// Holds `bytes`, zeroed. Throws std::bad_alloc.
  explicit Arena(std::size_t bytes) : block_(allocate(bytes)) {}

  /// `count` values on a cache-line boundary, zero.
  template <class T>
  T* take(std::size_t count) {
    const std::size_t at = used_;
    used_ += (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
    return block_ ? reinterpret_cast<T*>(block_.get() + at) : nullptr;
  }

  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  static constexpr std::size_t kAlignment = 64;
  // From here on a block is a mapping of its own: malloc would keep what a thread has freed, and
  // every thread its own share.
  static constexpr std::size_t kMapped = std::size_t{1} << 20;

  struct Release {
    std::size_t size;
    void operator()(std::byte* p) const {
      if (size >= kMapped) {
        ::munmap(p, size);
      } else {
        std::free(p);
      }
    }
  };
  using Block = std::unique_ptr<std::byte, Release>;

  static Block allocate(std::size_t bytes) {
    const std::size_t size = (bytes + kAlignment) / kAlignment * kAlignment;
    if (size >= kMapped) {
      void* p = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (p == MAP_FAILED) throw std::bad_alloc();
      return Block(static_cast<std::byte*>(p), Release{size});  // zeroed by the system
    }
    auto* p = static_cast<std::byte*>(std::aligned_alloc(kAlignment, size));
    if (p == nullptr) throw std::bad_alloc();
    std::memset(p, 0, size);
    return Block(p, Release{size});
  }

  Block block_;
  std::size_t used_ = 0;
};

}  // namespace mlpgrid
