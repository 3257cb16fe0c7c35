// Which digits are in a picture, and where? A convolutional network of few bits answers for each cell of a grid, from
// bytes to whole numbers: weights of one bit and codes of two inside, weights of eight bits in the first layer and the
// last. Beside it, with --twin, the same network with floats. Scenes to learn from are made of digits before textures:
// MNIST's where $LUTRA_DATA/mnist is there, else the embedded ones.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <lutra/boxes/average_precision.hpp>
#include <lutra/boxes/decode.hpp>
#include <lutra/boxes/suppress.hpp>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/data/digits.hpp>
#include <lutra/data/idx.hpp>
#include <lutra/export/c.hpp>
#include <lutra/lutra.hpp>

#include "support/box_picture.hpp"
#include "support/command_line.hpp"
#include "support/scenes.hpp"

using namespace lutra;
using examples::Color, examples::Picture, examples::SceneOptions, examples::Scenes;
using networks::Codes, networks::detection, networks::Floats;

struct Options {
  std::filesystem::path data, folder = "out/detection";
  std::size_t scenes = 24576, epochs = 8, batch = 64;
  std::uint64_t seed = 1;
  int threads = 0;
  float rate = 3e-3F;
  bool twin = false, validate = false, resume = false;
};

constexpr Shape shape{1, 48, 48};
constexpr BoxGrid grid{.rows = 6, .columns = 6, .classes = 10, .cell = 8};
constexpr float least_score = 0.05F;  // of what counts as found; drawn is what is more likely than not

constexpr auto few_bits =
    detection<10, Codes<FewBitWeights<8>, 2>, Codes<BinaryWeights, 2>, OneScale<FewBitWeights<8>>>();
constexpr auto floats = detection<10, Floats, Floats, FloatWeights>();

using BoxLists = std::vector<std::vector<Box>>;

struct Digits {
  Dataset<Byte> to_learn, to_test;
  std::uint8_t brightest;
};

// The digits of the test scenes are in no other ones. To choose options by, a part of the others takes their place.
Digits load(const Options& options) {
  const std::filesystem::path mnist = options.data / "mnist";
  Digits digits;
  if (!options.data.empty() && std::filesystem::is_directory(mnist)) {
    TrainAndTest both = load_mnist(mnist);
    digits = {std::move(both.train), std::move(both.test), 255};
  } else {
    auto parts = split(load_digits(LUTRA_SOURCE_DIR "/examples/data/digits.csv.gz"), 0.8, Seed{options.seed});
    digits = {std::move(parts.first), std::move(parts.second), 16};
  }
  if (options.validate) {
    auto parts = split(digits.to_learn, 0.8, Seed{options.seed});
    digits = {std::move(parts.first), std::move(parts.second), digits.brightest};
  }
  return digits;
}

Scenes scenes_of(const Dataset<Byte>& digits, const Digits& all, std::size_t count, std::uint64_t seed, int threads) {
  const auto textures = examples::make_textures(64, 96, Seed{seed});
  Scenes scenes = make_scenes(
      digits, textures,
      {.height = shape.height, .width = shape.width, .count = count, .brightest = all.brightest, .threads = threads},
      Seed{~seed});
  scenes.images.target_size = grid.size();
  for (const std::vector<Box>& boxes : scenes.truth) {
    const std::vector<float> targets = encode_boxes(boxes, grid);
    scenes.images.targets.insert(scenes.images.targets.end(), targets.begin(), targets.end());
  }
  return scenes;
}

// What a network or circuit found in the test scenes, and how good that is.
struct Finder {
  std::string name;
  BoxLists found;
};

template <class Expression>
auto train(const std::string& name, const Expression& expression, const Scenes& scenes, const Options& options) {
  auto net = bind<Signal<Byte, shape>>(expression, Seed{options.seed});
  std::printf("%s\n%s\n", name.c_str(), to_string(net).c_str());
  fit(net, scenes.images,
      {.epochs = options.epochs,
       .batch = options.batch,
       .optimizer = Adam{.rate = options.rate},
       .schedule = Cosine{},
       .loss = BoxLoss{.classes = grid.classes},
       .seed = Seed{options.seed},
       .threads = options.threads,
       .checkpoint = options.folder / (name + ".checkpoint"),
       .resume = options.resume,
       .observer = progress_bar(ProgressLines::epochs)});
  return net;
}

std::span<const float> answer_of(const std::vector<float>& answers, std::size_t scene) {
  return std::span(answers).subspan(scene * grid.size(), grid.size());
}

Finder boxes_of_network(const std::string& name, const std::vector<float>& answers) {
  Finder finder{name, {}};
  for (std::size_t i = 0; i < answers.size() / grid.size(); ++i)
    finder.found.push_back(suppress(decode_boxes(answer_of(answers, i), grid, least_score)));
  return finder;
}

