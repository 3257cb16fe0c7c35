#pragma once
// A network: an expression bound to its input signal. It owns the parameters, the state and one arena for everything
// that happens in a pass, and knows how to take a batch of samples through forward and backward.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <limits>
#include <locale>
#include <lutra/compose/contract.hpp>
#include <lutra/data/dataset.hpp>
#include <lutra/error.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/parameters.hpp>
#include <lutra/planes.hpp>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lutra {

/// Made by bind<Signal<Kind, Shape>>(expression, seed). Moves, does not copy; parameters keep their addresses.
template <Expression ExpressionType, class In>
class Network {
  using RootCell = Cell<ExpressionType, In>;

 public:
  using Input = In;
  using Output = typename RootCell::Output;
  using Element = element_t<typename In::Kind>;
  using OutPlanes = Planes<typename Output::Kind>;

  Network(const ExpressionType& composition, Seed seed)
      : state_(std::make_unique<State>(composition, seed)), expression_(composition) {}

  /// Makes room for batches of up to `samples`; forward does so by itself, and never shrinks it again.
  void reserve(std::size_t samples) {
    if (samples > state_->capacity) state_->reserve(samples);
  }

  /// Takes samples (one pointer each, to Input::size elements) through the network. The planes returned belong to the
  /// network and hold until the next call. Padding after the last sample holds nothing of meaning.
  OutPlanes forward(std::span<const Element* const> samples, bool training = false, int threads = 1) {
    if (samples.empty()) throw Error("forward", "network input " + In::name(), "at least one sample", "none");
    reserve(samples.size());
    State& s = *state_;
    s.pass = {samples.size(), training, thread_count(threads)};
    s.in = fitted(s.in, s.pass);
    s.out = fitted(s.out, s.pass);
    load(samples);
    s.root->forward(s.pass, s.in, s.out);
    return s.out;
  }

  /// Where the loss puts its gradient before backward(): one float row an output value, padding 0.
  [[nodiscard]] Gradients output_gradient() { return fitted(state_->d_out, state_->pass); }

  /// After forward(…, true) and filling output_gradient(): writes the gradient of every parameter.
  void backward() {
    State& s = *state_;
    s.root->backward(s.pass, s.in, s.out, fitted(s.d_out, s.pass), {});
  }

  /// Lets encoders look at `data` (Thermometer's quantiles). Once, before training; part of what is saved.
  void fit_encoders(const Dataset<typename In::Kind>& data) {
    check_shape(data);
    detail::fit_encoder(*state_->root, EncoderData<Element>{data.values, In::size});
  }

  /// The exact circuit of this network as it is now: the same answer for every input, bit for bit. Where it ends in
  /// reals, sums of Dense<n, OneScale<...>>, its answer is whole numbers, and its notes "lowest" and "scale" say what
  /// they stand for: (number + lowest) · scale, rounded once. Throws Error where reals at the end have no common scale.
  [[nodiscard]] Circuit freeze() const {
    static_assert(error::layer_accepts_input < is_code<typename In::Kind> || std::is_same_v<typename In::Kind, Bit>,
                  ExpressionType, In > ::value,
                  "lutra: a circuit reads whole numbers; bind the network to Byte, Level<n> or Bit to freeze it");
    std::uint32_t width = 1;
    if constexpr (requires { In::Kind::bits; }) width = In::Kind::bits;
    circuits::Builder builder({In::shape, width});
    const auto out = detail::freeze_layer<ExpressionType, In>(*state_->root, builder, builder.input());
    Circuit circuit = std::move(builder).finish(out, circuit_shape<Output>);
    if constexpr (std::is_same_v<typename Output::Kind, Real>) {
      if (!out.ordered)
        throw Error("freeze", "answer", "Argmax, Quantize or a Dense<n, OneScale<...>> at the end",
                    "reals that are no multiples of one scale");
      std::ostringstream scale;
      scale.imbue(std::locale::classic());
      scale << std::setprecision(std::numeric_limits<float>::max_digits10) << out.scale;
      return {circuit.input(), circuit.stages(), {{"lowest", std::to_string(out.lowest)}, {"scale", scale.str()}}};
    }
    return circuit;
  }

