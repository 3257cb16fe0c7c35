// The kernels of a training step that are not about look-up tables: Adam, softmax cross-entropy, and what stands
// between bits and floats, each beside its scalar reference and, where that is not it already, the loop one would
// write.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>

#include <lutra/kernels/adam.hpp>
#include <lutra/kernels/expand.hpp>
#include <lutra/kernels/softmax.hpp>
#include <lutra/random.hpp>
#include <vector>

namespace {

namespace k = lutra::kernels;

constexpr std::size_t parameters = 16384, samples = 128, words = samples / 64, classes = 10;

std::vector<float> floats(std::size_t count) {
  lutra::Random random(lutra::Seed{count});
  std::vector<float> values(count);
  for (float& value : values) value = random.uniform();
  return values;
}

void per(benchmark::State& state, const char* counter, std::size_t things) {
  state.counters[counter] = benchmark::Counter(
      static_cast<double>(things) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <class Kernel>
void adam(benchmark::State& state, const Kernel& kernel) {
  auto w = floats(parameters), g = floats(parameters), m = floats(parameters), v = floats(parameters);
  const k::AdamStep step{0.9F, 0.999F, 1e-3F, 1, 1e-8F, 0, 0, 1};
  for (auto _ : state) {
    kernel(w.data(), g.data(), m.data(), v.data(), parameters, step);
    benchmark::ClobberMemory();
  }
  per(state, "ns_per_parameter", parameters);
}
void BM_adam(benchmark::State& state) { adam(state, k::adam<>); }
void BM_scalar_adam(benchmark::State& state) { adam(state, k::scalar::adam); }

template <class Kernel>
void softmax(benchmark::State& state, const Kernel& kernel) {
  const auto scores = floats(classes * samples);
  auto gradients = scores, losses = floats(samples);
  std::vector<std::uint32_t> labels(samples);
  for (std::size_t s = 0; s < samples; ++s) labels[s] = static_cast<std::uint32_t>(s % classes);
  for (auto _ : state) {
    kernel(scores.data(), labels.data(), gradients.data(), losses.data());
    benchmark::ClobberMemory();
  }
  per(state, "ns_per_sample", samples);
}
void BM_softmax(benchmark::State& state) {
  softmax(state, [](const float* scores, const std::uint32_t* labels, float* gradients, float* losses) {
    k::softmax_cross_entropy(scores, 1.0F, labels, classes, samples, samples, samples, 0.0F, 0.01F, gradients, losses);
  });
}
/// Sample by sample, with the C library's exponential.
void BM_raw_softmax(benchmark::State& state) {
  softmax(state, [](const float* scores, const std::uint32_t* labels, float* gradients, float* losses) {
    for (std::size_t s = 0; s < samples; ++s) {
      float sum = 0, largest = scores[s];
      for (std::size_t c = 1; c < classes; ++c) largest = std::max(largest, scores[c * samples + s]);
      for (std::size_t c = 0; c < classes; ++c)
        sum += gradients[c * samples + s] = std::exp(scores[c * samples + s] - largest);
      for (std::size_t c = 0; c < classes; ++c)
        gradients[c * samples + s] = (gradients[c * samples + s] / sum - (labels[s] == c ? 1.0F : 0.0F)) * 0.01F;
      losses[s] = std::log(sum) - (scores[labels[s] * samples + s] - largest);
    }
  });
}

template <class Kernel>
void over_bits(benchmark::State& state, const Kernel& kernel) {
  const auto values = floats(samples), others = floats(samples + 1);
  auto out = floats(samples);
  lutra::Random random(lutra::Seed{1});
  std::vector<std::uint64_t> bits(words);
  for (auto& word : bits) word = random();
  for (auto _ : state) {
    benchmark::DoNotOptimize(bits.data());
    kernel(bits.data(), values.data(), others.data(), out.data());
    benchmark::ClobberMemory();
  }
  per(state, "ns_per_sample", samples);
}
using Bits = const std::uint64_t*;
void BM_expand_bits(benchmark::State& state) {
  over_bits(state, [](Bits bits, const float*, const float*, float* out) { k::expand_bits(bits, 1.0F, out, words); });
}
void BM_scalar_expand_bits(benchmark::State& state) {
  over_bits(state,
            [](Bits bits, const float*, const float*, float* out) { k::scalar::expand_bits(bits, 1.0F, out, words); });
}
// Of eight rows, as many as a pin that learns its wiring has candidates.
void BM_masked_sums(benchmark::State& state) {
  over_bits(state, [](Bits bits, const float* a, const float*, float* out) {
    const Bits rows[8] = {bits, bits, bits, bits, bits, bits, bits, bits};
    k::masked_sums(rows, 8, a, words, out);
  });
}
void BM_scalar_masked_sums(benchmark::State& state) {
  over_bits(state, [](Bits bits, const float* a, const float*, float* out) {
    const Bits rows[8] = {bits, bits, bits, bits, bits, bits, bits, bits};
    k::scalar::masked_sums(rows, 8, a, words, out);
  });
}
void BM_raw_masked_sums(benchmark::State& state) {
  over_bits(state, [](Bits bits, const float* a, const float*, float* out) {
    for (std::size_t r = 0; r < 8; ++r) {
      float sum = 0;
      for (std::size_t s = 0; s < samples; ++s)
        if ((bits[s / 64] >> (s % 64) & 1) != 0) sum += a[s];
      out[r] += sum;
    }
  });
}
void BM_dot_product(benchmark::State& state) {
  over_bits(state, [](Bits, const float* a, const float* b, float* out) { *out = k::dot_product(a, b, samples); });
}
void BM_scalar_dot_product(benchmark::State& state) {
  over_bits(state,
            [](Bits, const float* a, const float* b, float* out) { *out = k::scalar::dot_product(a, b, samples); });
}

BENCHMARK(BM_adam);
BENCHMARK(BM_scalar_adam);
BENCHMARK(BM_softmax);
BENCHMARK(BM_raw_softmax);
BENCHMARK(BM_expand_bits);
BENCHMARK(BM_scalar_expand_bits);
BENCHMARK(BM_masked_sums);
BENCHMARK(BM_scalar_masked_sums);
BENCHMARK(BM_raw_masked_sums);
BENCHMARK(BM_dot_product);
BENCHMARK(BM_scalar_dot_product);

}  // namespace

BENCHMARK_MAIN();
