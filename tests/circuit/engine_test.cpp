#define BOOST_TEST_MODULE engine
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <memory>
#include <string>
#include <support/random_circuit.hpp>
#include <thread>
#include <vector>

using namespace lutra;
using lutra_test::random_circuit;
using lutra_test::random_samples;

namespace {

const std::vector<std::size_t> counts{0, 1, 2, 6, 7, 63, 64, 65, 511, 512, 513, 1000};

/// The meaning of the circuit, sample by sample.
template <class T>
std::vector<std::uint32_t> meaning(const Circuit& circuit, const std::vector<T>& samples) {
  std::vector<std::uint32_t> answers;
  const std::size_t size = circuit.input().size();
  for (std::size_t i = 0; i < samples.size(); i += size) {
    const auto answer = evaluate(circuit, std::span<const T>(samples).subspan(i, size));
    answers.insert(answers.end(), answer.begin(), answer.end());
  }
  return answers;
}

/// The class that belongs to each answer.
std::vector<std::uint32_t> classes_of(const std::vector<std::uint32_t>& answers, std::size_t size) {
  if (size == 1) return answers;
  std::vector<std::uint32_t> classes;
  for (std::size_t i = 0; i < answers.size(); i += size) {
    const auto first = answers.begin() + static_cast<std::ptrdiff_t>(i);
    classes.push_back(
        static_cast<std::uint32_t>(std::max_element(first, first + static_cast<std::ptrdiff_t>(size)) - first));
  }
  return classes;
}

template <class T>
void check_run(const Engine& engine, const std::vector<T>& samples, const std::vector<std::uint32_t>& expected,
               const std::string& what) {
  std::vector<std::uint32_t> answers(expected.size(), 99);
  engine.run(std::span<const T>(samples), answers);
  BOOST_TEST((answers == expected), what);
  const auto expected_classes = classes_of(expected, engine.output_size());
  std::vector<std::uint32_t> classes(expected_classes.size(), 99);
  engine.classify(std::span<const T>(samples), classes);
  BOOST_TEST((classes == expected_classes), what + ", classes");
}

/// Engine and meaning agree for the first samples, for all of them, and for each type the input may come in.
void check(const Circuit& circuit, const std::vector<std::size_t>& sample_counts, const std::string& what) {
  const std::size_t most = *std::max_element(sample_counts.begin(), sample_counts.end());
  const std::size_t size = circuit.input().size();
  const auto samples = random_samples(circuit, most, 7);
  const auto expected = meaning(circuit, samples);
  const std::vector<Engine> engines = [&] {
    std::vector<Engine> made;
    made.emplace_back(circuit);
    made.emplace_back(circuit, EngineOptions{.threads = 2, .tile_samples = 512});
    return made;
  }();
  for (const auto& engine : engines)
    for (const std::size_t count : sample_counts) {
      const std::vector<std::uint16_t> some(samples.begin(),
                                            samples.begin() + static_cast<std::ptrdiff_t>(count * size));
      const std::vector<std::uint32_t> answers(
          expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(count * engine.output_size()));
      const std::string which = what + ", " + std::to_string(count) + " samples";
      check_run(engine, some, answers, which);
      if (circuit.input().width <= 8)
        check_run(engine, std::vector<std::uint8_t>(some.begin(), some.end()), answers, which + " of bytes");
    }
}

circuits::Stage stage(std::vector<circuits::SignalId> inputs, circuits::Operation operation, circuits::Type output) {
  return {"test", std::move(inputs), std::move(operation), output};
}

/// `values` inputs, the answer of one CountStage with the given groups.
Circuit counting(circuits::Type input, const std::vector<std::vector<std::uint32_t>>& groups,
                 std::vector<std::uint32_t> offsets, std::uint32_t width) {
  circuits::CountStage count;
  for (const auto& group : groups) count.sources.add(group);
  count.offsets = std::move(offsets);
  return {input, {stage({0}, count, {{groups.size(), 1, 1}, width})}};
}

Circuit one_bit_identity(std::uint32_t width, std::size_t size) {
  circuits::RearrangeStage all;
  for (std::size_t i = 0; i < size; ++i) all.sources.push_back(static_cast<std::uint32_t>(i));
  return {{{size, 1, 1}, width}, {stage({0}, all, {{size, 1, 1}, width})}};
}

template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_circuits_mean_the_same_for_every_number_of_samples) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) check(random_circuit(seed), counts, "seed " + std::to_string(seed));
}

