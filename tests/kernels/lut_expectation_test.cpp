#define BOOST_TEST_MODULE lut_expectation
#include <array>
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/lut_expectation.hpp>
#include <support/floats.hpp>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;
using lutra::test::for_every_fan_in;
using lutra::test::Row;
using lutra::test::signed_uniform;

namespace {

/// A node's table with inputs, incoming gradients and what they are added to.
template <std::size_t N>
struct Node {
  Row<float> table, dy;
  std::vector<Row<float>> x, dx;

  Node(std::size_t samples, std::size_t offset, Random& random)
      : table(k::address_count(N), offset, [&] { return random.uniform(); }),
        dy(samples, offset, signed_uniform(random)) {
    for (std::size_t j = 0; j < N; ++j) {
      x.emplace_back(samples, (offset + j) % 5, [&] { return random.uniform(); });
      dx.emplace_back(samples, (offset + j) % 5, signed_uniform(random));
    }
  }
  std::array<const float*, N> inputs() const {
    std::array<const float*, N> from;
    for (std::size_t j = 0; j < N; ++j) from[j] = x[j].data();
    return from;
  }
  std::array<float*, N> gradients() {
    std::array<float*, N> to;
    for (std::size_t j = 0; j < N; ++j) to[j] = dx[j].data();
    return to;
  }
  std::array<float, N> sample(std::size_t s) const {
    std::array<float, N> values;
    for (std::size_t j = 0; j < N; ++j) values[j] = x[j][s];
    return values;
  }
};

/// Σ_a W[a] Π_j (bit j of a ? x_j : 1 - x_j), as it is written.
template <std::size_t N>
double expectation(const float* table, const std::array<double, N>& x) {
  double sum = 0;
  for (std::size_t a = 0; a < k::address_count(N); ++a) {
    double term = static_cast<double>(table[a]);
    for (std::size_t j = 0; j < N; ++j) term *= (a >> j & 1) != 0 ? x[j] : 1 - x[j];
    sum += term;
  }
  return sum;
}

/// The documented order: partial sums by s mod their number, added pairwise.
template <std::size_t N>
Row<float> scalar_backward(Node<N>& node, std::size_t samples, std::size_t offset) {
  constexpr std::size_t count = k::expectation_sums<N>;
  std::vector<std::array<float, k::address_count(N)>> sums(count);
  for (std::size_t s = 0; s < samples; ++s) {
    std::array<float, N> dx;
    k::scalar::lut_expectation_backward<N>(node.table.data(), node.sample(s).data(), node.dy[s], sums[s % count].data(),
                                           dx.data());
    for (std::size_t j = 0; j < N; ++j) node.dx[j][s] += dx[j];
  }
  for (std::size_t half = count / 2; half > 0; half /= 2)
    for (std::size_t l = 0; l < half; ++l)
      for (std::size_t a = 0; a < k::address_count(N); ++a) sums[l][a] += sums[l + half][a];
  return {k::address_count(N), offset, [&, a = 0]() mutable { return sums[0][static_cast<std::size_t>(a++)]; }};
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_fan_in_length_and_alignment_agrees_with_the_scalar_reference_to_the_bit) {
  Random random(Seed{1});
  for_every_fan_in([&]<std::size_t N>() {
    for (std::size_t samples = 0; samples <= 1024; samples += samples < 64 ? 16 : 192)
      for (std::size_t offset = 0; offset < 3; ++offset) {
        Node<N> node(samples, offset, random);
        Row<float> expected(samples, offset, [] { return 0; }), got = expected;
        for (std::size_t s = 0; s < samples; ++s)
          expected[s] = k::scalar::lut_expectation<N>(node.table.data(), node.sample(s).data());
        k::lut_expectation<N>(node.table.data(), node.inputs().data(), got.data(), samples);
        BOOST_TEST((got == expected), "N " << N << ", " << samples << " samples, offset " << offset);

        Node<N> reference = node;
        const Row<float> expected_sums = scalar_backward<N>(reference, samples, offset);
        Row<float> sums(k::address_count(N), offset, [] { return 3; });
        k::lut_expectation_backward<N>(node.table.data(), node.inputs().data(), node.dy.data(), samples, sums.data(),
                                       node.gradients().data());
        BOOST_TEST((sums == expected_sums), "N " << N << ", " << samples << " samples, offset " << offset);
        BOOST_TEST((node.dx == reference.dx), "N " << N << ", " << samples << " samples, offset " << offset);
      }
  });
}

BOOST_AUTO_TEST_CASE(it_is_the_expectation_and_its_derivatives) {
  Random random(Seed{2});
  for_every_fan_in([&]<std::size_t N>() {
    const Node<N> node(16, 0, random);
    for (std::size_t s = 0; s < 16; ++s) {
      std::array<double, N> x;
      std::ranges::copy(node.sample(s), x.begin());
      const double y = expectation<N>(node.table.data(), x);
      BOOST_TEST(std::abs(k::scalar::lut_expectation<N>(node.table.data(), node.sample(s).data()) - y) < 1e-6);

      std::array<float, k::address_count(N)> dw{};
      std::array<float, N> dx{};
      k::scalar::lut_expectation_backward<N>(node.table.data(), node.sample(s).data(), 2.0F, dw.data(), dx.data());
      for (std::size_t j = 0; j < N; ++j) {
        auto with = x, without = x;
        with[j] = 1;
        without[j] = 0;
        const double slope = expectation<N>(node.table.data(), with) - expectation<N>(node.table.data(), without);
        BOOST_TEST(std::abs(static_cast<double>(dx[j]) - 2 * slope) < 4e-6);
      }
      for (std::size_t a = 0; a < k::address_count(N); ++a) {
        double weight = 2;
        for (std::size_t j = 0; j < N; ++j) weight *= (a >> j & 1) != 0 ? x[j] : 1 - x[j];
        BOOST_TEST(std::abs(static_cast<double>(dw[a]) - weight) < 1e-6);
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_table_of_zeros_and_ones_is_met_exactly_at_the_corners) {
  Random random(Seed{6});
  for_every_fan_in([&]<std::size_t N>() {
    Node<N> node(16, 0, random);
    for (std::size_t a = 0; a < k::address_count(N); ++a) node.table[a] = static_cast<float>(random() & 1);
    for (std::size_t a = 0; a < k::address_count(N); ++a) {
      std::array<float, N> x, dx;
      for (std::size_t j = 0; j < N; ++j) x[j] = static_cast<float>(a >> j & 1);
      BOOST_TEST(k::scalar::lut_expectation<N>(node.table.data(), x.data()) == node.table[a]);
      std::array<float, k::address_count(N)> dw{};
      k::scalar::lut_expectation_backward<N>(node.table.data(), x.data(), 0.3F, dw.data(), dx.data());
      for (std::size_t other = 0; other < dw.size(); ++other) BOOST_TEST(dw[other] == (other == a ? 0.3F : 0.0F));
    }
  });
}

BOOST_AUTO_TEST_CASE(at_the_corners_it_is_the_table) {
  Random random(Seed{3});
  for_every_fan_in([&]<std::size_t N>() {
    const Node<N> node(16, 0, random);
    for (std::size_t a = 0; a < k::address_count(N); ++a) {
      std::array<float, N> x;
      for (std::size_t j = 0; j < N; ++j) x[j] = static_cast<float>(a >> j & 1);
      // sums of differences may be off by a few roundings
      BOOST_TEST(std::abs(k::scalar::lut_expectation<N>(node.table.data(), x.data()) - node.table[a]) < 1e-6F);
    }
  });
}

BOOST_AUTO_TEST_CASE(pins_that_read_the_same_input_add_up_in_order) {
  Random random(Seed{4});
  for_every_fan_in([&]<std::size_t N>() {
    Node<N> node(64, 0, random);
    Row<float> expected(64, 1, signed_uniform(random)), got = expected, sums(k::address_count(N), 0, [] { return 0; });
    for (std::size_t s = 0; s < 64; ++s) {
      std::array<float, k::address_count(N)> dw{};
      std::array<float, N> dx;
      k::scalar::lut_expectation_backward<N>(node.table.data(), node.sample(s).data(), node.dy[s], dw.data(),
                                             dx.data());
      for (const float step : dx) expected[s] += step;
    }
    std::array<float*, N> to;
    to.fill(got.data());
    k::lut_expectation_backward<N>(node.table.data(), node.inputs().data(), node.dy.data(), 64, sums.data(), to.data());
    BOOST_TEST((got == expected), "N " << N);
  });
}

BOOST_AUTO_TEST_CASE(without_input_gradients_the_table_sums_are_the_same) {
  Random random(Seed{5});
  for_every_fan_in([&]<std::size_t N>() {
    Node<N> node(128, 2, random);
    Row<float> with(k::address_count(N), 0, [] { return 0; }), without = with;
    k::lut_expectation_backward<N>(node.table.data(), node.inputs().data(), node.dy.data(), 128, with.data(),
                                   node.gradients().data());
    k::lut_expectation_backward<N>(node.table.data(), node.inputs().data(), node.dy.data(), 128, without.data(),
                                   nullptr);
    BOOST_TEST((with == without), "N " << N);
  });
}
