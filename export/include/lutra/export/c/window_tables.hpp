#pragma once
// The constant tables of a window of codes, for both ways of computing it.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <lutra/export/c/number_plan.hpp>
#include <lutra/export/c/tables.hpp>
#include <lutra/export/text.hpp>
#include <string>
#include <vector>

namespace lutra::c::detail {

struct WindowTables {
  const NumberPlan& plan;
  std::size_t index;  ///< of the step
  const NumberStep& step;
  const std::string& of;  ///< what the tables' names begin with
  const std::string& view;

  /// The name of the window, as what @_convolve takes.
  [[nodiscard]] std::string add_convolution(Tables& tables) const {
    const ConvolutionPlan& own = *step.convolution;
    const WindowLayer& layer = *step.layer;
    std::vector<std::int64_t> phases;
    for (const auto& phase : own.phases) phases.insert(phases.end(), {phase.row, phase.column});
    std::vector<std::uint64_t> distances, at;
    for (std::size_t t = 0; t < layer.window.taps.size(); ++t) {
      distances.push_back(own.phase_of[t] * own.length + own.distances[t]);
      for (std::size_t g = 0; g < own.groups; ++g) {
        const std::size_t table = own.phase_of[t] * own.phase_bytes() + g * tables_together * own.length;
        at.push_back(table + own.distances[t]);
      }
    }
    const std::string runs = add_runs(tables);
    const std::string phase_name = tables.add_signed(join({of, "phase"}), "int32_t", phases);
    const std::string distance_name = tables.add(join({of, "distance"}), "uint32_t", distances);
    const std::string at_name = tables.add(join({of, "at"}), "uint32_t", at);
    const std::string weight_name = tables.add(join({of, "weight"}), "uint8_t", own.weights);
    const bool reaches = own.is_narrow && layer.has_levels;
    const std::string reach_name =
        reaches ? tables.add(join({of, "reach"}), "uint16_t", reach(own.split, own.blocks)) : "NULL";
    const std::string answers = add_answers(tables, own.split, reaches);
    const std::string text = join({"{",        view,
                                   ", ",       runs,
                                   ", ",       layer.channels,
                                   ", ",       own.planes,
                                   ", ",       own.phases.size(),
                                   ", ",       phase_name,
                                   ",\n     ", own.tile_rows,
                                   ", ",       own.tile_columns,
                                   ", ",       own.pitch,
                                   ", ",       own.table_rows,
                                   ", ",       own.length,
                                   ", ",       std::to_string(own.first_row),
                                   ", ",       std::to_string(own.first_column),
                                   ", ",       layer.window.taps.size(),
                                   ", ",       own.steps,
                                   ", ",       own.split.units,
                                   ", ",       own.blocks,
                                   ", ",       own.flush_after,
                                   ", ",       own.flush_all_after,
                                   ",\n     ", distance_name,
                                   ", ",       at_name,
                                   ", ",       weight_name,
                                   ", ",       reach_name,
                                   ", ",       own.is_narrow ? "1" : "0",
                                   ", ",       plan.tables_of(index),
                                   ", ",       plan.work_of(index),
                                   ", ",       answers,
                                   "}"});
    return tables.add_items(join({of, "window"}), "convolution", {text}, 200);
  }

