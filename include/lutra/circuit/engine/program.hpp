#pragma once
// What the engine runs: a circuit turned into operations on numbered rows of packed bits, each row 64 samples a word.
// It is plain data without pointers, made once by engine/compile.hpp and only read afterwards.

#include <cstddef>
#include <cstdint>
#include <lutra/kernels/picks.hpp>
#include <vector>

namespace lutra::engine {

/// A row of bits in the working memory. Rows are used again once nothing reads them any more.
using Row = std::uint32_t;

inline constexpr Row row_of_zeros = 0;
inline constexpr Row row_of_ones = 1;
inline constexpr Row first_encoded_row = 2;

enum class Kind : std::uint8_t {
  gate,      ///< a run of nodes with one table of two inputs
  lut,       ///< a run of nodes of one fan-in, 3 to 8
  at_least,  ///< a sliced integer against a constant
  count,     ///< how many of the read rows are set, as a sliced integer
  add,       ///< two sliced integers of one width: the reads are one, then the other
  argmax     ///< the index of the largest of several sliced integers of one width
};

/// Operands lie in Program::operands from `operands` on: for `gate` and `lut` node after node, what it reads and then
/// the row it writes; for the others `reads` rows that are read and `writes` rows that are written. Sliced integers are
/// named by their rows, the lowest bit first.
struct Step {
  Kind kind;
  std::uint8_t detail = 0;  ///< gate: its table; lut: the fan-in
  std::uint32_t nodes = 1;  ///< gate and lut: the length of the run
  std::size_t operands = 0;
  std::uint32_t reads = 0;
  std::uint32_t writes = 0;
  std::uint64_t constant = 0;  ///< at_least: the threshold; argmax: the number of integers
  std::size_t tables = 0;      ///< lut: where its tables start in Program::tables
  std::size_t nibbles = 0;     ///< lut: where they start in Program::nibbles
};

/// One bit of the raw input: either value >= threshold, or bit `constant` of the value.
struct Encode {
  enum class Kind : std::uint8_t { at_least, bit };
  std::uint32_t value;
  std::uint32_t constant;
  Row row;
  Kind kind;
};

/// Sliced integers, `width` rows each.
struct Integers {
  std::vector<Row> rows;
  std::size_t count = 0;
  std::size_t width = 0;
};

struct Program {
  std::size_t input_size = 0;
  std::uint32_t input_width = 0;
  std::size_t row_count = 0;

  std::vector<Encode> encodes;  ///< in the order of their values; their rows are first_encoded_row and those after it
  /// The first encodes, sixteen a block, where bytes are compared with constants and each sixteen lie near each other.
  std::vector<kernels::Picks> picks;
  std::vector<Step> steps;
  std::size_t answer_steps = 0;  ///< the first steps, which give the answer; the others turn it into a class
  std::vector<std::uint32_t> operands;
  std::vector<std::uint64_t> tables;  ///< truth tables as a circuit has them
  std::vector<std::uint8_t> nibbles;  ///< the same tables for kernels::lut_rows

  Integers answer;
  Integers decision;  ///< one integer: the class
};

}  // namespace lutra::engine
