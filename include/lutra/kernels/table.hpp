#pragma once
// The kernels of one instruction set as pointers. lutra::dispatch holds one such table an instruction set, and nothing
// that uses this header needs to see the kernels' definitions.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace lutra::kernels {

struct AdamStep;
struct ByteLine;
struct CodeLine;
struct DepthwiseLine;
struct Factors;
struct Normalization;
struct Picks;
template <class T>
struct Rows;

/// The kernels that are compiled for one fan-in.
struct LutTable {
  void (*lut_table_bits)(const float* table, std::uint64_t* bits);
  void (*lut_hard_forward)(const float* table, const std::uint64_t* const* pins, std::uint64_t* out, std::size_t words);
  void (*lut_expectation)(const float* table, const float* const* x, float* y, std::size_t samples);
  void (*lut_expectation_backward)(const float* table, const float* const* x, const float* dy, std::size_t samples,
                                   float* sums, float* const* dx);
  void (*lut_hard_backward)(const std::uint64_t* const* pins, const float* dy, std::size_t words,
                            const float* derivatives, float* sums, float* const* dx);
  void (*lut_pin_gradients)(const std::uint64_t* const* pins, const float* dy, std::size_t words,
                            const float* derivatives, float* rows);
  void (*lut_derivatives)(const float* table, float contrast, float* derivatives);
  void (*lut_smooth)(float* table, float contrast);
};

/// What each does is said where it is defined, under the same name in kernels/.
struct Table {
  void (*threshold_bytes)(const std::uint8_t* plane, std::uint32_t threshold, std::uint64_t* out, std::size_t words);
  void (*threshold_shorts)(const std::uint16_t* plane, std::uint32_t threshold, std::uint64_t* out, std::size_t words);
  void (*threshold_floats)(const float* plane, float threshold, std::uint64_t* out, std::size_t words);
  bool (*bytes_below)(const std::uint8_t* values, std::size_t count, std::uint8_t limit);
  bool (*shorts_below)(const std::uint16_t* values, std::size_t count, std::uint16_t limit);
  void (*transpose_bytes)(const std::uint8_t* const* samples, std::size_t count, std::size_t values,
                          std::uint8_t* planes, std::size_t stride, std::size_t begin);
  void (*transpose_shorts)(const std::uint16_t* const* samples, std::size_t count, std::size_t values,
                           std::uint16_t* planes, std::size_t stride, std::size_t begin);
  void (*picked_at_least)(const std::uint8_t* values, const Picks* blocks, std::size_t count, std::uint8_t* bits);
  void (*lut_bits)(const std::uint64_t* table, std::size_t fan_in, const std::uint64_t* const* pins, std::uint64_t* out,
                   std::size_t words);
  void (*count_bits)(const std::uint64_t* const* rows, std::size_t row_count, std::uint32_t offset, float* counts,
                     std::size_t words);
  void (*expand_bits)(const std::uint64_t* bits, float one, float* out, std::size_t words);
  void (*masked_sums)(const std::uint64_t* const* rows, std::size_t count, const float* values, std::size_t words,
                      float* sums);
  float (*dot_product)(const float* a, const float* b, std::size_t samples);
  void (*softmax)(const float* scores, std::size_t count, float* p);
  void (*softmax_cross_entropy)(const float* scores, float scale, const std::uint32_t* labels, std::size_t classes,
                                std::size_t stride, std::size_t samples, std::size_t used, float smoothing,
                                float weight, float* d_logits, float* losses);
  void (*or_rows)(const std::uint64_t* const* rows, std::size_t count, std::uint64_t* out, std::size_t words);
  void (*or_rows_backward)(const std::uint64_t* const* rows, std::size_t count, const float* dy, std::size_t words,
                           float* const* dx);
  void (*max_rows)(const float* const* rows, std::size_t count, float* out, std::size_t samples);
  void (*max_rows_backward)(const float* const* rows, std::size_t count, const float* y, const float* dy,
                            std::size_t samples, float* const* dx);
  void (*product)(const Factors& a, const Rows<const float>& b, const Rows<float>& c, std::size_t columns, bool add);
  void (*product_of_rows)(const Rows<const float>& a, const Rows<const float>& b, std::size_t columns, float* room,
                          float* c, std::size_t stride);
  float (*sum)(const float* x, std::size_t count);
  float (*sum_of_squares)(const float* x, float mean, std::size_t count);
  float (*sum_of_normalized)(const float* dy, const float* x, const Normalization& by, std::size_t count);
  void (*normalized_backward)(const float* dy, const float* x, const Normalization& by, std::size_t count, float* dx);
  void (*adam)(float* w, const float* g, float* m, float* v, std::size_t count, const AdamStep& step);
  void (*affine)(const float* x, float scale, float shift, float* y, std::size_t count);
  void (*round_to_codes)(const float* x, float per_unit, float most, float* codes, std::size_t count);
  void (*round_to_codes_backward)(const float* x, float unit, float most, const float* dy, float* dx,
                                  std::size_t count);
  void (*byte_sums)(const ByteLine& line);
  std::size_t (*code_lanes)();
  void (*code_sums)(const CodeLine& line);
  void (*expand_codes)(const std::uint8_t* codes, std::size_t step, std::size_t count, std::size_t groups,
                       std::uint8_t* tables, std::size_t group_stride, std::size_t lanes);
  void (*add_pixel_sums)(const std::uint8_t* codes, std::size_t blocks, std::size_t count, std::int16_t weight,
                         std::int16_t* sums);
  void (*window_sums)(const std::int16_t* sums, const std::uint32_t* offsets, std::size_t taps, std::int16_t factor,
                      std::size_t count, std::int16_t* out);
  std::size_t (*depthwise_vector)();
  void (*depthwise_sums)(const DepthwiseLine& line);
  void (*split_codes)(const std::uint8_t* first, const std::uint8_t* second, std::size_t bytes, std::uint8_t* low,
                      std::uint8_t* high);
  void (*weigh)(const std::uint32_t* x, std::size_t inputs, const std::uint32_t* weights, std::size_t outputs,
                std::uint32_t* sums);
  std::array<LutTable, 8> luts;  ///< fan-in n is luts[n - 1]
};

namespace detail {

inline constinit std::atomic<const Table*> chosen_table{nullptr};

/// Fills chosen_table; part of lutra::dispatch. Throws Error where LUTRA_ARCH does not name an instruction set that
/// this CPU has.
const Table& choose_table();

[[nodiscard]] inline const Table& table() {
  const Table* const chosen = chosen_table.load(std::memory_order_acquire);
  return chosen != nullptr ? *chosen : choose_table();
}

/// A function that calls the chosen table's.
template <auto Entry>
struct Call;
template <class Result, class... Arguments, Result (*Table::*Entry)(Arguments...)>
struct Call<Entry> {
  Result operator()(Arguments... arguments) const { return (table().*Entry)(arguments...); }
};

template <std::size_t N, auto Entry>
struct CallLut;
template <std::size_t N, class... Arguments, void (*LutTable::*Entry)(Arguments...)>
struct CallLut<N, Entry> {
  void operator()(Arguments... arguments) const { (table().luts[N - 1].*Entry)(arguments...); }
};

}  // namespace detail
}  // namespace lutra::kernels
