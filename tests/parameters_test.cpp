#define BOOST_TEST_MODULE parameters
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/parameters.hpp>

using namespace lutra;

BOOST_AUTO_TEST_CASE(blocks_lie_one_after_another_with_their_gradients_beside_them) {
  ParameterStore store;
  Binding binding(store, Seed{1});
  binding.begin_layer("Dense<2>", "Real 2x1x1", 0);
  const Parameter weights = binding.parameter({.name = "weights", .size = 6});
  const Parameter bias = binding.parameter({.name = "bias", .size = 2, .decay = false});
  binding.end_layer(1);
  BOOST_TEST(store.values().size() == 8);
  BOOST_TEST((bias.values() == store.values().data() + 6), "also after the store has grown");
  BOOST_TEST((weights.gradients(Pass{}) == store.gradients().data()));
  BOOST_TEST(store.blocks()[1].name == "1 Dense<2>.bias");
  BOOST_TEST(!store.blocks()[1].decay);
  BOOST_TEST(std::isinf(store.blocks()[0].lower));
  BOOST_TEST(binding.rows()[0].parameters == 8);
}

BOOST_AUTO_TEST_CASE(a_pass_may_take_the_gradients_of_what_was_claimed_last) {
  ParameterStore store;
  Binding binding(store, Seed{1});
  binding.begin_layer("Dense<2>", "Real 2x1x1", 0);
  (void)binding.parameter({.name = "before", .size = 3});
  const std::size_t first = binding.claimed();
  const Parameter weights = binding.parameter({.name = "weights", .size = 6});
  const Parameter bias = binding.parameter({.name = "bias", .size = 2});
  const Parameter both = binding.claimed_from(first);
  BOOST_TEST(both.offset() == 3);
  BOOST_TEST(both.size() == 8);
  BOOST_TEST((both.gradients(Pass{}) == store.gradients().data() + 3));
  float own[8] = {};
  const Pass pass{.gradients = own, .first_parameter = both.offset()};
  BOOST_TEST((weights.gradients(pass) == own));
  BOOST_TEST((bias.gradients(pass) == own + 6));
}

BOOST_AUTO_TEST_CASE(state_keeps_its_place_while_more_is_added) {
  ParameterStore store;
  Binding binding(store, Seed{1});
  binding.begin_layer("A", "", 0);
  std::vector<std::uint32_t>& first = binding.integers("pins", 3);
  std::vector<float>& means = binding.reals("mean", 1);
  for (int i = 0; i < 100; ++i) (void)binding.integers("more", 10), (void)binding.reals("more", 10);
  first[2] = 7;
  means[0] = 2;
  BOOST_TEST(store.integer_buffers()[0].values[2] == 7U);
  BOOST_TEST(store.integer_buffers()[0].name == "1 A.pins");
  BOOST_TEST(store.real_buffers()[0].values[0] == 2.0F);
}

BOOST_AUTO_TEST_CASE(every_draw_is_a_stream_of_its_own) {
  ParameterStore store;
  Binding a(store, Seed{1}), b(store, Seed{1}), c(store, Seed{2});
  const auto first = a.random()(), second = a.random()();
  BOOST_TEST(first != second);
  BOOST_TEST(b.random()() == first);
  BOOST_TEST(c.random()() != first);
}

BOOST_AUTO_TEST_CASE(the_scale_of_one_layer_is_what_the_next_is_told) {
  ParameterStore store;
  Binding binding(store, Seed{1});
  BOOST_TEST(binding.scale() == 1.0F);
  binding.begin_layer("A", "", 0);
  binding.end_layer(0.25F);
  BOOST_TEST(binding.scale() == 0.25F);
  binding.begin_layer("B", "", 0);
  binding.end_layer(1);
  BOOST_TEST(binding.scale() == 1.0F);
  BOOST_TEST(binding.layer() == "2 B");
}
