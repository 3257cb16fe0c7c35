#define BOOST_TEST_MODULE network_freeze
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <utility>

#include "support/network_check.hpp"

using namespace lutra;
using lutra::test::check_freezes_exactly;

BOOST_AUTO_TEST_CASE(every_fan_in_freezes_exactly) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    const auto check = [](auto n) {
      auto net = bind<Signal<Bit, Shape{9, 1, 1}>>(StochasticLut<n, 6>{}, Seed{n});
      check_freezes_exactly(net);
    };
    (check(std::integral_constant<std::size_t, I + 1>{}), ...);
  }
  (std::make_index_sequence<8>{});
}

BOOST_AUTO_TEST_CASE(a_classifier_of_bytes_freezes_exactly_for_every_batch) {
  auto net = bind<Signal<Byte, Shape{1, 3, 3}>>(
      Thermometer<3>{} | StochasticLut<6, 40, LearnedWiring<4>>{} | StochasticLut<4, 20>{} | GroupSum<5>{} | Argmax{},
      Seed{1});
  for (const std::size_t count : {1, 63, 64, 65, 200}) check_freezes_exactly(net, count, count);
  BOOST_TEST(freeze(net).is_classifier());
  BOOST_TEST(freeze(net).lut_nodes() == 60);
}

BOOST_AUTO_TEST_CASE(one_node_and_one_class_freeze_exactly) {
  auto net =
      bind<Signal<Byte, Shape{1, 1, 1}>>(Thermometer<1>{} | StochasticLut<1, 1>{} | GroupSum<1>{} | Argmax{}, Seed{1});
  check_freezes_exactly(net);
  auto node = bind<Signal<Bit, Shape{1, 1, 1}>>(StochasticLut<3, 1>{}, Seed{1});  // all three pins read the one input
  check_freezes_exactly(node);
}

BOOST_AUTO_TEST_CASE(codes_of_every_width_freeze_exactly) {
  auto narrow =
      bind<Signal<Level<4>, Shape{5, 1, 1}>>(Thermometer<15>{} | StochasticLut<6, 10>{} | GroupSum<2>{}, Seed{1});
  check_freezes_exactly(narrow);
  auto wide =
      bind<Signal<Level<16>, Shape{5, 1, 1}>>(Thermometer<7>{} | StochasticLut<6, 10>{} | GroupSum<2>{}, Seed{1});
  check_freezes_exactly(wide);
  auto single = bind<Signal<Level<1>, Shape{5, 1, 1}>>(Binarize{} | StochasticLut<2, 10>{}, Seed{1});
  check_freezes_exactly(single);
}

BOOST_AUTO_TEST_CASE(logic_after_a_count_freezes_exactly) {
  auto net = bind<Signal<Byte, Shape{6, 1, 1}>>(Thermometer<4>{} | StochasticLut<4, 30>{} | GroupSum<10>{} |
                                                    Binarize{} | StochasticLut<5, 12>{} | GroupSum<4>{} | Argmax{},
                                                Seed{1});
  check_freezes_exactly(net, 130);
}

BOOST_AUTO_TEST_CASE(residual_and_joined_logic_freezes_exactly) {
  auto net =
      bind<Signal<Byte, Shape{6, 1, 1}>>(concat(Thermometer<3>{}, Binarize{.threshold = 200}) | StochasticLut<4, 16>{} |
                                             (identity + (StochasticLut<3, 16>{} | StochasticLut<6, 16>{})) |
                                             Binarize{.threshold = 1} | concat(StochasticLut<2, 8>{}, identity) |
                                             (GroupSum<4>{} + (StochasticLut<6, 24>{} | GroupSum<4>{})) | Argmax{},
                                         Seed{1});
  check_freezes_exactly(net, 130);
}

BOOST_AUTO_TEST_CASE(a_network_may_be_nothing_but_an_encoder_or_a_rearrangement) {
  auto encoder = bind<Signal<Byte, Shape{3, 1, 1}>>(Thermometer<2>{});
  check_freezes_exactly(encoder);
  auto nothing = bind<Signal<Byte, Shape{3, 1, 1}>>(identity);
  check_freezes_exactly(nothing);
}

BOOST_AUTO_TEST_CASE(the_stages_carry_the_names_of_their_layers) {
  auto net =
      bind<Signal<Byte, Shape{4, 1, 1}>>(Thermometer<2>{} | StochasticLut<2, 6>{} | GroupSum<3>{} | Argmax{}, Seed{1});
  const Circuit circuit = freeze(net);
  BOOST_REQUIRE(circuit.stages().size() == 4);
  BOOST_TEST(circuit.stages()[0].name == "Thermometer<2>");
  BOOST_TEST(circuit.stages()[1].name == "StochasticLut<2, 6>");
  BOOST_TEST(circuit.stages()[2].name == "GroupSum<3>");
  BOOST_TEST(circuit.stages()[3].name == "Argmax");
}

BOOST_AUTO_TEST_CASE(freezing_looks_at_the_parameters_as_they_are) {
  auto net = bind<Signal<Bit, Shape{4, 1, 1}>>(StochasticLut<2, 6>{}, Seed{1});
  const Circuit before = freeze(net);
  for (float& entry : net.parameters().values()) entry = 1 - entry;
  BOOST_TEST((freeze(net) != before));
  check_freezes_exactly(net);
}
