#pragma once
// All texts of emitted C for circuits of numbers, each after what it calls, and who calls it.

#include <lutra/export/c/byte_line_texts.hpp>
#include <lutra/export/c/code_line_texts.hpp>
#include <lutra/export/c/code_table_texts.hpp>
#include <lutra/export/c/convolution_texts.hpp>
#include <lutra/export/c/line_texts.hpp>
#include <lutra/export/c/row_texts.hpp>
#include <lutra/export/c/table_texts.hpp>
#include <lutra/export/c/vector_texts.hpp>
#include <lutra/export/c/window_texts.hpp>
#include <lutra/export/text.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lutra::c::detail {

struct NumberText {
  std::string_view text;
  std::vector<std::string_view> loops;  ///< that call it
};

[[nodiscard]] inline std::vector<NumberText> number_texts() {
  return {
      {number_value_text, {"sum", "steps", "look_up", "most", "pick"}},
      {own_text,
       {"sum", "steps", "look_up", "most", "pick", "move", "spread", "convolve", "weigh_dense", "multiply", "shuffle"}},
      {store_text, {"sum", "steps", "look_up", "most", "pick", "convolve", "weigh_dense"}},
      {load_row_text, {"sum", "steps", "look_up", "most"}},
      {sum_text, {"sum"}},
      {steps_text, {"steps"}},
      {look_up_text, {"look_up"}},
      {most_text, {"most"}},
      {move_text, {"move"}},
      {spread_text, {"spread"}},
      {pick_text, {"pick"}},
      {word_text, {"convolve", "shuffle"}},
      {keep_text, {"convolve"}},
      {four_text, {"convolve", "shuffle", "multiply"}},
      {ones_text, {"weigh_dense", "shuffle"}},
      {codes_text, {"convolve", "weigh_dense"}},
      {dense_text, {"weigh_dense"}},
      {tables_text, {"convolve"}},
      {fill_text, {"convolve"}},
      {put_text, {"convolve"}},
      {words_text, {"convolve"}},
      {convolution_text, {"convolve"}},
      {spread_pixels_text, {"spread_pixels"}},
      {lines_text, {"shuffle", "multiply"}},
      {word_vectors_text, {"shuffle"}},
      {code_tables_text, {"shuffle"}},
      {code_lines_text, {"shuffle"}},
      {number_vectors_text, {"multiply"}},
      {byte_lines_text, {"multiply"}}};
}

/// For each byte of four codes, the sums of those that a number of four bits chooses.
[[nodiscard]] inline std::string tables_of_bytes() {
  constexpr unsigned bytes = 256, choices = 16, codes = 4;
  std::string text;
  for (unsigned byte = 0; byte < bytes; ++byte) {
    append(text, {byte % 2 == 0 ? "\n    {" : " {"});
    for (unsigned chosen = 0; chosen < choices; ++chosen) {
      unsigned sum = 0;
      for (unsigned i = 0; i < codes; ++i) sum += (chosen >> i & 1) * (byte >> (2 * i) & 3);
      append(text, {chosen == 0 ? "" : ", ", sum});
    }
    text += "},";
  }
  return text;
}

}  // namespace lutra::c::detail
