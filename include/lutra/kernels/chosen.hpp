#pragma once
// The kernels as layers and training call them: without a word about the instruction set. Header-only, a call is the
// kernel itself, for what the including file is compiled for. A program that links lutra::dispatch (which defines
// LUTRA_DISPATCH) calls through pointers, chosen once for the CPU it runs on, and compiles no kernel.

#include <cstddef>
#include <string_view>

#ifdef LUTRA_DISPATCH

#include <lutra/kernels/table.hpp>

namespace lutra::kernels {

/// Stands for the instruction set chosen at run time.
struct ChosenArch;

/// The instruction set whose kernels run: "sse2", "avx2" or "avx512"; "neon" on ARM. Chosen when first asked for, the
/// best that the CPU has or the one that the environment variable LUTRA_ARCH names. Throws Error where it names one
/// that is unknown or that this CPU lacks.
[[nodiscard]] std::string_view instruction_set();

namespace chosen {

inline void threshold_bits(const std::uint8_t* plane, std::uint32_t threshold, std::uint64_t* out, std::size_t words) {
  detail::table().threshold_bytes(plane, threshold, out, words);
}
inline void threshold_bits(const std::uint16_t* plane, std::uint32_t threshold, std::uint64_t* out, std::size_t words) {
  detail::table().threshold_shorts(plane, threshold, out, words);
}
inline void threshold_bits(const float* plane, float threshold, std::uint64_t* out, std::size_t words) {
  detail::table().threshold_floats(plane, threshold, out, words);
}
[[nodiscard]] inline bool all_below(const std::uint8_t* values, std::size_t count, std::uint8_t limit) {
  return detail::table().bytes_below(values, count, limit);
}
[[nodiscard]] inline bool all_below(const std::uint16_t* values, std::size_t count, std::uint16_t limit) {
  return detail::table().shorts_below(values, count, limit);
}
inline void transpose_samples(const std::uint8_t* const* samples, std::size_t count, std::size_t values,
                              std::uint8_t* planes, std::size_t stride, std::size_t begin = 0) {
  detail::table().transpose_bytes(samples, count, values, planes, stride, begin);
}
inline void transpose_samples(const std::uint16_t* const* samples, std::size_t count, std::size_t values,
                              std::uint16_t* planes, std::size_t stride, std::size_t begin = 0) {
  detail::table().transpose_shorts(samples, count, values, planes, stride, begin);
}

inline constexpr detail::Call<&Table::picked_at_least> picked_at_least;
inline constexpr detail::Call<&Table::lut_bits> lut_bits;
inline constexpr detail::Call<&Table::count_bits> count_bits;
inline constexpr detail::Call<&Table::expand_bits> expand_bits;
inline constexpr detail::Call<&Table::masked_sums> masked_sums;
inline constexpr detail::Call<&Table::dot_product> dot_product;
inline constexpr detail::Call<&Table::softmax> softmax;
inline constexpr detail::Call<&Table::softmax_cross_entropy> softmax_cross_entropy;
inline constexpr detail::Call<&Table::max_rows> max_rows;
inline constexpr detail::Call<&Table::max_rows_backward> max_rows_backward;
inline constexpr detail::Call<&Table::product> product;
inline constexpr detail::Call<&Table::product_of_rows> product_of_rows;
inline constexpr detail::Call<&Table::sum> sum;
inline constexpr detail::Call<&Table::sum_of_squares> sum_of_squares;
inline constexpr detail::Call<&Table::sum_of_normalized> sum_of_normalized;
inline constexpr detail::Call<&Table::normalized_backward> normalized_backward;
inline constexpr detail::Call<&Table::adam> adam;
inline constexpr detail::Call<&Table::affine> affine;
inline constexpr detail::Call<&Table::round_to_codes> round_to_codes;
inline constexpr detail::Call<&Table::round_to_codes_backward> round_to_codes_backward;
inline constexpr detail::Call<&Table::or_rows> or_rows;
inline constexpr detail::Call<&Table::or_rows_backward> or_rows_backward;
inline constexpr detail::Call<&Table::byte_sums> byte_sums;
inline constexpr detail::Call<&Table::code_lanes> code_lanes;
inline constexpr detail::Call<&Table::code_sums> code_sums;
inline constexpr detail::Call<&Table::expand_codes> expand_codes;
inline constexpr detail::Call<&Table::add_pixel_sums> add_pixel_sums;
inline constexpr detail::Call<&Table::window_sums> window_sums;
inline constexpr detail::Call<&Table::depthwise_vector> depthwise_vector;
inline constexpr detail::Call<&Table::depthwise_sums> depthwise_sums;
inline constexpr detail::Call<&Table::split_codes> split_codes;
inline constexpr detail::Call<&Table::weigh> weigh;

template <std::size_t N>
inline constexpr detail::CallLut<N, &LutTable::lut_table_bits> lut_table_bits;
template <std::size_t N>
inline constexpr detail::CallLut<N, &LutTable::lut_hard_forward> lut_hard_forward;
template <std::size_t N>
inline constexpr detail::CallLut<N, &LutTable::lut_expectation> lut_expectation;
template <std::size_t N>
inline constexpr detail::CallLut<N, &LutTable::lut_expectation_backward> lut_expectation_backward;
template <std::size_t N>
inline constexpr detail::CallLut<N, &LutTable::lut_hard_backward> lut_hard_backward;
template <std::size_t N>
inline constexpr detail::CallLut<N, &LutTable::lut_derivatives> lut_derivatives;
template <std::size_t N>
inline constexpr detail::CallLut<N, &LutTable::lut_pin_gradients> lut_pin_gradients;
template <std::size_t N>
inline constexpr detail::CallLut<N, &LutTable::lut_smooth> lut_smooth;

}  // namespace chosen
}  // namespace lutra::kernels