BOOST_AUTO_TEST_CASE(many_more_random_circuits_mean_the_same) {
  for (std::uint64_t seed = 1000; seed < 1400; ++seed)
    check(random_circuit(seed), {1, 70}, "seed " + std::to_string(seed));
}

BOOST_AUTO_TEST_CASE(every_fan_in_is_right_on_its_own) {
  for (std::size_t fan_in = 0; fan_in <= circuits::max_fan_in; ++fan_in)
    for (std::uint64_t seed = 0; seed < 6; ++seed)
      check(random_circuit(seed, {.nodes = 60, .min_fan_in = fan_in, .max_fan_in = fan_in, .redundant = seed < 3}),
            {1, 600}, "fan-in " + std::to_string(fan_in));
}

BOOST_AUTO_TEST_CASE(rows_are_not_reused_too_early_in_deep_and_wide_circuits) {
  check(random_circuit(5, {.lut_stages = 30, .nodes = 40}), {1, 100}, "deep");
  check(random_circuit(6, {.thresholds = 500, .lut_stages = 3, .nodes = 1000}), {1, 100}, "wide");
}

BOOST_AUTO_TEST_CASE(pins_that_are_constant_negated_repeated_or_ignored_change_nothing) {
  // All tables of two inputs, on every pair of: two bits, their opposites and both constants; then counted, so that
  // opposites are read as they are, and looked up again in larger tables.
  circuits::LutStage literals, gates, luts;
  for (const std::uint32_t pin : {0u, 1u}) literals.add(std::vector{pin}, std::vector<std::uint64_t>{0b10});
  for (const std::uint32_t pin : {0u, 1u}) literals.add(std::vector{pin}, std::vector<std::uint64_t>{0b01});
  literals.add({}, std::vector<std::uint64_t>{0});
  literals.add({}, std::vector<std::uint64_t>{1});
  for (std::uint64_t table = 0; table < 16; ++table)
    for (std::uint32_t a = 0; a < 6; ++a)
      for (std::uint32_t b = 0; b < 6; ++b) gates.add(std::vector{a, b}, std::vector{table});
  const auto size = static_cast<std::uint32_t>(gates.size());
  lutra_test::Random random(1);
  for (std::uint32_t fan_in = 3; fan_in <= 8; ++fan_in)
    for (std::size_t i = 0; i < 200; ++i) {
      std::vector<std::uint32_t> pins(fan_in);
      for (auto& pin : pins) pin = static_cast<std::uint32_t>(random.below(random.chance(50) ? 40 : size));
      std::vector<std::uint64_t> table(circuits::table_words(fan_in));
      for (auto& word : table) word = random.next() & circuits::table_mask(fan_in);
      luts.add(pins, table);
    }
  circuits::CountStage count;
  std::vector<std::uint32_t> group;
  for (std::uint32_t i = 0; i < size + luts.size(); ++i) {
    group.push_back(i);
    if (group.size() < 25) continue;
    count.sources.add(group);
    group.clear();
  }
  count.offsets.assign(count.sources.size(), 0);
  const std::size_t groups = count.sources.size();
  check({{{2, 1, 1}, 1},
         {stage({0}, literals, {{6, 1, 1}, 1}), stage({1}, gates, {{size, 1, 1}, 1}),
          stage({2}, luts, {{luts.size(), 1, 1}, 1}), stage({2, 3}, count, {{groups, 1, 1}, 5})}},
        {1, 5, 64, 513}, "literals");
}

