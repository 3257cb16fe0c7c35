// MNIST, or any set in its four IDX files (Fashion-MNIST), from pixels to class: training with checkpoints, the
// circuit, and all that it can be handed over as. The files are looked for in $LUTRA_DATA/mnist.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <lutra/data/idx.hpp>
#include <lutra/export/package.hpp>
#include <lutra/lutra.hpp>

#include "support/command_line.hpp"

using namespace lutra;

struct Options {
  std::filesystem::path data, folder = "out/mnist";
  std::size_t epochs = 60, batch = 128, checked = 10000;
  std::uint64_t seed = 1;
  std::uint32_t pipeline = 1;
  int threads = 0;
  float rate = 2e-2F, temperature = 4.5F;
  std::string size = "medium";
  bool resume = false;
};

// Tables that learn what they read: of an image, from near their first pin; 0: from anywhere.
template <std::size_t Tables>
constexpr auto tables(std::size_t near) {
  return StochasticLut<6, Tables, LearnedWiring<8>>{.initial = Initial::pass_through, .wiring = {.near = near}};
}

// Sizes of one family. One threshold, at 128, is a pixel's highest bit: the encoder needs no LUT.
template <std::size_t First, std::size_t Votes>
constexpr auto classifier(float temperature) {
  return Thermometer<1>{} | tables<First>(2) | tables<Votes>(0) | GroupSum<10>{.temperature = temperature} | Argmax{};
}

template <class Expression>
int run(const Expression& expression, const Options& options) {
  const auto [train, test] = load_mnist(options.data);
  auto net = bind<Signal<Byte, Shape{1, 28, 28}>>(expression, Seed{options.seed});
  fit_encoders(net, train);
  std::printf("%s\n", to_string(net).c_str());

  // Each image is moved, turned and stretched a little each time it is shown. A run that is stopped at any moment goes
  // on with --resume, and ends with the same parameters, bit for bit.
  std::filesystem::create_directories(options.folder);
  const History history = fit(net, train,
                              {.epochs = options.epochs,
                               .batch = options.batch,
                               .optimizer = Adam{.rate = options.rate},
                               .schedule = Cosine{},
                               .redraw = {.times = options.epochs * 7 / 10},
                               .seed = Seed{options.seed},
                               .threads = options.threads,
                               .checkpoint = options.folder / "training.checkpoint",
                               .checkpoint_every_steps = 200,
                               .resume = options.resume,
                               .observer = progress_bar(ProgressLines::epochs)},
                              random_affine<Byte>(train.shape, {.shift = 0.8F, .rotation = 8, .scale = 0.08F}));

  const Circuit frozen = freeze(net);
  const Circuit circuit = simplify(frozen);
  save(circuit, options.folder / "mnist.lutra");
  std::printf("frozen: %zu LUTs; simplified: %zu\n\n", frozen.lut_nodes(), circuit.lut_nodes());

  const hdl::VerilogOptions hardware{
      .name = "mnist",
      .family = hdl::Family::xilinx7,
      .pipeline = options.pipeline == 0 ? circuits::combinational() : circuits::every(options.pipeline)};
  const auto shown = std::span(test.values).first(std::min(options.checked, test.size()) * test.shape.size());
  const Design design = package<std::uint8_t>(circuit, shown, hardware);
  write(design, options.folder);

  const std::vector<std::uint32_t> answers = predict(net, test, options.threads);
  const auto agreement = check<std::uint8_t>(circuit, options.folder, "mnist", {test.values, test.labels, answers},
                                             LUTRA_SOURCE_DIR "/export/prove.sh");
  std::printf("Test accuracy, computed by\n%s\n", to_string(agreement).c_str());
  write(report::make(circuit, {.title = "MNIST",
                               .accuracy = accuracy(answers, test.labels),
                               .accuracy_note = std::to_string(test.size()) + " test images",
                               .agreement = agreement,
                               .original = &frozen,
                               .pipeline = hardware.pipeline,
                               .training = training_points(history),
                               .confusion = report::confusion<std::uint32_t, std::uint32_t>(
                                   test.labels, answers, {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}),
                               .files = report::files_of(design)}),
        options.folder);
  std::printf("Written to %s: open report.html, read mnist.v.\n", options.folder.c_str());
  return all_agree(agreement) ? 0 : 1;
}

int main(int argc, char** argv) {
  Options o;
  if (const char* data = std::getenv("LUTRA_DATA"); data != nullptr) o.data = std::filesystem::path(data) / "mnist";
  examples::CommandLine line("Trains a logic network on MNIST and hands it over as Verilog, C, BLIF and a report.");
  line.add("--data", &o.data, "folder with the four IDX files, plain or .gz (default: $LUTRA_DATA/mnist)");
  line.add("--size", &o.size, "of the network: small (2000 LUTs, complete), medium (3500) or large (5500)",
           {.one_of = {"small", "medium", "large"}});
  line.add("--epochs", &o.epochs, "passes over the training images");
  line.add("--batch", &o.batch, "images a step");
  line.add("--rate", &o.rate, "of Adam, at the start");
  line.add("--temperature", &o.temperature, "of the class sums");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--threads", &o.threads, "0: all");
  line.add("--pipeline", &o.pipeline, "registers after every so many levels of LUTs; 0: none");
  line.add("--check", &o.checked, "test images in the Verilog testbench");
  line.add("--out", &o.folder, "the folder to write to");
  line.add("--resume", &o.resume, "go on from the checkpoint in the folder");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    if (o.data.empty()) throw Error("no data", "--data", "a folder, or LUTRA_DATA in the environment", "neither");
    if (o.size == "small") return run(classifier<400, 780>(o.temperature), o);
    if (o.size == "large") return run(classifier<2700, 1650>(o.temperature), o);
    return run(classifier<1450, 1120>(o.temperature), o);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mnist: %s\n", error.what());
    return 1;
  }
}