  /// The name of the window, as what @_weigh_dense takes.
  [[nodiscard]] std::string add_dense(Tables& tables) const {
    const WindowLayer& layer = *step.layer;
    const SplitWeights split(layer);
    const std::size_t inputs = layer.inputs(), words = (inputs + 63) / 64;
    std::vector<std::uint64_t> weights(layer.outputs() * split.units * words, 0);
    for (std::size_t o = 0; o < layer.outputs(); ++o)
      for (std::size_t unit = 0; unit < split.units; ++unit)
        for (std::size_t i = 0; i < inputs; ++i)
          weights[(o * split.units + unit) * words + i / 64] |=
              std::uint64_t{split.bit(layer.window.weights[o * inputs + i], unit) ? 1U : 0U} << (i % 64);
    std::vector<std::int64_t> taps;
    for (const auto& tap : layer.window.taps) taps.insert(taps.end(), {tap.row, tap.column});
    const std::string runs = add_runs(tables);
    const std::string tap_name = tables.add_signed(join({of, "tap"}), "int32_t", taps);
    const std::string weight_name = tables.add(join({of, "weight"}), "uint64_t", weights, true);
    const std::string answers = add_answers(tables, split, false);
    const std::string text = join({"{",  view,        ", ", runs,    ", ", layer.window.taps.size(), ", ", layer.bits,
                                   ", ", split.units, ", ", words,   ", ", plan.work_of(index),      ", ", tap_name,
                                   ", ", weight_name, ", ", answers, "}"});
    return tables.add_items(join({of, "window"}), "dense", {text}, 120);
  }

 private:
  /// Channels that lie one after another are one run.
  [[nodiscard]] std::string add_runs(Tables& tables) const {
    const bool is_image = step.reads->is_image;
    const std::size_t apart = is_image ? step.layer->input.height * step.layer->input.width : 1;
    std::vector<std::string> items;
    for (const NumberStep::Part& part : step.parts())
      items.push_back(join({"{", plan.at(part.first, is_image), ", ", apart, ", ", part.count, "}"}));
    return join({tables.add_items(join({of, "run"}), "run_of_channels", items, 12), ", ", items.size()});
  }

  /// Limits of 16 bits as what a sum is added to, so that the sum of 16 bits has its highest bit where it reaches them.
  [[nodiscard]] std::vector<std::uint64_t> reach(const SplitWeights& split, std::size_t blocks) const {
    constexpr std::uint64_t never = std::uint64_t{1} << 15;
    std::vector<std::uint64_t> values(blocks * split.levels * outputs_together, 0);
    for (std::size_t o = 0; o < step.layer->outputs(); ++o) {
      const auto thresholds = step.layer->window.thresholds[o];
      for (std::size_t j = 0; j < thresholds.size(); ++j)
        values[(o / outputs_together * split.levels + j) * outputs_together + o % outputs_together] =
            never - split.limit(thresholds[j], never);
    }
    return values;
  }

  [[nodiscard]] std::string add_answers(Tables& tables, const SplitWeights& split, bool reaches) const {
    const WindowLayer& layer = *step.layer;
    constexpr std::uint64_t never = std::numeric_limits<std::uint32_t>::max();
    std::string limit = "NULL", falling = "NULL", base = "NULL";
    if (layer.has_levels) {
      std::vector<std::uint64_t> limits(layer.outputs() * split.levels, never), turned;
      for (std::size_t o = 0; o < layer.outputs(); ++o) {
        const auto thresholds = layer.window.thresholds[o];
        turned.push_back(layer.window.falling[o] ? thresholds.size() : 0);
        for (std::size_t j = 0; j < thresholds.size(); ++j)
          limits[o * split.levels + j] = split.limit(thresholds[j], never);
      }
      falling = tables.add(join({of, "falling"}), "unsigned char", turned);
      if (!reaches) limit = tables.add(join({of, "limit"}), "uint32_t", limits);
    } else {
      std::vector<std::uint64_t> bases;
      for (const std::uint32_t offset : layer.offsets)
        bases.push_back(static_cast<std::uint32_t>(offset - static_cast<std::uint64_t>(split.bias)));
      base = tables.add(join({of, "base"}), "uint32_t", bases);
    }
    return join({"{",   layer.outputs(),
                 ", ",  static_cast<std::uint32_t>(split.scale),
                 ", ",  static_cast<std::uint32_t>(split.lowest),
                 "u, ", static_cast<std::uint32_t>(split.bias),
                 "u, ", split.levels,
                 ", ",  limit,
                 ", ",  falling,
                 ", ",  base,
                 ", ",  plan.at(step.output),
                 ", ",  plan.bytes_of(step.output),
                 "}"});
  }
};

}  // namespace lutra::c::detail
