#pragma once
// Two circuits that should compute the same function are asked the same questions: all of them where the input is
// small, else random ones.

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/circuit/evaluate.hpp>
#include <span>
#include <vector>

#include "support/random_circuit.hpp"

namespace lutra_test {

inline void check_equal_for(const lutra::Circuit& a, const lutra::Circuit& b, std::span<const std::uint16_t> sample,
                            std::uint64_t seed) {
  BOOST_REQUIRE_MESSAGE(lutra::evaluate(a, sample) == lutra::evaluate(b, sample),
                        "the answers of seed " << seed << " differ");
}

/// For inputs of at most 12 bits in all.
inline void check_equal_for_every_input(const lutra::Circuit& a, const lutra::Circuit& b, std::uint64_t seed) {
  const std::size_t size = a.input().size();
  const std::uint32_t width = a.input().width;
  BOOST_REQUIRE(size * width <= 12);
  std::vector<std::uint16_t> sample(size);
  for (std::uint32_t code = 0; code < (1u << (size * width)); ++code) {
    for (std::size_t i = 0; i < size; ++i)
      sample[i] = static_cast<std::uint16_t>(code >> (i * width) & a.input().maximum());
    check_equal_for(a, b, sample, seed);
  }
}

inline void check_equal_over_samples(const lutra::Circuit& a, const lutra::Circuit& b, std::size_t count,
                                     std::uint64_t seed) {
  const std::size_t size = a.input().size();
  const auto samples = random_samples(a, count, seed);
  for (std::size_t i = 0; i < count; ++i)
    check_equal_for(a, b, std::span<const std::uint16_t>(samples).subspan(i * size, size), seed);
}

}  // namespace lutra_test
