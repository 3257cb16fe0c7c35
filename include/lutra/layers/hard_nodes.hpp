#pragma once
// LUT nodes fed with bits: the circuit itself, trained with the derivatives that an estimator gives.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/compose/contract.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/sizes.hpp>
#include <lutra/layers/lut_nodes.hpp>
#include <lutra/planes.hpp>

namespace lutra::detail {

/// y = W[x] > 1/2. The addressed entry takes dy; inputs take what the Estimator says.
template <std::size_t N, class Wiring, class Estimator>
class HardNodes {
  using Nodes = LutNodes<N, Wiring>;
  static constexpr std::size_t table_size = Nodes::table_size, candidates = Nodes::candidates;

 public:
  HardNodes(const Wiring& wiring, const Estimator& estimator, Initial initial, Binding& binding, std::size_t inputs,
            std::size_t nodes)
      : estimator_(estimator), nodes_(wiring, initial, binding, inputs, nodes) {
    if constexpr (requires { estimator_.check(binding.layer()); }) estimator_.check(binding.layer());
  }

  void forward(const Pass& pass, Planes<Bit> in, Planes<Bit> out) {
    nodes_.for_each(pass, [&](std::size_t node) {
      nodes_.wiring().choose(node * N, N);
      const auto pins = nodes_.inputs(in, node, 0);
      kernels::chosen::lut_hard_forward<N>(nodes_.table(node), pins.data(), out.row(node), pass.words());
    });
  }

  /// A node owns its table, so nodes learn side by side. Inputs are shared: what they get is split by samples, or, of a
  /// small batch, whose rows are too short to be cut, by inputs. Either way each value is added up by one thread, in
  /// the order of the samples or of the nodes.
  void backward(const Pass& pass, Planes<Bit> in, Gradients d_out, Gradients d_in) {
    nodes_.for_each(pass, [&](std::size_t node) { learn(pass, node, in, d_out.row(node)); });
    if (!d_in) return;
    if (d_in.places != nullptr) return pass_back_overlapping(pass, in, d_out, d_in);
    const auto threads = static_cast<std::size_t>(pass.threads);
    const bool by_samples = pass.words() >= 8 * threads;
    const Pieces words{pass.words(), by_samples ? std::size_t{16} : pass.words()};
    const Pieces rows{d_in.rows, by_samples ? d_in.rows : (d_in.rows + threads - 1) / threads};
    parallel_for(pass.threads, words.size() * rows.size(), [&](std::size_t i) {
      const std::size_t share = i / rows.size(), part = i % rows.size();
      for (std::size_t node = 0; node < nodes_.size(); ++node)
        pass_back(node, words.begin(share), words.end(share), in, d_out.row(node), d_in, rows.begin(part),
                  rows.end(part));
    });
  }

  [[nodiscard]] circuits::LutStage freeze() const { return nodes_.freeze(); }

 private:
  static constexpr std::size_t block_words = 8;  // whose gradients stay in the innermost cache

  /// What a block of samples gives to a node's pins, in rows of its own.
  struct BlockGradients {
    alignas(64) float rows[N][block_words * kernels::word_bits] = {};

    BlockGradients(const HardNodes& layer, std::size_t node, std::size_t first, std::size_t words,
                   const float* derivatives, Planes<Bit> in, const float* dy) {
      std::array<float*, N> dx;
      for (std::size_t j = 0; j < N; ++j) dx[j] = rows[j];
      const auto pins = layer.nodes_.inputs(in, node, first);
      kernels::chosen::lut_hard_backward<N>(pins.data(), dy + first * kernels::word_bits, words, derivatives, nullptr,
                                            dx.data());
    }
    void add_to(const std::array<float*, N>& to, std::size_t words) const {
      for (std::size_t j = 0; j < N; ++j)
        for (std::size_t s = 0; s < words * kernels::word_bits; ++s) to[j][s] += rows[j][s];
    }
  };

  void learn(const Pass& pass, std::size_t node, Planes<Bit> in, const float* dy) {
    const auto pins = nodes_.inputs(in, node, 0);
    float* const gradient = nodes_.gradient(node);
    kernels::chosen::lut_hard_backward<N>(pins.data(), dy, pass.words(), nullptr, gradient, nullptr);
    estimator_.template table_gradient<N>(gradient);
    if constexpr (candidates > 0) learn_pins(pass, node, in, dy);
  }

  /// What words `first` to `end` of the batch give to inputs `begin_row` to `end_row` of the node.
  void pass_back(std::size_t node, std::size_t first, std::size_t end, Planes<Bit> in, const float* dy, Gradients d_in,
                 std::size_t begin_row, std::size_t end_row) const {
    const std::size_t sample = first * kernels::word_bits;
    const auto dx = nodes_.input_gradients(d_in, node, sample, begin_row, end_row);
    if (std::all_of(dx.begin(), dx.end(), [](const float* row) { return row == nullptr; })) return;
    alignas(64) float derivatives[N * table_size];
    estimator_.template derivatives<N>(nodes_.table(node), derivatives);
    kernels::chosen::lut_hard_backward<N>(nodes_.inputs(in, node, first).data(), dy + sample, end - first, derivatives,
                                          nullptr, dx.data());
  }

  /// The same where rows of d_in overlap: pin after pin, since the kernel's own order is not the same everywhere.
  void pass_back_overlapping(const Pass& pass, Planes<Bit> in, Gradients d_out, Gradients d_in) const {
    for_each_band(pass, [&](std::size_t first, std::size_t words) {
      for (std::size_t node = 0; node < nodes_.size(); ++node) {
        alignas(64) float derivatives[N * table_size];
        estimator_.template derivatives<N>(nodes_.table(node), derivatives);
        for (std::size_t at = 0; at < words; at += block_words) {
          const std::size_t count = std::min(block_words, words - at);
          const BlockGradients gradients(*this, node, first + at, count, derivatives, in, d_out.row(node));
          gradients.add_to(nodes_.input_gradients(d_in, node, (first + at) * kernels::word_bits, 0, d_in.rows), count);
        }
      }
    });
  }

  /// What each candidate of the node's pins would have contributed.
  void learn_pins(const Pass& pass, std::size_t node, Planes<Bit> in, const float* dy) requires(candidates > 0) {
    alignas(64) float derivatives[N * table_size];
    estimator_.template derivatives<N>(nodes_.table(node), derivatives);
    float u[N][candidates] = {};
    for (std::size_t first = 0; first < pass.words(); first += block_words) {
      const std::size_t words = std::min(block_words, pass.words() - first);
      const BlockGradients gradients(*this, node, first, words, derivatives, in, dy);
      for (std::size_t j = 0; j < N; ++j)
        for (std::size_t c = 0; c < candidates; ++c)
          u[j][c] += kernels::chosen::masked_sum(in.row(nodes_.wiring().sources(node * N + j)[c]) + first,
                                                 gradients.rows[j], words);
    }
    for (std::size_t j = 0; j < N; ++j) nodes_.wiring().set_gradient(node * N + j, u[j]);
  }

  Estimator estimator_;
  Nodes nodes_;
};

}  // namespace lutra::detail
