#define BOOST_TEST_MODULE compose
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/layers/to_real.hpp>
#include <lutra/network.hpp>
#include <type_traits>
#include <vector>

#include "support/network_check.hpp"

using namespace lutra;

namespace {

template <class In, class ExpressionType>
using OutputOf = typename Network<ExpressionType, In>::Output;

constexpr Thermometer<3> encoder{};
constexpr StochasticLut<4, 12> luts{};
constexpr GroupSum<3> head{};
using Input = Signal<Byte, Shape{2, 3, 4}>;

template <class A, class B>
constexpr bool same_type(const A&, const B&) {
  return std::is_same_v<A, B>;
}

}  // namespace

BOOST_AUTO_TEST_CASE(signals_are_known_to_the_compiler_through_every_composition) {
  static_assert(std::is_same_v<OutputOf<Input, decltype(encoder | identity)>, Signal<Bit, Shape{6, 3, 4}>>);
  static_assert(std::is_same_v<OutputOf<Input, decltype(encoder | luts)>, Signal<Bit, Shape{12, 1, 1}>>);
  static_assert(std::is_same_v<OutputOf<Input, decltype(encoder | luts | head)>, Signal<Count<4>, Shape{3, 1, 1}>>);
  static_assert(
      std::is_same_v<OutputOf<Input, decltype(encoder | luts | head | Argmax{})>, Signal<Class<3>, Shape{3, 1, 1}>>);
  static_assert(std::is_same_v<OutputOf<Input, decltype(concat(encoder, Thermometer<1>{}, encoder))>,
                               Signal<Bit, Shape{14, 3, 4}>>);
  static_assert(std::is_same_v<OutputOf<Input, decltype(encoder | concat(luts | head, luts | GroupSum<2>{}))>,
                               Signal<Count<6>, Shape{5, 1, 1}>>);
  static_assert(
      std::is_same_v<OutputOf<Input, decltype(encoder | luts | (identity + luts))>, Signal<Count<2>, Shape{12, 1, 1}>>);
  static_assert(
      std::is_same_v<OutputOf<Input, decltype(encoder | (luts + (luts + luts)))>, Signal<Count<3>, Shape{12, 1, 1}>>);
  static_assert(std::is_same_v<OutputOf<Input, decltype(ToReal{} | Dense<5>{} | (identity + Dense<5>{}))>,
                               Signal<Real, Shape{5, 1, 1}>>);
  static_assert(std::is_same_v<OutputOf<Input, decltype(encoder | repeat<3>(luts))>, Signal<Bit, Shape{12, 1, 1}>>);
  auto net = bind<Input>(encoder | luts | head, Seed{1});
  const std::vector<std::uint8_t> sample(Input::size);
  const std::uint8_t* const samples[] = {sample.data()};
  BOOST_TEST(net.forward(samples).rows == 3U);
}

BOOST_AUTO_TEST_CASE(the_grouping_of_a_sequence_never_matters) {
  static_assert(same_type((encoder | luts) | head, encoder | (luts | head)));
  static_assert(same_type((encoder | luts) | (luts | head), encoder | luts | luts | head));
  static_assert(same_type(repeat<1>(luts), luts));
  static_assert(same_type(repeat<2>(luts | luts), luts | luts | luts | luts));
  const auto left = bind<Input>((encoder | luts) | head, Seed{1}),
             right = bind<Input>(encoder | (luts | head), Seed{1});
  BOOST_TEST(std::ranges::equal(left.parameters().values(), right.parameters().values()));
}

BOOST_AUTO_TEST_CASE(options_travel_with_the_layers) {
  constexpr auto expression = Thermometer<2>{.spacing = Spacing::quantile} | (luts | GroupSum<3>{.temperature = 7});
  static_assert(std::get<0>(expression.layers).spacing == Spacing::quantile);
  static_assert(std::get<2>(expression.layers).temperature == 7);
  BOOST_TEST(bind<Input>(expression).scale() == 1.0F / 7);
}

BOOST_AUTO_TEST_CASE(repeated_layers_have_parameters_of_their_own) {
  auto net = bind<Signal<Bit, Shape{12, 1, 1}>>(repeat<3>(luts), Seed{1});
  BOOST_TEST(net.layers().size() == 3);
  const auto values = net.parameters().values();
  BOOST_TEST(values.size() == 3 * 12 * 16);
  BOOST_TEST(values[0] != values[12 * 16]);
  BOOST_TEST((net.parameters().integer_buffers()[0].values != net.parameters().integer_buffers()[2].values));
}

BOOST_AUTO_TEST_CASE(an_expression_names_itself) {
  BOOST_TEST(decltype(encoder | concat(luts, identity | luts) | (identity + luts) | head)::name() ==
             "Thermometer<3> | concat(StochasticLut<4, 12>, Identity | StochasticLut<4, 12>) | (Identity + "
             "StochasticLut<4, 12>) | GroupSum<3>");
}
