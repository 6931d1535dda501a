// The error for a user who asked for something that does not exist or makes no sense. main.cpp ends
// the program with exit code 2 for it, with 1 for every other exception.
#pragma once

#include <stdexcept>

namespace mlpgrid {

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace mlpgrid
