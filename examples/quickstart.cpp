// The whole of lutra on one page: a network is composed, trained on the embedded digits, frozen into a circuit, and
// handed over as Verilog, C, BLIF and a report, all of which are checked to compute the same function.

#include <cstdio>
#include <filesystem>
#include <lutra/data/digits.hpp>
#include <lutra/export/package.hpp>
#include <lutra/lutra.hpp>

#include "support/command_line.hpp"

using namespace lutra;

// An expression is a type: layers joined by |, with nothing allocated and nothing computed yet. Each of the 64 pixels
// becomes 4 bits; two layers of look-up tables with 6 inputs each follow; every class counts the votes of 40 tables.
constexpr auto expression = Thermometer<4>{.spacing = Spacing::quantile} | StochasticLut<6, 600, LearnedWiring<8>>{} |
                            StochasticLut<6, 400>{} | GroupSum<10>{} | Argmax{};

int run(const std::filesystem::path& data, const std::filesystem::path& folder, std::size_t epochs,
        std::uint64_t seed) {
  // A fifth of the digits is put aside. The network sees it only when it is finished.
  const auto [train, test] = split(load_digits(data), 0.8, Seed{seed});

  // Bound to the signal it will read, the expression becomes a network with parameters. The thresholds of the
  // thermometer are quantiles of the training pixels, looked up once.
  auto net = bind<Signal<Byte, Shape{1, 8, 8}>>(expression, Seed{seed});
  fit_encoders(net, train);
  std::printf("%s\n", to_string(net).c_str());

  const History history = fit(net, train,
                              {.epochs = epochs,
                               .batch = 64,
                               .optimizer = Adam{.rate = 1e-2F},
                               .schedule = Cosine{},
                               .seed = Seed{seed},
                               .observer = progress_bar()});

  // Frozen, it is plain data, from raw pixels to class, and gives the same answers bit for bit. Simplified, it is
  // smaller and still the same function.
  const Circuit frozen = freeze(net);
  const Circuit circuit = simplify(frozen);
  std::printf("frozen: %zu LUTs; simplified: %zu\n\n", frozen.lut_nodes(), circuit.lut_nodes());

  const std::vector<std::uint8_t>& samples = test.values;
  Design design = package<std::uint8_t>(
      circuit, samples, {.name = "digits", .family = hdl::Family::xilinx7, .pipeline = circuits::every(1)});
  write(design, folder);
  save(circuit, folder / "digits.lutra");

  // Everything that was handed over, run over the test digits on this machine.
  const std::vector<std::uint32_t> answers = predict(net, test);
  const auto agreement = check<std::uint8_t>(circuit, folder, "digits", {samples, test.labels, answers},
                                             LUTRA_SOURCE_DIR "/export/prove.sh");
  std::printf("Test accuracy, computed by\n%s\n", to_string(agreement).c_str());

  write(report::make(circuit,
                     {.title = "Digits",
                      .description = "UCI handwritten digits, 8 x 8 pixels, as one answer a clock.",
                      .accuracy = accuracy(answers, test.labels),
                      .accuracy_note = std::to_string(test.size()) + " test digits",
                      .agreement = agreement,
                      .original = &frozen,
                      .training = training_points(history),
                      .confusion = report::confusion<std::uint32_t, std::uint32_t>(
                          test.labels, answers, {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}),
                      .files = report::files_of(design)},
                     {.name = "report"}),
        folder);
  std::printf("Written to %s: open report.html, read digits.v.\n", folder.c_str());
  return all_agree(agreement) ? 0 : 1;
}

int main(int argc, char** argv) {
  examples::CommandLine line(
      "Trains a logic network on the embedded digits and hands it over as Verilog, C, BLIF and a report.");
  std::filesystem::path data = LUTRA_SOURCE_DIR "/examples/data/digits.csv.gz", folder = "out/digits";
  std::size_t epochs = 40;
  std::uint64_t seed = 1;
  line.add("--data", &data, "the digits");
  line.add("--out", &folder, "the folder to write to");
  line.add("--epochs", &epochs, "passes over the training digits");
  line.add("--seed", &seed, "of everything random");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    return run(data, folder, epochs, seed);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "quickstart: %s\n", error.what());
    return 1;
  }
}
