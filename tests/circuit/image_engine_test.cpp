#define BOOST_TEST_MODULE image_engine
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <lutra/circuit/evaluate.hpp>
#include <lutra/circuit/image_engine.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/random_circuit.hpp"
#include "support/stages.hpp"

using namespace lutra;
using namespace lutra::circuits;
using lutra_test::Random;
using lutra_test::random_samples;

namespace {

/// Random stages that work at each place, over images of several sizes that come from one input: encoders, windows of
/// all kinds, LUTs, sums, joins of what was computed sooner with what was computed later, classes.
class ImageCircuitMaker {
 public:
  ImageCircuitMaker(std::uint64_t seed, Type input) : random_(seed), input_(input) {}

  Circuit make(std::size_t stages) {
    if (input_.width > 1 && random_.chance(80)) threshold({0});
    while (stages_.size() < stages) add_stage(random_.below(100));
    return {input_, stages_};
  }

 private:
  const Type& type(SignalId id) const { return id == 0 ? input_ : stages_[id - 1].output; }

  /// One signal, the last ones being likelier, and some others of the same height and width.
  std::vector<SignalId> some_signals(bool bits) {
    std::vector<SignalId> all, same;
    for (SignalId id = 0; id <= stages_.size(); ++id)
      if (!bits || type(id).width == 1) all.push_back(id);
    if (all.empty()) return {};
    std::vector<SignalId> ids{random_.chance(70) ? all.back() : all[random_.below(all.size())]};
    for (const SignalId id : all)
      if (type(id).shape.same_image(type(ids[0]).shape)) same.push_back(id);
    while (random_.chance(40)) ids.push_back(same[random_.below(same.size())]);
    return ids;
  }
  std::size_t channels(const std::vector<SignalId>& ids) const {
    std::size_t sum = 0;
    for (const SignalId id : ids) sum += type(id).shape.channels;
    return sum;
  }
  std::uint32_t width(const std::vector<SignalId>& ids) const {
    std::uint32_t most = 0;
    for (const SignalId id : ids) most = std::max(most, type(id).width);
    return most;
  }
  std::vector<std::uint32_t> some(std::size_t count, std::size_t bound) {
    std::vector<std::uint32_t> values(count);
    for (auto& value : values) value = static_cast<std::uint32_t>(random_.below(bound));
    return values;
  }
  void add(const std::vector<SignalId>& ids, Operation operation, std::size_t size, std::uint32_t bits, Shape image) {
    stages_.push_back({"test", ids, std::move(operation), {{size, image.height, image.width}, bits}, true});
  }
  void add(const std::vector<SignalId>& ids, Operation operation, std::size_t size, std::uint32_t bits) {
    add(ids, std::move(operation), size, bits, type(ids[0]).shape);
  }

  void add_stage(std::size_t kind) {
    const auto any = some_signals(false), bits = some_signals(true);
    if (kind < 15) return threshold(any);
    if (kind < 50) return window(any);
    if (kind < 75 && !bits.empty()) return luts(bits);
    if (kind < 80 && width(any) < 12) return count(any);
    if (kind < 85 && width(any) < 12) return weighed(any);
    if (kind < 87 && width(any) < 20) return levels(any);
    if (kind < 90 && width(any) < 30) return add(any, AddStage{}, 0);
    if (kind < 92) return add(any, MaxStage{}, 1, width(any));
    if (kind < 95) return add(any, RearrangeStage{some(random_.between(1, 5), channels(any))}, 0);
    add(any, ArgmaxStage{}, 1, bits_for(channels(any) - 1));
  }
  void add(const std::vector<SignalId>& ids, RearrangeStage stage, int) {
    const std::size_t size = stage.size();
    add(ids, std::move(stage), size, width(ids));
  }
  void add(const std::vector<SignalId>& ids, AddStage stage, int) {
    std::vector<SignalId> same;
    for (const SignalId id : ids)
      if (type(id).shape == type(ids[0]).shape && same.size() < 4) same.push_back(id);
    add(same, stage, type(ids[0]).shape.channels, width(same) + 2);
  }
  void threshold(const std::vector<SignalId>& ids) {
    const std::size_t size = random_.between(1, 5);
    const std::uint64_t bound = (std::uint64_t{1} << width(ids)) + 1;
    add(ids, ThresholdStage{some(size, channels(ids)), some(size, bound)}, size, 1);
  }
  void luts(const std::vector<SignalId>& ids) {
    LutStage stage;
    for (std::size_t i = random_.between(1, 8); i > 0; --i) {
      const auto pins = some(random_.below(max_fan_in + 1), channels(ids));
      std::vector<std::uint64_t> table(table_words(pins.size()));
      for (auto& word : table) word = random_.next() & table_mask(pins.size());
      stage.add(pins, table);
    }
    const std::size_t size = stage.size();
    add(ids, std::move(stage), size, 1);
  }
  void count(const std::vector<SignalId>& ids) {
    CountStage stage;
    for (std::size_t i = random_.between(1, 4); i > 0; --i) {
      stage.sources.add(some(random_.below(6), channels(ids)));
      stage.offsets.push_back(static_cast<std::uint32_t>(random_.below(3)));
    }
    const std::size_t size = stage.size();
    add(ids, std::move(stage), size, width(ids) + 3);
  }

