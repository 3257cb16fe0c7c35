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
using examples::CanvasOptions, examples::Color, examples::Picture;

struct Options {
  std::filesystem::path data, folder = "out/segmentation";
  std::size_t canvases = 2000, epochs = 12, batch = 16;
  std::uint64_t seed = 1;
  int threads = 0;
  float rate = 1e-2F;
  bool mnist = false, twin = false;
};

// A digit is seen whole by a pixel whose windows, one over the other, reach across it: Stages windows of 5 × 5 see
// 4 · Stages + 1 pixels. Each channel is a tree of seven tables over 36 bits of the window; each class counts 24 votes.
template <std::size_t Stages, std::size_t Channels>
constexpr auto segmenter() {
  return pointwise(Thermometer<3>{}) | convolve<Kernel<5>, Same>(lut_trees<6, Channels>()) |
         repeat<Stages - 1>(convolve<Kernel<5>, Same>(lut_trees<6, Channels>())) |
         pointwise(StochasticLut<6, 11 * 24>{} | GroupSum<11>{} | Argmax{});
}

// The same with floats: what the look-up tables are measured by.
template <std::size_t Stages, std::size_t Channels>
constexpr auto float_twin() {
  return pointwise(Thermometer<3>{} | ToReal{}) |
         repeat<Stages>(convolve<Kernel<5>, Same>(Dense<Channels>{}) | BatchNorm{} | Relu{}) |
         pointwise(Dense<11>{} | Argmax{});
}

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

template <class In, class Expression>
auto trained(const Expression& expression, const Dataset<Byte>& train, const Options& options) {
  auto net = bind<In>(expression, Seed{options.seed});
  std::printf("%s\n", to_string(net).c_str());
  const History history = fit(net, train,
                              {.epochs = options.epochs,
                               .batch = options.batch,
                               .optimizer = Adam{.rate = options.rate},
                               .schedule = Cosine{},
                               .seed = Seed{options.seed},
                               .threads = options.threads,
                               .observer = progress_bar(ProgressLines::epochs)});
  return std::pair{std::move(net), history};
}

template <std::size_t Stages, std::size_t Channels, std::size_t Side>
int run(const TrainAndTest& digits, std::uint8_t brightest, const Options& options) {
  using Image = Signal<Byte, Shape{1, Side, Side}>;
  CanvasOptions canvases{.height = Side, .width = Side, .count = options.canvases, .brightest = brightest};
  const Dataset<Byte> train = compose_canvases(digits.train, canvases, Seed{options.seed});
  canvases.count = 200;
  const Dataset<Byte> test = compose_canvases(digits.test, canvases, Seed{options.seed + 1});

  if (options.twin) {
    Options smaller = options;
    smaller.rate = 3e-3F;
    auto [twin, history] = trained<Image>(float_twin<Stages, Channels>(), train, smaller);
    std::printf("float twin: %.2f %% of the pixels\n", 100 * accuracy(twin, test, options.threads));
    return 0;
  }

  auto [net, history] = trained<Image>(segmenter<Stages, Channels>(), train, options);
  const Circuit circuit = simplify(freeze(net));
  std::filesystem::create_directories(options.folder);
  save(circuit, options.folder / "segmentation.lutra");

  // The circuit answers for whole canvases, and for every pixel what the network did.
  const std::vector<std::uint32_t> answers = predict(net, test, options.threads);
  const ImageEngine engine(circuit);
  std::vector<std::uint32_t> computed(answers.size());
  const std::size_t pixels = Image::size;
  for (std::size_t i = 0; i < test.size(); ++i)
    engine.run(test.sample(i), std::span(computed).subspan(i * pixels, pixels));
  std::printf("%zu look-up tables a pixel; %.2f %% of the pixels right (background alone: %.2f %%); engine %s\n",
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
  line.add("--canvases", &o.canvases, "to train on");
  line.add("--epochs", &o.epochs, "passes over the canvases");
  line.add("--batch", &o.batch, "canvases a step");
  line.add("--rate", &o.rate, "of Adam, at the start");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--threads", &o.threads, "0: all");
  line.add("--twin", &o.twin, "train the same shape with floats instead, to compare with");
  line.add("--out", &o.folder, "the folder to write to");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    if (!o.mnist) {
      const auto [train, test] = split(load_digits(o.data), 0.8, Seed{o.seed});
      return run<3, 32, 32>({train, test}, 16, o);
    }
    const char* const folder = std::getenv("LUTRA_DATA");
    if (folder == nullptr) throw Error("no data", "--mnist", "LUTRA_DATA in the environment", "none");
    return run<7, 48, 48>(load_mnist(std::filesystem::path(folder) / "mnist"), 255, o);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "segmentation: %s\n", error.what());
    return 1;
  }
}
