// SHA-256 of bytes that come piece by piece. What is hashed, and what the result is compared with,
// is the caller's business.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

struct evp_md_ctx_st;

namespace mlpgrid {

class Sha256 {
 public:
  /// Throws std::runtime_error where OpenSSL does not offer the algorithm.
  Sha256();
  void add(const void* data, std::size_t size);
  /// 64 lower-case hexadecimal digits. Ends the computation: call it once.
  [[nodiscard]] std::string hex();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

}  // namespace mlpgrid
