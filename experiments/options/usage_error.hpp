// The error of somebody who asked for something that does not exist or makes no sense.
// The program ends with exit code 2 on it, with 1 on every other exception.
#pragma once

#include <stdexcept>

namespace mlpgrid {

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace mlpgrid
