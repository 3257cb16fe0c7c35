#pragma once
// Steps that are no convolutions of codes, done pixel by pixel: for what has numbers that no float holds, or looks bits
// up.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/codes/pixels.hpp>
#include <lutra/circuit/engine/codes/program.hpp>
#include <lutra/kernels/chosen.hpp>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

namespace lutra::engine::detail {

using CodeValues = std::vector<std::uint32_t>;

/// What an operation gives at one place: out.size() values.
inline void apply(const circuits::WeighStage& weigh, const WeighMatrix& matrix, const CodeValues& in, CodeValues& out) {
  const std::size_t outputs = out.size();
  std::ranges::copy(weigh.offsets, out.begin());
  if (matrix.outputs != 0) {
    out.resize(matrix.outputs);
    kernels::chosen::weigh(in.data(), in.size(), matrix.weights.data(), matrix.outputs, out.data());
    out.resize(outputs);
    return;
  }
  for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t j = 0; j < weigh.sources[o].size(); ++j)
      out[o] += static_cast<std::uint32_t>(weigh.weights[o][j]) * in[weigh.sources[o][j]];
}
inline void apply(const circuits::LevelStage& level, const CodeValues& in, CodeValues& out) {
  for (std::size_t o = 0; o < out.size(); ++o) {
    const std::uint32_t x = in[level.sources[o]];
    const auto thresholds = level.thresholds[o];
    const auto met = static_cast<std::uint32_t>(std::ranges::upper_bound(thresholds, x) - thresholds.begin());
    out[o] = level.falling[o] ? static_cast<std::uint32_t>(thresholds.size()) - met : met;
  }
}
inline void apply(const circuits::ThresholdStage& threshold, const CodeValues& in, CodeValues& out) {
  for (std::size_t o = 0; o < out.size(); ++o) out[o] = in[threshold.sources[o]] >= threshold.thresholds[o] ? 1 : 0;
}
inline void apply(const circuits::LutStage& luts, const CodeValues& in, CodeValues& out) {
  for (std::size_t o = 0; o < out.size(); ++o) {
    std::size_t address = 0;
    for (std::size_t j = 0; j < luts.fan_in(o); ++j) address |= std::size_t{in[luts.pins[o][j]]} << j;
    out[o] = static_cast<std::uint32_t>(luts.tables[o][address / 64] >> (address % 64) & 1);
  }
}
inline void apply(const circuits::CountStage& count, const CodeValues& in, CodeValues& out) {
  for (std::size_t o = 0; o < out.size(); ++o) {
    out[o] = count.offsets[o];
    for (const std::uint32_t source : count.sources[o]) out[o] += in[source];
  }
}
inline void apply(const circuits::RearrangeStage& rearrange, const CodeValues& in, CodeValues& out) {
  for (std::size_t o = 0; o < out.size(); ++o) out[o] = in[rearrange.sources[o]];
}
inline void apply(const circuits::AddStage&, const CodeValues& in, CodeValues& out) {
  for (std::size_t i = 0; i < in.size(); ++i) out[i % out.size()] += in[i];
}
inline void apply(const circuits::MaxStage&, const CodeValues& in, CodeValues& out) {
  for (std::size_t i = 0; i < in.size(); ++i) out[i % out.size()] = std::max(out[i % out.size()], in[i]);
}
inline void apply(const circuits::ArgmaxStage&, const CodeValues& in, CodeValues& out) {
  const std::size_t n = out.size();
  for (std::size_t i = n; i < in.size(); ++i)
    if (in[i] > in[out[i % n] * n + i % n]) out[i % n] = static_cast<std::uint32_t>(i / n);
}

inline void run_pixels(const CodeStep& step, std::span<const CodePixels> from, const CodePixels& to, std::size_t begin,
                       std::size_t end) {
  const Shape out = to.signal.type.shape;
  CodeValues values, next;
  const std::size_t block = step.block, read = step.sources.size() / (block * block);
  for (std::size_t y = begin; y < end; ++y)
    for (std::size_t x = 0; x < out.width; ++x) {
      values.resize(read);
      for (std::size_t i = 0; i < read; ++i) {
        const CodeSource& source = step.sources[(y % block * block + x % block) * read + i];
        const Shape& in = from[source.signal].signal.type.shape;
        const auto row = static_cast<std::int64_t>(y / block) * step.stride.row + source.offset.row;
        const auto column = static_cast<std::int64_t>(x / block) * step.stride.column + source.offset.column;
        const bool inside = row >= 0 && column >= 0 && row < static_cast<std::int64_t>(in.height) &&
                            column < static_cast<std::int64_t>(in.width);
        values[i] =
            inside ? from[source.signal].at(static_cast<std::size_t>(row) * in.width + static_cast<std::size_t>(column),
                                            source.channel)
                   : 0;
      }
      for (std::size_t i = 0; i < step.operations.size(); ++i) {
        next.assign(step.sizes[i], 0);
        std::visit(
            [&](const auto& operation) {
              if constexpr (std::is_same_v<std::decay_t<decltype(operation)>, circuits::WeighStage>)
                apply(operation, step.matrices[i], values, next);
              else
                apply(operation, values, next);
            },
            step.operations[i]);
        values.swap(next);
      }
      to.set(y * out.width + x, [&](std::size_t c) { return values[c]; });
    }
}

}  // namespace lutra::engine::detail
