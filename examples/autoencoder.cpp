// Images through a few bits and back: a logic network learns which bits. On the embedded digits; on MNIST where
// $LUTRA_DATA/mnist is there. autoencoder.png shows images and what came back.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <lutra/data/digits.hpp>
#include <lutra/data/idx.hpp>
#include <lutra/lutra.hpp>

#include "support/command_line.hpp"
#include "support/picture.hpp"

using namespace lutra;
using examples::Picture;

struct Options {
  std::filesystem::path data, folder = "out/autoencoder";
  std::size_t epochs = 0, batch = 64;
  std::uint64_t seed = 1;
  int threads = 0;
  float rate = 3e-2F;
};

/// The images as their own targets, from 0 to 1.
Dataset<Byte> to_itself(const Dataset<Byte>& images, float brightest) {
  std::vector<float> targets;
  targets.reserve(images.values.size());
  for (const std::uint8_t value : images.values) targets.push_back(static_cast<float>(value) / brightest);
  return make_regression_dataset<Byte>(images.shape, images.values, targets, images.shape.size());
}

Picture picture_of(const auto& values, const Shape& shape, float brightest) {
  Picture picture(shape.height, shape.width, {});
  for (std::size_t i = 0; i < shape.size(); ++i)
    picture.at(i / shape.width, i % shape.width) =
        examples::gray(static_cast<std::uint8_t>(std::lround(255 * static_cast<float>(values[i]) / brightest)));
  return picture;
}

template <class Input, std::size_t Code, std::size_t Hidden, std::size_t Votes>
int run(const TrainAndTest& images, float brightest, const Options& options) {
  constexpr Shape shape = Input::shape;
  const Dataset<Byte> train = to_itself(images.train, brightest), test = to_itself(images.test, brightest);
  const auto fit_for = [&](std::size_t epochs, float rate) {
    return FitOptions{.epochs = epochs,
                      .batch = options.batch,
                      .optimizer = Adam{.rate = rate},
                      .schedule = Cosine{},
                      .loss = MeanSquared{},
                      .seed = Seed{options.seed},
                      .threads = options.threads,
                      .observer = progress_bar(ProgressLines::epochs)};
  };

  // First every bit is a probability, so that a gradient reaches the code through the decoder; then a bit.
  auto smooth = bind<Input>(networks::autoencoder<shape.size(), Code, Hidden, Votes>(), Seed{options.seed});
  fit_encoders(smooth, train);
  std::printf("%s\n", to_string(smooth).c_str());
  fit(smooth, train, test, fit_for(options.epochs, options.rate));
  auto net = harden(smooth);
  fit(net, train, test, fit_for(options.epochs / 2, options.rate / 10));

  const Circuit circuit = simplify(freeze(net));
  std::vector<std::uint32_t> counts(test.size() * shape.size());
  Engine(circuit).run(std::span(test.values), std::span(counts));
  double error = 0, blank = 0;  // of an image's mean, too: what there is to learn
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double target = test.targets[i];
    error += std::pow(static_cast<double>(counts[i]) / Votes - target, 2);
    blank += target * target;
  }
  std::printf(
      "%zu bits an image in place of %zu; %zu LUTs; mean squared error of the circuit %.4f (of black images %.4f)\n",
      Code, 8 * shape.size(), circuit.lut_nodes(), error / static_cast<double>(counts.size()),
      blank / static_cast<double>(counts.size()));

  std::vector<std::vector<Picture>> rows(4);
  constexpr std::size_t across = 12;
  for (std::size_t i = 0; i < 2 * across; ++i) {
    rows[2 * (i / across)].push_back(picture_of(test.sample(i), shape, brightest));
    rows[2 * (i / across) + 1].push_back(
        picture_of(std::span(counts).subspan(i * shape.size(), shape.size()), shape, Votes));
  }
  std::filesystem::create_directories(options.folder);
  save(circuit, options.folder / "autoencoder.lutra");
  write_png(examples::sheet(rows, 64 / shape.width + 1), options.folder / "autoencoder.png");
  std::printf("Written to %s: autoencoder.png shows images, and below them what came back.\n", options.folder.c_str());
  return 0;
}

int main(int argc, char** argv) {
  Options o;
  if (const char* data = std::getenv("LUTRA_DATA"); data != nullptr) o.data = std::filesystem::path(data) / "mnist";
  examples::CommandLine line("Trains a network that squeezes images through a few bits.");
  line.add("--data", &o.data, "folder with MNIST's IDX files (default: $LUTRA_DATA/mnist; without it, the digits)");
  line.add("--epochs", &o.epochs,
           "passes over the images; 0: 60 of the digits, 10 of MNIST; then half as many as bits");
  line.add("--batch", &o.batch, "images a step");
  line.add("--rate", &o.rate, "of Adam, at the start");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--threads", &o.threads, "0: all");
  line.add("--out", &o.folder, "the folder to write to");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    if (o.epochs == 0) o.epochs = o.data.empty() ? 60 : 10;
    if (!o.data.empty()) return run<Signal<Byte, Shape{1, 28, 28}>, 64, 3000, 12>(load_mnist(o.data), 255, o);
    auto [train, test] = split(load_digits(LUTRA_SOURCE_DIR "/examples/data/digits.csv.gz"), 0.8, Seed{o.seed});
    return run<Signal<Byte, Shape{1, 8, 8}>, 32, 600, 16>({std::move(train), std::move(test)}, 16, o);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "autoencoder: %s\n", error.what());
    return 1;
  }
}
