#pragma once
// Networks and training runs on disk (docs/formats.md). A parameter file holds what a network has learned; a checkpoint
// holds, besides, all that a run needs to go on as if it had never stopped. Both are framed and hashed, and written
// whole.

#include <cstdint>
#include <filesystem>
#include <lutra/network.hpp>
#include <lutra/parameters.hpp>
#include <lutra/snapshot.hpp>
#include <lutra/train/history.hpp>
#include <lutra/train/optimizer.hpp>
#include <string>

namespace lutra {

namespace detail {

/// The network's layers and signals as text: what a file must match to be loaded into it.
template <class Net>
[[nodiscard]] std::string signature(const Net& net) {
  std::string text = Net::Input::name();
  for (const LayerRow& row : net.layers()) text += " | " + row.name;
  return text;
}

/// `network` is the network's signature, here and below.
void save_parameters(const std::string& network, const ParameterStore& store, const std::filesystem::path& path);

void load_parameters(const std::string& network, ParameterStore& store, const std::filesystem::path& path);

}  // namespace detail

/// Writes what the network has learned: parameters, wiring, thresholds, running means. Throws Error as io::write_file
/// does.
template <class ExpressionType, class In>
void save_parameters(const Network<ExpressionType, In>& net, const std::filesystem::path& path) {
  detail::save_parameters(detail::signature(net), net.parameters(), path);
}

/// Reads it back into a network of the same expression and input. A checkpoint will do as well, so that a run with
/// other options can start where an interrupted one stands. Throws Error, leaving the network as it was, where the file
/// is missing, foreign, damaged, or of another network.
template <class ExpressionType, class In>
void load_parameters(Network<ExpressionType, In>& net, const std::filesystem::path& path) {
  detail::load_parameters(detail::signature(net), net.parameters(), path);
}

namespace detail {

/// Where a run stands between two steps.
struct RunState {
  std::uint64_t epoch = 0;  ///< whole epochs done
  std::uint64_t step = 0;   ///< steps done in the next one
  double loss = 0;          ///< of that epoch, summed over samples so far
  std::uint64_t correct = 0;
  double seconds = 0;
  OptimizerState optimizer;
  History history;
  bool has_best = false;
  double best_score = 0;
  std::uint64_t epochs_since_best = 0;
  Snapshot best;
};

/// `run` says what must be the same for a run to be the same (run_text).
void save_checkpoint(const std::filesystem::path& path, const std::string& network, const std::string& run,
                     const ParameterStore& store, const RunState& state);

/// Throws Error where a checkpoint could not be written to `path`; writes none.
void check_can_be_written(const std::filesystem::path& path);

/// Reads a checkpoint of this very run into `store` and returns where it stood. Throws Error, changing nothing, where
/// the file is damaged or of another run.
[[nodiscard]] RunState load_checkpoint(const std::filesystem::path& path, const std::string& network,
                                       const std::string& run, ParameterStore& store);

}  // namespace detail
}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/train/define/checkpoint.hpp>
#endif
