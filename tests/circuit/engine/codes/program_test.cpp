#define BOOST_TEST_MODULE code_program
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/circuit/simplify.hpp>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "support/code_circuits.hpp"
#include "support/random_circuit.hpp"

using namespace lutra;
using namespace lutra::circuits;
using lutra_test::random_samples;
using lutra_test::code_circuits::Maker;
using lutra_test::code_circuits::Window;

namespace {

std::size_t convolutions(const Circuit& circuit) {
  const auto program = engine::compile_codes(circuit);
  return static_cast<std::size_t>(
      std::ranges::count_if(program.steps, [](const auto& step) { return step.is_convolution(); }));
}

/// Steps with operations that are not done pixel by pixel.
std::size_t done_by_lines(const Circuit& circuit) {
  const auto program = engine::compile_codes(circuit);
  return static_cast<std::size_t>(std::ranges::count_if(
      program.steps, [](const auto& step) { return step.lines.has_value() && !step.operations.empty(); }));
}

void check(const Circuit& circuit, std::size_t expected_convolutions, const std::string& what) {
  BOOST_TEST(convolutions(circuit) == expected_convolutions, what);
  const auto frames = random_samples(circuit, 3, 1);  // the first two are no random ones
  const std::vector<std::uint16_t> values(frames.end() - static_cast<std::ptrdiff_t>(circuit.input().size()),
                                          frames.end());
  const Values expected = evaluate(circuit, std::span<const std::uint16_t>(values));
  for (const std::size_t threads : {1, 3}) {
    const ImageEngine engine(circuit, {.threads = threads});
    Values answers(circuit.output().size());
    for (int time = 0; time < 2; ++time) engine.run(std::span<const std::uint16_t>(values), answers);
    BOOST_TEST((answers == expected), what << ", " << threads << " threads");
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(layers_of_any_number_of_channels_agree_with_the_circuit) {
  for (const std::size_t channels : {3, 5, 33, 100})
    for (const std::size_t outputs : {1, 5, 33, 100}) {
      Maker maker({{channels, 5, 7}, 2});
      maker.binary(0, outputs, {});
      check(maker.circuit(), 1, std::to_string(channels) + " to " + std::to_string(outputs));
    }
}

BOOST_AUTO_TEST_CASE(windows_and_sizes_of_all_kinds_agree_with_the_circuit) {
  const std::vector<std::pair<Shape, Window>> cases{
      {{5, 1, 1}, {1}},         {{5, 1, 1}, {3}},       {{3, 40, 1}, {5}},     {{3, 1, 40}, {5}},
      {{3, 2, 1921}, {3}},      {{3, 3, 1921}, {3, 2}}, {{6, 20, 30}, {5, 2}}, {{6, 20, 30}, {3, 1, 2}},
      {{6, 20, 30}, {3, 2, 2}}, {{6, 21, 31}, {1, 2}}};
  for (const auto& [shape, window] : cases) {
    Maker maker({shape, 2});
    maker.binary(maker.binary(0, 6, window), 7, {});
    check(maker.circuit(), 2, std::to_string(shape.height) + " x " + std::to_string(shape.width));
  }
}

BOOST_AUTO_TEST_CASE(bytes_come_in_and_sums_of_many_bits_go_out) {
  Maker maker({{3, 9, 21}, 8});
  const SignalId first = maker.binary(0, 16, {});
  const SignalId second = maker.levels(maker.weigh(maker.window({first}, {}), 12, -1, 1, 3), 4);
  maker.weigh(maker.window({second}, {3, 2}), 5, -100, 7, 30);
  check(maker.circuit(), 3, "sums");
}

BOOST_AUTO_TEST_CASE(weights_of_many_values_and_wide_numbers_are_computed_otherwise) {
  Maker maker({{3, 9, 11}, 12});
  const SignalId first = maker.levels(maker.weigh(maker.window({0}, {}), 10, -1, 2, 2), 3);
  maker.levels(maker.weigh(maker.window({first}, {}), 70, -800, 100, 16), 2);
  check(maker.circuit(), 0, "plain");
}

BOOST_AUTO_TEST_CASE(any_window_of_weights_of_many_values_agrees_with_the_circuit) {
  const std::vector<std::pair<Shape, Window>> cases{{{3, 6, 70}, {3}},      {{2, 9, 13}, {3, 2}}, {{2, 9, 14}, {5, 3}},
                                                    {{2, 8, 9}, {3, 1, 4}}, {{2, 3, 4}, {9}},     {{1, 1, 1}, {3}},
                                                    {{9, 5, 65}, {1}}};
  for (const std::uint32_t bits : {8, 12})  // as bytes, and as floats
    for (const auto& [shape, window] : cases) {
      Maker maker({shape, bits});
      const SignalId first = maker.levels(maker.weigh(maker.window({0}, window), 7, -9, 1, 19), 5);
      maker.weigh(maker.window({first}, {}), 3, -100, 7, 30);
      check(maker.circuit(), bits == 8 ? 2 : 1, to_string(shape));
      BOOST_TEST(done_by_lines(maker.circuit()) == (bits == 8 ? 0U : 1U));
    }
}

BOOST_AUTO_TEST_CASE(channels_that_are_weighed_alone_agree_with_the_circuit) {
  constexpr std::size_t channels = 20;
  Maker maker({{channels, 7, 66}, 4});
  const SignalId windows = maker.window({0}, {});
  WeighStage stage;
  for (std::uint32_t c = 0; c < channels; ++c) {
    std::vector<std::uint32_t> sources(9);
    std::iota(sources.begin(), sources.end(), 9 * c);
    const auto w = static_cast<std::int32_t>(c);
    stage.add(sources, std::vector<std::int32_t>{w, -w, 3, -7, 7, 1 - w, 0, w, 5}, 1000);
  }
  maker.add({windows}, stage, {{channels, 7, 66}, 12});
  check(maker.circuit(), 0, "one channel each");
  BOOST_TEST(done_by_lines(maker.circuit()) == 1U);
}

BOOST_AUTO_TEST_CASE(codes_of_channels_that_are_weighed_alone_are_a_convolution) {
  constexpr std::size_t channels = 20;
  for (const std::int32_t largest : {1, 3}) {  // with few values, bit by bit; with more, only what is not 0
    Maker maker({{channels, 7, 66}, 2});
    const SignalId windows = maker.window({0}, {});
    WeighStage stage;
    for (std::uint32_t c = 0; c < channels; ++c) {
      std::vector<std::uint32_t> sources(9);
      std::iota(sources.begin(), sources.end(), 9 * c);
      std::vector<std::int32_t> weights(9, c % 2 == 0 ? 1 : -1);
      weights[c % 9] = -largest;
      stage.add(sources, weights, 100);
    }
    maker.levels(maker.add({windows}, stage, {{channels, 7, 66}, 8}), 2);
    check(maker.circuit(), largest == 1 ? 1 : 0, "one channel each");
  }
}

BOOST_AUTO_TEST_CASE(operations_that_follow_weights_agree_with_the_circuit) {
  Maker maker({{4, 6, 9}, 8});
  const SignalId sums = maker.weigh(maker.window({0}, {}), 6, -20, 3, 12);
  CountStage count;
  for (std::uint32_t o = 0; o < 6; ++o) {
    count.sources.add(std::vector<std::uint32_t>{o, (o + 2) % 6});
    count.offsets.push_back(o);
  }
  const std::uint32_t width = maker.type(sums).width;
  const SignalId counts = maker.add({sums}, count, {{6, 6, 9}, width + 2});
  const SignalId most = maker.add({counts}, MaxStage{}, {{3, 6, 9}, width + 2});
  maker.add({most}, ArgmaxStage{}, {{1, 6, 9}, 2});
  check(maker.circuit(), 0, "in a row");
  BOOST_TEST(done_by_lines(maker.circuit()) > 0U);
}

BOOST_AUTO_TEST_CASE(numbers_that_no_float_holds_are_computed_pixel_by_pixel) {
  Maker maker({{3, 5, 9}, 16});
  maker.weigh(maker.window({0}, {}), 4, -1000, 7, 280);
  check(maker.circuit(), 0, "large");
  BOOST_TEST(done_by_lines(maker.circuit()) == 0U);
}

BOOST_AUTO_TEST_CASE(branches_that_are_joined_added_and_compared_agree_with_the_circuit) {
  Maker maker({{4, 10, 13}, 2});
  const SignalId one = maker.binary(0, 5, {}), two = maker.binary(one, 5, {5});
  const SignalId sum = maker.add({one, two}, AddStage{}, {maker.type(one).shape, 3});
  const SignalId joined = maker.levels(maker.weigh(maker.window({sum, one, 0}, {}), 8, -1, 2, 2), 2);
  const SignalId most = maker.add({joined}, MaxStage{}, {{4, 10, 13}, 2});
  const SignalId bits = maker.levels(maker.weigh(most, 6, 0, 1, 2), 1);
  LutStage luts;
  luts.add(std::vector<std::uint32_t>{0, 3, 5}, std::vector<std::uint64_t>{0b10010110});
  const SignalId parity = maker.add({bits}, luts, {{1, 10, 13}, 1});
  maker.add({parity, bits}, ArgmaxStage{}, {{1, 10, 13}, 3});
  check(maker.circuit(), 4, "branches");
}

BOOST_AUTO_TEST_CASE(windows_that_were_taken_apart_by_simplify_are_seen_as_one) {
  Maker maker({{5, 9, 14}, 2});
  maker.binary(maker.binary(0, 6, {}), 7, {3, 2});
  const Circuit simple = simplify(maker.circuit());
  BOOST_TEST((simple.stages() != maker.circuit().stages()));
  check(simple, 2, "simplified");
}

BOOST_AUTO_TEST_CASE(pixels_that_become_blocks_stay_with_the_image) {
  for (const std::size_t block : {1, 2, 4}) {
    Maker maker({{3, 5, 9}, 2});
    const SignalId fine = maker.binary(maker.spread({0}, block, 5), 6, {});
    const SignalId coarse = maker.binary(fine, 7, {3, static_cast<std::int32_t>(block)});
    const SignalId back = maker.spread({coarse, 0}, block, 20);
    const SignalId joined = maker.levels(maker.weigh(maker.window({fine, back}, {}), 8, -1, 2, 2), 2);
    maker.spread({maker.weigh(maker.window({joined}, {}), 12, -9, 1, 19), joined}, 2, 3);
    check(maker.circuit(), 4, "blocks of " + std::to_string(block));
    BOOST_TEST(engine::split_circuit(maker.circuit()).image.has_value());
    BOOST_TEST(!engine::split_circuit(maker.circuit()).rest.has_value());
  }
}

BOOST_AUTO_TEST_CASE(pixels_whose_codes_lie_in_whole_bytes_are_copied) {
  for (const std::size_t channels : {4, 7, 20, 40})  // the last byte is whole, or not
    for (const std::uint32_t bits : {1, 2, 5, 12}) {
      Maker maker({{2, 4, 6}, 3});
      const SignalId first = maker.levels(maker.weigh(maker.window({0}, {}), 8, -1, 2, 2), bits > 8 ? 2 : bits);
      const SignalId second = maker.levels(maker.weigh(maker.window({0}, {}), channels, -1, 2, 2), bits > 8 ? 2 : bits);
      const SignalId numbers = bits > 8 ? maker.weigh(second, channels, -9, 1, 19) : second;
      const SignalId large = maker.spread({first, numbers}, 2);
      if (bits < 9) maker.binary(large, 3, {});
      const auto program = engine::compile_codes(maker.circuit());
      const auto copied = std::ranges::count_if(program.steps, [](const auto& step) { return !step.copies.empty(); });
      BOOST_TEST(copied == (bits < 9 ? 1 : 0), bits << " bits");
      check(maker.circuit(), bits < 9 || maker.type(numbers).width > 8 ? 3 : 2,
            std::to_string(channels) + " channels of " + std::to_string(bits));
    }
}

BOOST_AUTO_TEST_CASE(windows_look_through_blocks_that_became_channels) {
  constexpr Window blocks{.size = 2, .stride = 2, .border = false};
  for (const std::size_t channels : {2, 4, 8})
    for (const Shape& image : {Shape{channels, 6, 10}, Shape{channels, 7, 10}, Shape{channels, 6, 11}})
      for (const std::uint32_t bits : {2, 8})
        for (const Window& window : {Window{3}, Window{3, 2}, Window{1}, Window{5, 1, 2}}) {
          Maker maker({image, bits});
          const SignalId deep = maker.window({0}, blocks);
          maker.binary(maker.binary(deep, 8, window), 5, {});
          check(maker.circuit(), 2, to_string(image));
          const bool fills = image.height % 2 == 0 && image.width % 2 == 0, whole = bits == 8 || channels % 4 == 0;
          const auto steps = engine::compile_codes(maker.circuit()).steps.size();
          BOOST_TEST(steps == (window.size == 1 || (fills && whole) ? 2U : 3U), to_string(image));
        }
  Maker twice({{4, 12, 16}, 2});  // and through blocks of blocks
  twice.binary(twice.window({twice.window({0}, blocks)}, blocks), 8, {});
  check(twice.circuit(), 1, "twice");
  BOOST_TEST(engine::compile_codes(twice.circuit()).steps.size() == 1U);
}

BOOST_AUTO_TEST_CASE(answers_that_are_only_rearranged_are_written_so) {
  for (const std::size_t block : {1, 2, 3})
    for (const std::int32_t lowest : {-1, -90}) {  // sums of few bits, and numbers of 32 bits
      Maker shuffled({{3, 4, 6}, 2});
      shuffled.spread({shuffled.weigh(shuffled.window({0}, {}), 7, lowest, 1, 2)}, block, 2);
      Maker maker({{3, 4, 6}, 2});  // DepthToSpace: the columns of a block are channels that follow each other
      const SignalId sums = maker.weigh(maker.window({0}, {}), block * block * 2, lowest, 1, 2);
      const std::size_t height = 4 * block, width = 6 * block;
      RearrangeStage wide;
      for (std::size_t i = 0; i < 2 * height * width; ++i) {
        const std::size_t c = i / (height * width), y = i / width % height, x = i % width;
        const std::size_t channel = (c * block + y % block) * block + x % block;
        wide.sources.push_back(static_cast<std::uint32_t>((channel * 4 + y / block) * 6 + x / block));
      }
      maker.add({sums}, wide, {{2, height, width}, maker.type(sums).width}, false);
      for (const Maker* const one : {&shuffled, &maker}) {
        check(one->circuit(), one->type(2).width > 8 ? 1 : 0, "blocks of " + std::to_string(block));
        BOOST_TEST(engine::compile_codes(one->circuit()).steps.size() == 1U);
      }
    }
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_blocks_is_left_to_the_other_engine) {
  Maker maker({{3, 4, 6}, 2});
  maker.spread({maker.binary(0, 6, {})}, 2, 2);
  std::vector<Stage> stages = maker.circuit().stages();
  auto& sources = std::get<RearrangeStage>(stages.back().operation).sources;
  std::swap(sources[17], sources.back());
  const Circuit circuit(maker.type(0), stages);
  BOOST_TEST(engine::split_circuit(circuit).rest.has_value());
  const auto frames = random_samples(circuit, 3, 1);
  const std::vector<std::uint8_t> values(frames.end() - static_cast<std::ptrdiff_t>(circuit.input().size()),
                                         frames.end());
  Values answers(circuit.output().size());
  ImageEngine(circuit).run(std::span<const std::uint8_t>(values), answers);
  BOOST_TEST((answers == evaluate(circuit, std::span<const std::uint8_t>(values))));
}

BOOST_AUTO_TEST_CASE(the_largest_codes_are_taken_where_they_lie) {
  for (const std::uint32_t bits : {1U, 2U, 3U, 8U})
    for (const std::size_t channels : {1, 5, 33})
      for (const Window& window : {Window{2, 2}, {3, 2}, {3, 1, 2}, {2, 2, 1, false}}) {
        Maker maker(channels, {{channels, 9, 14}, bits});
        const SignalId other = maker.levels(maker.weigh(maker.window({0}, {}), channels, -1, 1, 3), bits);
        const SignalId larger = maker.add({0, other}, MaxStage{}, maker.type(0));
        const auto [size, stride, dilation, border] = window;
        RearrangeStage around{{}, {}, {stride, stride}};
        for (std::int32_t i = 0; i < size * size; ++i)
          for (std::uint32_t c = 0; c < channels; ++c) {
            around.sources.push_back(c);
            around.offsets.push_back({(i / size - 1) * dilation, (i % size - 1) * dilation});
          }
        const auto apart = static_cast<std::size_t>(stride);
        const Shape small{channels, (8 + apart) / apart, (13 + apart) / apart};
        const SignalId seen = maker.add({larger}, around, {{around.size(), small.height, small.width}, bits});
        maker.add({seen}, MaxStage{}, {small, bits});
        const Circuit circuit = maker.circuit();
        check(circuit, 1, std::to_string(bits) + " bits, " + std::to_string(channels) + " channels");
        const auto program = engine::compile_codes(circuit);
        const auto count = std::ranges::count_if(
            program.steps, [](const auto& step) { return step.takes_largest() && !step.copies.empty(); });
        BOOST_TEST(count == 2);
      }
}

BOOST_AUTO_TEST_CASE(dense_layers_alone_are_one_pixel_of_many_channels) {
  for (const std::uint32_t bits : {1U, 2U, 8U, 12U}) {
    Maker maker(bits, {{70, 1, 1}, bits});
    SignalId last = maker.levels(maker.weigh(0, 33, -1, 1, 3), 2);
    last = maker.levels(maker.weigh(last, 5, -7, 1, 15), 3);
    std::vector<Stage> stages = maker.circuit().stages();
    for (Stage& stage : stages) stage.each_place = false;
    check({maker.type(0), stages}, bits <= 8 ? 2 : 1, std::to_string(bits) + " bits");
  }
}

BOOST_AUTO_TEST_CASE(what_looks_at_all_places_comes_behind) {
  Maker maker({{4, 6, 8}, 2});
  const SignalId last = maker.binary(0, 3, {3, 2});
  WeighStage all;
  std::vector<std::uint32_t> sources(maker.type(last).size());
  std::iota(sources.begin(), sources.end(), 0U);
  std::vector<std::int32_t> weights(sources.size());
  for (int o = 0; o < 4; ++o) {
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<std::int32_t>((i * 7 + o) % 5) - 2;
    all.add(sources, weights, 200);
  }
  std::vector<Stage> stages = maker.circuit().stages();
  stages.push_back({"all", {last}, all, {{4, 1, 1}, 9}});
  const Circuit circuit(maker.type(0), stages);
  const auto frames = random_samples(circuit, 3, 1);
  const std::vector<std::uint8_t> values(frames.end() - static_cast<std::ptrdiff_t>(circuit.input().size()),
                                         frames.end());
  Values answers(4);
  ImageEngine(circuit).run(std::span<const std::uint8_t>(values), answers);
  BOOST_TEST((answers == evaluate(circuit, std::span<const std::uint8_t>(values))));
}