  void weighed(const std::vector<SignalId>& ids) {
    WeighStage stage;
    const auto maximum = static_cast<std::uint32_t>((1U << width(ids)) - 1);
    for (std::size_t i = random_.between(1, 4); i > 0; --i) {
      const auto sources = some(random_.below(6), channels(ids));
      std::vector<std::int32_t> weights;
      std::uint32_t offset = static_cast<std::uint32_t>(random_.below(3));
      for (std::size_t j = 0; j < sources.size(); ++j) {
        weights.push_back(static_cast<std::int32_t>(random_.below(11)) - 5);
        if (weights.back() < 0) offset += static_cast<std::uint32_t>(-weights.back()) * maximum;
      }
      stage.add(sources, weights, offset);
    }
    const std::size_t size = stage.size();
    add(ids, std::move(stage), size, width(ids) + 6);
  }
  void levels(const std::vector<SignalId>& ids) {
    LevelStage stage;
    for (std::size_t i = random_.between(1, 4); i > 0; --i) {
      auto steps = some(random_.below(8), (std::size_t{1} << width(ids)) + 2);
      std::ranges::sort(steps);
      stage.add(some(1, channels(ids))[0], steps, random_.chance(50));
    }
    const std::size_t size = stage.size();
    add(ids, std::move(stage), size, 3);
  }

  /// As many places as a border of 0 gives, as fit without, or some other number.
  std::size_t places(std::size_t pixels, std::int32_t stride, std::size_t kernel) {
    const auto step = static_cast<std::size_t>(stride);
    const std::size_t kind = random_.below(10);
    if (kind < 6) return (pixels + step - 1) / step;
    if (kind < 9 && pixels >= kernel) return (pixels - kernel) / step + 1;
    return random_.between(1, pixels + 3);
  }
  void window(const std::vector<SignalId>& ids) {
    static constexpr Offset strides[] = {{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1},
                                         {2, 2}, {1, 2}, {3, 1}, {2, 5}, {1, 70}};
    const Shape image = type(ids[0]).shape;
    const std::size_t kernel = random_.between(1, 3), size = random_.between(1, 9), from = random_.below(5);
    RearrangeStage stage{some(size, channels(ids)), {}, strides[random_.below(10)]};
    const bool far = random_.chance(10);
    for (std::size_t i = 0; i < size; ++i) {
      const auto offset = [&] {
        return far ? static_cast<std::int32_t>(random_.below(200)) - 100
                   : static_cast<std::int32_t>(random_.below(kernel) + from) - 3;
      };
      stage.offsets.push_back({offset(), offset()});
    }
    const Shape out{1, places(image.height, stage.stride.row, kernel),
                    places(image.width, stage.stride.column, kernel)};
    add(ids, std::move(stage), size, width(ids), out);
  }