// The circuit's whole numbers are the network's floats, and its boxes the network's, one by one.
Finder boxes_of_circuit(const Circuit& circuit, const Scenes& scenes, const std::vector<float>& answers, bool& equal) {
  const std::int64_t lowest = std::stoll(circuit.notes().at("lowest"));
  const float scale = std::stof(circuit.notes().at("scale"));
  const ImageEngine engine(circuit);
  std::vector<std::uint32_t> numbers(circuit.output().size());
  Finder finder{"few bits, circuit", {}};
  for (std::size_t i = 0; i < scenes.images.size(); ++i) {
    engine.run(scenes.images.sample(i), std::span(numbers));
    for (std::size_t j = 0; j < numbers.size(); ++j)
      equal &= static_cast<float>(std::int64_t{numbers[j]} + lowest) * scale == answer_of(answers, i)[j];
    finder.found.push_back(suppress(decode_boxes(numbers, lowest, scale, grid, least_score)));
  }
  return finder;
}

// A column for each of the first scenes: the truth, and what was found.
void draw(const Scenes& scenes, const std::vector<Finder>& finders, const std::filesystem::path& path) {
  constexpr std::size_t shown = 6, scale = 4;
  const auto line = [&](const BoxLists& lists, Color color) {
    std::vector<Picture> pictures;
    for (std::size_t i = 0; i < std::min(shown, lists.size()); ++i) {
      std::vector<Box> likely;
      std::ranges::copy_if(lists[i], std::back_inserter(likely), [](const Box& box) { return box.score >= 0.5F; });
      pictures.push_back(examples::draw_boxes(scenes.images.sample(i), shape, likely, color, scale));
    }
    return pictures;
  };
  std::vector<std::vector<Picture>> rows{line(scenes.truth, {80, 220, 80})};
  for (const Finder& finder : finders) rows.push_back(line(finder.found, {255, 200, 40}));
  write_png(examples::sheet(rows, 1), path);
}

int run(const Options& options) {
  const Digits digits = load(options);
  const Scenes train_scenes = scenes_of(digits.to_learn, digits, options.scenes, options.seed, options.threads);
  const Scenes test_scenes =
      scenes_of(digits.to_test, digits, 1000, options.seed + (options.validate ? 1 : 2), options.threads);
  std::filesystem::create_directories(options.folder);

  auto net = train("few-bits", few_bits, train_scenes, options);
  const std::vector<float> answers = outputs(net, test_scenes.images, options.threads);
  const Circuit circuit = freeze(net);
  save(circuit, options.folder / "detection.lutra");
  write(c::source(circuit, {.name = "detection"}), options.folder);
  bool equal = true;
  std::vector<Finder> finders{boxes_of_network("few bits, network", answers),
                              boxes_of_circuit(circuit, test_scenes, answers, equal)};
  equal &= finders[0].found == finders[1].found;
  if (options.twin) {
    auto twin = train("floats", floats, train_scenes, options);
    finders.push_back(boxes_of_network("floats", outputs(twin, test_scenes.images, options.threads)));
  }

  std::printf("circuit %s, in every number of %zu scenes\n\n%-20s%10s%10s\n", equal ? "equal" : "DIFFERENT",
              test_scenes.images.size(), "", "mAP@0.5", "mAP@0.75");
  for (const Finder& finder : finders)
    std::printf("%-20s%10.4f%10.4f\n", finder.name.c_str(), mean_average_precision(finder.found, test_scenes.truth),
                mean_average_precision(finder.found, test_scenes.truth, 0.75F));
  draw(test_scenes, {finders.begin() + 1, finders.end()}, options.folder / "detection.png");
  std::printf("Written to %s: detection.png shows the true boxes, the circuit's%s; detection.c is the circuit.\n",
              options.folder.c_str(), options.twin ? " and the floats'" : "");
  return equal ? 0 : 1;
}

int main(int argc, char** argv) {
  Options o;
  if (const char* data = std::getenv("LUTRA_DATA"); data != nullptr) o.data = data;
  examples::CommandLine line("Trains a network of few bits that finds digits in pictures.");
  line.add("--data", &o.data, "folder with mnist/ (default: $LUTRA_DATA; without it, the embedded digits)");
  line.add("--twin", &o.twin, "train the same network with floats, too");
  line.add("--validate", &o.validate, "test on scenes of digits kept aside from those to learn from");
  line.add("--scenes", &o.scenes, "to make and to learn from");
  line.add("--epochs", &o.epochs, "passes over the scenes");
  line.add("--batch", &o.batch, "scenes a step");
  line.add("--rate", &o.rate, "of Adam, at the start");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--threads", &o.threads, "0: all");
  line.add("--out", &o.folder, "the folder to write to");
  line.add("--resume", &o.resume, "go on from the checkpoints in the folder");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    return run(o);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "detection: %s\n", error.what());
    return 1;
  }
}
