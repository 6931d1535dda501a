// The message of the exception that a call throws.
#pragma once

#include <gtest/gtest.h>

#include <string>

namespace mlpgrid {

template <class Exception, class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Exception& error) {
    return error.what();
  }
  ADD_FAILURE() << "no exception of the expected type";
  return "";
}

}  // namespace mlpgrid
