#pragma once
// LUT nodes fed with probabilities: the expectation of a random circuit, with exact gradients.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <lutra/compose/contract.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/sizes.hpp>
#include <lutra/layers/lut_nodes.hpp>
#include <lutra/planes.hpp>

namespace lutra::detail {

/// y = Σ_a W[a] Π_j (bit j of a ? x_j : 1 - x_j).
template <std::size_t N, class Wiring, class Estimator>
class ExpectationNodes {
  using Nodes = LutNodes<N, Wiring>;
  static constexpr std::size_t table_size = Nodes::table_size, candidates = Nodes::candidates;

 public:
  ExpectationNodes(const Wiring& wiring, const Estimator& estimator, Initial initial, Binding& binding, const Shape& in,
                   std::size_t nodes)
      : nodes_(wiring, initial, binding, in, nodes) {
    if constexpr (requires { estimator.check(binding.layer()); }) estimator.check(binding.layer());
  }

  void reserve(Arena& arena, const Pass& pass) {
    const std::size_t pieces = pass.most_pieces();
    table_sums_ = arena.claim<float>(pieces * nodes_.size() * table_size);
    if constexpr (candidates > 0) score_sums_ = arena.claim<float>(pieces * nodes_.size() * N * candidates);
    if (candidates > 0 || pass.overlap > 0) pin_gradients_ = arena.claim<float>(N * pass.padded());
  }

  void forward(const Pass& pass, Planes<Real> in, Planes<Real> out) {
    nodes_.for_each(pass, [&](std::size_t node) {
      nodes_.wiring().choose(node * N, N);
      const auto pins = nodes_.inputs(in, node, 0);
      kernels::chosen::lut_expectation<N>(nodes_.table(node), pins.data(), out.row(node), pass.padded());
    });
  }

  void choose() { nodes_.wiring().choose(0, nodes_.size() * N); }

  void backward(const Pass& pass, Planes<Real> in, Gradients d_out, Gradients d_in) {
    const Pieces pieces = pass.pieces();
    const int threads = row_threads(pass.threads, d_in);
    const std::size_t workers = std::min<std::size_t>(static_cast<std::size_t>(threads), pieces.size());
    const Pieces shares{pieces.size(), (pieces.size() + workers - 1) / workers};
    // Each worker has samples of its own, so that no two add to one value; what a node's table gets is kept per
    // piece.
    parallel_for(threads, shares.size(), [&](std::size_t share) {
      for (std::size_t node = 0; node < nodes_.size(); ++node)
        for (std::size_t piece = shares.begin(share); piece < shares.end(share); ++piece)
          backward_piece(pieces, piece, node, in, d_out, d_in);
    });
    nodes_.for_each(pass, [&](std::size_t node) { gather(pass, node, pieces.size()); });
  }

 private:
  void backward_piece(const Pieces& pieces, std::size_t piece, std::size_t node, Planes<Real> in, Gradients d_out,
                      Gradients d_in) {
    const std::size_t first = pieces.begin(piece) * kernels::word_bits;
    const std::size_t samples = pieces.end(piece) * kernels::word_bits - first;
    std::array<float*, N> to{}, dx{};
    if (d_in) to = nodes_.input_gradients(d_in, node, first, 0, d_in.rows);
    // Of overlapping rows the kernel's order of additions is not the same everywhere: they take it pin after pin.
    const bool apart = candidates > 0 || (d_in && d_in.places != nullptr);
    for (std::size_t j = 0; j < N; ++j) {
      dx[j] = apart ? pin_gradients_ + N * first + j * samples : to[j];
      if (apart) std::memset(dx[j], 0, samples * sizeof(float));
    }
    const auto pins = nodes_.inputs(in, node, first);
    kernels::chosen::lut_expectation_backward<N>(nodes_.table(node), pins.data(), d_out.row(node) + first, samples,
                                                 table_sums_ + (piece * nodes_.size() + node) * table_size,
                                                 dx[0] != nullptr ? dx.data() : nullptr);
    if (!apart) return;
    for (std::size_t j = 0; j < N; ++j) {
      if constexpr (candidates > 0) learn_pin(piece, node * N + j, dx[j], in, first, samples);
      if (!d_in) continue;
      for (std::size_t s = 0; s < samples; ++s) to[j][s] += dx[j][s];
    }
  }

  /// What each candidate of the pin would have contributed.
  void learn_pin(std::size_t piece, std::size_t pin, const float* gradient, Planes<Real> in, std::size_t first,
                 std::size_t samples) requires(candidates > 0) {
    float* const u = score_sums_ + (piece * nodes_.size() * N + pin) * candidates;
    for (std::size_t c = 0; c < candidates; ++c)
      u[c] = kernels::chosen::dot_product(in.row(nodes_.wiring().sources(pin)[c]) + first, gradient, samples);
  }

  /// The sums of all pieces, in their order, become the gradients of the node's table and scores.
  void gather(const Pass& pass, std::size_t node, std::size_t pieces) {
    float* const gradient = nodes_.gradient(pass, node);
    std::copy_n(table_sums_ + node * table_size, table_size, gradient);
    for (std::size_t piece = 1; piece < pieces; ++piece) {
      const float* const sums = table_sums_ + (piece * nodes_.size() + node) * table_size;
      for (std::size_t a = 0; a < table_size; ++a) gradient[a] += sums[a];
    }
    if constexpr (candidates > 0) {
      for (std::size_t pin = node * N; pin < (node + 1) * N; ++pin) {
        float u[candidates] = {};
        for (std::size_t piece = 0; piece < pieces; ++piece)
          for (std::size_t c = 0; c < candidates; ++c)
            u[c] += score_sums_[(piece * nodes_.size() * N + pin) * candidates + c];
        nodes_.wiring().set_gradient(pass, pin, u);
      }
    }
  }

  Nodes nodes_;
  float* table_sums_ = nullptr;     // [piece][node][address]
  float* score_sums_ = nullptr;     // [piece][pin][candidate]
  float* pin_gradients_ = nullptr;  // [piece][pin of the node][sample]
};

}  // namespace lutra::detail
