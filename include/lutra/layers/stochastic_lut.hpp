#pragma once
// StochasticLut, the heart of the library: nodes that are look-up tables with N inputs, trained by gradient. Fed with
// bits it is the circuit itself; fed with probabilities it is the expectation of a random circuit.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <lutra/compose/contract.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/sizes.hpp>
#include <lutra/layers/estimator.hpp>
#include <lutra/layers/wiring.hpp>
#include <string>
#include <type_traits>
#include <vector>

namespace lutra {

/// How a LUT layer's tables start.
enum class Initial {
  uniform,       ///< every entry uniform in [0, 1]
  pass_through,  ///< a copy of pin 0, softened: entries near 0.95 where that input is 1, near 0.05 where it is 0
};

namespace detail {

/// The run-time half of StochasticLut: everything that does not need the sizes as types. Kind is Bit (hard) or Real.
template <std::size_t N, class Wiring, class Estimator, class Kind>
class LutNodes {
  static constexpr std::size_t table_size = std::size_t{1} << N;
  static constexpr std::size_t table_words = circuits::table_words(N);
  static constexpr std::size_t candidates = BoundWiring<Wiring>::candidates;
  static constexpr bool hard = std::is_same_v<Kind, Bit>;

 public:
  LutNodes(const Wiring& wiring, const Estimator& estimator, Initial initial, Binding& binding, std::size_t inputs,
           std::size_t nodes)
      : estimator_(estimator),
        nodes_(nodes),
        wiring_(wiring, binding, inputs, nodes, N),
        table_(binding.parameter({.name = "table", .size = nodes * table_size, .lower = 0, .upper = 1})) {
    if constexpr (requires { estimator_.check(binding.layer()); }) estimator_.check(binding.layer());
    Random random = binding.random();
    float* const w = table_.values();
    for (std::size_t i = 0; i < table_.size(); ++i) {
      const float draw = random.uniform();
      w[i] = initial == Initial::uniform ? draw : (i & 1) != 0 ? 0.9F + 0.1F * draw : 0.1F * draw;
    }
  }

  void reserve(Arena& arena, const Pass& pass) {
    const std::size_t pieces = pass.most_pieces();
    tables_ = arena.claim<std::uint64_t>(nodes_ * table_words);
    table_sums_ = arena.claim<float>(pieces * nodes_ * table_size);
    if constexpr (candidates > 0) {
      score_sums_ = arena.claim<float>(pieces * nodes_ * N * candidates);
      pin_gradients_ = arena.claim<float>(N * pass.padded());
    }
  }

  void forward(const Pass& pass, Planes<Kind> in, Planes<Kind> out) {
    wiring_.choose();
    const Pieces blocks{nodes_, 16};
    parallel_for(pass.threads, blocks.size(), [&](std::size_t block) {
      for (std::size_t node = blocks.begin(block); node < blocks.end(block); ++node) {
        const auto pins = rows_of(in, node, 0);
        if constexpr (hard) {
          pack_table(node, tables_ + node * table_words);
          kernels::chosen::lut_bits(tables_ + node * table_words, N, pins.data(), out.row(node), pass.words());
        } else {
          kernels::chosen::lut_expectation<N>(table_of(node), pins.data(), out.row(node), pass.padded());
        }
      }
    });
  }

  void backward(const Pass& pass, Planes<Kind> in, Gradients d_out, Gradients d_in) {
    const Pieces pieces = pass.pieces();
    const std::size_t workers = std::min<std::size_t>(static_cast<std::size_t>(pass.threads), pieces.size());
    const Pieces shares{pieces.size(), (pieces.size() + workers - 1) / workers};
    // Each worker has samples of its own, so that no two add to one value; what a node's table gets is kept per
    // piece.
    parallel_for(pass.threads, shares.size(), [&](std::size_t share) {
      alignas(64) float derivatives[N * table_size];
      for (std::size_t node = 0; node < nodes_; ++node) {
        if constexpr (hard)
          if (d_in || candidates > 0) estimator_.template derivatives<N>(table_of(node), derivatives);
        for (std::size_t piece = shares.begin(share); piece < shares.end(share); ++piece)
          backward_piece(pieces, piece, node, derivatives, in, d_out, d_in);
      }
    });
    const Pieces blocks{nodes_, 16};
    parallel_for(pass.threads, blocks.size(), [&](std::size_t block) {
      for (std::size_t node = blocks.begin(block); node < blocks.end(block); ++node) gather(node, pieces.size());
    });
  }

