#pragma once
// Defines what <lutra/search/session.hpp> declares.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <lutra/error.hpp>
#include <lutra/inline.hpp>
#include <lutra/io/atomic_file.hpp>
#include <lutra/io/binary.hpp>
#include <lutra/search/session.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace lutra::detail {

inline constexpr char search_magic[] = "LUTRASEA";
inline constexpr std::uint32_t search_version = 1;

LUTRA_INLINE std::string network_text(const std::string& signature, float scale, const ParameterStore& store) {
  io::ByteWriter writer;
  writer.number<float>(scale);
  writer.list(store.values());
  for (const auto& buffer : store.integer_buffers()) writer.list(buffer.values);
  for (const auto& buffer : store.real_buffers()) writer.list(buffer.values);
  return signature + " #" + io::hash_text(io::fnv1a(writer.bytes()));
}

LUTRA_INLINE void check_search(const SearchOptions& options) {
  FitOptions fit = options.fit;
  if (!fit.checkpoint.empty())
    throw Error("fit.checkpoint", "search", "none: training is kept in SearchOptions::folder", fit.checkpoint.string());
  fit.checkpoint = options.folder;
  check_options(fit, true);
  if (!(options.validation > 0 && options.validation < 1))
    throw Error("validation share", "search", "above 0, below 1", std::to_string(options.validation));
  if (options.folds == 0) throw Error("folds", "search", "1 for a share put aside, or more", "0");
  if (fit.validation != 0)
    throw Error("fit.validation", "search", "0: the share is SearchOptions::validation",
                std::to_string(fit.validation));
  if (!classifies(fit.loss)) throw Error("fit.loss", "search", "SoftmaxCrossEntropy, for classes", "another");
  if (fit.epochs == 0) throw Error("fit.epochs", "search", "at least 1", "0");
  if (const auto epochs = options.second_round.epochs; epochs != 0 && epochs <= fit.epochs)
    throw Error("second_round.epochs", "search", "more than fit.epochs, " + std::to_string(fit.epochs),
                std::to_string(epochs));
  if (!(options.second_round.margin >= 0))
    throw Error("second_round.margin", "search", "0 or more", std::to_string(options.second_round.margin));
}

LUTRA_INLINE FitOptions in_fold(FitOptions fit, std::size_t fold, std::size_t folds) {
  if (!fit.checkpoint.empty()) fit.checkpoint += "-" + std::to_string(fold);
  if (fit.observer.on_step)
    fit.observer.on_step = [hears = std::move(fit.observer.on_step), fold, folds](StepInfo info) {
      info.epoch += fold * info.epochs;
      info.epochs *= folds;
      hears(info);
    };
  return fit;
}

LUTRA_INLINE void remove_checkpoint(const FitOptions& fit) noexcept {
  std::error_code ignored;
  std::filesystem::remove(fit.checkpoint, ignored);
}

LUTRA_INLINE SearchSession::SearchSession(const SearchOptions& options, const std::string& data) : options_(options) {
  check_search(options);
  const FitOptions& fit = options.fit;
  const CostOptions& cost = options.cost;
  char share[40];
  if (options.folds > 1)
    std::snprintf(share, sizeof share, "all in %zu folds", options.folds);
  else
    std::snprintf(share, sizeof share, "%.17g of them", options.validation);
  run_ = run_text(fit, data, share) + ", patience " + std::to_string(fit.patience) + ", LUTs of " +
         std::to_string(cost.max_fan_in) + " inputs, registers every " + std::to_string(cost.pipeline.levels) +
         (cost.pipeline.register_inputs ? " and at the inputs" : "");
  if (options.folder.empty()) return;
  std::error_code reason;
  std::filesystem::create_directories(options.folder, reason);
  if (reason) throw Error("cannot create folder", options.folder.string(), {}, reason.message());
  load();
  save();  // now, and not after the first training, is the time to find out that it cannot be written
}

LUTRA_INLINE void SearchSession::load() {
  const auto path = options_.folder / "search.rows";
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return;
  const std::string file = io::read_file(path);
  auto reader = io::unframe(file, search_magic, search_version, "file of a search's rows", path.string());
  if (const std::string run = reader.text("run"); run != run_)
    throw Error("rows of another search", path.string(), run_, run);
  std::vector<Kept> kept(reader.length("rows", 8 * 8));
  for (auto& [network, row] : kept) {
    network = reader.text("network");
    row.name = reader.text("name");
    row.epochs = static_cast<std::size_t>(reader.number<std::uint64_t>("epochs"));
    row.accuracy = reader.number<double>("accuracy");
    row.cost.luts = static_cast<std::size_t>(reader.number<std::uint64_t>("LUTs"));
    row.cost.lut_nodes = static_cast<std::size_t>(reader.number<std::uint64_t>("LUT nodes"));
    row.cost.levels = reader.number<std::uint32_t>("levels");
    row.cost.latency = reader.number<std::uint32_t>("latency");
    row.seconds = reader.number<double>("seconds");
  }
  reader.end();
  kept_ = std::move(kept);
}

