// Loads libcurl at the first download: linked in, it and the 25 libraries behind it would take half
// of every start of the program (4 ms of 8). What is done with it is download.cpp's.
#pragma once

#define CURL_DISABLE_TYPECHECK  // its macros would hide the functions' names
#include <curl/curl.h>

namespace mlpgrid {

/// The functions that downloads need, by their names without `curl_`.
struct CurlLibrary {
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_perform) easy_perform;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_strerror) easy_strerror;
};

/// The library, which the first call loads and initialises for the rest of the program; safe to
/// call from any thread. Throws std::runtime_error where libcurl is missing or cannot start.
[[nodiscard]] const CurlLibrary& curl_library();

}  // namespace mlpgrid
