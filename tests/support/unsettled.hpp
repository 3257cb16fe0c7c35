#pragma once
// Quantized networks whose normalization is as training may leave it, and worse, against their circuits.

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/network.hpp>
#include <lutra/random.hpp>
#include <string>

#include "support/network_check.hpp"

namespace lutra::test {

/// Parameters and running averages as training may leave them, and worse: gammas that are negative, tiny and 0.
template <class Net>
void unsettle(Net& net, std::uint64_t seed) {
  Random random(Seed{seed});
  for (const auto& block : net.parameters().blocks()) {
    const auto values = net.parameters().values().subspan(block.offset, block.size);
    if (block.name.find("gamma") != std::string::npos)
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = i % 5 == 0 ? 0 : i % 5 == 1 ? 1e-20F : 4 * random.uniform() - 2;
    else if (block.name.find("beta") != std::string::npos)
      for (float& value : values) value = 3 * random.uniform() - 1;
  }
  for (auto& buffer : net.parameters().real_buffers())
    for (float& value : buffer.values)
      value = buffer.name.find("variance") != std::string::npos ? random.uniform() : random.uniform() - 0.5F;
}

template <class In, class ExpressionType>
void freezes(const ExpressionType& expression) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    auto net = bind<In>(expression, Seed{seed});
    unsettle(net, seed);
    BOOST_TEST_CONTEXT("seed " << seed) check_freezes_exactly(net, 65, seed);
  }
}

}  // namespace lutra::test
