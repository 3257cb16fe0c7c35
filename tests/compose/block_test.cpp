#define BOOST_TEST_MODULE block
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/compose/parts.hpp>
#include <lutra/harden.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/layers/to_real.hpp>

#include "support/gradient_check.hpp"

using namespace lutra;
using namespace lutra::test;

namespace {

using Input = Signal<Byte, Shape{4, 1, 1}>;
constexpr auto flat = Thermometer<3>{} | StochasticLut<4, 12>{} | StochasticLut<3, 6>{} | GroupSum<2>{};
constexpr auto blocked = Thermometer<3>{} | block(StochasticLut<4, 12>{} | StochasticLut<3, 6>{}) | GroupSum<2>{};

}  // namespace

BOOST_AUTO_TEST_CASE(a_block_is_its_layers_with_the_same_names_parameters_answers_and_circuit) {
  auto a = bind<Input>(flat, Seed{3});
  auto b = bind<Input>(blocked, Seed{3});
  const auto values = a.parameters().values();
  BOOST_TEST(std::equal(values.begin(), values.end(), b.parameters().values().begin(), b.parameters().values().end()));
  for (std::size_t i = 0; i < a.layers().size(); ++i) BOOST_TEST(a.layers()[i].name == b.layers()[i].name);
  BOOST_TEST(a.scale() == b.scale());
  const auto samples = random_samples<decltype(a)>(130, 1);
  const Samples<decltype(b)> same{samples.values, samples.pointers};
  BOOST_TEST(answers(a, samples) == answers(b, same), boost::test_tools::per_element());
  BOOST_TEST((gradients_of(a, samples, loss_weights<decltype(a)>(130, 1)) ==
              gradients_of(b, same, loss_weights<decltype(b)>(130, 1))));
  check_freezes_exactly(b);
}

BOOST_AUTO_TEST_CASE(a_block_stays_in_one_piece_where_sequences_are_flattened) {
  using Both = decltype(blocked | block(GroupSum<1>{}));
  static_assert(detail::Blocks<Both>::count == 2);
  static_assert(detail::Blocks<Both>::places == std::array<std::size_t, 2>{1, 3});
  static_assert(detail::Blocks<decltype(flat)>::count == 0);
  static_assert(detail::Blocks<decltype(block(GroupSum<1>{}))>::places == std::array<std::size_t, 1>{0});
}

BOOST_AUTO_TEST_CASE(a_part_of_a_sequence_is_a_sequence_and_no_layers_are_identity) {
  const auto layers = blocked;
  static_assert(std::is_same_v<decltype(detail::part_of<2, 2>(layers)), Identity>);
  static_assert(std::is_same_v<decltype(detail::part_of<0, 1>(layers)), Sequence<Thermometer<3>>>);
  static_assert(std::is_same_v<decltype(detail::part_of<2, 3>(layers)), Sequence<GroupSum<2>>>);
  static_assert(
      std::is_same_v<detail::SignalAfter<2, std::remove_cv_t<decltype(blocked)>, Input>, Signal<Bit, Shape{6, 1, 1}>>);
  auto options = detail::part_of<1, 2>(Thermometer<3>{} | GroupSum<2>{.temperature = 7});
  BOOST_TEST(std::get<0>(options.layers).temperature == 7);
}

BOOST_AUTO_TEST_CASE(expectations_are_taken_out_of_blocks_and_fixed_parts) {
  auto net = bind<Input>(Thermometer<3>{} | block(Expectation{} | StochasticLut<4, 12>{}) |
                         fixed(block(StochasticLut<3, 6>{})) | GroupSum<2>{});
  auto hard = harden(net);
  BOOST_TEST(!hard.parameters().blocks().back().learns);
  check_freezes_exactly(hard);
}
