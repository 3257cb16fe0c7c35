// So many LUTs, and the best classifier that fits into them: on the embedded digits, or on any set of 28 x 28 images in
// four IDX files (MNIST, Fashion-MNIST). Writes Verilog, C, BLIF, a picture of all networks that were tried, and a
// report.

#include <cstdio>
#include <filesystem>
#include <lutra/data/digits.hpp>
#include <lutra/data/idx.hpp>
#include <lutra/export/package.hpp>
#include <lutra/export/plot.hpp>
#include <lutra/lutra.hpp>
#include <lutra/search/fit_budget.hpp>

#include "support/command_line.hpp"

using namespace lutra;

struct Options {
  std::filesystem::path data, folder = "out/budget";
  std::size_t luts = 600, brief_epochs = 20, epochs = 60, restarts = 1, checked = 1000;
  std::uint64_t seed = 1;
  int threads = 0;
};

template <class In>
int run(const Dataset<Byte>& train, const Dataset<Byte>& test, const Augmentation<Byte>& augment,
        const Options& options) {
  // Every network that is tried is counted as a whole, from pixels to class. A call that was stopped goes on where it
  // was, since what is finished is kept in the folder.
  auto best = fit_budget<In, 10>(train,
                                 {.luts = options.luts,
                                  .brief_epochs = options.brief_epochs,
                                  .epochs = options.epochs,
                                  .restarts = options.restarts,
                                  .seed = Seed{options.seed},
                                  .threads = options.threads,
                                  .folder = options.folder / "search",
                                  .observer = search_progress()},
                                 augment);
  std::printf("%s\nchosen: %s, %zu LUTs of %zu\n\n%s\n", to_string(best.tried).c_str(), best.name.c_str(),
              best.cost.luts, options.luts, to_string(best.net).c_str());

  const hdl::VerilogOptions hardware{.name = "budget", .family = hdl::Family::xilinx7, .pipeline = circuits::every(1)};
  const auto shown = std::span(test.values).first(std::min(options.checked, test.size()) * test.shape.size());
  Design design = package<std::uint8_t>(best.circuit, shown, hardware);
  design.add("tried.svg", plot(best.tried));
  write(design, options.folder);
  save(best.circuit, options.folder / "budget.lutra");

  // The test images are looked at once, when everything is decided.
  const std::vector<std::uint32_t> answers = predict(best.net, test, options.threads);
  const auto agreement = check<std::uint8_t>(best.circuit, options.folder, "budget",
                                             {test.values, test.labels, answers}, LUTRA_SOURCE_DIR "/export/prove.sh");
  std::printf("Test accuracy, computed by\n%s\n", to_string(agreement).c_str());
  write(report::make(best.circuit, {.title = "Within " + std::to_string(options.luts) + " LUTs",
                                    .description = "The best network found: " + best.name + ".",
                                    .accuracy = accuracy(answers, test.labels),
                                    .accuracy_note = std::to_string(test.size()) + " test images",
                                    .agreement = agreement,
                                    .original = &best.frozen,
                                    .training = training_points(best.history),
                                    .trade_off = trade_off(best.tried),
                                    .files = report::files_of(design)}),
        options.folder);
  std::printf("Written to %s: open report.html, tried.svg, read budget.v.\n", options.folder.c_str());
  return all_agree(agreement) ? 0 : 1;
}

int main(int argc, char** argv) {
  Options o;
  examples::CommandLine line("Finds the best logic network within a number of LUTs and hands it over.");
  line.add("--luts", &o.luts, "at most, from pixels to class");
  line.add("--data", &o.data, "folder with four IDX files of 28 x 28 images, plain or .gz (default: embedded digits)");
  line.add("--brief-epochs", &o.brief_epochs, "passes over the images for each network that is tried");
  line.add("--epochs", &o.epochs, "passes for the one that is chosen");
  line.add("--restarts", &o.restarts,
           "trainings of the one that is chosen; above 1, images put aside choose among them");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--threads", &o.threads, "0: all");
  line.add("--check", &o.checked, "test images in the Verilog testbench");
  line.add("--out", &o.folder, "the folder to write to");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    if (o.data.empty()) {
      const auto [train, test] = split(load_digits(LUTRA_SOURCE_DIR "/examples/data/digits.csv.gz"), 0.8, Seed{o.seed});
      return run<Signal<Byte, Shape{1, 8, 8}>>(train, test, {}, o);
    }
    const auto [train, test] = load_mnist(o.data);
    return run<Signal<Byte, Shape{1, 28, 28}>>(
        train, test, random_affine<Byte>(train.shape, {.shift = 0.8F, .rotation = 8, .scale = 0.08F}), o);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "budget: %s\n", error.what());
    return 1;
  }
}