  Random random_;
  Type input_;
  std::vector<Stage> stages_;
};

template <class T, class Answer>
void check_run(const ImageEngine& engine, const std::vector<std::uint16_t>& values, const Values& expected,
               const std::string& what) {
  const std::vector<T> frame(values.begin(), values.end());
  std::vector<Answer> answers(expected.size(), 99);
  engine.run(std::span<const T>(frame), std::span<Answer>(answers));
  BOOST_TEST(std::ranges::equal(answers, expected), what);
}

void check(const Circuit& circuit, const std::string& what, const std::vector<ImageEngineOptions>& all) {
  const std::size_t size = circuit.input().size();
  const auto samples = random_samples(circuit, 3, 7);
  const std::vector<std::uint16_t> frame(samples.end() - static_cast<std::ptrdiff_t>(size), samples.end());
  const Values expected = evaluate(circuit, std::span<const std::uint16_t>(frame));
  for (const ImageEngineOptions& options : all) {
    const ImageEngine engine(circuit, options);
    const std::string which = what + ", " + to_string(circuit.input().shape) + ", threads " +
                              std::to_string(options.threads) + ", lines " + std::to_string(options.tile_lines);
    check_run<std::uint16_t, std::uint32_t>(engine, frame, expected, which);
    if (circuit.input().width <= 8) check_run<std::uint8_t, std::uint32_t>(engine, frame, expected, which + ", bytes");
    if (circuit.output().width <= 8)
      check_run<std::uint16_t, std::uint8_t>(engine, frame, expected, which + ", to bytes");
  }
}

const std::vector<ImageEngineOptions> every_way{{1, 0}, {1, 1}, {1, 3}, {2, 2}, {3, 0}};

Type bytes(std::size_t channels, std::size_t height, std::size_t width) { return {{channels, height, width}, 8}; }

std::string error_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_image_circuits_mean_the_same_for_images_of_every_size) {
  const std::pair<std::size_t, std::size_t> sizes[] = {{1, 1},  {2, 1},  {1, 2},   {1, 70}, {70, 1}, {5, 63},
                                                       {7, 64}, {6, 65}, {9, 130}, {33, 5}, {26, 17}};
  std::uint64_t seed = 0;
  for (const auto& [height, width] : sizes)
    for (int i = 0; i < 40; ++i) {
      ++seed;
      const Type input{{1 + seed % 3, height, width}, std::vector<std::uint32_t>{8, 1, 12, 3}[seed % 4]};
      check(ImageCircuitMaker(seed, input).make(3 + seed % 11), "seed " + std::to_string(seed), every_way);
    }
}

BOOST_AUTO_TEST_CASE(a_wide_image_is_right_to_its_last_pixel) {
  for (const std::size_t width : {640, 641})
    check(ImageCircuitMaker(width, bytes(1, 9, width)).make(9), "wide", {{1, 0}, {2, 4}});
}

BOOST_AUTO_TEST_CASE(deep_convolutions_keep_the_lines_they_read_again) {
  for (const Offset stride : {Offset{1, 1}, Offset{2, 1}}) {
    std::vector<Stage> stages{{"t", {0}, ThresholdStage{{0, 0}, {80, 160}}, {{2, 40, 9}, 1}, true}};
    Random random(3);
    for (std::size_t layer = 0; layer < 8; ++layer) {
      RearrangeStage window;
      for (std::uint32_t i = 0; i < 18; ++i) {
        window.sources.push_back(i / 9);
        window.offsets.push_back({static_cast<std::int32_t>(i % 9 / 3) - 1, static_cast<std::int32_t>(i % 3) - 1});
      }
      if (layer % 3 == 2) window.stride = stride;
      const Shape before = stages.back().output.shape;
      const auto rows = static_cast<std::size_t>(window.stride.row);
      const Shape shape{18, (before.height + rows - 1) / rows, before.width};
      stages.push_back({"w", {static_cast<SignalId>(stages.size())}, window, {shape, 1}, true});
      LutStage luts;
      for (std::uint32_t i = 0; i < 2; ++i) {
        lutra_test::Pins pins;
        for (std::uint32_t j = 0; j < 6; ++j) pins.push_back(static_cast<std::uint32_t>(random.below(18)));
        luts.add(pins, std::vector<std::uint64_t>{random.next()});
      }
      stages.push_back({"l", {static_cast<SignalId>(stages.size())}, luts, {{2, shape.height, shape.width}, 1}, true});
    }
    check({bytes(1, 40, 9), stages}, "deep", {{1, 1}, {1, 4}, {1, 16}, {4, 3}, {3, 8}});
  }
}

BOOST_AUTO_TEST_CASE(early_and_late_images_can_be_joined_and_added) {
  // The input, what windows below see of it, and a window over both.
  const RearrangeStage below{{0, 0}, {{5, 0}, {2, 3}}, {1, 1}}, around{{0, 1, 2}, {{-4, -1}, {1, 0}, {0, 1}}, {1, 1}};
  const Shape image{1, 20, 67};
  check({bytes(1, 20, 67),
         {{"below", {0}, below, {{2, 20, 67}, 8}, true},
          {"around", {1, 0}, around, {{3, 20, 67}, 8}, true},
          {"joined", {0, 2, 1}, RearrangeStage{{5, 0, 2, 3}}, {{4, 20, 67}, 8}, true},
          {"first", {3}, RearrangeStage{{0}}, {image, 8}, true},
          {"sum", {0, 4}, AddStage{}, {image, 9}, true}}},
        "joined", every_way);
}

