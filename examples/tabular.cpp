// Any table of numbers with a label column: from a CSV file to a circuit that reads the numbers as fixed-point codes
// and answers with the class. The circuit file knows the columns, their scaling and the class names, so that infer can
// use it.

#include <cstdio>
#include <filesystem>
#include <lutra/circuit/rewire.hpp>
#include <lutra/data/csv.hpp>
#include <lutra/data/quantizer.hpp>
#include <lutra/export/package.hpp>
#include <lutra/export/plot.hpp>
#include <lutra/lutra.hpp>
#include <lutra/search/fit_budget.hpp>
#include <nlohmann/json.hpp>

#include "support/command_line.hpp"

using namespace lutra;

struct Options {
  std::filesystem::path data, test, folder = "out/tabular";
  std::string label = "-1";
  std::vector<std::string> skip;
  std::size_t epochs = 60, budget = 0;
  std::uint64_t seed = 1;
  bool small = false, text = false;
};

// A network's type fixes how many values it reads, a CSV file does not: the columns are repeated until they fill the
// network's input. In the circuit the repetitions read the one column that there is.
template <std::size_t Inputs>
Dataset<Level<16>> repeated(const Dataset<Level<16>>& data) {
  Dataset<Level<16>> wide = data;
  wide.shape = Shape{Inputs};
  wide.values.clear();
  for (std::size_t i = 0; i < data.size(); ++i)
    for (std::size_t k = 0; k < Inputs; ++k) wide.values.push_back(data.sample(i)[k % data.shape.size()]);
  return wide;
}

// What the two ways of training come to.
struct Trained {
  Circuit frozen;
  std::vector<std::uint32_t> answers;  // to the test rows
  History history;
  report::TradeOff tried = {};
};

// A network of a given size.
template <std::size_t Inputs, std::size_t Levels, std::size_t First, std::size_t Second>
Trained train_one(const Dataset<Level<16>>& train, const Dataset<Level<16>>& test, const Preparation& prepare,
                  const Options& options) {
  auto net = bind<Signal<Level<16>, Shape{Inputs}>>(
      Thermometer<Levels>{.spacing = Spacing::quantile} | StochasticLut<6, First, LearnedWiring<8>>{} |
          StochasticLut<6, Second>{} | RuntimeGroupSum<64>{.groups = train.classes} | Argmax{},
      Seed{options.seed});
  fit_encoders(net, train);
  std::printf("%s\n", to_string(net).c_str());
  History history = fit(net, train,
                        {.epochs = options.epochs,
                         .batch = std::clamp<std::size_t>(train.size() / 40, 16, 128),
                         .optimizer = Adam{.rate = 1e-2F},
                         .schedule = Cosine{},
                         .seed = Seed{options.seed},
                         .observer = progress_bar()});
  return {prepare(freeze(net)), predict(net, test), std::move(history)};
}

// The best network within the budget, of which that counts what is left once every column is read once.
template <std::size_t Inputs>
Trained train_best(const Dataset<Level<16>>& train, const Dataset<Level<16>>& test, const Preparation& prepare,
                   const Options& options) {
  auto best = fit_budget<Signal<Level<16>, Shape{Inputs}>, 64>(train, {.luts = options.budget,
                                                                       .brief_epochs = options.epochs / 3 + 1,
                                                                       .epochs = options.epochs,
                                                                       .seed = Seed{options.seed},
                                                                       .prepare = prepare,
                                                                       .observer = search_progress()});
  std::printf("%s\nchosen: %s, %zu LUTs of %zu\n\n", to_string(best.tried).c_str(), best.name.c_str(), best.cost.luts,
              options.budget);
  return {std::move(best.frozen), predict(best.net, test), std::move(best.history), trade_off(best.tried)};
}

