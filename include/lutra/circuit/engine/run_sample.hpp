#pragma once
// Running a program on one sample, for the shortest way from a sample to its answer: every row is a byte, and a table
// is looked up where packed bits would compute it for samples that are not there.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/engine/program.hpp>
#include <lutra/circuit/engine/run_tile.hpp>
#include <lutra/circuit/engine/workspace.hpp>
#include <lutra/circuit/stages.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/picks.hpp>
#include <lutra/kernels/words.hpp>
#include <type_traits>

namespace lutra::engine {

namespace detail {

[[nodiscard]] inline std::uint64_t integer_of(const std::uint32_t* rows, std::size_t width,
                                              const std::uint8_t* bits) noexcept {
  std::uint64_t value = 0;
  for (std::size_t j = 0; j < width; ++j) value |= std::uint64_t{bits[rows[j]]} << j;
  return value;
}

template <std::size_t FanIn>
void look_up(const std::uint64_t* tables, const std::uint32_t* operands, std::size_t nodes,
             std::uint8_t* bits) noexcept {
  for (std::size_t i = 0; i < nodes; ++i, operands += FanIn + 1, tables += circuits::table_words(FanIn)) {
    std::size_t address = 0;
    kernels::unroll<FanIn>([&](auto j) __attribute__((always_inline)) {
      address = 2 * address + bits[operands[FanIn - 1 - j]];
    });
    const std::size_t word = FanIn <= 6 ? 0 : address / 64;
    bits[operands[FanIn]] = static_cast<std::uint8_t>(tables[word] >> (address % 64) & 1);
  }
}

inline void run_luts(const Program& program, const Step& step, std::uint8_t* bits) noexcept {
  const std::uint64_t* const tables = program.tables.data() + step.tables;
  const std::uint32_t* const operands = program.operands.data() + step.operands;
  switch (step.detail) {
    case 3:
      return look_up<3>(tables, operands, step.nodes, bits);
    case 4:
      return look_up<4>(tables, operands, step.nodes, bits);
    case 5:
      return look_up<5>(tables, operands, step.nodes, bits);
    case 6:
      return look_up<6>(tables, operands, step.nodes, bits);
    case 7:
      return look_up<7>(tables, operands, step.nodes, bits);
    default:
      return look_up<8>(tables, operands, step.nodes, bits);
  }
}

/// The integer that a step of another kind than `gate` and `lut` writes.
[[nodiscard]] inline std::uint64_t result_of(const Step& step, const std::uint32_t* reads,
                                             const std::uint8_t* bits) noexcept {
  switch (step.kind) {
    case Kind::at_least:
      return integer_of(reads, step.reads, bits) >= step.constant;
    case Kind::count: {
      std::uint64_t count = 0;
      for (std::size_t i = 0; i < step.reads; ++i) count += bits[reads[i]];
      return count;
    }
    case Kind::add: {
      const std::size_t width = step.reads / 2;
      return integer_of(reads, width, bits) + integer_of(reads + width, width, bits);
    }
    default: {
      const std::size_t width = step.reads / step.constant;
      std::uint64_t best = 0, largest = integer_of(reads, width, bits);
      for (std::uint64_t i = 1; i < step.constant; ++i)
        if (const std::uint64_t value = integer_of(reads + i * width, width, bits); value > largest) {
          largest = value;
          best = i;
        }
      return best;
    }
  }
}

inline void run_step(const Program& program, const Step& step, std::uint8_t* bits) noexcept {
  if (step.kind == Kind::lut) return run_luts(program, step, bits);
  const std::uint32_t* operands = program.operands.data() + step.operands;
  if (step.kind == Kind::gate) {
    for (std::size_t i = 0; i < step.nodes; ++i, operands += 3)
      bits[operands[2]] = step.detail >> (bits[operands[0]] + 2 * bits[operands[1]]) & 1;
    return;
  }
  const std::uint64_t value = result_of(step, operands, bits);
  for (std::size_t j = 0; j < step.writes; ++j) bits[operands[step.reads + j]] = value >> j & 1;
}

template <class T>
void encode(const Program& program, const T* sample, std::uint8_t* bits) {
  std::size_t done = 0;
  if constexpr (std::is_same_v<T, std::uint8_t>) {
    kernels::chosen::picked_at_least(sample, program.picks.data(), program.picks.size(), bits + first_encoded_row);
    done = program.picks.size() * kernels::Picks::size;
  }
  for (; done < program.encodes.size(); ++done) {
    const Encode& encode = program.encodes[done];
    bits[encode.row] = encode.kind == Encode::Kind::at_least ? sample[encode.value] >= encode.constant
                                                             : sample[encode.value] >> encode.constant & 1;
  }
}

}  // namespace detail

/// run_tile for one sample.
template <class T>
void run_sample(const Program& program, const Goal& goal, const T* sample, std::uint32_t* answers,
                Workspace& workspace) {
  workspace.bits.resize(program.row_count);
  std::uint8_t* const bits = workspace.bits.data();
  bits[row_of_zeros] = 0;
  bits[row_of_ones] = 1;
  detail::encode(program, sample, bits);
  for (const Step& step : goal.steps) detail::run_step(program, step, bits);
  const Integers& integers = *goal.integers;
  for (std::size_t i = 0; i < integers.count; ++i)
    answers[i] =
        static_cast<std::uint32_t>(detail::integer_of(integers.rows.data() + i * integers.width, integers.width, bits));
}

}  // namespace lutra::engine