  /// The tables as circuit nodes, W > 1/2.
  [[nodiscard]] circuits::LutStage freeze() const {
    circuits::LutStage stage;
    std::uint64_t table[table_words];
    const std::vector<std::uint32_t> pins = wiring_.chosen();
    for (std::size_t node = 0; node < nodes_; ++node) {
      pack_table(node, table);
      stage.add(std::span(pins).subspan(node * N, N), table);
    }
    return stage;
  }

 private:
  [[nodiscard]] const float* table_of(std::size_t node) const { return table_.values() + node * table_size; }

  /// Bit a of the words is W[a] > 1/2; a table of fewer than 64 entries leaves the rest of its word 0.
  void pack_table(std::size_t node, std::uint64_t* words) const {
    static const float above_half = std::nextafter(0.5F, 1.0F);
    if constexpr (table_size >= kernels::word_bits) {
      kernels::chosen::threshold_bits(table_of(node), above_half, words, table_words);
    } else {
      alignas(64) float padded[kernels::word_bits] = {};
      std::copy_n(table_of(node), table_size, padded);
      kernels::chosen::threshold_bits(padded, above_half, words, 1);
    }
  }

  /// Where the node's pins read, from stored element `first` of each row on.
  [[nodiscard]] auto rows_of(Planes<Kind> in, std::size_t node, std::size_t first) const {
    std::array<const typename Planes<Kind>::Storage*, N> rows;
    for (std::size_t j = 0; j < N; ++j) rows[j] = in.row(wiring_.pins()[node * N + j]) + first;
    return rows;
  }

  void backward_piece(const Pieces& pieces, std::size_t piece, std::size_t node, const float* derivatives,
                      Planes<Kind> in, Gradients d_out, Gradients d_in) {
    const std::size_t first_word = pieces.begin(piece), words = pieces.end(piece) - first_word;
    const std::size_t first = first_word * kernels::word_bits, samples = words * kernels::word_bits;
    std::array<float*, N> dx{};
    for (std::size_t j = 0; j < N; ++j) {
      if constexpr (candidates > 0) {
        dx[j] = pin_gradients_ + N * first + j * samples;
        std::memset(dx[j], 0, samples * sizeof(float));
      } else if (d_in) {
        dx[j] = d_in.row(wiring_.pins()[node * N + j]) + first;
      }
    }
    const auto pins = rows_of(in, node, hard ? first_word : first);
    const float* const dy = d_out.row(node) + first;
    float* const sums = table_sums_ + (piece * nodes_ + node) * table_size;
    if constexpr (hard) {
      kernels::chosen::lut_hard_backward<N>(pins.data(), dy, words, derivatives, sums,
                                            dx[0] != nullptr ? dx.data() : nullptr);
    } else {
      kernels::chosen::lut_expectation_backward<N>(table_of(node), pins.data(), dy, samples, sums,
                                                   dx[0] != nullptr ? dx.data() : nullptr);
    }
    if constexpr (candidates > 0) {
      for (std::size_t j = 0; j < N; ++j) learn_pin(piece, node * N + j, dx[j], in, d_in, first_word, words);
    }
  }

  /// What each candidate of the pin would have contributed, and the pin's gradient passed on to the one it reads.
  void learn_pin(std::size_t piece, std::size_t pin, const float* gradient, Planes<Kind> in, Gradients d_in,
                 std::size_t first_word, std::size_t words) {
    if constexpr (candidates > 0) {
      const std::size_t first = first_word * kernels::word_bits, samples = words * kernels::word_bits;
      float* const u = score_sums_ + (piece * nodes_ * N + pin) * candidates;
      for (std::size_t c = 0; c < candidates; ++c) {
        const auto* const row = in.row(wiring_.sources(pin)[c]);
        if constexpr (hard) {
          u[c] = kernels::chosen::masked_sum(row + first_word, gradient, words);
        } else {
          u[c] = kernels::chosen::dot_product(row + first, gradient, samples);
        }
      }
      if (!d_in) return;
      float* const to = d_in.row(wiring_.pins()[pin]) + first;
      for (std::size_t s = 0; s < samples; ++s) to[s] += gradient[s];
    }
  }

