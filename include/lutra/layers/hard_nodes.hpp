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
  HardNodes(const Wiring& wiring, const Estimator& estimator, Initial initial, Binding& binding, const Shape& in,
            std::size_t nodes)
      : estimator_(estimator), nodes_(wiring, initial, binding, in, nodes) {
    if constexpr (requires { estimator_.check(binding.layer()); }) estimator_.check(binding.layer());
  }

  void forward(const Pass& pass, Planes<Bit> in, Planes<Bit> out) {
    nodes_.for_each(pass, [&](std::size_t node) {
      nodes_.wiring().choose(node * N, N);
      const auto pins = nodes_.inputs(in, node, 0);
      kernels::chosen::lut_hard_forward<N>(nodes_.table(node), pins.data(), out.row(node), pass.words());
    });
  }

  void choose() { nodes_.wiring().choose(0, nodes_.size() * N); }

  /// One thread does all of a node at once. Of several, each learns for nodes of its own, since a node owns its table;
  /// inputs are shared: what they get is split by samples, or, of a small batch, whose rows are too short to be cut,
  /// and of rows that overlap, by inputs. In any case each value is added up by one thread, node after node.
  void backward(const Pass& pass, Planes<Bit> in, Gradients d_out, Gradients d_in) {
    const auto threads = static_cast<std::size_t>(pass.threads);
    if (threads == 1) {
      for (std::size_t node = 0; node < nodes_.size(); ++node) learn(pass, node, in, d_out.row(node), d_in);
      return;
    }
    nodes_.for_each(pass, [&](std::size_t node) { learn(pass, node, in, d_out.row(node), {}); });
    if (!d_in) return;
    const bool overlapping = d_in.places != nullptr, by_samples = !overlapping && pass.words() >= 8 * threads;
    const Pieces words{pass.words(), by_samples ? std::size_t{16} : pass.words()};
    const std::size_t together = overlapping ? pass.overlap : 1;  // rows that one thread takes
    const Pieces channels{d_in.rows / together,
                          by_samples ? d_in.rows : (d_in.rows / together + threads - 1) / threads};
    parallel_for(pass.threads, words.size() * channels.size(), [&](std::size_t i) {
      const std::size_t share = i / channels.size(), part = i % channels.size();
      for (std::size_t node = 0; node < nodes_.size(); ++node)
        pass_back(node, words.begin(share), words.end(share), in, d_out.row(node), d_in,
                  channels.begin(part) * together, channels.end(part) * together);
    });
  }

  [[nodiscard]] circuits::LutStage freeze() const { return nodes_.freeze(); }

 private:
  /// The gradients of the node's table and scores, and what its inputs take, unless d_in is empty.
  void learn(const Pass& pass, std::size_t node, Planes<Bit> in, const float* dy, Gradients d_in) {
    const auto pins = nodes_.inputs(in, node, 0);
    float* const gradient = nodes_.gradient(pass, node);
    std::array<float*, N> dx{};
    alignas(64) float derivatives[N * table_size];
    if (d_in) dx = nodes_.input_gradients(d_in, node, 0, 0, d_in.rows);
    if (d_in || candidates > 0) estimator_.template derivatives<N>(nodes_.table(node), derivatives);
    kernels::chosen::lut_hard_backward<N>(pins.data(), dy, pass.words(), derivatives, gradient,
                                          d_in ? dx.data() : nullptr);
    estimator_.template table_gradient<N>(gradient);
    if constexpr (candidates > 0) learn_pins(pass, node, in, dy, derivatives);
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

  /// What each candidate of the node's pins would have contributed.
  void learn_pins(const Pass& pass, std::size_t node, Planes<Bit> in, const float* dy,
                  const float* derivatives) requires(candidates > 0) {
    alignas(64) float rows[N * kernels::hard_block_words * kernels::word_bits];
    float u[N][candidates] = {};
    for (std::size_t first = 0; first < pass.words(); first += kernels::hard_block_words) {
      const std::size_t words = std::min(kernels::hard_block_words, pass.words() - first);
      kernels::chosen::lut_pin_gradients<N>(nodes_.inputs(in, node, first).data(), dy + first * kernels::word_bits,
                                            words, derivatives, rows);
      for (std::size_t j = 0; j < N; ++j) {
        const std::uint64_t* bits[candidates];
        for (std::size_t c = 0; c < candidates; ++c) bits[c] = in.row(nodes_.wiring().sources(node * N + j)[c]) + first;
        kernels::chosen::masked_sums(bits, candidates, rows + j * words * kernels::word_bits, words, u[j]);
      }
    }
    for (std::size_t j = 0; j < N; ++j) nodes_.wiring().set_gradient(pass, node * N + j, u[j]);
  }

  Estimator estimator_;
  Nodes nodes_;
};

}  // namespace lutra::detail
