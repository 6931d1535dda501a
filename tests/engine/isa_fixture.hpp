// Runs a test once per instruction set that this machine supports.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "engine/simd/dispatch.hpp"

namespace mlpgrid::testing {

class EachIsa : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { force_isa(GetParam()); }
  void TearDown() override { force_isa(supported_isas().front()); }
};

inline std::string isa_name(const ::testing::TestParamInfo<std::string>& info) {
  return info.param;
}

}  // namespace mlpgrid::testing

#define MLPGRID_FOR_EACH_ISA(Suite)                                                      \
  INSTANTIATE_TEST_SUITE_P(Isa, Suite, ::testing::ValuesIn(::mlpgrid::supported_isas()), \
                           ::mlpgrid::testing::isa_name)
