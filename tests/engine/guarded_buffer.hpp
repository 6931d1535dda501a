// Memory that ends exactly where the next page may not be touched: a kernel that reads or writes
// one value too far crashes, with or without a sanitizer.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <vector>

namespace mlpgrid::testing {

template <class T>
class GuardedBuffer {
 public:
  explicit GuardedBuffer(std::size_t size, T value = T(0)) : size_(size) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const std::size_t bytes = (size * sizeof(T) + page - 1) / page * page;
    mapped_ = bytes + 2 * page;
    void* all = mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<std::byte*>(all);
    if (bytes > 0 && mprotect(base_ + page, bytes, PROT_READ | PROT_WRITE) != 0) {
      throw std::bad_alloc();
    }
    data_ = reinterpret_cast<T*>(base_ + page + bytes - size * sizeof(T));
    std::fill_n(data_, size, value);
  }
  explicit GuardedBuffer(const std::vector<T>& values) : GuardedBuffer(values.size()) {
    std::copy(values.begin(), values.end(), data_);
  }
  ~GuardedBuffer() { munmap(base_, mapped_); }
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }

 private:
  std::size_t size_;
  std::size_t mapped_ = 0;
  std::byte* base_ = nullptr;
  T* data_ = nullptr;
};

}  // namespace mlpgrid::testing
