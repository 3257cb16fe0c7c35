// Which of ten pieces of clothing is it? A network of one-bit weights and two-bit activations from the bytes of the
// image to the class, beside its twin of floats; the circuit that it freezes to, and that circuit as C. On
// Fashion-MNIST (Xiao et al. 2017), which Debian has as the package dataset-fashion-mnist, or any set in the same four
// files.

#include <cstdio>
#include <filesystem>
#include <lutra/circuit/image_engine.hpp>
#include <lutra/data/idx.hpp>
#include <lutra/export/c.hpp>
#include <lutra/export/package.hpp>
#include <lutra/export/report.hpp>
#include <lutra/lutra.hpp>

#include "support/command_line.hpp"

using namespace lutra;

struct Options {
  std::filesystem::path data = "/usr/share/datasets/fashion-mnist", folder = "out/fashion";
  std::size_t epochs = 16, batch = 64;
  std::uint64_t seed = 1;
  int threads = 0;
  float rate = 2e-3F, moved = 0.7F, smoothing = 0.1F;
  std::string network = "quantized";
  bool resume = false, validate = false;
};

constexpr std::size_t channels = 64;  // of the first layer
using Input = Signal<Byte, Shape{1, 28, 28}>;

// Clothing looks the same from the other side; a little smaller, larger or moved, it stays what it is.
template <class Net>
History train(Net& net, const Dataset<Byte>& images, const Options& options) {
  std::printf("%s\n", to_string(net).c_str());
  std::filesystem::create_directories(options.folder);
  return fit(net, images,
             {.epochs = options.epochs,
              .batch = options.batch,
              .optimizer = Adam{.rate = options.rate},
              .schedule = Cosine{},
              .loss = SoftmaxCrossEntropy{.smoothing = options.smoothing},
              .seed = Seed{options.seed},
              .threads = options.threads,
              .checkpoint = options.folder / (options.network + ".checkpoint"),
              .checkpoint_every_steps = 300,
              .resume = options.resume,
              .observer = progress_bar(ProgressLines::epochs)},
             random_affine<Byte>(
                 images.shape, {.shift = options.moved, .rotation = 0, .scale = 0.1F * options.moved, .mirror = true}));
}

int run_twin(const Dataset<Byte>& images, const Dataset<Byte>& unseen, const Options& options) {
  auto twin = bind<Input>(networks::vgg<networks::Floats, FloatWeights, 10, channels>(), Seed{options.seed});
  train(twin, images, options);
  std::printf("float twin: %.2f %%\n", 100 * accuracy(twin, unseen, options.threads));
  return 0;
}

int run_quantized(const Dataset<Byte>& images, const Dataset<Byte>& unseen, const Options& options) {
  using Codes = networks::Codes<BinaryWeights, 2>;
  auto net = bind<Input>(networks::vgg<Codes, OneScale<BinaryWeights>, 10, channels>(), Seed{options.seed});
  const History history = train(net, images, options);

  const Circuit circuit = simplify(freeze(net));
  save(circuit, options.folder / "fashion.lutra");
  const std::vector<std::uint32_t> answers = predict(net, unseen, options.threads);
  std::vector<std::uint32_t> classes(unseen.size());
  const ImageEngine engine(circuit);
  for (std::size_t i = 0; i < unseen.size(); ++i) engine.run(unseen.sample(i), std::span(classes).subspan(i, 1));
  std::printf("one-bit weights, two-bit activations: %.2f %%; circuit %s on all %zu images\n",
              100 * accuracy(classes, unseen.labels), classes == answers ? "equal" : "DIFFERENT", unseen.size());

  const Design design = c::source(circuit, {.name = "fashion"});
  write(design, options.folder);
  write(report::make(circuit, {.title = "Fashion-MNIST",
                               .description = "One-bit weights and two-bit activations, from bytes to the class.",
                               .accuracy = accuracy(classes, unseen.labels),
                               .accuracy_note = std::to_string(unseen.size()) + " unseen images",
                               .c_memory = c::memory_bytes(circuit),
                               .training = training_points(history),
                               .confusion = report::confusion<std::uint32_t, std::uint32_t>(
                                   unseen.labels, classes,
                                   {"T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker",
                                    "bag", "boot"}),
                               .files = report::files_of(design)}),
        options.folder);
  std::printf("Written to %s: report.html, and fashion.c with the whole network.\n", options.folder.c_str());
  return classes == answers ? 0 : 1;
}

int main(int argc, char** argv) {
  Options o;
  examples::CommandLine line("Trains a network of one-bit weights and two-bit activations on Fashion-MNIST.");
  line.add("--data", &o.data,
           "folder with the four IDX files, plain or .gz (default: where Debian's package puts them)");
  line.add("--network", &o.network, "quantized (few bits) or twin (floats)", {.one_of = {"quantized", "twin"}});
  line.add("--epochs", &o.epochs, "passes over the training images");
  line.add("--batch", &o.batch, "images a step");
  line.add("--rate", &o.rate, "of Adam, at the start");
  line.add("--moved", &o.moved, "pixels by which images are moved while learning; ten times the share they grow by");
  line.add("--smoothing", &o.smoothing, "share of the target that is spread over all classes");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--threads", &o.threads, "0: all");
  line.add("--validate", &o.validate, "score on a sixth of the training images, kept aside, to choose options with");
  line.add("--out", &o.folder, "the folder to write to");
  line.add("--resume", &o.resume, "go on from the checkpoint in the folder");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    auto [images, unseen] = load_mnist(o.data);
    if (o.validate) {
      auto parts = split(images, 5.0 / 6, Seed{7});
      images = std::move(parts.first);
      unseen = std::move(parts.second);
    }
    return o.network == "twin" ? run_twin(images, unseen, o) : run_quantized(images, unseen, o);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fashion: %s\n", error.what());
    return 1;
  }
}
