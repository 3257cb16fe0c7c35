#pragma once
// The constant tables of a window that is worked through line by line.

#include <cstddef>
#include <cstdint>
#include <lutra/export/c/number_plan.hpp>
#include <lutra/export/c/tables.hpp>
#include <lutra/export/text.hpp>
#include <string>
#include <vector>

namespace lutra::c::detail {

struct LineTables {
  const NumberPlan& plan;
  std::size_t index;  ///< of the step
  const NumberStep& step;
  const std::string& of;  ///< what the tables' names begin with
  const std::string& view;

  /// The name of the window, as what @_shuffle or @_multiply takes.
  [[nodiscard]] std::string add(Tables& tables) const {
    return step.lines->codes() != nullptr ? add_codes(tables, *step.lines->codes())
                                          : add_bytes(tables, *step.lines->bytes());
  }

 private:
  using Numbers = std::vector<std::uint64_t>;
  using Signed = std::vector<std::int64_t>;

  [[nodiscard]] std::string add_codes(Tables& tables, const engine::CodeConvolution& own) const {
    const std::size_t planes = own.input.planes(), blocks = own.output.blocks();
    const auto at = own.offsets.begin(), sum_at = own.sum_offsets.begin();
    const std::string lines = add_lines(tables, own, own.output.shape.channels, blocks, own.levels, own.input.shape);
    const std::string at_name =
        tables.add(join({of, "at"}), "uint32_t", Numbers(at, at + static_cast<std::ptrdiff_t>(planes * own.steps)));
    const std::string sum_name =
        tables.add(join({of, "sum_at"}), "uint32_t", Numbers(sum_at, sum_at + static_cast<std::ptrdiff_t>(own.taps)));
    const std::string weights =
        tables.add(join({of, "nibble"}), "unsigned char", Numbers(own.weights.begin(), own.weights.end()));
    const std::string limits =
        tables.add_signed(join({of, "exceeded"}), "int16_t", Signed(own.limits.begin(), own.limits.end()));
    const std::string text = join({"{",       lines,
                                   ", ",      planes,
                                   ", ",      own.groups,
                                   ", ",      own.strip,
                                   ", ",      own.phases,
                                   ", ",      own.positions,
                                   ", ",      own.line_bytes(),
                                   ", ",      own.line_sums,
                                   ", ",      own.taps,
                                   ", ",      own.steps,
                                   ", ",      own.flush_after,
                                   ", ",      std::to_string(own.lowest),
                                   ", ",      own.doubled ? "1" : "0",
                                   ",\n    ", at_name,
                                   ", ",      sum_name,
                                   ", ",      weights,
                                   ", ",      limits,
                                   "}"});
    return tables.add_items(join({of, "lines"}), "code_lines", {text}, 200);
  }

  [[nodiscard]] std::string add_bytes(Tables& tables, const engine::ByteConvolution& own) const {
    const bool gives_sums = own.kind == kernels::ByteOutput::numbers;
    const auto at = own.offsets.begin();
    const std::string lines = add_lines(tables, own, own.output.channels, own.blocks, own.levels, own.input.shape);
    const std::string at_name =
        tables.add(join({of, "at"}), "uint32_t", Numbers(at, at + static_cast<std::ptrdiff_t>(own.steps)));
    const std::string weights =
        tables.add_signed(join({of, "byte"}), "signed char", Signed(own.weights.begin(), own.weights.end()));
    const std::string limits =
        gives_sums ? "NULL"
                   : tables.add_signed(join({of, "exceeded"}), "int32_t", Signed(own.limits.begin(), own.limits.end()));
    const std::string added =
        gives_sums ? tables.add(join({of, "added"}), "uint32_t", Numbers(own.added.begin(), own.added.end())) : "NULL";
    const std::string text = join({"{", lines, ", ", own.line_bytes, ", ", own.steps, ", ", own.flush_after, ",\n    ",
                                   at_name, ", ", weights, ", ", limits, ", ", added, "}"});
    return tables.add_items(join({of, "lines"}), "byte_lines", {text}, 200);
  }

  /// What both kinds have.
  template <class Convolution>
  [[nodiscard]] std::string add_lines(Tables& tables, const Convolution& own, std::size_t outputs, std::size_t blocks,
                                      std::size_t levels, const Shape& input) const {
    const std::string row_name =
        tables.add_signed(join({of, "row"}), "int32_t", Signed(own.rows.begin(), own.rows.end()));
    const bool packed = plan.reads_packed(step);
    std::vector<std::string> parts;
    for (const NumberStep::Part& part : step.parts())
      parts.push_back(join({"{", plan.at(part.first, step.reads->is_image), ", ",
                            packed ? packed_pixel_bytes(part.count) : input.height * input.width, ", ", part.number,
                            ", ", part.count, "}"}));
    const std::string part_name = tables.add_items(join({of, "part"}), "part", parts, 16);
    const bool to_packed = plan.is_packed(step.output);
    return join({"{",        view,
                 ", ",       part_name,
                 ", ",       parts.size(),
                 ", ",       packed ? "1" : "0",
                 ", ",       input.channels,
                 ", ",       row_name,
                 ", ",       own.rows.size(),
                 ", ",       own.span,
                 ", ",       std::to_string(own.first_column),
                 ",\n     ", levels,
                 ", ",       blocks,
                 ", ",       outputs,
                 ", ",       plan.at(step.output),
                 ", ",       to_packed ? packed_pixel_bytes(outputs) : 0,
                 ", ",       plan.bytes_of(step.output),
                 ", ",       plan.tables_of(index),
                 "}"});
  }
};

}  // namespace lutra::c::detail
