#define BOOST_TEST_MODULE quads
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/quads.hpp>
#include <numeric>

namespace k = lutra::kernels;

namespace {

using V = k::Batch<float>;
constexpr std::size_t blocks = k::quads_of<V>;

/// 0, 1, 2, …
struct Numbers {
  alignas(64) float values[k::quad * V::size];
  Numbers() { std::iota(values, values + k::quad * V::size, 0.0F); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_block_is_repeated_through_a_vector) {
  const Numbers numbers;
  alignas(64) float got[V::size];
  k::repeat_quad<V>(numbers.values + 1).store_aligned(got);
  for (std::size_t i = 0; i < V::size; ++i) BOOST_TEST(got[i] == numbers.values[1 + i % k::quad]);
}

BOOST_AUTO_TEST_CASE(blocks_of_vectors_become_vectors_of_blocks) {
  const Numbers numbers;
  V vectors[blocks];
  for (std::size_t v = 0; v < blocks; ++v) vectors[v] = V::load_aligned(numbers.values + v * V::size);
  constexpr std::size_t stride = 2 * V::size;
  alignas(64) float got[blocks * stride];
  k::store_transposed(vectors, got, stride);
  for (std::size_t block = 0; block < blocks; ++block)
    for (std::size_t v = 0; v < blocks; ++v)
      for (std::size_t i = 0; i < k::quad; ++i)
        BOOST_TEST(got[block * stride + v * k::quad + i] == numbers.values[v * V::size + block * k::quad + i]);
}

BOOST_AUTO_TEST_CASE(every_block_is_added_up_pairwise) {
  alignas(64) float values[k::quad * V::size], got[V::size];
  for (std::size_t i = 0; i < k::quad * V::size; ++i) values[i] = 1 / static_cast<float>(i + 1);
  k::sum_quads<V>(values).store_aligned(got);
  for (std::size_t i = 0; i < V::size; ++i) {
    const float* const block = values + i * k::quad;
    BOOST_TEST(got[i] == (block[0] + block[2]) + (block[1] + block[3]));
  }
}
