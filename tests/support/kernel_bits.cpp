// Runs every kernel that layers and training call on the same numbers and prints a hash of what it gave. Compiled for
// several instruction sets, and linked with lutra::dispatch, by tests/kernels/same_bits_tools_test.cpp: the text must
// not depend on either.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <lutra/io/binary.hpp>
#include <lutra/kernels/adam.hpp>
#include <lutra/kernels/byte_line.hpp>
#include <lutra/kernels/chosen.hpp>
#include <lutra/kernels/code_line.hpp>
#include <lutra/kernels/depthwise_line.hpp>
#include <lutra/kernels/matrix_rows.hpp>
#include <lutra/kernels/normalization.hpp>
#include <lutra/kernels/picks.hpp>
#include <lutra/kernels/sizes.hpp>
#include <lutra/kernels/weigh.hpp>
#include <lutra/random.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace k = lutra::kernels::chosen;
using lutra::kernels::AdamStep;

namespace {

constexpr std::size_t samples = 320, words = samples / 64;

lutra::Random random_numbers(lutra::Seed{7});

std::vector<float> floats(std::size_t count, float low, float high) {
  std::vector<float> values(count);
  for (float& value : values) value = low + (high - low) * random_numbers.uniform();
  return values;
}

template <class T>
void say(const char* name, std::size_t n, const std::vector<T>& values) {
  const std::string_view bytes(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  std::printf("%s %zu: %016llx\n", name, n, static_cast<unsigned long long>(lutra::io::fnv1a(bytes)));
}

std::vector<std::uint64_t> random_words(std::size_t count) {
  std::vector<std::uint64_t> bits(count);
  for (std::uint64_t& word : bits) word = random_numbers();
  return bits;
}

/// Pointers to rows of `size` elements.
template <class T>
auto rows_of(std::vector<T>& values, std::size_t size) {
  std::vector<T*> rows;
  for (std::size_t i = 0; i < values.size(); i += size) rows.push_back(values.data() + i);
  return rows;
}

template <std::size_t N>
void lut_kernels() {
  constexpr std::size_t size = std::size_t{1} << N, table_words = lutra::kernels::words_for(size);
  auto bits = random_words(N * words);
  auto inputs = floats(N * samples, 0, 1), gradients = floats(N * samples, -1, 1);
  const auto pins = rows_of(bits, words);
  const auto x = rows_of(inputs, samples);
  const auto dx = rows_of(gradients, samples);
  const auto table = floats(size, 0, 1), dy = floats(samples, -1, 1);

  std::vector<std::uint64_t> table_bits(table_words), out(words);
  k::lut_table_bits<N>(table.data(), table_bits.data());
  say("lut_table_bits", N, table_bits);
  k::lut_bits(table_bits.data(), N, pins.data(), out.data(), words);
  say("lut_bits", N, out);
  for (std::size_t part = 1; part <= words; ++part) k::lut_hard_forward<N>(table.data(), pins.data(), out.data(), part);
  say("lut_hard_forward", N, out);

  std::vector<float> derivatives(N * size), sums(size), smooth = table, y(samples);
  k::lut_derivatives<N>(table.data(), 0.75F, derivatives.data());
  say("lut_derivatives", N, derivatives);
  k::lut_smooth<N>(smooth.data(), 0.8F);
  say("lut_smooth", N, smooth);
  k::lut_hard_backward<N>(pins.data(), dy.data(), words, derivatives.data(), sums.data(), dx.data());
  say("lut_hard_backward, table", N, sums);
  say("lut_hard_backward, inputs", N, gradients);
  std::vector<float> taken(N * samples);
  k::lut_pin_gradients<N>(pins.data(), dy.data(), std::min(words, lutra::kernels::hard_block_words), derivatives.data(),
                          taken.data());
  say("lut_pin_gradients", N, taken);
  k::lut_expectation<N>(table.data(), x.data(), y.data(), samples);
  say("lut_expectation", N, y);
  k::lut_expectation_backward<N>(table.data(), x.data(), dy.data(), samples, sums.data(), dx.data());
  say("lut_expectation_backward, table", N, sums);
  say("lut_expectation_backward, inputs", N, gradients);
}

template <class T>
void encoder_kernels() {
  constexpr std::size_t values = 45, stride = samples + 64;
  std::vector<T> data(values * samples), planes(values * stride);
  for (T& value : data) value = static_cast<T>(random_numbers());
  const auto rows = rows_of(data, values);
  k::transpose_samples(rows.data(), samples - 3, values, planes.data(), stride);
  say("transpose_samples", sizeof(T), planes);
  std::vector<std::uint64_t> bits(words);
  k::threshold_bits(planes.data(), 100U, bits.data(), words);
  say("threshold_bits", sizeof(T), bits);
  constexpr T largest = std::numeric_limits<T>::max();
  say("all_below", sizeof(T),
      std::vector<char>{k::all_below(data.data(), data.size(), T{1}), k::all_below(planes.data(), 1, largest)});
}

void picked() {
  std::vector<std::uint8_t> values(200), bits(8 * lutra::kernels::Picks::size);
  for (auto& value : values) value = static_cast<std::uint8_t>(random_numbers());
  std::vector<lutra::kernels::Picks> blocks(8);
  for (auto& block : blocks) {
    block.first = static_cast<std::uint32_t>(random_numbers.below(values.size() - block.size + 1));
    for (auto& place : block.places) place = static_cast<std::uint8_t>(random_numbers.below(block.size));
    for (auto& threshold : block.thresholds) threshold = static_cast<std::uint8_t>(random_numbers());
  }
  k::picked_at_least(values.data(), blocks.data(), blocks.size(), bits.data());
  say("picked_at_least", blocks.size(), bits);
}

void other_kernels() {
  picked();
  auto bits = random_words(40 * words);
  const auto rows = rows_of(bits, words);
  std::vector<float> out(samples);
  k::count_bits(rows.data(), rows.size(), 3, out.data(), words);
  say("count_bits", rows.size(), out);
  k::expand_bits(bits.data(), 0.7F, out.data(), words);
  say("expand_bits", 0, out);
  const auto a = floats(samples, -1, 1), b = floats(samples, -1, 1);
  std::vector<std::uint64_t> above(words);
  k::threshold_bits(a.data(), 0.25F, above.data(), words);
  say("threshold_bits, floats", 0, above);
  std::vector<float> sums(rows.size(), 0.25F);
  k::masked_sums(rows.data(), rows.size(), a.data(), words, sums.data());
  say("masked_sums", rows.size(), sums);
  std::vector<float> steps(samples);
  k::affine(a.data(), 3.7F, -1.3F, steps.data(), samples - 3);
  say("affine", 0, steps);
  k::round_to_codes(steps.data(), 6.1F, 15, steps.data(), samples - 5);
  say("round_to_codes", 0, steps);
  say("dot_product", 0, std::vector{k::dot_product(a.data(), b.data(), samples)});

  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const bool bounded : {false, true}) {
    auto w = floats(1003, 0, 1), g = floats(1003, -1, 1), m = floats(1003, -1, 1), v = floats(1003, 0, 1);
    k::adam(w.data(), g.data(), m.data(), v.data(), w.size(),
            AdamStep{0.9F, 0.999F, 0.1F, 3.0F, 1e-8F, 1e-3F, bounded ? 0 : -infinity, bounded ? 1 : infinity});
    say("adam, parameters", bounded, w);
    say("adam, first moments", bounded, m);
    say("adam, second moments", bounded, v);
  }

  constexpr std::size_t classes = 10;
  const auto scores = floats(classes * samples, -20, 20);
  std::vector<std::uint32_t> labels(samples);
  for (auto& label : labels) label = static_cast<std::uint32_t>(random_numbers.below(classes));
  std::vector<float> gradients(classes * samples), losses(samples);
  k::softmax_cross_entropy(scores.data(), 0.3F, labels.data(), classes, samples, samples, samples - 9, 0.1F, 0.01F,
                           gradients.data(), losses.data());
  say("softmax_cross_entropy", classes, gradients);
  std::vector<float> p(classes);
  k::softmax(scores.data(), classes, p.data());
  say("softmax", classes, p);
}

void matrix_kernels() {
  using lutra::kernels::Rows;
  constexpr std::size_t outputs = 70, inputs = 20, columns = 192, terms = 133;
  const auto a = floats(outputs * terms, -1, 1);
  auto b = floats(terms * columns, -1, 1), c = floats(inputs * columns, -1, 1), sums = floats(outputs * columns, -1, 1);
  std::vector<std::uint32_t> places;
  for (std::uint32_t i = 0; i < inputs; ++i) places.push_back(inputs - 1 - i);
  const Rows<const float> rows{b.data(), terms, columns};
  k::product({a.data(), terms, 1}, rows, Rows<float>{sums.data(), outputs, columns}, columns, false);
  say("product", outputs, sums);
  k::product({a.data(), 1, inputs}, rows, Rows<float>{c.data(), inputs, columns, places.data()}, columns, true);
  say("product, added", inputs, c);
  std::vector<float> room(lutra::kernels::product_of_rows_room(inputs, outputs)), gradient(outputs * inputs);
  k::product_of_rows(Rows<const float>{c.data(), inputs, columns, places.data()},
                     Rows<const float>{sums.data(), outputs, columns}, columns, room.data(), gradient.data(), inputs);
  say("product_of_rows", outputs, gradient);
}

void rows_of_floats() {
  constexpr std::size_t count = samples - 5;
  const lutra::kernels::Normalization by{0.1F, 1.7F, 0.3F, -0.2F, 0.4F};
  const auto x = floats(samples, -1, 1), dy = floats(samples, -1, 1);
  auto dx = floats(samples, -1, 1), other = floats(samples, -1, 1);
  say("sums", 0,
      std::vector{k::sum(x.data(), count), k::sum_of_squares(x.data(), 0.1F, count),
                  k::sum_of_normalized(dy.data(), x.data(), by, count)});
  k::normalized_backward(dy.data(), x.data(), by, count, dx.data());
  say("normalized_backward", 0, dx);
  k::round_to_codes_backward(x.data(), 1.3F, 0.7F, dy.data(), dx.data(), count);
  say("round_to_codes_backward", 0, dx);
  const std::array<const float*, 2> rows{x.data(), dy.data()};
  std::vector<float> largest(samples);
  k::max_rows(rows.data(), rows.size(), largest.data(), samples);
  say("max_rows", rows.size(), largest);
  const std::array<float*, 2> gradients{dx.data(), other.data()};
  k::max_rows_backward(rows.data(), rows.size(), largest.data(), dy.data(), samples, gradients.data());
  say("max_rows_backward", rows.size(), dx);
}

void code_kernels() {
  constexpr std::size_t blocks = 3, groups = 11, pixels = 29, taps = 2;
  constexpr std::size_t places = 96;  // whatever the lanes
  const std::size_t lanes = k::code_lanes(), part = (pixels + lanes - 1) / lanes;
  std::vector<std::uint8_t> codes(places * 4 * blocks), tables(groups * places * 16), weights(blocks * groups * 16);
  for (auto& byte : codes) byte = static_cast<std::uint8_t>(random_numbers());
  for (auto& weight : weights) weight = static_cast<std::uint8_t>(random_numbers() & 15);
  std::vector<std::int16_t> sums(places), windows(places), parts(places), limits(blocks * 3 * 16);
  for (auto& limit : limits) limit = static_cast<std::int16_t>(-static_cast<int>(random_numbers.below(150)));
  std::vector<std::uint32_t> offsets;
  for (std::uint32_t g = 0; g < groups; ++g) offsets.push_back(static_cast<std::uint32_t>(g * places * 16));
  for (std::size_t lane = 0; lane < lanes; ++lane)
    k::expand_codes(codes.data() + lane * part * 4 * blocks, 4 * blocks, part, groups, tables.data() + 16 * lane,
                    places * 16, lanes);
  k::add_pixel_sums(codes.data(), blocks, places, 1, sums.data());
  const std::uint32_t columns[taps] = {0, 3};
  k::window_sums(sums.data(), columns, taps, -1, pixels, windows.data());
  windows.resize(pixels);
  say("window_sums", taps, windows);
  windows.resize(places);
  for (std::size_t i = 0; i < part * lanes; ++i) parts[i] = windows[i % lanes * part + i / lanes];
  std::vector<std::uint8_t> out(pixels * 4 * blocks);
  k::code_sums(lutra::kernels::CodeLine{.tables = tables.data(),
                                        .offsets = offsets.data(),
                                        .steps = groups,
                                        .weights = weights.data(),
                                        .window_sums = parts.data(),
                                        .doubled = true,
                                        .limits = limits.data(),
                                        .blocks = blocks,
                                        .pixels = pixels,
                                        .part = part,
                                        .out = out.data()});
  say("code_sums", blocks, out);

  constexpr std::size_t byte_steps = 7;
  std::vector<std::uint8_t> bytes(pixels + 4 * byte_steps);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_numbers());
  std::vector<std::int8_t> byte_weights(blocks * byte_steps * lutra::kernels::byte_step);
  for (auto& weight : byte_weights) weight = static_cast<std::int8_t>(static_cast<int>(random_numbers.below(15)) - 7);
  std::vector<std::int32_t> byte_limits(blocks * 3 * 16);
  for (auto& limit : byte_limits) limit = static_cast<std::int32_t>(random_numbers.below(4000)) - 2000;
  std::vector<std::uint32_t> byte_offsets;
  for (std::uint32_t s = 0; s < byte_steps; ++s) byte_offsets.push_back(4 * s);
  k::byte_sums(lutra::kernels::ByteLine{.bytes = bytes.data(),
                                        .offsets = byte_offsets.data(),
                                        .steps = byte_steps,
                                        .flush_after = 4,
                                        .weights = byte_weights.data(),
                                        .limits = byte_limits.data(),
                                        .blocks = blocks,
                                        .pixels = pixels,
                                        .out = out.data()});
  say("byte_sums", blocks, out);

