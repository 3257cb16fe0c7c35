// The kernels of one instruction set: compiled once for each, with flags of its own. What is defined here may need a
// newer CPU than the rest of the program, so the build hides every name but that of the constant at the end; a test
// holds it to that.

#include <cstddef>
#include <lutra/circuit/engine/image/run_band.hpp>
#include <lutra/circuit/engine/run_tile.hpp>
#include <utility>

#include "instruction_set.hpp"

namespace lutra::dispatch {
namespace {

using Arch = kernels::DefaultArch;

template <std::size_t N>
constexpr kernels::LutTable lut_table = {.lut_table_bits = kernels::lut_table_bits<N, Arch>,
                                         .lut_hard_forward = kernels::lut_hard_forward<N, Arch>,
                                         .lut_expectation = kernels::lut_expectation<N, Arch>,
                                         .lut_expectation_backward = kernels::lut_expectation_backward<N, Arch>,
                                         .lut_hard_backward = kernels::lut_hard_backward<N, Arch>,
                                         .lut_pin_gradients = kernels::lut_pin_gradients<N, Arch>,
                                         .lut_derivatives = kernels::lut_derivatives<N, Arch>,
                                         .lut_smooth = kernels::lut_smooth<N, Arch>};

constexpr kernels::Table table = {
    .threshold_bytes = kernels::threshold_bits<std::uint8_t, Arch>,
    .threshold_shorts = kernels::threshold_bits<std::uint16_t, Arch>,
    .threshold_floats = kernels::threshold_bits<float, Arch>,
    .bytes_below = kernels::all_below<std::uint8_t, Arch>,
    .shorts_below = kernels::all_below<std::uint16_t, Arch>,
    .transpose_bytes = kernels::transpose_samples<std::uint8_t, Arch>,
    .transpose_shorts = kernels::transpose_samples<std::uint16_t, Arch>,
    .picked_at_least = kernels::picked_at_least<Arch>,
    .lut_bits = kernels::lut_bits<Arch>,
    .count_bits = kernels::count_bits<Arch>,
    .expand_bits = kernels::expand_bits<Arch>,
    .masked_sums = kernels::masked_sums<Arch>,
    .dot_product = kernels::dot_product<Arch>,
    .softmax = kernels::softmax<Arch>,
    .softmax_cross_entropy = kernels::softmax_cross_entropy<Arch>,
    .or_rows = kernels::or_rows<Arch>,
    .or_rows_backward = kernels::or_rows_backward<Arch>,
    .max_rows = kernels::max_rows<Arch>,
    .max_rows_backward = kernels::max_rows_backward<Arch>,
    .product = kernels::product<Arch>,
    .product_of_rows = kernels::product_of_rows<Arch>,
    .sum = kernels::sum<Arch>,
    .sum_of_squares = kernels::sum_of_squares<Arch>,
    .sum_of_normalized = kernels::sum_of_normalized<Arch>,
    .normalized_backward = kernels::normalized_backward<Arch>,
    .adam = kernels::adam<Arch>,
    .affine = kernels::affine<Arch>,
    .round_to_codes = kernels::round_to_codes<Arch>,
    .round_to_codes_backward = kernels::round_to_codes_backward<Arch>,
    .byte_sums = kernels::byte_sums<Arch>,
    .code_lanes = kernels::code_lanes<Arch>,
    .code_sums = kernels::code_sums<Arch>,
    .expand_codes = kernels::expand_codes<Arch>,
    .add_pixel_sums = kernels::add_pixel_sums<Arch>,
    .window_sums = kernels::window_sums<Arch>,
    .depthwise_vector = kernels::depthwise_vector<Arch>,
    .depthwise_sums = kernels::depthwise_sums<Arch>,
    .split_codes = kernels::split_codes<Arch>,
    .weigh = kernels::weigh<Arch>,
    .luts = []<std::size_t... I>(std::index_sequence<I...>){return std::array{lut_table<I + 1>...};
}  // namespace
(std::make_index_sequence<8>())
};  // namespace lutra::dispatch

}  // namespace
}  // namespace lutra::dispatch

#define LUTRA_JOINED(a, b) a##b
#define LUTRA_CONSTANT(name) LUTRA_JOINED(lutra_, name)
#define LUTRA_TEXT(name) #name
#define LUTRA_QUOTED(name) LUTRA_TEXT(name)

constinit const lutra::dispatch::InstructionSet LUTRA_CONSTANT(LUTRA_INSTRUCTION_SET) = {
    .name = LUTRA_QUOTED(LUTRA_INSTRUCTION_SET),
    .kernels = lutra::dispatch::table,
    .run_bytes = lutra::engine::run_tile<lutra::dispatch::Arch, std::uint8_t>,
    .run_shorts = lutra::engine::run_tile<lutra::dispatch::Arch, std::uint16_t>,
    .run_band_of_bytes = lutra::engine::run_band<lutra::dispatch::Arch, std::uint8_t>,
    .run_band_of_shorts = lutra::engine::run_band<lutra::dispatch::Arch, std::uint16_t>};
