#define BOOST_TEST_MODULE summary
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/summary.hpp>

using namespace lutra;

BOOST_AUTO_TEST_CASE(a_network_is_a_table_of_its_layers) {
  auto net = bind<Signal<Byte, Shape{1, 28, 28}>>(
      Thermometer<3>{} | concat(StochasticLut<6, 480, LearnedWiring<8>>{}, StochasticLut<2, 20>{} | identity) |
      (StochasticLut<2, 20>{} + StochasticLut<3, 20>{}) | GroupSum<10>{} | Argmax{});
  BOOST_TEST(to_string(net) ==
             "layer                                    signal out             nodes    parameters\n"
             "input                                    Byte 1x28x28               -             -\n"
             "Thermometer<3>                           Bit 3x28x28                -             -\n"
             "StochasticLut<6, 480, LearnedWiring<8>>  Bit 480x1x1              480        53 760\n"
             "StochasticLut<2, 20>                     Bit 20x1x1                20            80\n"
             "Identity                                 Bit 20x1x1                 -             -\n"
             "StochasticLut<2, 20>                     Bit 20x1x1                20            80\n"
             "StochasticLut<3, 20>                     Bit 20x1x1                20           160\n"
             "GroupSum<10>                             Count<4> 10x1x1            -             -\n"
             "Argmax                                   Class<10> 10x1x1           -             -\n"
             "sum                                                               540        54 080\n");
}

BOOST_AUTO_TEST_CASE(numbers_are_grouped_by_thousands) {
  using detail::grouped;
  BOOST_TEST(grouped(0) == "0");
  BOOST_TEST(grouped(999) == "999");
  BOOST_TEST(grouped(1000) == "1 000");
  BOOST_TEST(grouped(1234567) == "1 234 567");
}
