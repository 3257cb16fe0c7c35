#define BOOST_TEST_MODULE redraw
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <lutra/train/fit.hpp>
#include <lutra/train/redraw.hpp>
#include <span>
#include <stdexcept>
#include <vector>

#include "support/files.hpp"
#include "support/tasks.hpp"

using namespace lutra;
using lutra::test::bits_of, lutra::test::clusters, lutra::test::task_network;

namespace {

constexpr std::size_t candidates = 4, inputs = 24, pins = 48 * 4;  // of learned_logic

std::vector<std::size_t> turns(const Redraw& redraw, std::uint64_t steps) {
  std::vector<std::size_t> before;
  for (std::uint64_t step = 0; step < steps; ++step)
    if (const std::size_t turn = detail::redraw_before(redraw, step, steps); turn > 0) before.push_back(step);
  return before;
}

}  // namespace

BOOST_AUTO_TEST_CASE(redraws_lie_evenly_over_the_first_part_of_a_run) {
  BOOST_TEST(turns({}, 1000).empty());
  BOOST_TEST(turns({.times = 4, .until = 0.5}, 80) == (std::vector<std::size_t>{10, 20, 30, 40}));
  BOOST_TEST(turns({.times = 3, .until = 1}, 10) == (std::vector<std::size_t>{4, 7}));  // the last step is the end
  BOOST_TEST(turns({.times = 100, .until = 0.5}, 10).size() == 5U);                     // at most one a step
  BOOST_TEST(turns({.times = 3}, 1).empty());
  for (std::uint64_t step = 1; step < 80; ++step)
    BOOST_TEST(detail::redraw_before({.times = 4, .until = 0.5}, step, 80) ==
               (step % 10 == 0 && step <= 40 ? step / 10 : 0U));
}

BOOST_AUTO_TEST_CASE(a_redraw_replaces_the_lowest_scores_by_new_inputs_and_keeps_what_is_read) {
  auto net = task_network(lutra::test::learned_logic);
  auto& store = net.parameters();
  BOOST_REQUIRE(store.choices().size() == 1U);
  BOOST_TEST(store.choices()[0].inputs.shape.size() == inputs);
  BOOST_TEST(store.choices()[0].fan_in == 4U);
  const std::size_t first = store.blocks()[store.choices()[0].scores].offset;
  Random random(Seed{3});
  for (std::size_t i = 0; i < pins * candidates; ++i) store.values()[first + i] = random.uniform();
  OptimizerState state{std::vector<float>(store.values().size(), 1), std::vector<float>(store.values().size(), 2), 9};
  const std::vector<float> scores(store.values().begin(), store.values().end());
  const std::vector<std::uint32_t> sources = store.integer_buffers()[store.choices()[0].sources].values;
  const auto data = clusters(100);
  const auto answers = predict(net, data);

  detail::redraw_candidates({.times = 1, .share = 0.5, .below = 0.25F}, store, state, Random(Seed{4}));
  BOOST_TEST(predict(net, data) == answers);
  const std::vector<std::uint32_t>& now = store.integer_buffers()[store.choices()[0].sources].values;
  std::size_t replaced = 0;
  for (std::size_t pin = 0; pin < pins; ++pin) {
    const float* const old_scores = scores.data() + first + pin * candidates;
    std::vector<float> sorted(old_scores, old_scores + candidates);
    std::sort(sorted.begin(), sorted.end());
    const auto own = std::span(now).subspan(pin * candidates, candidates);
    for (std::size_t c = 0; c < candidates; ++c) {
      const std::size_t i = pin * candidates + c;
      BOOST_TEST(now[i] < inputs);
      const bool kept = old_scores[c] > sorted[1];
      BOOST_TEST(kept == (now[i] == sources[i]));
      BOOST_TEST((kept || std::count(own.begin(), own.end(), now[i]) == 1));
      BOOST_TEST(store.values()[first + i] == (kept ? old_scores[c] : sorted[3] - 0.25F));
      BOOST_TEST(state.first[first + i] == (kept ? 1 : 0));
      BOOST_TEST(state.second[first + i] == (kept ? 2 : 0));
      replaced += kept ? 0 : 1;
    }
  }
  BOOST_TEST(replaced == pins * candidates / 2);
  BOOST_TEST(std::equal(scores.begin() + pins * candidates + first, scores.end(),
                        store.values().begin() + pins * candidates + first));
}

