#define BOOST_TEST_MODULE harden
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/harden.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/thermometer.hpp>
#include <type_traits>

#include "support/gradient_check.hpp"

using namespace lutra;
using lutra::test::answers;

namespace {

using Input = Signal<Byte, Shape{4, 1, 1}>;

/// Tables of zeros and ones, where the expectation of bits is the bits.
template <class Net>
void settle(Net& net) {
  for (float& value : net.parameters().values()) value = value > 0.5F ? 1 : 0;
}

template <class Net>
void check_hardens(Net& net) {
  auto hard = harden(net);
  const auto soft_values = net.parameters().values();
  BOOST_TEST(std::equal(soft_values.begin(), soft_values.end(), hard.parameters().values().begin(),
                        hard.parameters().values().end()));
  for (std::size_t i = 0; i < net.parameters().integer_buffers().size(); ++i)
    BOOST_TEST((net.parameters().integer_buffers()[i].values == hard.parameters().integer_buffers()[i].values));
  lutra::test::check_freezes_exactly(hard);
  settle(net);
  auto settled = harden(net);
  const auto samples = lutra::test::random_samples<Net>(65, 1);
  const lutra::test::Samples<decltype(settled)> same{samples.values, samples.pointers};
  const auto soft = answers(net, samples), bits = answers(settled, same);
  for (std::size_t i = 0; i < soft.size(); ++i)
    BOOST_REQUIRE(
        std::abs(soft[i] * static_cast<double>(net.scale()) - bits[i] * static_cast<double>(settled.scale())) < 1e-5);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_hard_network_has_the_same_parameters_and_freezes) {
  auto net = bind<Input>(Thermometer<3>{} | Expectation{} | StochasticLut<4, 12, LearnedWiring<2>>{} |
                             StochasticLut<3, 6>{} | GroupSum<2>{},
                         Seed{5});
  static_assert(std::is_same_v<decltype(net)::Output::Kind, Real>);
  static_assert(std::is_same_v<decltype(harden(net))::Output, Signal<Count<3>, Shape{2, 1, 1}>>);
  check_hardens(net);
}

BOOST_AUTO_TEST_CASE(expectations_are_taken_out_of_branches) {
  auto net = bind<Input>(Thermometer<3>{} | concat(Expectation{} | StochasticLut<4, 12>{}, Expectation{}) |
                             ((identity | StochasticLut<2, 8>{}) + StochasticLut<3, 8>{}) | GroupSum<2>{},
                         Seed{5});
  check_hardens(net);
}

BOOST_AUTO_TEST_CASE(fitted_thresholds_are_kept) {
  auto net =
      bind<Input>(Thermometer<2>{.spacing = Spacing::quantile} | Expectation{} | StochasticLut<4, 12>{}, Seed{5});
  const auto samples = lutra::test::random_samples<decltype(net)>(50, 1);
  fit_encoders(net, make_dataset<Byte>({4, 1, 1}, samples.values));
  check_hardens(net);
}

BOOST_AUTO_TEST_CASE(a_network_that_was_hard_stays_as_it_is) {
  auto net = bind<Input>(Thermometer<2>{} | StochasticLut<4, 12>{}, Seed{5});
  static_assert(std::is_same_v<decltype(harden(net)), decltype(net)>);
  check_hardens(net);
}

BOOST_AUTO_TEST_CASE(an_expectation_learns_with_exact_gradients) {
  auto net = bind<Input>(
      Thermometer<3>{} | Expectation{} | StochasticLut<4, 12>{} | StochasticLut<3, 6>{} | GroupSum<2>{}, Seed{5});
  lutra::test::check_gradients_of_every_batch(net, {.most = 20});
}
