#pragma once
// What the answer of a circuit depends on, value by value: only that is ever computed.

#include <cstddef>
#include <lutra/circuit/circuit.hpp>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace lutra::engine {

namespace detail {

/// Marks every value that output `i` of the stage reads, by calling need(k) for each place k in the joined inputs.
template <class Need>
void need_sources(const circuits::Stage& stage, std::size_t i, std::size_t joined_size, Need need) {
  std::visit(
      [&](const auto& operation) {
        using Op = std::decay_t<decltype(operation)>;
        if constexpr (std::is_same_v<Op, circuits::LutStage>) {
          for (const auto pin : operation.pins[i]) need(pin);
        } else if constexpr (std::is_same_v<Op, circuits::CountStage>) {
          for (const auto source : operation.sources[i]) need(source);
        } else if constexpr (std::is_same_v<Op, circuits::AddStage>) {
          for (std::size_t source = i; source < joined_size; source += stage.output.size()) need(source);
        } else if constexpr (std::is_same_v<Op, circuits::ArgmaxStage>) {
          for (std::size_t source = 0; source < joined_size; ++source) need(source);
        } else {
          need(operation.sources[i]);
        }
      },
      stage.operation);
}

}  // namespace detail

/// For every signal of the circuit, which of its values the answer depends on.
[[nodiscard]] inline std::vector<std::vector<bool>> needed_values(const Circuit& circuit) {
  const auto& stages = circuit.stages();
  std::vector<std::vector<bool>> needed(stages.size() + 1);
  for (std::size_t id = 0; id <= stages.size(); ++id)
    needed[id].assign(circuit.type(static_cast<circuits::SignalId>(id)).size(), id == stages.size());
  for (std::size_t s = stages.size(); s-- > 0;) {
    std::vector<std::pair<std::size_t, std::size_t>> joined;  // the signal and the place in it of each value read
    for (const auto id : stages[s].inputs)
      for (std::size_t i = 0; i < needed[id].size(); ++i) joined.emplace_back(id, i);
    for (std::size_t i = 0; i < needed[s + 1].size(); ++i)
      if (needed[s + 1][i])
        detail::need_sources(stages[s], i, joined.size(),
                             [&](std::size_t k) { needed[joined[k].first][joined[k].second] = true; });
  }
  return needed;
}

}  // namespace lutra::engine
