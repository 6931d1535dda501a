// The program with an operator new that fails on demand, but for oneTBB's own calls: it then waits
// for itself for ever. $MLPGRID_FAIL_NEW is the number of the
// allocation that finds no memory, counted from the start; with a "+" behind it, all later ones
// do not either. $MLPGRID_COUNT_NEW names a file that gets how many there were.
#include <dlfcn.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

struct Plan {
  long fails = 0;  // 0: none
  bool for_good = false;
  const char* count_file = nullptr;

  Plan() {
    if (const char* text = std::getenv("MLPGRID_FAIL_NEW")) {
      char* end = nullptr;
      fails = std::strtol(text, &end, 10);
      for_good = *end == '+';
    }
    count_file = std::getenv("MLPGRID_COUNT_NEW");
  }
  ~Plan();
};

std::atomic<long> count{0};

const Plan& plan() {
  static const Plan kPlan;
  return kPlan;
}

Plan::~Plan() {
  if (count_file == nullptr) return;
  if (std::FILE* file = std::fopen(count_file, "w")) {
    std::fprintf(file, "%ld\n", count.load());
    std::fclose(file);
  }
}

bool is_in_tbb(const void* address) {
  Dl_info info{};
  return dladdr(address, &info) != 0 && std::strstr(info.dli_fname, "libtbb") != nullptr;
}

void* allocate(std::size_t size, std::size_t alignment, const void* caller) {
  const long number = ++count;
  const Plan& p = plan();
  const bool fails = p.fails > 0 && (p.for_good ? number >= p.fails : number == p.fails);
  void* memory = nullptr;
  if (!fails || is_in_tbb(caller)) {
    memory = alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__
                 ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
                 : std::malloc(size > 0 ? size : 1);
  }
  if (memory == nullptr) {
    if (const std::new_handler handler = std::get_new_handler()) handler();
    throw std::bad_alloc();
  }
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size, 0, __builtin_return_address(0)); }
void* operator new[](std::size_t size) { return allocate(size, 0, __builtin_return_address(0)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment), __builtin_return_address(0));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment), __builtin_return_address(0));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
