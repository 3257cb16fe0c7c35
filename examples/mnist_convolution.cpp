// MNIST by a convolutional logic network: windows that slide, or-pooling, a vote. Its circuit is a stream: pixels in,
// one a clock, and a class for each image. The files are looked for in $LUTRA_DATA/mnist.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <lutra/data/idx.hpp>
#include <lutra/export/package.hpp>
#include <lutra/lutra.hpp>
#include <lutra/search/ladder.hpp>

#include "support/command_line.hpp"

using namespace lutra;

struct Options {
  std::filesystem::path data, folder = "out/mnist-convolution";
  std::size_t epochs = 0, streamed = 0;
  std::uint64_t seed = 1;
  int threads = 0;
  float bend = 1.5F;
  std::string network = "convolutional";
  bool resume = false, validate = false;
};

template <class Expression>
int run(const Expression& expression, std::size_t epochs, const Options& options) {
  auto [train, test] = load_mnist(options.data);
  if (options.validate) {
    auto parts = split(train, 5.0 / 6, Seed{7});
    train = std::move(parts.first);
    test = std::move(parts.second);
  }
  auto net = bind<Signal<Byte, Shape{1, 28, 28}>>(expression, Seed{options.seed});
  std::printf("%s\n", to_string(net).c_str());
  std::filesystem::create_directories(options.folder);
  FitOptions training = ladder_recipe(train.size(), options.epochs > 0 ? options.epochs : epochs);
  training.seed = Seed{options.seed};
  training.threads = options.threads;
  training.checkpoint = options.folder / "training.checkpoint";
  training.checkpoint_every_steps = 300;
  training.resume = options.resume;
  training.observer = progress_bar(ProgressLines::epochs);
  training.optimizer = Adam{.rate = 0.01F};
  const History history =
      fit(net, train, training, random_affine<Byte>(train.shape, {.bend = options.bend, .interpolate = true}));

  const Circuit frozen = freeze(net), circuit = simplify(frozen);
  save(circuit, options.folder / "mnist.lutra");
  const std::vector<std::uint32_t> answers = predict(net, test, options.threads);
  std::vector<std::uint32_t> classes(test.size());
  Engine(circuit).classify(std::span(test.values), classes);
  std::printf("frozen: %zu LUTs; simplified: %zu\n%.2f %% of %zu %s images; circuit %s\n", frozen.lut_nodes(),
              circuit.lut_nodes(), 100 * accuracy(classes, test.labels), test.size(),
              options.validate ? "kept" : "test", classes == answers ? "equal" : "DIFFERENT");
  if (options.streamed == 0) return classes == answers ? 0 : 1;

  const hdl::StreamOptions stream{.name = "mnist", .family = hdl::Family::xilinx7, .max_width = 28, .max_height = 28};
  Design design = hdl::stream(circuit, stream);
  const auto shown =
      std::span<const std::uint8_t>(test.values).first(std::min(options.streamed, test.size()) * test.shape.size());
  design += hdl::stream_testbench(circuit, shown, stream);
  write(design, options.folder);
  const auto agreement = check_stream(options.folder, stream.name, LUTRA_SOURCE_DIR "/export/prove.sh");
  std::printf("\nThe stream\n%s\n", to_string(agreement).c_str());
  const hdl::StreamPlan plan = hdl::stream_plan(circuit, stream);
  write(report::make(circuit, {.title = "MNIST",
                               .description = "A convolutional network as a stream of pixels.",
                               .accuracy = accuracy(classes, test.labels),
                               .accuracy_note = std::to_string(test.size()) + " test images",
                               .agreement = agreement,
                               .original = &frozen,
                               .pipeline = stream.pipeline,
                               .stream = &plan,
                               .training = training_points(history),
                               .confusion = report::confusion<std::uint32_t, std::uint32_t>(
                                   test.labels, answers, {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}),
                               .files = report::files_of(design)}),
        options.folder);
  return classes == answers && all_agree(agreement) ? 0 : 1;
}

int main(int argc, char** argv) {
  Options o;
  if (const char* data = std::getenv("LUTRA_DATA"); data != nullptr) o.data = std::filesystem::path(data) / "mnist";
  examples::CommandLine line("Trains a convolutional logic network on MNIST, and hands it over as a stream.");
  line.add("--data", &o.data, "folder with the four IDX files, plain or .gz (default: $LUTRA_DATA/mnist)");
  line.add("--network", &o.network, "convolutional (29 000 LUTs), small, trees or mobile",
           {.one_of = {"convolutional", "trees", "mobile", "small"}});
  line.add("--epochs", &o.epochs, "passes over the training images; 0: what each network wants");
  line.add("--bend", &o.bend, "how far training images are bent, in pixels");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--threads", &o.threads, "0: all");
  line.add("--validate", &o.validate, "score on a sixth of the training images, kept aside, to choose options with");
  line.add("--stream", &o.streamed, "write the Verilog stream and check it with so many test images; 0: do not");
  line.add("--out", &o.folder, "the folder to write to");
  line.add("--resume", &o.resume, "go on from the checkpoint in the folder");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    if (o.data.empty()) throw Error("no data", "--data", "a folder, or LUTRA_DATA in the environment", "neither");
    if (o.network == "trees") return run(networks::convolutional_trees<10, 32, 96, 6000, 3000>(), 10, o);
    if (o.network == "mobile") return run(networks::mobile<10, 12, 4000, 2000>(), 6, o);
    if (o.network == "small") return run(networks::convolutional<10, 64, 256, 6000, 3000>(), 60, o);
    return run(networks::convolutional<10, 64, 256, 20000, 10000>(), 120, o);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mnist_convolution: %s\n", error.what());
    return 1;
  }
}