BOOST_AUTO_TEST_CASE(constants_end_where_the_image_ends) {
  LutStage constants;
  constants.add({}, std::vector<std::uint64_t>{1});
  constants.add({}, std::vector<std::uint64_t>{0});
  const RearrangeStage moved{{0, 0, 1}, {{-1, 0}, {0, 2}, {1, 1}}, {1, 1}};
  check({{{1, 11, 66}, 1},
         {{"constants", {0}, constants, {{2, 11, 66}, 1}, true},
          {"moved", {1}, moved, {{3, 11, 66}, 1}, true},
          {"again", {2}, moved, {{3, 11, 66}, 1}, true},
          {"all", {3, 1, 2}, RearrangeStage{{0, 1, 2, 3, 4, 5}}, {{6, 11, 66}, 1}, true}}},
        "constants", every_way);
}

BOOST_AUTO_TEST_CASE(a_classifier_of_images_is_run_to_its_class) {
  const Circuit images = ImageCircuitMaker(5, bytes(1, 12, 20)).make(8);
  const auto last = static_cast<SignalId>(images.stages().size());
  const std::size_t size = images.output().size();
  CountStage count;
  for (std::uint32_t group = 0; group < 3; ++group) {
    std::vector<std::uint32_t> sources;
    for (std::size_t i = group; i < size; i += 3) sources.push_back(static_cast<std::uint32_t>(i));
    count.sources.add(sources);
    count.offsets.push_back(group);
  }
  for (const bool reads_two_images : {false, true}) {
    auto stages = images.stages();
    std::vector<SignalId> read{last};
    if (reads_two_images) read.push_back(1);
    stages.push_back({"count", read, count, {{3, 1, 1}, 24}});
    stages.push_back({"argmax", {last + 1}, ArgmaxStage{}, {{1, 1, 1}, 2}});
    check({images.input(), stages}, reads_two_images ? "two images" : "one image", {{1, 0}, {2, 5}});
  }
  check(lutra_test::random_circuit(3), "no image at all", {{1, 0}});
}

BOOST_AUTO_TEST_CASE(an_engine_gives_the_same_for_one_frame_after_another) {
  const Circuit circuit = ImageCircuitMaker(77, bytes(2, 30, 70)).make(12);
  const ImageEngine engine(circuit, {.threads = 2, .tile_lines = 4});
  const auto frames = random_samples(circuit, 4, 1);
  const std::size_t size = engine.input_size();
  for (const std::size_t i : {2, 0, 3, 1, 2}) {
    const auto first = frames.begin() + static_cast<std::ptrdiff_t>(i * size);
    const std::vector<std::uint16_t> frame(first, first + static_cast<std::ptrdiff_t>(size));
    check_run<std::uint16_t, std::uint32_t>(engine, frame, evaluate(circuit, std::span<const std::uint16_t>(frame)),
                                            "frame " + std::to_string(i));
  }
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_with_what_was_expected_and_got) {
  const Circuit circuit({{1, 2, 3}, 4}, {{"sum", {0, 0}, AddStage{}, {{1, 2, 3}, 9}, true}});
  BOOST_TEST(error_of([&] { (void)ImageEngine(circuit, {.threads = 0}); }) ==
             "image engine: threads (ImageEngineOptions): expected at least 1, got 0");
  const Circuit wide({{1, 2, 3}, 17}, {{"copy", {0}, RearrangeStage{{0}}, {{1, 2, 3}, 17}, true}});
  BOOST_TEST(error_of([&] { (void)ImageEngine(wide); }) ==
             "engine: width of the circuit's input in bits: expected at most 16, got 17");

  const ImageEngine engine(circuit);
  std::vector<std::uint8_t> frame(6, 1), small(6);
  std::vector<std::uint32_t> answers(6, 99);
  const auto run = [&](auto& to) {
    return error_of([&] { engine.run(std::span<const std::uint8_t>(frame), std::span(to)); });
  };
  BOOST_TEST(run(small) == "image engine: type of the answers (output of 9 bits): expected uint32_t, got uint8_t");
  frame[4] = 16;
  BOOST_TEST(run(answers) == "engine: sample (sample 0, value 4): expected 0..15, got 16");
  frame.pop_back();
  BOOST_TEST(run(answers) == "image engine: values of the frame: expected 6, got 5");
  frame.assign(6, 1);
  answers.pop_back();
  BOOST_TEST(run(answers) == "image engine: room for answers: expected 6, got 5");
  BOOST_TEST(answers == std::vector<std::uint32_t>(5, 99));
  answers.push_back(0);
  BOOST_TEST(run(answers) == "no error");
  BOOST_TEST(answers == std::vector<std::uint32_t>(6, 2));
}
