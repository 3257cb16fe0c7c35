#pragma once
// Everything a network learns or remembers: trainable floats in one contiguous vector with their gradients beside them,
// and state that is not trained (wiring, fitted thresholds, running means). Layers claim their part while binding.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <lutra/near.hpp>
#include <lutra/planes.hpp>
#include <lutra/random.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lutra {

/// One layer's trainable floats: a range of the store, and how the optimizer treats it.
struct ParameterBlock {
  std::string name;
  std::size_t offset = 0;
  std::size_t size = 0;
  float lower = -std::numeric_limits<float>::infinity();  ///< after every step values are put back to at least this
  float upper = std::numeric_limits<float>::infinity();   ///< and at most this
  bool decay = true;                                      ///< whether weight decay applies
  bool learns = true;                                     ///< whether the optimizer moves it
};

class ParameterStore {
 public:
  using Block = ParameterBlock;

  /// State that is not trained; saved with the parameters.
  template <class T>
  struct Buffer {
    std::string name;
    std::vector<T> values;
  };

  /// A choice that learns: block `scores` has a score for each of so many candidates a pin, and buffer `sources` of
  /// integers says which of the inputs each stands for. A node has `fan_in` pins; candidates come from near what it
  /// reads.
  struct Choice {
    std::size_t scores, sources, candidates, fan_in;
    Neighbourhood inputs;
  };

  ParameterStore() = default;
  ParameterStore(const ParameterStore&) = delete;
  ParameterStore& operator=(const ParameterStore&) = delete;

  /// Claims block.size floats; returns their index among blocks().
  std::size_t claim(Block block);
  std::vector<std::uint32_t>& integers(std::string name, std::size_t size);
  std::vector<float>& reals(std::string name, std::size_t size);
  /// Says that the last block and the last integers claimed are the scores and the sources of a choice.
  void note_choice(std::size_t candidates, std::size_t fan_in, const Neighbourhood& inputs);

  [[nodiscard]] std::span<float> values() noexcept { return values_; }
  [[nodiscard]] std::span<const float> values() const noexcept { return values_; }
  [[nodiscard]] std::span<float> gradients() noexcept { return gradients_; }
  [[nodiscard]] const std::vector<Block>& blocks() const noexcept { return blocks_; }
  [[nodiscard]] const std::vector<Choice>& choices() const noexcept { return choices_; }
  [[nodiscard]] std::deque<Buffer<std::uint32_t>>& integer_buffers() noexcept { return integers_; }
  [[nodiscard]] const std::deque<Buffer<std::uint32_t>>& integer_buffers() const noexcept { return integers_; }
  [[nodiscard]] std::deque<Buffer<float>>& real_buffers() noexcept { return reals_; }
  [[nodiscard]] const std::deque<Buffer<float>>& real_buffers() const noexcept { return reals_; }

 private:
  std::vector<float> values_, gradients_;
  std::vector<Block> blocks_;
  std::deque<Buffer<std::uint32_t>> integers_;  // a deque: layers keep references to the vectors inside
  std::deque<Buffer<float>> reals_;
  std::vector<Choice> choices_;
};

/// A layer's handle on one block of the store. Pointers are asked for when used: the store grows while layers bind.
class Parameter {
 public:
  Parameter() = default;
  Parameter(ParameterStore& store, std::size_t block)
      : Parameter(store, store.blocks()[block].offset, store.blocks()[block].size) {}
  Parameter(ParameterStore& store, std::size_t offset, std::size_t size)
      : store_(&store), offset_(offset), size_(size) {}

  [[nodiscard]] float* values() const noexcept { return store_->values().data() + offset_; }
  /// Where this pass wants them.
  [[nodiscard]] float* gradients(const Pass& pass) const noexcept {
    if (pass.gradients != nullptr) return pass.gradients + (offset_ - pass.first_parameter);
    return store_->gradients().data() + offset_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Its first value's number in the store.
  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }

 private:
  ParameterStore* store_ = nullptr;
  std::size_t offset_ = 0, size_ = 0;
};

/// One line of a network's table.
struct LayerRow {
  std::string name;
  std::string signal;  ///< what the layer gives
  std::size_t nodes = 0;
  std::size_t parameters = 0;
};

/// What a layer gets while it binds: where to claim parameters and state, and its own stream of random numbers.
class Binding {
 public:
  Binding(ParameterStore& store, Seed seed) : store_(store), seed_(seed) {}

  /// Called by the composition around each layer: what the layer claims in between carries its name and its place in
  /// the expression, such as "2 StochasticLut<6, 480>", and gets a row of the network's table.
  void begin_layer(std::string name, std::string signal, std::size_t nodes);
  void end_layer(float scale) {
    rows_.back().parameters = store_.values().size() - rows_.back().parameters;
    scale_ = scale;
  }

  /// What one unit of the incoming counts stands for; 1 for every other kind.
  [[nodiscard]] float scale() const noexcept { return scale_; }
  void set_scale(float scale) noexcept { scale_ = scale; }

  /// Whether what is claimed now learns; else the optimizer will leave it as it is.
  [[nodiscard]] bool learns() const noexcept { return learns_; }
  void set_learns(bool learns) noexcept { learns_ = learns; }

  [[nodiscard]] Parameter parameter(ParameterStore::Block block);
  /// How many floats have been claimed so far, and all of them from number `first` on.
  [[nodiscard]] std::size_t claimed() const noexcept { return store_.values().size(); }
  [[nodiscard]] Parameter claimed_from(std::size_t first) noexcept { return {store_, first, claimed() - first}; }
  [[nodiscard]] std::vector<std::uint32_t>& integers(const std::string& name, std::size_t size);
  [[nodiscard]] std::vector<float>& reals(const std::string& name, std::size_t size);
  /// As ParameterStore::note_choice.
  void note_choice(std::size_t candidates, std::size_t fan_in, const Neighbourhood& inputs) {
    store_.note_choice(candidates, fan_in, inputs);
  }
  /// A stream of its own for each call, so that one layer's draws never move another's.
  [[nodiscard]] Random random() { return Random(seed_, ++streams_); }
  [[nodiscard]] const std::string& layer() const noexcept { return layer_; }
  [[nodiscard]] const std::vector<LayerRow>& rows() const noexcept { return rows_; }

 private:
  ParameterStore& store_;
  Seed seed_;
  std::string layer_;
  std::vector<LayerRow> rows_;
  std::uint64_t streams_ = 0;
  float scale_ = 1;
  bool learns_ = true;
};

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/define/parameters.hpp>
#endif