BOOST_AUTO_TEST_CASE(an_engine_gives_the_same_for_few_samples_before_and_after_many) {
  const Circuit circuit = random_circuit(41);
  const auto samples = random_samples(circuit, 2100, 3);
  const auto expected = meaning(circuit, samples);
  const Engine engine(circuit);
  const std::size_t size = circuit.input().size(), answers = engine.output_size();
  for (const std::size_t count : {2100, 7, 64, 2049, 130, 512, 1025, 8}) {
    const auto values = static_cast<std::ptrdiff_t>(count * size),
               outputs = static_cast<std::ptrdiff_t>(count * answers);
    check_run(engine, std::vector<std::uint16_t>(samples.begin(), samples.begin() + values),
              std::vector<std::uint32_t>(expected.begin(), expected.begin() + outputs), std::to_string(count));
  }
}

BOOST_AUTO_TEST_CASE(a_circuit_may_be_deeper_than_a_stack) {
  std::vector<circuits::Stage> stages;
  for (circuits::SignalId layer = 0; layer < 20000; ++layer) {
    circuits::LutStage pair;
    pair.add(std::vector{0u, 1u}, std::vector<std::uint64_t>{0b0110});
    pair.add(std::vector{0u, 1u}, std::vector<std::uint64_t>{0b0111});
    stages.push_back(stage({layer}, pair, {{2, 1, 1}, 1}));
  }
  check({{{2, 1, 1}, 1}, stages}, {1, 7}, "20000 layers");
}

BOOST_AUTO_TEST_CASE(integers_of_several_bits_are_counted_with_offsets_and_repeated_sources) {
  for (const std::uint32_t width : {2u, 3u, 8u, 12u, 16u}) {
    const circuits::Type input{{5, 1, 1}, width};
    std::vector<std::uint32_t> many;
    for (std::uint32_t i = 0; i < 300; ++i) many.push_back(i * 7 % 5);
    check(counting(input, {{0}, {}, {1, 1, 1}, {0, 1, 2, 3, 4}, many}, {0, 77, 5, 0, 1000}, 32), {1, 130},
          "width " + std::to_string(width));
  }
}

BOOST_AUTO_TEST_CASE(bits_are_counted_and_constants_among_them_too) {
  std::vector<std::uint32_t> all(200);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint32_t>(i);
  check(counting({{200, 1, 1}, 1}, {all, {3}, {}, {3, 3}}, {0, 0, 9, 1}, 9), counts, "200 bits");

  circuits::LutStage constants;
  constants.add({}, std::vector<std::uint64_t>{1});
  constants.add({}, std::vector<std::uint64_t>{0});
  circuits::CountStage count;
  count.sources.add(std::vector<std::uint32_t>{0, 0, 1, 0});
  count.sources.add(std::vector<std::uint32_t>{1});
  count.offsets = {4, 0};
  check({{{1, 1, 1}, 8},
         {stage({0}, circuits::RearrangeStage{{0}}, {{1, 1, 1}, 8}),
          stage({0}, circuits::ThresholdStage{{0}, {5}}, {{1, 1, 1}, 1}), stage({2}, constants, {{2, 1, 1}, 1}),
          stage({3}, count, {{2, 1, 1}, 4})}},
        {1, 5, 70}, "constants");
}

