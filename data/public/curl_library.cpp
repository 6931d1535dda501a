// Finds libcurl's functions with dlopen() and dlsym() and initialises the library once. Transfers
// are download.cpp's.
#include "data/public/curl_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <stdexcept>

namespace mlpgrid {
namespace {

constexpr const char* kName = "libcurl.so.4";  // of every libcurl since 2006

template <class Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (!function) throw std::runtime_error(fmt::format("{} has no {}", kName, name));
}

CurlLibrary load() {
  void* const library = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    throw std::runtime_error(
        fmt::format("downloads need {} (Debian's package libcurl4), which cannot be loaded: {}",
                    kName, ::dlerror()));
  }
  decltype(&curl_global_init) global_init = nullptr;
  find(library, "curl_global_init", global_init);
  CurlLibrary curl{};
  find(library, "curl_easy_cleanup", curl.easy_cleanup);
  find(library, "curl_easy_getinfo", curl.easy_getinfo);
  find(library, "curl_easy_init", curl.easy_init);
  find(library, "curl_easy_perform", curl.easy_perform);
  find(library, "curl_easy_setopt", curl.easy_setopt);
  find(library, "curl_easy_strerror", curl.easy_strerror);
  const CURLcode code = global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) {
    throw std::runtime_error(fmt::format("libcurl: {}", curl.easy_strerror(code)));
  }
  return curl;
}

}  // namespace

const CurlLibrary& curl_library() {
  static const CurlLibrary kLibrary = load();
  return kLibrary;
}

}  // namespace mlpgrid
