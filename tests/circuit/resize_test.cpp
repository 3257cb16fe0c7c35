#define BOOST_TEST_MODULE resize
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/resize.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/binary_depthwise.hpp>
#include <lutra/layers/convolve.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/lut_trees.hpp>
#include <lutra/layers/or_pool.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/network.hpp>
#include <string>

using namespace lutra;

namespace {

template <std::size_t Height, std::size_t Width, class ExpressionType>
Circuit frozen(const ExpressionType& expression) {
  return freeze(bind<Signal<Byte, Shape{2, Height, Width}>>(expression, Seed{5}));
}

/// A circuit of one size becomes that of the other, and back.
template <std::size_t Height, std::size_t Width, std::size_t NewHeight, std::size_t NewWidth, class ExpressionType>
void check(const ExpressionType& expression, const char* what) {
  const Circuit small = frozen<Height, Width>(expression), large = frozen<NewHeight, NewWidth>(expression);
  BOOST_TEST((resize(small, NewHeight, NewWidth) == large), what);
  BOOST_TEST((resize(large, Height, Width) == small), what << ", back");
  BOOST_TEST((resize(small, Height, Width) == small), what << ", as it is");
}

std::string refusal(const Circuit& circuit, std::size_t height, std::size_t width) {
  try {
    (void)resize(circuit, height, width);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

constexpr auto bits = pointwise(Thermometer<3>{});
constexpr auto strided = bits | convolve<Kernel<3, 2>, Same, Stride<2, 3>>(StochasticLut<4, 6>{}) |
                         convolve<Kernel<2>, Stride<2>>(StochasticLut<3, 4>{});

}  // namespace

BOOST_AUTO_TEST_CASE(a_resized_circuit_is_the_frozen_network_of_that_size) {
  check<7, 9, 30, 12>(bits | convolve<Kernel<3>>(StochasticLut<5, 8>{} | GroupSum<2>{}), "valid");
  check<8, 8, 1, 64>(bits | convolve<Kernel<5>, Same>(StochasticLut<6, 8>{}) | BinaryDepthwise<2>{}, "same");
  check<9, 13, 25, 31>(strided, "strides");
  check<9, 10, 21, 30>(bits | OrPool<2>{} | pointwise(lut_trees<3, 2>()) | OrPool<2, 5>{},
                       "pools, with a row left over");
  check<6, 5, 16, 40>(concat(bits | BinaryDepthwise<1>{}, bits | convolve<Kernel<3>, Same>(StochasticLut<4, 3>{})),
                      "branches joined");
}

BOOST_AUTO_TEST_CASE(sums_of_images_are_one_small_stage) {
  constexpr auto sum = bits | (convolve<Kernel<3>, Same>(StochasticLut<4, 4>{}) + pointwise(StochasticLut<2, 4>{}));
  check<6, 5, 16, 40>(sum, "sum");
  const Circuit circuit = frozen<6, 5>(sum);
  BOOST_TEST(circuits::operation_name(circuit.stages().back().operation) == std::string("add"));
  BOOST_TEST(circuit.stages().back().each_place);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_resized_is_refused) {
  const Circuit circuit = frozen<9, 13>(strided);
  BOOST_TEST(refusal(circuit, 9, 13) == "no error");
  BOOST_TEST(refusal(circuit, 15, 13).find("expected 9 and a multiple of 4 more or less, got 15") != std::string::npos);
  BOOST_TEST(refusal(circuit, 9, 16).find("resize: width (stage") == 0U);
  BOOST_TEST(refusal(circuit, 9, 16).find("expected 13 and a multiple of 6 more or less, got 16") != std::string::npos);
  BOOST_TEST(refusal(circuit, 1, 13).find("expected room for a window, got 1") != std::string::npos);
  BOOST_TEST(refusal(circuit, 0, 13) == "resize: height (input): expected 1 to 2147483648, got 0");
  BOOST_TEST(refusal(frozen<6, 5>(bits | OrPool<2>{} | StochasticLut<4, 10>{} | GroupSum<5>{}), 6, 5)
                 .find("expected a stage that works at each place") != std::string::npos);
}
