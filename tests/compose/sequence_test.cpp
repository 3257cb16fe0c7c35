#define BOOST_TEST_MODULE sequence
#include <boost/test/unit_test.hpp>
#include <lutra/compose.hpp>
#include <lutra/layers/activation.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/to_real.hpp>

#include "support/gradient_check.hpp"

namespace elsewhere {

using namespace lutra;

/// A layer of a user's own: y = a x², with a learned for each value. It leaves out all that a layer may leave out.
struct Square {
  static std::string name() { return "Square"; }

  template <class In>
  class Bound {
   public:
    using Output = Signal<Real, In::shape>;
    static constexpr bool trainable = true;

    Bound(const Square&, Binding& binding) : factors_(binding.parameter({.name = "factors", .size = In::size})) {
      std::fill_n(factors_.values(), In::size, 0.5F);
    }
    void forward(const Pass& pass, Planes<Real> in, Planes<Real> out) {
      for (std::size_t i = 0; i < In::size; ++i)
        for (std::size_t s = 0; s < pass.padded(); ++s)
          out.row(i)[s] = factors_.values()[i] * in.row(i)[s] * in.row(i)[s];
    }
    void backward(const Pass& pass, Planes<Real> in, Planes<Real>, Gradients d_out, Gradients d_in) {
      for (std::size_t i = 0; i < In::size; ++i) {
        factors_.gradients(pass)[i] = 0;
        for (std::size_t s = 0; s < pass.samples; ++s) {
          factors_.gradients(pass)[i] += d_out.row(i)[s] * in.row(i)[s] * in.row(i)[s];
          if (d_in) d_in.row(i)[s] += d_out.row(i)[s] * 2 * factors_.values()[i] * in.row(i)[s];
        }
      }
    }

   private:
    Parameter factors_;
  };
};

constexpr auto twice = Square{} | Square{};

}  // namespace elsewhere

using namespace lutra;

BOOST_AUTO_TEST_CASE(layers_of_a_user_compose_like_ours) {
  auto net = bind<Signal<Real, Shape{3, 1, 1}>>(Dense<4>{} | elsewhere::twice | Dense<2>{}, Seed{2});
  lutra::test::check_gradients_of_every_batch(net);
  BOOST_TEST(net.layers()[1].name == "Square");
  BOOST_TEST(net.layers()[1].signal == "Real 4x1x1");
  BOOST_TEST(net.layers()[1].parameters == 4);
  BOOST_TEST(net.parameters().blocks()[2].name == "2 Square.factors");
}

BOOST_AUTO_TEST_CASE(one_layer_alone_is_a_network) {
  auto net = bind<Signal<Real, Shape{3, 1, 1}>>(elsewhere::Square{});
  lutra::test::check_gradients_of_every_batch(net);
}

BOOST_AUTO_TEST_CASE(gradients_of_deep_sequences_are_those_measured) {
  auto net = bind<Signal<Real, Shape{3, 1, 1}>>(
      Dense<6>{} | Sigmoid{} | repeat<3>(StochasticLut<3, 6>{}) | identity | GroupSum<2>{}, Seed{2});
  lutra::test::check_gradients_of_every_batch(net, {.most = 15});
}

BOOST_AUTO_TEST_CASE(layers_without_parameters_in_front_are_passed_over) {
  auto net = bind<Signal<Byte, Shape{3, 1, 1}>>(identity | ToReal{} | Sigmoid{} | Dense<4>{} | Sigmoid{} | Dense<1>{},
                                                Seed{2});
  lutra::test::check_gradients_of_every_batch(net);
}

BOOST_AUTO_TEST_CASE(identity_gives_what_it_gets_in_every_kind) {
  const auto check = [](auto net) {
    const auto samples = lutra::test::random_samples<decltype(net)>(65, 1);
    const auto out = net.forward(samples.pointers);
    for (std::size_t s = 0; s < 65; ++s)
      for (std::size_t i = 0; i < 6; ++i)
        BOOST_REQUIRE(lutra::test::value_at(out, i, s) == static_cast<double>(samples[s][i]));
  };
  check(bind<Signal<Bit, Shape{1, 2, 3}>>(identity));
  check(bind<Signal<Byte, Shape{1, 2, 3}>>(identity | identity));
  check(bind<Signal<Level<16>, Shape{1, 2, 3}>>(identity));
  check(bind<Signal<Real, Shape{1, 2, 3}>>(identity));
}
