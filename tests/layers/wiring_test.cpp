#define BOOST_TEST_MODULE wiring
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <lutra/compose.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/layers/wiring.hpp>
#include <set>
#include <string>
#include <vector>

#include "support/network_check.hpp"

using namespace lutra;

namespace {

std::vector<std::uint32_t> dealt(std::size_t nodes, std::size_t fan_in, std::size_t inputs, std::uint64_t seed) {
  std::vector<std::uint32_t> pins(nodes * fan_in);
  detail::deal_evenly(pins, inputs, fan_in, Random(Seed{seed}));
  return pins;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_input_is_used_as_often_as_every_other_and_no_node_reads_one_twice) {
  for (std::size_t fan_in = 1; fan_in <= 8; ++fan_in)
    for (const std::size_t inputs :
         {std::size_t{1}, std::size_t{2}, std::size_t{3}, fan_in, fan_in + 1, fan_in + 2, 2 * fan_in - 1, 2 * fan_in,
          2 * fan_in + 1, std::size_t{13}, std::size_t{17}, std::size_t{64}, std::size_t{101}, std::size_t{784}})
      for (const std::size_t nodes : {1, 2, 3, 5, 7, 16, 64, 101, 333})
        for (const std::uint64_t seed : {1, 2, 3}) {
          const auto pins = dealt(nodes, fan_in, inputs, seed);
          const std::string what = std::to_string(nodes) + " nodes of " + std::to_string(fan_in) + " pins over " +
                                   std::to_string(inputs) + " inputs";
          std::vector<std::size_t> uses(inputs);
          for (const std::uint32_t pin : pins) {
            BOOST_REQUIRE_MESSAGE(pin < inputs, what);
            ++uses[pin];
          }
          const auto [least, most] = std::minmax_element(uses.begin(), uses.end());
          BOOST_REQUIRE_MESSAGE(*most - *least <= 1, what << ": used " << *least << " to " << *most << " times");
          if (inputs < fan_in) continue;
          for (std::size_t node = 0; node < nodes; ++node) {
            const std::set<std::uint32_t> own(pins.begin() + node * fan_in, pins.begin() + (node + 1) * fan_in);
            BOOST_REQUIRE_MESSAGE(own.size() == fan_in, what << ": node " << node << " reads an input twice");
          }
        }
}

BOOST_AUTO_TEST_CASE(seeds_and_layers_have_wirings_of_their_own) {
  BOOST_TEST((dealt(20, 4, 50, 1) == dealt(20, 4, 50, 1)));
  BOOST_TEST((dealt(20, 4, 50, 1) != dealt(20, 4, 50, 2)));
  auto net = bind<Signal<Bit, Shape{20, 1, 1}>>(StochasticLut<4, 20>{} | StochasticLut<4, 20>{}, Seed{1});
  const auto& buffers = net.parameters().integer_buffers();
  BOOST_TEST((buffers[0].values != buffers[1].values));
  BOOST_TEST(buffers[1].name == "2 StochasticLut<4, 20>.pins");
}

BOOST_AUTO_TEST_CASE(each_round_of_candidates_uses_the_inputs_evenly) {
  auto net = bind<Signal<Bit, Shape{15, 1, 1}>>(StochasticLut<3, 10, LearnedWiring<4>>{}, Seed{1});
  const auto& candidates = net.parameters().integer_buffers()[0].values;
  BOOST_TEST(candidates.size() == 3 * 10 * 4);
  for (std::size_t round = 0; round < 4; ++round)
    for (std::uint32_t input = 0; input < 15; ++input) {
      std::size_t uses = 0;
      for (std::size_t pin = 0; pin < 30; ++pin) uses += candidates[pin * 4 + round] == input;
      BOOST_TEST(uses == 2);
    }
}

BOOST_AUTO_TEST_CASE(candidates_of_a_node_that_looks_near_are_near_each_other) {
  constexpr std::size_t fan_in = 6, candidates = 8, nodes = 50;
  constexpr int channels = 2, height = 7, width = 9;
  auto net = bind<Signal<Bit, Shape{channels, height, width}>>(
      StochasticLut<fan_in, nodes, LearnedWiring<candidates>>{.wiring = {.near = 1}}, Seed{1});
  const auto& sources = net.parameters().integer_buffers()[0].values;
  const auto plain = bind<Signal<Bit, Shape{channels, height, width}>>(
      StochasticLut<fan_in, nodes, LearnedWiring<candidates>>{}, Seed{1});
  const auto& anywhere = plain.parameters().integer_buffers()[0].values;
  for (std::size_t node = 0; node < nodes; ++node) {
    const std::size_t begin = node * fan_in * candidates;
    const auto middle = static_cast<int>(sources[begin]);
    BOOST_TEST(sources[begin] == anywhere[begin]);  // the first ones are still dealt evenly
    // In a corner there are 2 x 2 places in 2 channels: just enough.
    std::set<std::uint32_t> read;
    for (std::size_t pin = 0; pin < fan_in; ++pin) {
      const auto own = sources.begin() + static_cast<std::ptrdiff_t>(begin + pin * candidates);
      BOOST_TEST(std::set<std::uint32_t>(own, own + candidates).size() == candidates);
      read.insert(*own);
      for (std::size_t c = 0; c < candidates; ++c) {
        const auto input = static_cast<int>(own[static_cast<std::ptrdiff_t>(c)]);
        BOOST_TEST(std::abs(input / width % height - middle / width % height) <= 1);
        BOOST_TEST(std::abs(input % width - middle % width) <= 1);
      }
    }
    BOOST_TEST(read.size() == fan_in);
  }
}

BOOST_AUTO_TEST_CASE(where_too_little_is_near_candidates_come_from_anywhere) {
  // Of one channel and a corner there are four places.
  const auto sources = [](std::size_t near) {
    auto net =
        bind<Signal<Bit, Shape{1, 12, 12}>>(StochasticLut<4, 144, LearnedWiring<5>>{.wiring = {.near = near}}, Seed{1});
    return net.parameters().integer_buffers()[0].values;
  };
  const auto near = sources(1), anywhere = sources(0);
  for (std::size_t node = 0; node < 144; ++node) {
    const std::size_t begin = node * 4 * 5, row = near[begin] / 12, column = near[begin] % 12;
    const bool corner = row % 11 == 0 && column % 11 == 0;
    BOOST_TEST(corner == std::equal(near.begin() + static_cast<std::ptrdiff_t>(begin),
                                    near.begin() + static_cast<std::ptrdiff_t>(begin + 20),
                                    anywhere.begin() + static_cast<std::ptrdiff_t>(begin)));
  }
}

BOOST_AUTO_TEST_CASE(given_first_candidates_stay_in_a_wiring_that_looks_near) {
  const std::vector<std::uint32_t> pins{0, 63, 32, 5};
  auto net = bind<Signal<Bit, Shape{1, 8, 8}>>(
      StochasticLut<2, 2, LearnedWiring<4, ExplicitWiring>>{.wiring = {.first = {pins}, .near = 2}}, Seed{1});
  const auto& sources = net.parameters().integer_buffers()[0].values;
  for (std::size_t pin = 0; pin < 4; ++pin) {
    BOOST_TEST(sources[pin * 4] == pins[pin]);
    for (std::size_t c = 1; c < 4; ++c) {
      const auto middle = pins[pin / 2 * 2], input = sources[pin * 4 + c];
      BOOST_TEST(std::abs(static_cast<int>(input / 8) - static_cast<int>(middle / 8)) <= 2);
      BOOST_TEST(std::abs(static_cast<int>(input % 8) - static_cast<int>(middle % 8)) <= 2);
    }
  }
}

BOOST_AUTO_TEST_CASE(given_wiring_of_another_size_is_refused) {
  using lutra::test::error_of;
  const auto with = [](std::vector<std::uint32_t> pins) {
    return error_of([&] {
      (void)bind<Signal<Bit, Shape{5, 1, 1}>>(StochasticLut<2, 3, ExplicitWiring>{.wiring = {std::move(pins)}});
    });
  };
  BOOST_TEST(with({0, 1, 2, 3, 4, 0}).empty());
  BOOST_TEST(with({0, 1}) ==
             "ExplicitWiring (layer 1 StochasticLut<2, 3, ExplicitWiring>): expected 3 nodes x 2 pins, got 2 pins");
  BOOST_TEST(with({}).find("got 0 pins") != std::string::npos);
  BOOST_TEST(
      with({0, 1, 2, 5, 4, 0}) ==
      "ExplicitWiring (layer 1 StochasticLut<2, 3, ExplicitWiring>, node 1, pin 1): expected an input below 5, got 5");
}

BOOST_AUTO_TEST_CASE(grouped_nodes_read_their_own_part_evenly) {
  auto net = bind<Signal<Bit, Shape{24, 1, 1}>>(
      StochasticLut<4, 12, GroupedWiring>{.wiring = {.groups = 4}} | StochasticLut<3, 4, GroupedWiring>{}, Seed{3});
  const auto& first = net.parameters().integer_buffers()[0].values;
  std::vector<std::size_t> uses(24);
  for (std::size_t pin = 0; pin < first.size(); ++pin) {
    BOOST_TEST(first[pin] / 6 == pin / 4 / 3);
    ++uses[first[pin]];
  }
  BOOST_TEST(uses == std::vector<std::size_t>(24, 2), boost::test_tools::per_element());
  // A group for each node: every root has three nodes of its own.
  const auto& second = net.parameters().integer_buffers()[1].values;
  for (std::size_t node = 0; node < 4; ++node) {
    std::set<std::uint32_t> own(second.begin() + node * 3, second.begin() + (node + 1) * 3);
    BOOST_TEST(
        (own == std::set<std::uint32_t>{static_cast<std::uint32_t>(3 * node), static_cast<std::uint32_t>(3 * node + 1),
                                        static_cast<std::uint32_t>(3 * node + 2)}));
  }
}

BOOST_AUTO_TEST_CASE(groups_that_divide_nothing_evenly_are_refused) {
  const auto message = test::error_of([] {
    (void)bind<Signal<Bit, Shape{24, 1, 1}>>(StochasticLut<4, 12, GroupedWiring>{.wiring = {.groups = 5}}, Seed{});
  });
  BOOST_TEST(message.find("5 groups") != std::string::npos, message);
  BOOST_TEST(message.find("24 inputs and 12 nodes") != std::string::npos, message);
}