BOOST_AUTO_TEST_CASE(sums_of_32_bits_are_exact) {
  // 16 bits, added to themselves until they fill 32, compared on the way, and searched for the largest.
  std::vector<circuits::Stage> stages;
  for (std::uint32_t width = 17; width <= 32; ++width) {
    const auto last = static_cast<circuits::SignalId>(stages.size());
    stages.push_back(stage({last, last}, circuits::AddStage{}, {{3, 1, 1}, width}));
  }
  const circuits::Type input{{3, 1, 1}, 16};
  check({input, stages}, {1, 66, 513}, "sum");
  auto compared = stages;
  compared.push_back(
      stage({16}, circuits::ThresholdStage{{0, 1, 2, 2, 0}, {1u << 31, 0xffff0000, 0xffffffff, 0, 5}}, {{5, 1, 1}, 1}));
  check({input, compared}, {1, 66, 513}, "comparison");
  stages.push_back(stage({16}, circuits::ArgmaxStage{}, {{1, 1, 1}, 2}));
  check({input, stages}, {1, 66, 513}, "argmax");
}

BOOST_AUTO_TEST_CASE(signals_of_different_widths_can_be_joined_everywhere) {
  const circuits::Type input{{4, 1, 1}, 8};
  const std::vector<circuits::Stage> stages{
      stage({0}, circuits::ThresholdStage{{0, 1, 2, 3}, {10, 100, 200, 255}}, {{4, 1, 1}, 1}),
      stage({1, 0}, circuits::RearrangeStage{{7, 0, 4, 3, 1}}, {{5, 1, 1}, 8}),
      stage({2}, circuits::ThresholdStage{{0, 1, 2, 3, 4, 1, 0}, {200, 1, 3, 2, 0, 256, 1000}}, {{7, 1, 1}, 1}),
      stage({1, 2, 3}, circuits::ArgmaxStage{}, {{1, 1, 1}, 4}),
      stage({4, 1, 2}, circuits::RearrangeStage{{0, 1, 9}}, {{3, 1, 1}, 8})};
  for (std::size_t last = 1; last <= stages.size(); ++last)
    check({input, {stages.begin(), stages.begin() + static_cast<std::ptrdiff_t>(last)}}, {1, 65, 300},
          "first " + std::to_string(last) + " stages");
}

BOOST_AUTO_TEST_CASE(the_input_itself_may_be_the_answer) {
  for (const std::uint32_t width : {1u, 5u, 8u, 9u, 16u})
    for (const std::size_t size : {1, 7, 16, 33})
      check(one_bit_identity(width, size), counts, "width " + std::to_string(width));
}

BOOST_AUTO_TEST_CASE(argmax_of_one_value_is_0_and_ties_go_to_the_lowest_index) {
  check({{{1, 1, 1}, 8}, {stage({0}, circuits::ArgmaxStage{}, {{1, 1, 1}, 1})}}, {1, 70}, "one value");
  const Circuit pair({{4, 1, 1}, 8}, {stage({0}, circuits::ArgmaxStage{}, {{1, 1, 1}, 2})});
  const Engine engine(pair);
  const std::vector<std::uint8_t> ties{5, 5, 5, 5, 1, 2, 2, 0, 0, 0, 0, 0, 9, 0, 9, 9};
  std::vector<std::uint32_t> classes(4);
  engine.classify(std::span<const std::uint8_t>(ties), classes);
  BOOST_TEST(classes == (std::vector<std::uint32_t>{0, 1, 0, 0}));
  for (std::size_t i = 0; i < 4; ++i)
    BOOST_TEST(engine.classify(std::span<const std::uint8_t>(ties).subspan(4 * i, 4)) == classes[i]);
}

BOOST_AUTO_TEST_CASE(every_tile_size_gives_the_same_answers) {
  const Circuit circuit = random_circuit(11);
  const auto samples = random_samples(circuit, 3000, 3);
  const auto expected = meaning(circuit, samples);
  for (std::size_t tile = 512; tile <= 8192; tile *= 2)
    for (const std::size_t threads : {1, 2, 3, 1000})
      check_run(Engine(circuit, {.threads = threads, .tile_samples = tile}), samples, expected,
                "tile of " + std::to_string(tile));
}