  // Constants that are the same in each byte are the same for vectors of any size.
  const std::size_t vector = k::depthwise_vector(), constants = lutra::kernels::depthwise_constants(1, true, 5);
  constexpr std::size_t line_bytes = 300;
  std::vector<std::uint8_t> codes_of_parts(4 * line_bytes), planes(4 * line_bytes), depthwise(constants * vector);
  for (auto& byte : codes_of_parts) byte = static_cast<std::uint8_t>(random_numbers());
  for (std::size_t i = 0; i < constants; ++i)
    std::fill_n(depthwise.begin() + static_cast<std::ptrdiff_t>(i * vector), vector,
                static_cast<std::uint8_t>(3 * (random_numbers() & 0x55)));
  k::split_codes(codes_of_parts.data(), codes_of_parts.data() + line_bytes, line_bytes, planes.data(),
                 planes.data() + 2 * line_bytes);
  constexpr std::uint32_t taps_at[] = {0, 5, 10, 7, 9, 11, 3, 2, 1};
  std::vector<std::uint8_t> parts_out(2 * 200);
  k::depthwise_sums(lutra::kernels::DepthwiseLine{.low = planes.data(),
                                                  .high = planes.data() + 2 * line_bytes,
                                                  .offsets = taps_at,
                                                  .constants = depthwise.data(),
                                                  .has_masks = true,
                                                  .bytes = 200,
                                                  .first = parts_out.data(),
                                                  .second = parts_out.data() + 200,
                                                  .second_bytes = 190});
  say("depthwise_sums", 2, parts_out);

  constexpr std::size_t outputs = 2 * lutra::kernels::weigh_block, inputs = 13;
  std::vector<std::uint32_t> x(inputs), matrix(inputs * outputs), totals(outputs);
  for (auto* values : {&x, &matrix, &totals})
    for (auto& value : *values) value = static_cast<std::uint32_t>(random_numbers());
  x[3] = 0;
  k::weigh(x.data(), inputs, matrix.data(), outputs, totals.data());
  say("weigh", outputs, totals);
}

}  // namespace

int main() {
  [&]<std::size_t... N>(std::index_sequence<N...>) { (lut_kernels<N + 1>(), ...); }
  (std::make_index_sequence<8>());
  encoder_kernels<std::uint8_t>();
  encoder_kernels<std::uint16_t>();
  other_kernels();
  matrix_kernels();
  rows_of_floats();
  code_kernels();
}
