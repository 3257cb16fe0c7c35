// Loads a circuit file and classifies a CSV or an IDX file with it, in the bit-parallel engine. No network, no
// training: the circuit is all there is, from raw input to class.

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <lutra/circuit/engine.hpp>
#include <lutra/circuit/file.hpp>
#include <lutra/data/csv.hpp>
#include <lutra/data/idx.hpp>
#include <lutra/data/quantizer.hpp>
#include <lutra/io/atomic_file.hpp>
#include <lutra/summary.hpp>
#include <lutra/train/evaluate.hpp>
#include <nlohmann/json.hpp>

#include "support/command_line.hpp"

using namespace lutra;

struct Options {
  std::filesystem::path circuit, csv, images, labels, out;
  std::string label;
  std::size_t threads = 1;
};

// Classifies all samples, over and over for half a second, and says how fast that was and how many were right.
template <class Sample>
std::vector<std::uint32_t> classify(const Circuit& circuit, const std::vector<Sample>& samples,
                                    const std::vector<std::uint32_t>& labels, const Options& options) {
  const Engine engine(circuit, {.threads = options.threads});
  const std::size_t count = samples.size() / circuit.input().size();
  std::vector<std::uint32_t> classes(count);
  std::size_t rounds = 0;
  double seconds = 0;
  const auto begin = std::chrono::steady_clock::now();
  do {
    engine.classify(std::span(samples), classes);
    ++rounds;
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  } while (seconds < 0.5 && count > 0);
  std::fprintf(stderr, "%zu samples, %.3f million each second, %.1f ns a sample\n", count,
               1e-6 * static_cast<double>(rounds * count) / seconds,
               1e9 * seconds / static_cast<double>(std::max<std::size_t>(1, rounds * count)));
  if (!labels.empty()) std::fprintf(stderr, "accuracy %.2f %%\n", 100 * accuracy(classes, labels));
  return classes;
}

// What tabular wrote into the circuit: how the columns are called, scaled and ordered, and what the classes are.
struct Layout {
  Quantizer quantizer;
  Table table;
};

Layout layout_of(const Circuit& circuit, const std::string& file) {
  const auto& notes = circuit.notes();
  if (notes.count("quantizer") == 0 || notes.count("table") == 0)
    throw Error("circuit", file, "notes on its columns, as tabular writes them", "none; it cannot read a CSV file");
  const auto json = nlohmann::json::parse(notes.at("table"));
  Table table{.columns = json.at("columns"), .class_names = json.at("classes"), .label_name = json.at("label")};
  table.categories = json.at("categories").get<std::map<std::string, std::vector<std::string>>>();
  return {Quantizer::from_text(notes.at("quantizer")), std::move(table)};
}

void write_classes(const std::vector<std::uint32_t>& classes, const std::vector<std::string>& names,
                   const std::filesystem::path& path) {
  std::string text;
  for (const std::uint32_t c : classes) text += (c < names.size() ? names[c] : std::to_string(c)) + "\n";
  if (path == "-") {
    std::fputs(text.c_str(), stdout);
  } else if (!path.empty()) {
    io::write_file(path, text);
  }
}

void run(const Options& options) {
  const Circuit circuit = load_circuit(options.circuit);
  std::fprintf(stderr, "%s: %s values of %u bits in, %zu LUTs\n", options.circuit.c_str(),
               to_string(circuit.input().shape).c_str(), circuit.input().width, circuit.lut_nodes());
  if (!options.csv.empty()) {
    const Layout layout = layout_of(circuit, options.circuit.string());
    CsvOptions csv{.like = &layout.table};
    csv.labels = options.label == "none" ? Labels::none : Labels::classes;
    if (!options.label.empty()) csv.label = ColumnRef(options.label);
    if (!layout.table.categories.empty()) csv.text = TextColumns::encode;
    const auto data = layout.quantizer.encode<Level<16>>(read_csv(options.csv, csv));
    write_classes(classify(circuit, data.values, data.labels, options), layout.table.class_names, options.out);
    return;
  }
  if (circuit.input().width > 8)
    throw Error("circuit", options.circuit.string(), "an input of 8 bits for an IDX file",
                std::to_string(circuit.input().width) + " bits");
  const Images images = read_idx_images(options.images);
  if (images.shape.size() != circuit.input().size())
    throw Error("images", options.images.string(), to_string(circuit.input().shape) + ", the circuit's input",
                to_string(images.shape));
  std::vector<std::uint32_t> labels;
  if (!options.labels.empty()) {
    const auto bytes = read_idx_labels(options.labels);
    labels.assign(bytes.begin(), bytes.end());
  }
  write_classes(classify(circuit, images.values, labels, options), {}, options.out);
}

int main(int argc, char** argv) {
  Options o;
  examples::CommandLine line("Classifies a CSV or an IDX file with a circuit file.");
  line.add("--circuit", &o.circuit, "circuit file (.lutra)", {.required = true});
  line.add("--csv", &o.csv, "rows to classify, for a circuit made by tabular");
  line.add("--images", &o.images, "IDX images to classify, plain or .gz", {.excludes = "--csv"});
  line.add("--labels", &o.labels, "IDX labels, to know the accuracy", {.needs = "--images"});
  line.add("--label", &o.label, "the CSV's label column by name, or none (default: the last)", {.needs = "--csv"});
  line.add("--threads", &o.threads, "of the engine");
  line.add("--out", &o.out, "file for the classes, one a line; - for the terminal");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    if (o.csv.empty() == o.images.empty())
      throw Error("nothing to classify", "", "one of --csv and --images", "neither");
    run(o);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "infer: %s\n", error.what());
    return 1;
  }
}
