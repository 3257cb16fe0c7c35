// How accurate can so many LUTs be? Dense networks of several sizes, each trained from several seeds; of every one the
// whole emitted design counted, by us and by yosys, from pixels to class. A table and a plot, with what others have
// published. MNIST is looked for in $LUTRA_DATA/mnist; Fashion-MNIST is Debian's package dataset-fashion-mnist.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <lutra/data/idx.hpp>
#include <lutra/export/design.hpp>
#include <lutra/export/plot.hpp>
#include <lutra/export/verilog.hpp>
#include <lutra/io/atomic_file.hpp>
#include <lutra/lutra.hpp>
#include <lutra/search/ladder.hpp>
#include <lutra/search/result.hpp>
#include <map>
#include <numeric>
#include <regex>
#include <sstream>

#include "support/command_line.hpp"

using namespace lutra;

struct Options {
  std::filesystem::path data, folder = "out/frontier";
  std::string set = "mnist", point = "all";
  std::size_t seeds = 3, epochs = 0, hidden = 0, votes = 0, levels = 1;
  float temperature = 0, moved = 0.8F, rate = 0.02F;
  int threads = 0;
  bool quantile = false, interpolate = false, validate = false;
};

// One size. All tables learn where they read, those of the first layer near the pixels that they began with. A single
// even threshold, at 128, is a pixel's highest bit, so that encoder costs nothing.
struct Point {
  std::string name;
  std::vector<std::size_t> tables;
  float temperature;
  std::size_t epochs;
  Affine moved;
  std::size_t levels = 1;
  Spacing spacing = Spacing::uniform;
  float rate = 0.02F;  // of Adam
};

// Images are moved by so many pixels while they are learned, turned by ten times as many degrees, and stretched by so
// many tenths of their size.
Affine moved(float most, bool mirror = false, bool interpolate = false) {
  return {.shift = most, .rotation = 10 * most, .scale = 0.1F * most, .mirror = mirror, .interpolate = interpolate};
}

struct ImageSet {
  std::vector<Point> sizes;
  // From pixels to class, except where the name says core: encoders left out, or nothing synthesized.
  std::vector<report::Tried> published;
};

const std::map<std::string, ImageSet> sets{
    {"mnist",
     {{{"1300", {360, 440}, 3, 80, moved(0.8F)},
       {"2000", {400, 780}, 4, 80, moved(0.8F)},
       {"3500", {1450, 1120}, 4.5F, 60, moved(0.8F)},
       {"5500", {2700, 1650}, 5, 60, moved(1, false, true), 1, Spacing::uniform, 0.01F},
       {"7000", {4000, 2000}, 6, 80, moved(1, false, true), 1, Spacing::uniform, 0.01F}},
      {{"DWN", 1597, 0.9677},
       {"DWN", 2246, 0.9770},
       {"DWN", 3464, 0.9776},
       {"DWN", 5670, 0.9832},
       {"DWN core", 692, 0.971},
       {"DWN core", 1413, 0.979},
       {"DWN core", 4082, 0.983},
       {"NeuraLUT-Assemble", 5070, 0.979},
       {"TreeLUT", 4478, 0.966},
       {"learned wiring, core", 4000, 0.9888}}}},
    {"fashion", {{{"8000", {3200, 1500}, 10, 80, moved(0.4F, true), 3, Spacing::quantile}}, {}}},
};

std::vector<Point> wanted(const Options& o) {
  if (o.votes > 0)
    return {{"own", o.hidden > 0 ? std::vector{o.hidden, o.votes} : std::vector{o.votes}, o.temperature, 40,
             moved(o.moved, o.set == "fashion", o.interpolate), o.levels,
             o.quantile ? Spacing::quantile : Spacing::uniform, o.rate}};
  std::vector<Point> points = sets.at(o.set).sizes;
  if (o.point != "all") std::erase_if(points, [&](const Point& point) { return point.name != o.point; });
  if (points.empty()) throw Error("size", "--point", "one of the set " + o.set, o.point);
  return points;
}

struct Run {
  double accuracy = 0, minutes = 0;
  CircuitCost cost;
  std::size_t yosys = 0;  // LUTs; 0: there is no yosys
};