BOOST_AUTO_TEST_CASE(an_engine_outlives_its_circuit_and_can_be_copied) {
  auto circuit = std::make_unique<Circuit>(random_circuit(21));
  const auto samples = random_samples(*circuit, 80, 3);
  const auto expected = meaning(*circuit, samples);
  const Engine engine(*circuit);
  circuit.reset();
  const Engine copy = engine;
  check_run(engine, samples, expected, "original");
  check_run(copy, samples, expected, "copy");
}

BOOST_AUTO_TEST_CASE(many_threads_may_run_one_engine_at_once) {
  const Circuit circuit = random_circuit(31);
  const auto samples = random_samples(circuit, 700, 3);
  const auto expected = meaning(circuit, samples);
  const Engine engine(circuit);
  std::vector<std::vector<std::uint32_t>> answers(6, std::vector<std::uint32_t>(expected.size()));
  std::vector<std::thread> threads;
  for (auto& own : answers)
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) engine.run(std::span<const std::uint16_t>(samples), own);
    });
  for (auto& thread : threads) thread.join();
  for (const auto& own : answers) BOOST_TEST((own == expected));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_with_what_was_expected_and_got) {
  const Engine engine(one_bit_identity(1, 10));
  std::vector<std::uint32_t> answers(20);
  std::vector<std::uint8_t> samples(20);
  const auto run = [&] { engine.run(std::span<const std::uint8_t>(samples), answers); };
  BOOST_TEST(error_of(run) == "no error");

  samples.resize(19);
  BOOST_TEST(error_of(run) == "engine: values of the samples: expected a multiple of 10, got 19");
  samples.assign(30, 0);
  BOOST_TEST(error_of(run) == "engine: room for answers (3 samples): expected 30, got 20");
  samples.assign(20, 0);
  samples[13] = 2;
  answers.assign(20, 99);
  BOOST_TEST(error_of(run) == "engine: sample (sample 1, value 3): expected 0..1, got 2");
  BOOST_TEST((answers == std::vector<std::uint32_t>(20, 99)), "nothing is written where a value is refused");

  const std::vector<std::uint8_t> short_sample(9);
  BOOST_TEST(error_of([&] { static_cast<void>(engine.classify(std::span<const std::uint8_t>(short_sample))); }) ==
             "engine: values of one sample: expected 10, got 9");

  const Engine wide(one_bit_identity(12, 10));
  const std::vector<std::uint8_t> bytes(20);
  BOOST_TEST(error_of([&] { wide.run(std::span<const std::uint8_t>(bytes), answers); }) ==
             "engine: type of the samples (input of 12 bits): expected uint16_t, got uint8_t");
  std::vector<std::uint16_t> large(20);
  large[19] = 4096;
  BOOST_TEST(error_of([&] { wide.run(std::span<const std::uint16_t>(large), answers); }) ==
             "engine: sample (sample 1, value 9): expected 0..4095, got 4096");
}

BOOST_AUTO_TEST_CASE(an_input_or_an_option_out_of_range_is_refused) {
  BOOST_TEST(error_of([] { Engine engine(one_bit_identity(17, 2)); }) ==
             "engine: width of the circuit's input in bits: expected at most 16, got 17");
  const Circuit circuit = one_bit_identity(8, 2);
  BOOST_TEST(error_of([&] { Engine engine(circuit, {.threads = 0}); }) ==
             "engine: threads (EngineOptions): expected at least 1, got 0");
  BOOST_TEST(error_of([&] { Engine engine(circuit, {.tile_samples = 1000}); }) ==
             "engine: tile_samples (EngineOptions): expected 0 or a power of two, 512 to 65536, got 1000");
}

BOOST_AUTO_TEST_CASE(weighed_sums_and_levels_are_those_of_the_circuit) {
  for (std::uint64_t seed = 0; seed < 150; ++seed)
    check(random_circuit(seed, {.lut_stages = 2, .numbers = true}), {1, 70}, "numbers, seed " + std::to_string(seed));
}