template <std::size_t Inputs, std::size_t Levels, std::size_t First, std::size_t Second>
int run(const Table& train_table, const Table& test_table, const Options& options) {
  const Quantizer quantizer = Quantizer::fit(train_table);
  const auto train = quantizer.encode<Level<16>>(train_table), test = quantizer.encode<Level<16>>(test_table);
  const auto wide_train = repeated<Inputs>(train), wide_test = repeated<Inputs>(test);
  std::printf("%zu columns, %zu classes, %zu rows to train on, %zu to test\n\n", train.shape.size(), train.classes,
              train.size(), test.size());
  std::vector<std::uint32_t> sources(Inputs);
  for (std::size_t i = 0; i < Inputs; ++i) sources[i] = static_cast<std::uint32_t>(i % train.shape.size());
  const nlohmann::json layout{{"columns", train_table.columns},
                              {"classes", train_table.class_names},
                              {"label", train_table.label_name},
                              {"categories", train_table.categories}};
  const auto prepare = [&](const Circuit& wide) {
    return with_notes(rewire_input(wide, {train.shape, 16}, sources),
                      {{"quantizer", quantizer.to_text()}, {"table", layout.dump()}});
  };
  const Trained trained = options.budget > 0
                              ? train_best<Inputs>(wide_train, wide_test, prepare, options)
                              : train_one<Inputs, Levels, First, Second>(wide_train, wide_test, prepare, options);
  const Circuit circuit = simplify(trained.frozen);
  std::printf("frozen: %zu LUTs; simplified: %zu\n\n", trained.frozen.lut_nodes(), circuit.lut_nodes());

  const hdl::VerilogOptions hardware{.name = "net", .family = hdl::Family::xilinx7, .pipeline = circuits::every(1)};
  const Design design = package<std::uint16_t>(circuit, test.values, hardware);
  write(design, options.folder);
  save(circuit, options.folder / "net.lutra");
  const auto agreement = check<std::uint16_t>(
      circuit, options.folder, "net", {test.values, test.labels, trained.answers}, LUTRA_SOURCE_DIR "/export/prove.sh");
  std::printf("Test accuracy, computed by\n%s\n", to_string(agreement).c_str());
  write(report::make(circuit, {.title = options.data.stem().string(),
                               .accuracy = accuracy(trained.answers, test.labels),
                               .accuracy_note = std::to_string(test.size()) + " test rows",
                               .agreement = agreement,
                               .original = &trained.frozen,
                               .training = training_points(trained.history),
                               .confusion = report::confusion<std::uint32_t, std::uint32_t>(
                                   test.labels, trained.answers, train_table.class_names),
                               .trade_off = trained.tried,
                               .files = report::files_of(design)}),
        options.folder);
  std::printf("Written to %s: open report.html, read net.v, classify with infer --circuit net.lutra.\n",
              options.folder.c_str());
  return all_agree(agreement) ? 0 : 1;
}

int dispatch(const Options& options) {
  const bool by_place = options.label.find_first_not_of("-0123456789") == std::string::npos && !options.label.empty();
  CsvOptions csv{.label = by_place ? ColumnRef(std::stoi(options.label)) : ColumnRef(options.label),
                 .skip = {options.skip.begin(), options.skip.end()},
                 .text = options.text ? TextColumns::encode : TextColumns::refuse,
                 .most_classes = 64};
  const Table all = read_csv(options.data, csv);
  csv.like = &all;
  const auto [train, test] =
      options.test.empty() ? split(all, 0.8, Seed{options.seed}) : Split<Table>{all, read_csv(options.test, csv)};
  const std::size_t columns = all.columns.size();
  if (columns > 1024) throw Error("table", options.data.string(), "at most 1024 columns", std::to_string(columns));
  if (columns <= 64)
    return options.small ? run<64, 16, 300, 256>(train, test, options) : run<64, 16, 1200, 960>(train, test, options);
  return options.small ? run<1024, 3, 300, 256>(train, test, options) : run<1024, 3, 1500, 960>(train, test, options);
}

int main(int argc, char** argv) {
  Options o;
  examples::CommandLine line(
      "Trains a logic network on a CSV file and hands it over as Verilog, C, BLIF and a report.");
  line.add("data", &o.data, "CSV file of numbers with one label column, plain or .gz", {.required = true});
  line.add("--test", &o.test, "rows to test on (default: a fifth of the data, put aside)");
  line.add("--label", &o.label, "the label column: its name, or its place (0 first, -1 last)");
  line.add("--skip", &o.skip, "names of columns to leave out");
  line.add("--text", &o.text, "turn columns of texts into columns of zeros and ones");
  line.add("--small", &o.small, "a quarter of the LUTs");
  line.add("--budget", &o.budget, "LUTs at most, from the codes to the class: the best network within them",
           {.excludes = "--small"});
  line.add("--epochs", &o.epochs, "passes over the training rows");
  line.add("--seed", &o.seed, "of everything random");
  line.add("--out", &o.folder, "the folder to write to");
  if (const auto exit_code = line.parse(argc, argv)) return *exit_code;
  try {
    return dispatch(o);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tabular: %s\n", error.what());
    return 1;
  }
}
