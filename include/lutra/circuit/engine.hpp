#pragma once
// Runs a circuit on this CPU, from raw input to answer, many samples a word. Everything is bit-parallel and exact: the
// answers are those of circuits::evaluate, whatever the instruction set, the number of threads or of samples.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/circuit.hpp>
#include <lutra/circuit/engine/check_input.hpp>
#include <lutra/circuit/engine/compile.hpp>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/circuit/engine/run_sample.hpp>
#include <lutra/circuit/engine/tile.hpp>
#include <lutra/circuit/engine/workspace.hpp>
#include <lutra/error.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/parallel.hpp>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#ifndef LUTRA_DISPATCH
#include <lutra/circuit/engine/run_tile.hpp>
#endif

namespace lutra {

struct EngineOptions {
  std::size_t threads = 1;       ///< that share the samples of a call, 512 or more each
  std::size_t tile_samples = 0;  ///< samples worked on at once, a power of two from 512 on; 0 lets the engine choose
};

/// A circuit made ready to run. It keeps nothing of the circuit; running changes nothing in it, so that any number of
/// threads may run one engine at once. `Arch` is the instruction set that a tile is computed with.
template <class Arch = kernels::ChosenArch>
class BasicEngine {
 public:
  /// Throws Error where the circuit's input has more than 16 bits a value or 2^30 in all, or an option is out of its
  /// range.
  explicit BasicEngine(const Circuit& circuit, EngineOptions options = {})
      : program_(checked_program(circuit, options)), threads_(options.threads), tile_(tile_for(program_, options)) {}

  [[nodiscard]] std::size_t input_size() const noexcept { return program_.input_size; }
  [[nodiscard]] std::size_t output_size() const noexcept { return program_.answer.count; }

  /// The circuit's answers. `samples` are samples.size() / input_size() samples, one after another; `answers` receives
  /// output_size() integers for each, one sample after another. With uint8_t the input has at most 8 bits.
  /// Throws Error, before anything is written, where a size does not fit or a value is larger than the input's maximum.
  void run(std::span<const std::uint8_t> samples, std::span<std::uint32_t> answers) const {
    run_all(samples, answers, answer_goal());
  }
  void run(std::span<const std::uint16_t> samples, std::span<std::uint32_t> answers) const {
    run_all(samples, answers, answer_goal());
  }

  /// One class a sample: where a circuit answers with several integers, the index of the largest, ties to the lowest;
  /// where it answers with one (the index of an ArgmaxStage, a single bit), that one. A circuit that gives a class for
  /// each place (Circuit::is_classifier) gives all of them, as `run` does. Throws as `run` does.
  void classify(std::span<const std::uint8_t> samples, std::span<std::uint32_t> classes) const {
    run_all(samples, classes, class_goal());
  }
  void classify(std::span<const std::uint16_t> samples, std::span<std::uint32_t> classes) const {
    run_all(samples, classes, class_goal());
  }

  /// The class of one sample, by the shortest way.
  [[nodiscard]] std::uint32_t classify(std::span<const std::uint8_t> sample) const { return class_of(sample); }
  [[nodiscard]] std::uint32_t classify(std::span<const std::uint16_t> sample) const { return class_of(sample); }

 private:
  static engine::Program checked_program(const Circuit& circuit, const EngineOptions& options) {
    engine::check_input_type(circuit.input());
    if (options.threads == 0) throw Error("engine: threads", "EngineOptions", "at least 1", "0");
    const std::size_t tile = options.tile_samples;
    if (tile != 0 && (tile < smallest_tile || tile > largest_tile || (tile & (tile - 1)) != 0))
      throw Error("engine: tile_samples", "EngineOptions",
                  "0 or a power of two, " + std::to_string(smallest_tile) + " to " + std::to_string(largest_tile),
                  std::to_string(tile));
    return engine::compile(circuit);
  }

