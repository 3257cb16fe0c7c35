// Which digit, if any, does each pixel of a camera's image belong to? A convolutional network of look-up tables answers
// for every pixel, and its circuit is a stream: one pixel a clock in, one class a clock out. Canvases are composed from
// the embedded digits, or from MNIST where LUTRA_DATA is set and --mnist given.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/data/digits.hpp>
#include <lutra/data/idx.hpp>
#include <lutra/export/package.hpp>
#include <lutra/lutra.hpp>

#include "support/canvases.hpp"
#include "support/command_line.hpp"
#include "support/picture.hpp"

using namespace lutra;
using examples::CanvasOptions, examples::Color, examples::compose_canvases, examples::cut_patches, examples::Picture;

struct Options {
  std::filesystem::path data, folder = "out/segmentation";
  std::size_t patches = 0, epochs = 3, batch = 64;
  std::uint64_t seed = 1;
  int threads = 0;
  float rate = 0;
  bool mnist = false, twin = false;
};

// What a network is made of: look-up tables, each of which chooses the values of its window that it reads, among eight
// a pin; or, to measure them by, the same shape with floats.
struct Logic {
  static constexpr auto encoder() { return Thermometer<5>{}; }
  template <std::size_t Nodes>
  static constexpr auto layer() {
    return networks::tables<Nodes>();
  }
  template <std::size_t Votes>
  static constexpr auto head() {
    return StochasticLut<6, Votes>{.initial = Initial::pass_through} | GroupSum<11>{.temperature = Votes / 137.5F};
  }
};
struct Floats {
  static constexpr auto encoder() { return Thermometer<5>{} | ToReal{}; }
  template <std::size_t Nodes>
  static constexpr auto layer() {
    return Dense<Nodes>{} | Relu{};
  }
  template <std::size_t>
  static constexpr auto head() {
    return Dense<11>{};
  }
};

// Four windows, one over the other. Through them a pixel sees the digit that it belongs to, and the last asks all that
// it sees of the third layer. With Valid, a patch of `seen` pixels gives one class, that of the pixel in its middle;
// with Same, every pixel of a frame gets one.
template <std::size_t First, std::size_t Other, std::size_t Narrow, std::size_t Middle, std::size_t Wide,
          std::size_t Votes>
struct Windows {
  static constexpr std::size_t seen = First + 3 * (Other - 1);
  template <class Layers, class Border>
  static constexpr auto segmenter() {
    return pointwise(Layers::encoder()) | convolve<Kernel<First>, Border>(Layers::template layer<Narrow>()) |
           convolve<Kernel<Other>, Border>(Layers::template layer<Middle>()) |
           convolve<Kernel<Other>, Border>(Layers::template layer<Wide>()) |
           convolve<Kernel<Other>, Border>(Layers::template layer<2 * Votes>() | Layers::template head<Votes>() |
                                           Argmax{});
  }
};
using Small = Windows<3, 5, 32, 48, 64, 550>;
using Large = Windows<5, 9, 48, 64, 96, 1100>;

// One color a digit, around the circle; the background is dark.
Color color_of(std::uint32_t label) {
  static constexpr Color colors[] = {{230, 25, 75},  {60, 180, 75},   {255, 225, 25}, {0, 130, 200},
                                     {245, 130, 48}, {145, 30, 180},  {70, 240, 240}, {240, 50, 230},
                                     {210, 245, 60}, {250, 190, 212}, {24, 24, 32}};
  return colors[label];
}

Picture picture_of(std::span<const std::uint32_t> labels, const Shape& shape) {
  Picture picture(shape.height, shape.width, color_of(examples::background_class));
  for (std::size_t i = 0; i < labels.size(); ++i) picture.at(i / shape.width, i % shape.width) = color_of(labels[i]);
  return picture;
}

Picture picture_of(std::span<const std::uint8_t> values, const Shape& shape) {
  Picture picture(shape.height, shape.width, {});
  for (std::size_t i = 0; i < values.size(); ++i)
    picture.at(i / shape.width, i % shape.width) = examples::gray(values[i]);
  return picture;
}

// The neighbours of a pixel have nearly the same windows: patches around pixels of many canvases teach more, and
// sooner, than all pixels of a few. Turned and stretched around its middle, a patch keeps its class.
template <class Net>
History train(Net& net, const Dataset<Byte>& patches, float rate, const Options& options) {
  std::printf("%s\n", to_string(net).c_str());
  return fit(net, patches,
             {.epochs = options.epochs,
              .batch = options.batch,
              .optimizer = Adam{.rate = options.rate > 0 ? options.rate : rate},
              .schedule = Cosine{},
              .seed = Seed{options.seed},
              .threads = options.threads,
              .observer = progress_bar(ProgressLines::epochs)},
             random_affine<Byte>(patches.shape, {.shift = 0}));
}