// What synth_xilinx makes of the emitted design, shift registers included, which are LUTs, too.
std::size_t count_by_yosys(const std::filesystem::path& folder, const std::string& name) {
  if (std::system("command -v yosys >/dev/null 2>&1") != 0) return 0;
  const std::string log = (folder / "yosys.log").string();
  // From within the folder: yosys does not read names in quotes.
  const std::string command = "cd '" + folder.string() + "' && yosys -p 'read_verilog " + name +
                              ".v; synth_xilinx -family xc7 -noiopad -top " + name + "; stat' >yosys.log 2>&1";
  if (std::system(command.c_str()) != 0) throw Error("yosys", log, "a design it can read", "an error");
  std::ifstream file(log);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::size_t luts = 0;
  const std::regex line(R"(\n +(?:LUT[1-6]|SRL16E|SRLC32E) +(\d+))");
  const std::string last = text.substr(text.rfind("Number of cells"));
  for (std::sregex_iterator i(last.begin(), last.end(), line), end; i != end; ++i) luts += std::stoul((*i)[1]);
  return luts;
}

// The same circuit for an iCE40, in a frame with few pins, so that it can be placed and routed: docs/frontier.md has
// the two commands. The encoder reads the highest bit of a pixel and no other.
const char* const ice40_top =
    R"(// One bit of each of 784 pixels comes in, one a clock; the class of the last 784 comes out.
module top (input wire clk, input wire pixel, output reg [3:0] digit);
  reg  [783:0]  image;
  wire [6271:0] in;
  wire [3:0]    out;
  genvar i;
  generate
    for (i = 0; i < 784; i = i + 1) begin : pixels
      assign in[8*i +: 8] = {image[783-i], 7'b0};
    end
  endgenerate
  mnist net (.clk(clk), .in(in), .out(out));
  always @(posedge clk) begin
    image <= {image[782:0], pixel};
    digit <= out;
  end
endmodule
)";

void write_ice40(const Circuit& circuit, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  write(hdl::verilog(circuit, {.name = "mnist", .family = hdl::Family::ice40, .pipeline = circuits::every(4)}), folder);
  io::write_file(folder / "top.v", ice40_top);
}

Run train_one(const Point& point, std::uint64_t seed, const TrainAndTest& data, const Options& options) {
  auto net = bind<Signal<Byte, Shape{1, 28, 28}>>(
      TableClassifier<10>{
          .levels = point.levels, .spacing = point.spacing, .tables = point.tables, .temperature = point.temperature},
      Seed{seed});
  const auto folder = options.folder / (point.name + "-" + std::to_string(seed));
  std::filesystem::create_directories(folder);
  const std::size_t epochs = options.epochs > 0 ? options.epochs : point.epochs;
  // A run that was stopped goes on; one that is done is only counted again.
  FitOptions training = ladder_recipe(data.train.size(), epochs);
  training.seed = Seed{seed};
  training.threads = options.threads;
  training.checkpoint = folder / "training.checkpoint";
  training.resume = true;
  training.observer = progress_bar();
  training.optimizer = Adam{.rate = point.rate};
  fit_encoders(net, data.train);
  const History history = fit(net, data.train, training, random_affine<Byte>(data.train.shape, point.moved));
  const Circuit circuit = simplify(freeze(net));
  save(circuit, folder / (options.set + ".lutra"));
  write(hdl::verilog(circuit,
                     {.name = options.set, .family = hdl::Family::xilinx7, .pipeline = circuits::combinational()}),
        folder);
  if (options.set == "mnist" && point.levels == 1 && point.spacing == Spacing::uniform)
    write_ice40(circuit, folder / "ice40");
  std::vector<std::uint32_t> classes(data.test.size());
  Engine(circuit).classify(std::span(data.test.values), classes);
  return {accuracy(classes, data.test.labels), history.epochs.back().seconds / 60, cost_of(circuit),
          count_by_yosys(folder, options.set)};
}

double mean(const std::vector<Run>& runs, double (*of)(const Run&)) {
  return std::accumulate(runs.begin(), runs.end(), 0.0, [&](double sum, const Run& run) { return sum + of(run); }) /
         static_cast<double>(runs.size());
}

// Of a sample, from its mean.
double deviation(const std::vector<Run>& runs) {
  if (runs.size() < 2) return 0;
  const double middle = mean(runs, [](const Run& run) { return run.accuracy; });
  double sum = 0;
  for (const Run& run : runs) sum += (run.accuracy - middle) * (run.accuracy - middle);
  return std::sqrt(sum / static_cast<double>(runs.size() - 1));
}