LUTRA_INLINE void SearchSession::save() const {
  io::ByteWriter writer;
  writer.text(run_);
  writer.number<std::uint64_t>(kept_.size());
  for (const auto& [network, row] : kept_) {
    writer.text(network);
    writer.text(row.name);
    writer.number<std::uint64_t>(row.epochs);
    writer.number<double>(row.accuracy);
    writer.number<std::uint64_t>(row.cost.luts);
    writer.number<std::uint64_t>(row.cost.lut_nodes);
    writer.number<std::uint32_t>(row.cost.levels);
    writer.number<std::uint32_t>(row.cost.latency);
    writer.number<double>(row.seconds);
  }
  io::write_file(options_.folder / "search.rows", io::frame(search_magic, search_version, writer.bytes()));
}

[[nodiscard]] inline double work_of(const Trial& trial, std::size_t epochs) {
  return static_cast<double>(trial.parameters) * static_cast<double>(epochs * trial.folds);
}

LUTRA_INLINE void SearchSession::plan(const Trial& trial, std::size_t epochs) {
  work_ += work_of(trial, epochs);
  ++trainings_;
}

LUTRA_INLINE void SearchSession::tell(const Trial& trial, const StepInfo& info) const {
  if (!options_.observer.on_step) return;
  const double share =
      (static_cast<double>(info.epoch - 1) * static_cast<double>(info.steps) + static_cast<double>(info.step)) /
      (static_cast<double>(info.epochs) * static_cast<double>(info.steps));
  const double own = share * work_of(trial, info.epochs / trial.folds);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  options_.observer.on_step({.trained = trained_,
                             .trainings = trainings_,
                             .name = trial.name,
                             .training = info,
                             .seconds_left = seconds / (trained_here_ + own) * (work_ - done_ - own)});
}

LUTRA_INLINE FitOptions SearchSession::fit_options(const Trial& trial, std::size_t epochs) {
  FitOptions fit = options_.fit;
  fit.redraw.times = fit.redraw.times * epochs / fit.epochs;  // as often an epoch
  fit.epochs = epochs;
  if (!options_.folder.empty()) {
    fit.checkpoint =
        options_.folder / (io::hash_text(io::fnv1a(trial.network + std::to_string(epochs))) + ".checkpoint");
    fit.resume = true;
  }
  fit.observer.on_step = [this, &trial](const StepInfo& info) {
    if (options_.fit.observer.on_step) options_.fit.observer.on_step(info);
    tell(trial, info);
  };
  return fit;
}

LUTRA_INLINE SearchRow SearchSession::train(const Trial& trial, std::size_t epochs) {
  const auto same = [&](const Kept& kept) { return kept.network == trial.network && kept.row.epochs == epochs; };
  if (const auto found = std::ranges::find_if(kept_, same); found != kept_.end()) {
    SearchRow row = found->row;
    row.name = trial.name;
    done_ += work_of(trial, epochs);
    ++trained_;
    if (options_.observer.on_row) options_.observer.on_row(row);
    return row;
  }
  const FitOptions fit = fit_options(trial, epochs);
  const Measured measured = trial.train(fit);
  SearchRow row{trial.name,    epochs,           measured.accuracy,
                measured.cost, measured.seconds, options_.budget.keeps(measured.cost, measured.accuracy)};
  kept_.push_back({trial.network, row});
  if (!options_.folder.empty()) {
    save();
    remove_checkpoint(fit);
  }
  count(trial, epochs);
  if (options_.observer.on_row) options_.observer.on_row(row);
  return row;
}

LUTRA_INLINE void SearchSession::count(const Trial& trial, std::size_t epochs) {
  trained_here_ += work_of(trial, epochs);
  done_ += work_of(trial, epochs);
  ++trained_;
}

/// Whether a row within the budget's LUTs and latency comes near enough to all that cost no more.
[[nodiscard]] inline bool is_promising(const SearchRow& row, const std::vector<SearchRow>& rows,
                                       const SearchOptions& options) {
  const Budget affordable{options.budget.luts, options.budget.latency, {}};
  return affordable.keeps(row.cost, row.accuracy) && std::ranges::all_of(rows, [&](const SearchRow& other) {
           return other.cost.luts > row.cost.luts || other.accuracy - options.second_round.margin <= row.accuracy;
         });
}

LUTRA_INLINE SearchResult search_trials(const SearchOptions& options, const std::string& data,
                                        const std::vector<Trial>& trials) {
  if (trials.empty()) throw Error("search", "candidates", "at least one", "none");
  for (auto trial = trials.begin(); trial != trials.end(); ++trial)
    if (std::any_of(trials.begin(), trial, [&](const Trial& other) { return other.name == trial->name; }))
      throw Error("search", "candidates", "a name for each", "'" + trial->name + "' twice");
  SearchSession session(options, data);
  for (const Trial& trial : trials) session.plan(trial, options.fit.epochs);
  std::vector<SearchRow> rows;
  rows.reserve(trials.size());
  for (const Trial& trial : trials) rows.push_back(session.train(trial, options.fit.epochs));
  if (const std::size_t epochs = options.second_round.epochs; epochs > 0) {
    std::vector<std::size_t> again;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (is_promising(rows[i], rows, options)) again.push_back(i);
    for (const std::size_t i : again) session.plan(trials[i], epochs);
    for (const std::size_t i : again) rows[i] = session.train(trials[i], epochs);
  }
  return judged(options.budget, std::move(rows));
}

}  // namespace lutra::detail
