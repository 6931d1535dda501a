// One block of memory for a whole fit. The same layout function runs twice: over an empty arena to
// measure, over a real one to take.
#pragma once

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
  struct Free {
    void operator()(std::byte* p) const { std::free(p); }
  };
  using Block = std::unique_ptr<std::byte, Free>;

  static Block allocate(std::size_t bytes) {
    const std::size_t size = (bytes + kAlignment) / kAlignment * kAlignment;
    auto* p = static_cast<std::byte*>(std::aligned_alloc(kAlignment, size));
    if (p == nullptr) throw std::bad_alloc();
    std::memset(p, 0, size);
    return Block(p);
  }

  Block block_;
  std::size_t used_ = 0;
};

}  // namespace mlpgrid
