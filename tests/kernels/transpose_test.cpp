#define BOOST_TEST_MODULE transpose
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/transpose.hpp>
#include <random>
#include <vector>

namespace k = lutra::kernels;
using Elements = boost::mpl::list<std::uint8_t, std::uint16_t>;

namespace {

/// Samples in exactly sized storage of their own, so that a read beyond one is seen by the address sanitizer.
template <class T>
struct Samples {
  std::vector<std::vector<T>> storage;
  std::vector<const T*> pointers;

  Samples(std::size_t count, std::size_t values, std::mt19937& random) {
    for (std::size_t s = 0; s < count; ++s) {
      storage.emplace_back(values);
      for (auto& value : storage.back()) value = static_cast<T>(random());
    }
    for (const auto& sample : storage) pointers.push_back(sample.data());
    std::shuffle(pointers.begin(), pointers.end(), random);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(every_count_and_length_agrees_with_the_scalar_reference, T, Elements) {
  std::mt19937 random(1);
  std::vector<std::pair<std::size_t, std::size_t>> sizes;
  for (std::size_t count : {0, 1, 63, 64, 65, 127, 128, 200})
    for (std::size_t values = 0; values <= 50; ++values) sizes.emplace_back(count, values);
  for (std::size_t count = 0; count <= 130; ++count) sizes.emplace_back(count, 19);
  sizes.emplace_back(100, 784);
  for (const auto& [count, values] : sizes) {
    const Samples<T> samples(count, values, random);
    const std::size_t stride = k::words_for(count) * 64 + 3;
    std::vector<T> expected(values * stride + 1, T{77}), got = expected;
    k::scalar::transpose_samples(samples.pointers.data(), count, values, expected.data() + 1, stride);
    k::transpose_samples(samples.pointers.data(), count, values, got.data() + 1, stride);
    BOOST_TEST((got == expected), count << " samples of " << values << " values");
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(samples_are_padded_with_zeros_to_whole_words, T, Elements) {
  const std::vector<T> ones(20, T{1});
  const std::vector<const T*> samples(5, ones.data());
  std::vector<T> planes(20 * 64, T{9});
  k::transpose_samples(samples.data(), 5, 20, planes.data(), 64);
  for (std::size_t i = 0; i < planes.size(); ++i) BOOST_TEST(planes[i] == (i % 64 < 5 ? 1 : 0));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_range_of_the_values_can_be_read_alone, T, Elements) {
  std::mt19937 random(2);
  const Samples<T> samples(70, 45, random);
  std::vector<T> all(45 * 128), part(45 * 128);
  k::scalar::transpose_samples(samples.pointers.data(), 70, 45, all.data(), 128);
  for (std::size_t begin : {0, 1, 16, 29, 44})
    for (std::size_t values = 0; begin + values <= 45; ++values) {
      k::transpose_samples(samples.pointers.data(), 70, values, part.data(), 128, begin);
      const auto first = all.begin() + static_cast<std::ptrdiff_t>(begin * 128);
      BOOST_TEST(std::equal(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(values * 128), first));
    }
}
