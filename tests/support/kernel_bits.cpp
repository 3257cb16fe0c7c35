// Runs every float kernel on the same numbers and prints a hash of what it gave. Compiled for several instruction sets
// by tests/kernels/same_bits_tools_test.cpp: the text must not depend on them.

#include <array>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <lutra/io/binary.hpp>
#include <lutra/kernels/adam.hpp>
#include <lutra/kernels/expand.hpp>
#include <lutra/kernels/lut_estimate.hpp>
#include <lutra/kernels/lut_expectation.hpp>
#include <lutra/kernels/lut_hard.hpp>
#include <lutra/kernels/softmax.hpp>
#include <lutra/random.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace k = lutra::kernels;

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

template <std::size_t N>
void lut_kernels() {
  constexpr std::size_t size = k::address_count(N);
  std::vector<std::vector<std::uint64_t>> bits(N, std::vector<std::uint64_t>(words));
  std::array<const std::uint64_t*, N> pins;
  std::array<const float*, N> x;
  std::array<float*, N> dx;
  std::vector<std::vector<float>> inputs;
  std::vector<float> gradients = floats(N * samples, -1, 1);
  for (std::size_t j = 0; j < N; ++j) {
    for (auto& word : bits[j]) word = random_numbers();
    inputs.push_back(floats(samples, 0, 1));
  }
  for (std::size_t j = 0; j < N; ++j) {
    pins[j] = bits[j].data();
    x[j] = inputs[j].data();
    dx[j] = gradients.data() + j * samples;
  }
  const auto table = floats(size, 0, 1), dy = floats(samples, -1, 1);

  std::vector<std::uint8_t> addresses(samples);
  k::lut_addresses<N>(pins.data(), addresses.data(), words);
  say("lut_addresses", N, addresses);
  std::vector<float> derivatives(N * size), sums(size), smooth = table, y(samples);
  k::lut_derivatives<N>(table.data(), 0.75F, derivatives.data());
  say("lut_derivatives", N, derivatives);
  k::lut_smooth<N>(smooth.data(), 0.8F);
  say("lut_smooth", N, smooth);
  k::lut_table_sums<N>(addresses.data(), dy.data(), samples, sums.data());
  say("lut_table_sums", N, sums);
  k::lut_input_gradients<N>(addresses.data(), dy.data(), derivatives.data(), samples, dx.data());
  say("lut_input_gradients", N, gradients);
  k::lut_expectation<N>(table.data(), x.data(), y.data(), samples);
  say("lut_expectation", N, y);
  k::lut_expectation_backward<N>(table.data(), x.data(), dy.data(), samples, sums.data(), dx.data());
  say("lut_expectation_backward, table", N, sums);
  say("lut_expectation_backward, inputs", N, gradients);
}

void other_kernels() {
  std::vector<std::uint64_t> bits(words);
  for (auto& word : bits) word = random_numbers();
  std::vector<float> out(samples);
  k::expand_bits(bits.data(), 0.7F, out.data(), words);
  say("expand_bits", 0, out);
  const auto a = floats(samples, -1, 1), b = floats(samples, -1, 1);
  say("masked_sum", 0, std::vector{k::masked_sum(bits.data(), a.data(), words)});
  say("dot_product", 0, std::vector{k::dot_product(a.data(), b.data(), samples)});

  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const bool bounded : {false, true}) {
    auto w = floats(1003, 0, 1), g = floats(1003, -1, 1), m = floats(1003, -1, 1), v = floats(1003, 0, 1);
    k::adam(w.data(), g.data(), m.data(), v.data(), w.size(),
            {0.9F, 0.999F, 0.1F, 3.0F, 1e-8F, 1e-3F, bounded ? 0 : -infinity, bounded ? 1 : infinity});
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
}

}  // namespace

int main() {
  [&]<std::size_t... N>(std::index_sequence<N...>) { (lut_kernels<N + 1>(), ...); }
  (std::make_index_sequence<8>());
  other_kernels();
}