  /// As many samples as keep all rows in the second cache: longer rows spread what a node costs once over more samples.
  static engine::Tile tile_for(const engine::Program& program, const EngineOptions& options) noexcept {
    constexpr std::size_t cache_bytes = std::size_t{1} << 19, most = std::size_t{1} << 11;
    std::size_t samples = smallest_tile;
    while (samples < most && program.row_count * samples / 8 * 2 <= cache_bytes) samples *= 2;
    if (options.tile_samples != 0) samples = options.tile_samples;
    return {static_cast<std::uint32_t>(std::bit_width(samples / kernels::word_bits) - 1)};
  }

  [[nodiscard]] engine::Goal answer_goal() const noexcept {
    return {std::span(program_.steps).first(program_.answer_steps), &program_.answer};
  }
  [[nodiscard]] engine::Goal class_goal() const noexcept { return {program_.steps, &program_.decision}; }

  template <class T>
  void run_all(std::span<const T> samples, std::span<std::uint32_t> answers, const engine::Goal& goal) const {
    const std::size_t size = program_.input_size, count = samples.size() / size;
    if (samples.size() % size != 0)
      throw Error("engine: values of the samples", "", "a multiple of " + std::to_string(size),
                  std::to_string(samples.size()));
    if (answers.size() != count * goal.integers->count)
      throw Error("engine: room for answers", std::to_string(count) + " samples",
                  std::to_string(count * goal.integers->count), std::to_string(answers.size()));
    engine::check_values(samples, size, program_.input_width);
    if (count <= few_samples) {
      if (count == 0) return;
      const auto workspace = pool_->lend();
      for (std::size_t s = 0; s < count; ++s)
        engine::run_sample(program_, goal, samples.data() + s * size, answers.data() + s * goal.integers->count,
                           *workspace);
      return;
    }
    run_tiles(samples.data(), count, answers.data(), goal);
  }

  template <class T>
  void run_tiles(const T* samples, std::size_t count, std::uint32_t* answers, const engine::Goal& goal) const {
    engine::RunTile<T>* const run_tile = engine::tile_runner<Arch, T>();
    const std::size_t threads = std::min(threads_, Pieces{count, smallest_tile}.size());
    const Pieces pieces{count, samples_at_once(count, threads)};
    parallel_for(static_cast<int>(threads), pieces.size(), [&](std::size_t i) {
      const std::size_t first = pieces.begin(i);
      const auto workspace = pool_->lend();
      run_tile(program_, goal, tile_, samples + first * program_.input_size, pieces.end(i) - first,
               answers + first * goal.integers->count, *workspace);
    });
  }

  /// At most a tile, and as much for each thread.
  [[nodiscard]] std::size_t samples_at_once(std::size_t count, std::size_t threads) const noexcept {
    const std::size_t rounds = Pieces{count, threads * tile_.samples()}.size();
    const std::size_t share = Pieces{count, rounds * threads}.size();
    return Pieces{share, smallest_tile}.size() * smallest_tile;
  }

  template <class T>
  [[nodiscard]] std::uint32_t class_of(std::span<const T> sample) const {
    if (sample.size() != program_.input_size)
      throw Error("engine: values of one sample", "", std::to_string(program_.input_size),
                  std::to_string(sample.size()));
    std::uint32_t answer = 0;
    run_all(sample, std::span(&answer, 1), class_goal());
    return answer;
  }

  static constexpr std::size_t smallest_tile = 512, largest_tile = 65536;
  static constexpr std::size_t few_samples = 6;  // from here on packed bits are faster than one sample after another

  engine::Program program_;
  std::size_t threads_;
  engine::Tile tile_;
  std::shared_ptr<engine::WorkspacePool> pool_ = std::make_shared<engine::WorkspacePool>();
};

using Engine = BasicEngine<>;

#ifdef LUTRA_DISPATCH
extern template class BasicEngine<kernels::ChosenArch>;
#endif

}  // namespace lutra