  /// The sums of all pieces, in their order, become the gradients of the node's table and scores.
  void gather(std::size_t node, std::size_t pieces) {
    float* const gradient = table_.gradients() + node * table_size;
    std::copy_n(table_sums_ + node * table_size, table_size, gradient);
    for (std::size_t piece = 1; piece < pieces; ++piece) {
      const float* const sums = table_sums_ + (piece * nodes_ + node) * table_size;
      for (std::size_t a = 0; a < table_size; ++a) gradient[a] += sums[a];
    }
    if constexpr (hard) estimator_.template table_gradient<N>(gradient);
    if constexpr (candidates > 0) {
      for (std::size_t pin = node * N; pin < (node + 1) * N; ++pin) {
        float u[candidates] = {};
        for (std::size_t piece = 0; piece < pieces; ++piece)
          for (std::size_t c = 0; c < candidates; ++c) u[c] += score_sums_[(piece * nodes_ * N + pin) * candidates + c];
        wiring_.set_gradient(pin, u);
      }
    }
  }

  Estimator estimator_;
  std::size_t nodes_;
  BoundWiring<Wiring> wiring_;
  Parameter table_;
  std::uint64_t* tables_ = nullptr;
  float* table_sums_ = nullptr;     // [piece][node][address]
  float* score_sums_ = nullptr;     // [piece][pin][candidate]
  float* pin_gradients_ = nullptr;  // [piece][pin of the node][sample]
};

}  // namespace detail

/// `Nodes` look-up tables of N inputs each. In: any shape of Bit or Real in [0, 1]; out: the same kind, Shape{Nodes, 1,
/// 1}.
///
/// A node has a table W of 2^N entries in [0, 1]; input j is bit j of the address a (pin 0 is the least significant).
///   Real in:  y = Σ_a W[a] Π_j (bit j of a ? x_j : 1 - x_j), with exact gradients (the expectation of a random
///   circuit) Bit in:   y = W[x] > 1/2, packed; W[x] takes dy, and the inputs what the Estimator says
/// Which inputs a node reads is the Wiring's. Freezes, from Bit, to one LutStage.
template <std::size_t N, std::size_t Nodes, class Wiring = RandomWiring, class Estimator = Multilinear>
struct StochasticLut {
  static constexpr std::size_t nodes = Nodes;

  Initial initial = Initial::uniform;
  Wiring wiring{};
  Estimator estimator{};

  static std::string name() {
    return "StochasticLut<" + std::to_string(N) + ", " + std::to_string(Nodes) + Wiring::name() + ">";
  }

  template <class In>
  class Bound {
    static_assert(error::layer_is_valid<(N >= 1 && N <= 8), StochasticLut>::value,
                  "lutra: StochasticLut<N, Nodes> has N = 1 to 8 inputs a node");
    static_assert(error::layer_is_valid<(Nodes >= 1), StochasticLut>::value,
                  "lutra: StochasticLut<N, Nodes> has at least one node");
    using Kind = typename In::Kind;
    static constexpr bool reads_bits = std::is_same_v<Kind, Bit>;
    static_assert(error::layer_accepts_input < reads_bits || std::is_same_v<Kind, Real>, StochasticLut, In > ::value,
                  "lutra: StochasticLut reads Bit (or Real in [0, 1], to train an expectation); put Thermometer or "
                  "Binarize before it");
    using OutKind = std::conditional_t<reads_bits, Bit, Real>;
    // What a wrong input binds to instead, so that the sentence above is the only one.
    using UsedKind = std::conditional_t<reads_bits || std::is_same_v<Kind, Real>, Kind, Real>;

   public:
    using Output = Signal<OutKind, Shape{Nodes, 1, 1}>;
    static constexpr bool trainable = true;

    Bound(const StochasticLut& layer, Binding& binding)
        : core_(layer.wiring, layer.estimator, layer.initial, binding, In::size, Nodes) {}

    void reserve(Arena& arena, const Pass& pass) { core_.reserve(arena, pass); }
    void forward(const Pass& pass, Planes<UsedKind> in, Planes<OutKind> out) { core_.forward(pass, in, out); }
    void backward(const Pass& pass, Planes<UsedKind> in, Planes<OutKind>, Gradients d_out, Gradients d_in) {
      core_.backward(pass, in, d_out, d_in);
    }
    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const
        requires(reads_bits) {
      return builder.add(StochasticLut::name(), in, core_.freeze(), Output::shape, 1);
    }

   private:
    detail::LutNodes<N, Wiring, Estimator, UsedKind> core_;
  };
};

}  // namespace lutra
