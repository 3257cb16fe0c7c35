#pragma once
// What LUT nodes are, whatever they are fed with: N pins each, wired somehow, and a trained table of 2^N entries. How
// they are run and trained is in hard_nodes.hpp and expectation_nodes.hpp.

#include <array>
#include <cstddef>
#include <cstdint>
#include <lutra/compose/contract.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/layers/wiring.hpp>
#include <lutra/parameters.hpp>
#include <lutra/planes.hpp>
#include <span>
#include <vector>

namespace lutra {

/// How a LUT layer's tables start.
enum class Initial {
  uniform,       ///< every entry uniform in [0, 1]
  pass_through,  ///< a copy of pin 0, softened: entries near 0.95 where that input is 1, near 0.05 where it is 0
};

namespace detail {

template <std::size_t N, class Wiring>
class LutNodes {
 public:
  static constexpr std::size_t table_size = std::size_t{1} << N;
  static constexpr std::size_t candidates = BoundWiring<Wiring>::candidates;

  LutNodes(const Wiring& wiring, Initial initial, Binding& binding, const Shape& in, std::size_t nodes)
      : nodes_(nodes),
        wiring_(wiring, binding, in, nodes, N),
        table_(binding.parameter({.name = "table", .size = nodes * table_size, .lower = 0, .upper = 1})) {
    Random random = binding.random();
    float* const w = table_.values();
    for (std::size_t i = 0; i < table_.size(); ++i) {
      const float draw = random.uniform();
      w[i] = initial == Initial::uniform ? draw : (i & 1) != 0 ? 0.9F + 0.1F * draw : 0.1F * draw;
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return nodes_; }
  [[nodiscard]] BoundWiring<Wiring>& wiring() noexcept { return wiring_; }
  [[nodiscard]] const float* table(std::size_t node) const { return table_.values() + node * table_size; }
  [[nodiscard]] float* gradient(const Pass& pass, std::size_t node) const {
    return table_.gradients(pass) + node * table_size;
  }

  /// Where the node's pins read, from stored element `first` of each row on.
  template <class Kind>
  [[nodiscard]] auto inputs(Planes<Kind> in, std::size_t node, std::size_t first) const {
    std::array<const typename Planes<Kind>::Storage*, N> rows;
    for (std::size_t j = 0; j < N; ++j) rows[j] = in.row(wiring_.pins()[node * N + j]) + first;
    return rows;
  }
  /// Where what the pins take is added; null for a pin that reads none of rows `begin` to `end` - 1.
  [[nodiscard]] std::array<float*, N> input_gradients(Gradients d_in, std::size_t node, std::size_t first,
                                                      std::size_t begin, std::size_t end) const {
    std::array<float*, N> rows;
    for (std::size_t j = 0; j < N; ++j) {
      const std::size_t row = wiring_.pins()[node * N + j];
      rows[j] = begin <= row && row < end ? d_in.row(row) + first : nullptr;
    }
    return rows;
  }

  /// Calls body(node) for every node, on the pass' threads. Neighbours go together: their rows and tables share cache
  /// lines.
  template <class Body>
  void for_each(const Pass& pass, const Body& body) const {
    const Pieces blocks{nodes_, 16};
    parallel_for(pass.threads, blocks.size(), [&](std::size_t block) {
      for (std::size_t node = blocks.begin(block); node < blocks.end(block); ++node) body(node);
    });
  }

  /// The tables as circuit nodes, W > 1/2.
  [[nodiscard]] circuits::LutStage freeze() const {
    circuits::LutStage stage;
    std::uint64_t bits[circuits::table_words(N)];
    const auto pins = wiring_.chosen();
    for (std::size_t node = 0; node < nodes_; ++node) {
      kernels::chosen::lut_table_bits<N>(table(node), bits);
      stage.add(std::span(pins).subspan(node * N, N), bits);
    }
    return stage;
  }

 private:
  std::size_t nodes_;
  BoundWiring<Wiring> wiring_;
  Parameter table_;
};

}  // namespace detail
}  // namespace lutra