  /// What one unit of the output's whole numbers stands for; scores are Count times this.
  [[nodiscard]] float scale() const { return state_->scale; }
  [[nodiscard]] ParameterStore& parameters() noexcept { return state_->store; }
  [[nodiscard]] const ParameterStore& parameters() const noexcept { return state_->store; }
  [[nodiscard]] const std::vector<LayerRow>& layers() const noexcept { return state_->rows; }
  [[nodiscard]] const ExpressionType& expression() const noexcept { return expression_; }
  [[nodiscard]] const Pass& pass() const noexcept { return state_->pass; }
  /// Bytes of the one block that holds all activations, gradients and scratch of a batch.
  [[nodiscard]] std::size_t arena_bytes() const noexcept { return state_->arena.bytes(); }

  void check_shape(const Dataset<typename In::Kind>& data) const {
    if (data.shape.size() != In::size)
      throw Error("dataset", "network input " + In::name(), "samples of shape " + to_string(In::shape),
                  to_string(data.shape));
  }

 private:
  struct State {
    State(const ExpressionType& composition, Seed seed) : State(composition, Binding(store, seed)) {}
    State(const ExpressionType& composition, Binding binding)
        : root(composition, binding), rows(binding.rows()), scale(binding.scale()) {}

    void reserve(std::size_t samples) {
      pass = {samples, true, 1};
      arena.measure();
      claim();
      arena.allocate();
      claim();
      capacity = pass.padded();
    }
    void claim() {
      in = arena.claim_planes<typename In::Kind>(In::size, pass);
      out = arena.claim_planes<typename Output::Kind>(Output::size, pass);
      d_out = arena.claim_planes<Real>(Output::size, pass);
      if constexpr (std::is_same_v<typename In::Kind, Bit>) bytes = arena.claim<std::uint8_t>(In::size * pass.padded());
      detail::reserve(*root, arena, pass);
    }

    ParameterStore store;
    RootCell root;
    std::vector<LayerRow> rows;
    float scale;
    Arena arena;
    std::size_t capacity = 0;
    Pass pass;
    Planes<typename In::Kind> in;
    OutPlanes out;
    Gradients d_out;
    std::uint8_t* bytes = nullptr;  // Bit inputs on their way from bytes to packed planes
  };

  void load(std::span<const Element* const> samples) {
    const Pieces blocks{In::size, 64};
    parallel_for(state_->pass.threads, blocks.size(),
                 [&](std::size_t block) { load(samples, blocks.begin(block), blocks.end(block)); });
  }
  /// Input values first..end-1 of every sample.
  void load(std::span<const Element* const> samples, std::size_t first, std::size_t end) {
    State& s = *state_;
    const Pass& pass = s.pass;
    if constexpr (is_code<typename In::Kind>) {
      kernels::chosen::transpose_samples(samples.data(), samples.size(), end - first, s.in.row(first), pass.padded(),
                                         first);
    } else if constexpr (std::is_same_v<typename In::Kind, Bit>) {
      std::uint8_t* const bytes = s.bytes + first * pass.padded();
      kernels::chosen::transpose_samples(samples.data(), samples.size(), end - first, bytes, pass.padded(), first);
      for (std::size_t i = first; i < end; ++i)
        kernels::chosen::threshold_bits(bytes + (i - first) * pass.padded(), 1U, s.in.row(i), pass.words());
    } else {
      for (std::size_t i = first; i < end; ++i) {
        for (std::size_t n = 0; n < samples.size(); ++n) s.in.row(i)[n] = samples[n][i];
        std::fill(s.in.row(i) + samples.size(), s.in.row(i) + pass.padded(), 0.0F);
      }
    }
  }

  std::unique_ptr<State> state_;
  ExpressionType expression_;
};

/// The network of `expression` fed with signal In: parameters drawn from `seed`, ready to train.
/// `auto net = bind<Signal<Byte, Shape{1, 28, 28}>>(expression, Seed{1});`
template <class In, Expression ExpressionType>
[[nodiscard]] Network<ExpressionType, In> bind(const ExpressionType& composition, Seed seed = {}) {
  return {composition, seed};
}

template <class ExpressionType, class In>
[[nodiscard]] Circuit freeze(const Network<ExpressionType, In>& net) {
  return net.freeze();
}

template <class ExpressionType, class In>
void fit_encoders(Network<ExpressionType, In>& net, const Dataset<typename In::Kind>& data) {
  net.fit_encoders(data);
}

}  // namespace lutra
