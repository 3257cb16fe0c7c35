#define BOOST_TEST_MODULE weights
#include <boost/test/unit_test.hpp>
#include <lutra/layers/weights.hpp>
#include <vector>

using namespace lutra;

namespace {

const auto each = boost::test_tools::per_element();

/// The whole numbers, and behind them their scale.
template <class Weights>
std::vector<float> quantized(const std::vector<float>& weights) {
  std::vector<float> whole(weights.size());
  whole.push_back(Weights::quantize(weights, whole.data()));
  return whole;
}

}  // namespace

BOOST_AUTO_TEST_CASE(binary_weights_are_signs_times_the_mean_magnitude) {
  BOOST_TEST(quantized<BinaryWeights>({0.5F, -1, 0, -2.5F}) == (std::vector<float>{1, -1, 1, -1, 1}), each);
}

BOOST_AUTO_TEST_CASE(ternary_weights_leave_out_the_small_ones_and_scale_by_the_mean_of_the_others) {
  BOOST_TEST(
      quantized<TernaryWeights>({1, -1, 0.25F, -3, 0.65F, 0}) == (std::vector<float>{1, -1, 0, -1, 0, 0, 5.0F / 3}),
      each);
  BOOST_TEST(quantized<TernaryWeights>({0, 0}) == (std::vector<float>{0, 0, 0}), each);
}

BOOST_AUTO_TEST_CASE(few_bit_weights_are_the_nearest_steps_up_to_the_largest_magnitude) {
  BOOST_TEST(quantized<FewBitWeights<3>>({-6, 0.9F, -1, 3, 5.1F}) == (std::vector<float>{-3, 0, -1, 2, 3, 2}), each);
  BOOST_TEST(quantized<FewBitWeights<2>>({-6, 2, 4}) == (std::vector<float>{-1, 0, 1, 6}), each);
  BOOST_TEST(quantized<FewBitWeights<8>>({127, -126.5F, 0}) == (std::vector<float>{127, -127, 0, 1}), each);
  BOOST_TEST(quantized<FewBitWeights<4>>({0, 0}) == (std::vector<float>{0, 0, 0}), each);
}

BOOST_AUTO_TEST_CASE(names_say_what_the_weights_are) {
  BOOST_TEST(FewBitWeights<4>::name() == "FewBitWeights<4>");
  BOOST_TEST(OneScale<BinaryWeights>::name() == "OneScale<BinaryWeights>");
}