#else

#include <lutra/kernels/adam.hpp>
#include <lutra/kernels/affine.hpp>
#include <lutra/kernels/arch.hpp>
#include <lutra/kernels/byte_sums.hpp>
#include <lutra/kernels/code_sums.hpp>
#include <lutra/kernels/code_tables.hpp>
#include <lutra/kernels/count_bits.hpp>
#include <lutra/kernels/depthwise_sums.hpp>
#include <lutra/kernels/expand.hpp>
#include <lutra/kernels/lut_bits.hpp>
#include <lutra/kernels/lut_estimate.hpp>
#include <lutra/kernels/lut_expectation.hpp>
#include <lutra/kernels/lut_hard.hpp>
#include <lutra/kernels/lut_hard_forward.hpp>
#include <lutra/kernels/matrix.hpp>
#include <lutra/kernels/moments.hpp>
#include <lutra/kernels/or_pool.hpp>
#include <lutra/kernels/picked.hpp>
#include <lutra/kernels/softmax.hpp>
#include <lutra/kernels/threshold.hpp>
#include <lutra/kernels/transpose.hpp>
#include <lutra/kernels/weigh.hpp>

namespace lutra::kernels {

using ChosenArch = DefaultArch;

/// The instruction set that the including file is compiled for: "sse2", "avx2" or "avx512" (the best of them that it
/// has); "neon" on ARM.
[[nodiscard]] constexpr std::string_view instruction_set() noexcept { return name_of<DefaultArch>; }

namespace chosen {

using kernels::adam;
using kernels::add_pixel_sums;
using kernels::affine;
using kernels::all_below;
using kernels::byte_sums;
using kernels::code_lanes;
using kernels::code_sums;
using kernels::count_bits;
using kernels::depthwise_sums;
using kernels::depthwise_vector;
using kernels::dot_product;
using kernels::expand_bits;
using kernels::expand_codes;
using kernels::lut_bits;
using kernels::lut_derivatives;
using kernels::lut_expectation;
using kernels::lut_expectation_backward;
using kernels::lut_hard_backward;
using kernels::lut_hard_forward;
using kernels::lut_pin_gradients;
using kernels::lut_smooth;
using kernels::lut_table_bits;
using kernels::masked_sums;
using kernels::max_rows;
using kernels::max_rows_backward;
using kernels::normalized_backward;
using kernels::or_rows;
using kernels::or_rows_backward;
using kernels::picked_at_least;
using kernels::product;
using kernels::product_of_rows;
using kernels::round_to_codes;
using kernels::round_to_codes_backward;
using kernels::softmax;
using kernels::softmax_cross_entropy;
using kernels::split_codes;
using kernels::sum;
using kernels::sum_of_normalized;
using kernels::sum_of_squares;
using kernels::threshold_bits;
using kernels::transpose_samples;
using kernels::weigh;
using kernels::window_sums;

}  // namespace chosen
}  // namespace lutra::kernels

#endif
