// SHA-256 through OpenSSL's EVP interface. What is hashed is the caller's choice.
#include "data/sha256.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <span>
#include <stdexcept>

namespace mlpgrid {
namespace {

void require(bool succeeded) {
  if (!succeeded) throw std::runtime_error("SHA-256 is not available from OpenSSL");
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
  require(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Sha256::add(const void* data, std::size_t size) {
  require(EVP_DigestUpdate(context_.get(), data, size) == 1);
}

std::string Sha256::hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  require(EVP_DigestFinal_ex(context_.get(), digest, &length) == 1);
  std::string text;
  for (const unsigned char byte : std::span(digest, length)) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace mlpgrid