template <class Size, std::size_t Side>
int run(const TrainAndTest& digits, std::uint8_t brightest, const Options& options) {
  using Patch = Signal<Byte, Shape{1, Size::seen, Size::seen}>;
  using Frame = Signal<Byte, Shape{1, Side, Side}>;
  constexpr std::size_t side = 2 * Side;  // of canvases to cut patches from
  const CanvasOptions large{.height = side, .width = side, .digits = 24, .brightest = brightest};
  CanvasOptions many = large, few = large;
  many.count = options.patches / 20;  // a digit is cut up a few times only: there are few digits
  few.count = 500;
  const Dataset<Byte> patches = cut_patches(compose_canvases(digits.train, many, Seed{options.seed}), Size::seen,
                                            options.patches, 0.8, Seed{options.seed});
  const Dataset<Byte> unseen = cut_patches(compose_canvases(digits.test, few, Seed{options.seed + 1}), Size::seen,
                                           20'000, {}, Seed{options.seed});

  if (options.twin) {
    auto twin = bind<Patch>(Size::template segmenter<Floats, Valid>(), Seed{options.seed});
    train(twin, patches, 1e-3F, options);
    std::printf("float twin: %.2f %% of the pixels\n", 100 * accuracy(twin, unseen, options.threads));
    return 0;
  }

  auto learner = bind<Patch>(Size::template segmenter<Logic, Valid>(), Seed{options.seed});
  const History history = train(learner, patches, 5e-2F, options);
  std::printf("%.2f %% of the pixels of unseen digits' canvases\n", 100 * accuracy(learner, unseen, options.threads));
  auto net = bind<Frame>(Size::template segmenter<Logic, Same>(), Seed{options.seed});
  copy_parameters(learner, net);
  const Circuit circuit = simplify(freeze(net));
  std::filesystem::create_directories(options.folder);
  save(circuit, options.folder / "segmentation.lutra");

  // The circuit answers for whole frames, and for every pixel what the network did.
  const Dataset<Byte> test = compose_canvases(
      digits.test, {.height = Side, .width = Side, .count = 200, .brightest = brightest}, Seed{options.seed + 2});
  const std::vector<std::uint32_t> answers = predict(net, test, options.threads);
  const ImageEngine engine(circuit);
  std::vector<std::uint32_t> computed(answers.size());
  const std::size_t pixels = Frame::size;
  for (std::size_t i = 0; i < test.size(); ++i)
    engine.run(test.sample(i), std::span(computed).subspan(i * pixels, pixels));
  std::printf(
      "%zu look-up tables a pixel; %.2f %% of the pixels of whole frames (background alone: %.2f %%); engine %s\n",
      circuit.lut_nodes(), 100 * accuracy(answers, test.labels),
      100 * accuracy(std::vector<std::uint32_t>(answers.size(), examples::background_class), test.labels),
      computed == answers ? "equal" : "DIFFERENT");

  std::vector<std::vector<Picture>> rows;
  constexpr std::size_t shown = 6;
  for (std::size_t i = 0; i < shown; ++i)
    rows.push_back({picture_of(test.sample(i), test.shape), picture_of(test.label(i), test.shape),
                    picture_of(std::span(answers).subspan(i * pixels, pixels), test.shape),
                    picture_of(std::span(computed).subspan(i * pixels, pixels), test.shape)});
  write_png(examples::sheet(rows, 4), options.folder / "segmentation.png");

  // One pixel a clock, at any size up to that of a small camera. The testbench sends the canvases of the picture.
  const hdl::StreamOptions video{
      .name = "segmentation", .family = hdl::Family::xilinx7, .max_width = 640, .max_height = 480};
  Design design = hdl::stream(circuit, video);
  design += hdl::stream_testbench(circuit, std::span<const std::uint8_t>(test.values).first(shown * pixels), video);
  write(design, options.folder);
  const auto agreement = check_stream(options.folder, video.name, LUTRA_SOURCE_DIR "/export/prove.sh");
  std::printf("\nThe stream\n%s\n", to_string(agreement).c_str());

  const hdl::StreamPlan plan = hdl::stream_plan(circuit, video);
  write(report::make(circuit, {.title = "Segmentation",
                               .description = "The digit that each pixel belongs to, one pixel a clock.",
                               .accuracy = accuracy(answers, test.labels),
                               .accuracy_note = "of the pixels of " + std::to_string(test.size()) + " canvases",
                               .agreement = agreement,
                               .pipeline = video.pipeline,
                               .stream = &plan,
                               .training = training_points(history),
                               .files = report::files_of(design)}),
        options.folder);
  std::printf("Written to %s: segmentation.png shows input, truth, network and circuit; report.html the pipeline.\n",
              options.folder.c_str());
  return computed == answers && all_agree(agreement) ? 0 : 1;
}

int main(int argc, char** argv) {
  Options o;
  o.data = LUTRA_SOURCE_DIR "/examples/data/digits.csv.gz";
  examples::CommandLine line("Trains a network that tells for each pixel which digit it belongs to.");
  line.add("--mnist", &o.mnist, "canvases of 48 x 48 with MNIST digits, from $LUTRA_DATA/mnist");
  line.add("--patches", &o.patches, "to train on; 0: 60000 of the embedded digits, 400000 of MNIST");
  line.add("--epochs", &o.epochs, "passes over the patches");
  line.add("--batch", &o.batch, "patches a step");
  line.add("--rate", &o.rate, "of Adam, at the start; 0: 0.05, and 0.001 for floats");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--threads", &o.threads, "0: all");
  line.add("--twin", &o.twin, "train the same shape with floats instead, to compare with");
  line.add("--out", &o.folder, "the folder to write to");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    if (o.patches == 0) o.patches = o.mnist ? 400'000 : 60'000;
    if (!o.mnist) {
      const auto [train, test] = split(load_digits(o.data), 0.8, Seed{o.seed});
      return run<Small, 32>({train, test}, 16, o);
    }
    const char* const folder = std::getenv("LUTRA_DATA");
    if (folder == nullptr) throw Error("no data", "--mnist", "LUTRA_DATA in the environment", "none");
    return run<Large, 48>(load_mnist(std::filesystem::path(folder) / "mnist"), 255, o);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "segmentation: %s\n", error.what());
    return 1;
  }
}