BOOST_AUTO_TEST_CASE(a_wiring_that_looks_near_gets_most_new_candidates_from_near_what_it_reads) {
  auto net =
      bind<Signal<Bit, Shape{1, 40, 40}>>(StochasticLut<6, 100, LearnedWiring<8>>{.wiring = {.near = 2}}, Seed{1});
  auto& store = net.parameters();
  OptimizerState state{std::vector<float>(store.values().size()), std::vector<float>(store.values().size()), 1};
  const std::vector<std::uint32_t> before = store.integer_buffers()[0].values;
  detail::redraw_candidates({.times = 1, .share = 0.5}, store, state, Random(Seed{4}));
  const std::vector<std::uint32_t>& sources = store.integer_buffers()[0].values;
  // All scores were the same, so every pin still reads its first candidate, and the last four are new.
  std::size_t near = 0;
  for (std::size_t pin = 0; pin < 600; ++pin)
    for (std::size_t c = 0; c < 8; ++c) {
      const std::uint32_t input = sources[pin * 8 + c];
      if (c < 4) {
        BOOST_TEST(input == before[pin * 8 + c]);
        continue;
      }
      bool is_near = false;
      for (std::size_t other = pin / 6 * 6; other < pin / 6 * 6 + 6; ++other) {
        const std::uint32_t read = sources[other * 8];
        is_near |= input / 40 + 2 >= read / 40 && input / 40 <= read / 40 + 2 && input % 40 + 2 >= read % 40 &&
                   input % 40 <= read % 40 + 2;
      }
      near += is_near ? 1 : 0;
    }
  // Seven of ten, fewer where the near ones are taken, more by chance.
  BOOST_TEST(near > 2400U * 6 / 10);
  BOOST_TEST(near < 2400U * 8 / 10);
}

BOOST_AUTO_TEST_CASE(where_every_input_is_a_candidate_there_is_nothing_to_draw) {
  auto net = bind<Signal<Bit, Shape{4, 1, 1}>>(StochasticLut<2, 6, LearnedWiring<4>>{}, Seed{1});
  OptimizerState state{std::vector<float>(net.parameters().values().size()),
                       std::vector<float>(net.parameters().values().size()), 1};
  const auto before = bits_of(net);
  detail::redraw_candidates({.times = 1}, net.parameters(), state, Random(Seed{4}));
  BOOST_TEST(bits_of(net) == before);
}

BOOST_AUTO_TEST_CASE(a_run_that_redraws_ends_with_the_same_bits_on_more_threads_and_when_resumed) {
  const lutra::test::TemporaryFolder folder;
  const auto data = clusters(300);
  FitOptions options{.epochs = 4, .batch = 32, .optimizer = Adam{.rate = 0.05F}, .redraw = {.times = 9}, .threads = 1};
  auto whole = task_network(lutra::test::learned_logic), plain = task_network(lutra::test::learned_logic);
  fit(whole, data, options);
  auto threaded = task_network(lutra::test::learned_logic), resumed = task_network(lutra::test::learned_logic);
  FitOptions other = options;
  other.threads = 3;
  fit(threaded, data, other);
  BOOST_TEST((bits_of(threaded) == bits_of(whole)));
  other.redraw.times = 0;
  fit(plain, data, other);
  BOOST_TEST((bits_of(plain) != bits_of(whole)));

  other = options;
  other.checkpoint = folder.path() / "run";
  other.checkpoint_every_steps = 1;
  other.observer.on_step = [](const StepInfo& info) {
    if (info.epoch == 2 && info.step == 5) throw std::runtime_error("killed");
  };
  BOOST_CHECK_THROW(fit(resumed, data, other), std::runtime_error);
  other.observer = {};
  other.resume = true;
  fit(resumed, data, other);
  BOOST_TEST((bits_of(resumed) == bits_of(whole)));
  other.redraw.times = 8;
  BOOST_CHECK_THROW(fit(resumed, data, other), Error);  // another run's checkpoint
}

BOOST_AUTO_TEST_CASE(options_that_make_no_sense_are_refused_by_name) {
  auto net = task_network(lutra::test::learned_logic);
  const auto data = clusters(30);
  for (const Redraw& redraw : {Redraw{.share = 0}, Redraw{.share = 1}, Redraw{.until = 0}, Redraw{.until = 1.5},
                               Redraw{.below = 0}, Redraw{.below = std::numeric_limits<float>::quiet_NaN()}})
    BOOST_CHECK_EXCEPTION(fit(net, data, {.redraw = redraw}), Error, [](const Error& error) {
      return std::string(error.what()).find("Redraw.") != std::string::npos;
    });
}