std::string table_row(const Point& point, const std::vector<Run>& runs) {
  const auto average = [&](double (*of)(const Run&)) { return mean(runs, of); };
  char text[256];
  std::snprintf(text, sizeof text, "| %s | %.2f ± %.2f %% | %.0f | %.0f | %.0f | %.0f | %.0f | %.1f |\n",
                point.name.c_str(), 100 * average([](const Run& r) { return r.accuracy; }), 100 * deviation(runs),
                average([](const Run& r) { return static_cast<double>(r.cost.luts); }),
                average([](const Run& r) { return static_cast<double>(r.yosys); }),
                average([](const Run& r) { return static_cast<double>(r.cost.lut_nodes); }),
                average([](const Run& r) { return static_cast<double>(r.cost.levels); }),
                average([](const Run& r) { return static_cast<double>(r.cost.latency); }),
                average([](const Run& r) { return r.minutes; }));
  return text;
}

int run(const Options& options) {
  TrainAndTest data = load_mnist(options.data);
  if (options.validate) {
    auto parts = split(data.train, 5.0 / 6, Seed{7});
    data = {std::move(parts.first), std::move(parts.second)};
  }
  std::string table =
      "| at most | accuracy of the circuit | LUTs, complete | by yosys | LUT nodes | levels | clocks | minutes |\n"
      "|---|---|---|---|---|---|---|---|\n";
  report::TradeOff all{sets.at(options.set).published, {}};
  for (const Point& point : wanted(options)) {
    std::vector<Run> runs;
    for (std::uint64_t seed = 1; seed <= options.seeds; ++seed) {
      std::fprintf(stderr, "at most %s LUTs, seed %llu:\n", point.name.c_str(), static_cast<unsigned long long>(seed));
      runs.push_back(train_one(point, seed, data, options));
      std::fprintf(stderr, "%.2f %%, %zu LUTs, %zu by yosys\n", 100 * runs.back().accuracy, runs.back().cost.luts,
                   runs.back().yosys);
    }
    table += table_row(point, runs);
    all.tried.push_back(
        {"lutra", static_cast<std::size_t>(mean(runs, [](const Run& r) { return static_cast<double>(r.cost.luts); })),
         mean(runs, [](const Run& r) { return r.accuracy; }), true, true, false});
  }
  std::printf("%s", table.c_str());
  io::write_file(options.folder / "frontier.md", table);
  io::write_file(options.folder / "frontier.svg", plot(all));
  std::printf("\nWritten to %s: frontier.svg, frontier.md, and a folder with Verilog for each network.\n",
              options.folder.c_str());
  return 0;
}

int main(int argc, char** argv) {
  Options o;
  examples::CommandLine line("Accuracy against complete LUTs: several sizes, several seeds, a table and a plot.");
  line.add("--data", &o.data,
           "folder with the four IDX files (default: $LUTRA_DATA/mnist, or where Debian has Fashion-MNIST)");
  line.add("--set", &o.set, "which images, and sizes", {.one_of = {"mnist", "fashion"}});
  line.add("--point", &o.point, "one of the sizes alone, or all",
           {.one_of = {"all", "1300", "2000", "3500", "5500", "7000", "8000"}});
  line.add("--votes", &o.votes, "a size of your own: so many tables that vote; 0: the sizes above");
  line.add("--hidden", &o.hidden, "of your own: so many tables in front of them; 0: none");
  line.add("--levels", &o.levels, "of your own: thresholds a pixel");
  line.add("--quantile", &o.quantile, "of your own: thresholds at the quantiles of each pixel, and not even ones");
  line.add("--temperature", &o.temperature, "of your own; 0: the square root of the votes of a class");
  line.add("--rate", &o.rate, "of your own: Adam's, at the start");
  line.add("--moved", &o.moved,
           "of your own: how far images are moved; 1 is a pixel, 10 degrees and a tenth of their size");
  line.add("--interpolate", &o.interpolate, "of your own: moved images are interpolated");
  line.add("--seeds", &o.seeds, "trainings of each size");
  line.add("--epochs", &o.epochs, "passes over the training images; 0: what each size wants");
  line.add("--threads", &o.threads, "0: all");
  line.add("--validate", &o.validate, "score on a sixth of the training images, kept aside, to choose options with");
  line.add("--out", &o.folder, "the folder to write to");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    const char* const data = std::getenv("LUTRA_DATA");
    if (o.data.empty() && o.set == "fashion") o.data = "/usr/share/datasets/fashion-mnist";
    if (o.data.empty() && data != nullptr) o.data = std::filesystem::path(data) / "mnist";
    if (o.data.empty()) throw Error("no data", "--data", "a folder, or LUTRA_DATA in the environment", "neither");
    if (o.seeds == 0) throw Error("seeds", "--seeds", "at least 1", "0");
    return run(o);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "frontier: %s\n", error.what());
    return 1;
  }
}
