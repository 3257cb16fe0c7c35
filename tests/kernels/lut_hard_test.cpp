#define BOOST_TEST_MODULE lut_hard
#include <array>
#include <boost/test/unit_test.hpp>
#include <lutra/kernels/lut_hard.hpp>
#include <support/floats.hpp>

namespace k = lutra::kernels;
using lutra::Random;
using lutra::Seed;
using lutra::test::for_every_fan_in;
using lutra::test::Row;
using lutra::test::signed_uniform;

namespace {

/// One row for each of N inputs, each starting at another distance from an aligned address.
template <class T>
struct Rows {
  std::vector<Row<T>> rows;

  template <class Make>
  Rows(std::size_t count, std::size_t size, std::size_t offset, Make make) {
    for (std::size_t j = 0; j < count; ++j) rows.emplace_back(size, (offset + j) % 5, make);
  }
  template <std::size_t N>
  std::array<T*, N> pointers() {
    std::array<T*, N> to;
    for (std::size_t j = 0; j < N; ++j) to[j] = rows[j].data();
    return to;
  }
  bool operator==(const Rows&) const = default;
};

template <std::size_t N>
Row<std::uint8_t> random_addresses(std::size_t samples, std::size_t offset, Random& random) {
  return {samples, offset, [&] { return random.below(k::address_count(N)); }};
}

/// Derivatives that do not depend on their own input's bit.
template <std::size_t N>
Row<float> random_derivatives(std::size_t offset, Random& random) {
  Row<float> derivatives(N * k::address_count(N), offset, signed_uniform(random));
  for (std::size_t j = 0; j < N; ++j)
    for (std::size_t a = 0; a < k::address_count(N); ++a)
      derivatives[j * k::address_count(N) + a] = derivatives[j * k::address_count(N) + (a & ~(std::size_t{1} << j))];
  return derivatives;
}

}  // namespace

BOOST_AUTO_TEST_CASE(addresses_are_the_bits_of_the_pins) {
  Random random(Seed{1});
  for_every_fan_in([&]<std::size_t N>() {
    for (std::size_t words = 0; words <= 16; ++words)
      for (std::size_t offset = 0; offset < 3; ++offset) {
        Rows<std::uint64_t> pins(N, words, offset, std::ref(random));
        std::array<const std::uint64_t*, N> from;
        std::ranges::copy(pins.template pointers<N>(), from.begin());
        Row<std::uint8_t> expected(words * 64, offset, [] { return 255; }), got = expected;
        k::scalar::lut_addresses<N>(from.data(), expected.data(), words);
        k::lut_addresses<N>(from.data(), got.data(), words);
        BOOST_TEST((got == expected), "N " << N << ", " << words << " words");
      }
  });
}

BOOST_AUTO_TEST_CASE(table_sums_agree_with_the_scalar_reference_to_the_bit) {
  Random random(Seed{2});
  for_every_fan_in([&]<std::size_t N>() {
    for (std::size_t samples = 0; samples <= 1024; samples += samples < 64 ? 4 : 64)
      for (std::size_t offset = 0; offset < 3; ++offset) {
        const auto addresses = random_addresses<N>(samples, offset, random);
        const Row<float> dy(samples, offset, signed_uniform(random));
        Row<float> expected(k::address_count(N), offset, [] { return 5; }), got = expected;
        k::scalar::lut_table_sums<N>(addresses.data(), dy.data(), samples, expected.data());
        k::lut_table_sums<N>(addresses.data(), dy.data(), samples, got.data());
        BOOST_TEST((got == expected), "N " << N << ", " << samples << " samples");
      }
  });
}

BOOST_AUTO_TEST_CASE(input_gradients_agree_with_the_scalar_reference_to_the_bit) {
  Random random(Seed{3});
  for_every_fan_in([&]<std::size_t N>() {
    const auto derivatives = random_derivatives<N>(1, random);
    for (std::size_t samples = 0; samples <= 1280; samples += 64)
      for (std::size_t offset = 0; offset < 3; ++offset) {
        const auto addresses = random_addresses<N>(samples, offset, random);
        const Row<float> dy(samples, offset, signed_uniform(random));
        Rows<float> expected(N, samples, offset, signed_uniform(random)), got = expected;
        k::scalar::lut_input_gradients<N>(addresses.data(), dy.data(), derivatives.data(), samples,
                                          expected.template pointers<N>().data());
        k::lut_input_gradients<N>(addresses.data(), dy.data(), derivatives.data(), samples,
                                  got.template pointers<N>().data());
        BOOST_TEST((got == expected), "N " << N << ", " << samples << " samples, offset " << offset);
      }
  });
}

BOOST_AUTO_TEST_CASE(pins_that_read_the_same_input_add_up_in_order) {
  Random random(Seed{4});
  for_every_fan_in([&]<std::size_t N>() {
    const std::size_t samples = 192;
    const auto derivatives = random_derivatives<N>(0, random);
    const auto addresses = random_addresses<N>(samples, 0, random);
    const Row<float> dy(samples, 0, signed_uniform(random));
    Row<float> expected(samples, 1, signed_uniform(random)), got = expected;
    std::array<float*, N> to;
    to.fill(expected.data());
    k::scalar::lut_input_gradients<N>(addresses.data(), dy.data(), derivatives.data(), samples, to.data());
    to.fill(got.data());
    k::lut_input_gradients<N>(addresses.data(), dy.data(), derivatives.data(), samples, to.data());
    BOOST_TEST((got == expected), "N " << N);
  });
}

BOOST_AUTO_TEST_CASE(rows_of_inputs_that_overlap_add_up_in_order) {
  Random random(Seed{7});
  for_every_fan_in([&]<std::size_t N>() {
    const std::size_t samples = 640, apart = 64;
    const auto derivatives = random_derivatives<N>(0, random);
    const auto addresses = random_addresses<N>(samples, 0, random);
    const Row<float> dy(samples, 0, signed_uniform(random));
    Row<float> expected(samples + N * apart, 1, signed_uniform(random)), got = expected;
    std::array<float*, N> to;
    for (std::size_t j = 0; j < N; ++j) to[j] = expected.data() + (j * 5 + 3) % N * apart;
    k::scalar::lut_input_gradients<N>(addresses.data(), dy.data(), derivatives.data(), samples, to.data());
    for (std::size_t j = 0; j < N; ++j) to[j] = got.data() + (j * 5 + 3) % N * apart;
    k::lut_input_gradients<N>(addresses.data(), dy.data(), derivatives.data(), samples, to.data());
    BOOST_TEST((got == expected), "N " << N);
  });
}

BOOST_AUTO_TEST_CASE(the_whole_backward_pass_of_a_node_agrees_with_the_scalar_reference_to_the_bit) {
  Random random(Seed{5});
  for_every_fan_in([&]<std::size_t N>() {
    const auto derivatives = random_derivatives<N>(3, random);
    for (const std::size_t words : {1, 2, 7, 8, 9, 17})
      for (const bool wants_sums : {false, true})
        for (const bool wants_inputs : {false, true}) {
          Rows<std::uint64_t> pins(N, words, 1, std::ref(random));
          std::array<const std::uint64_t*, N> from;
          std::ranges::copy(pins.template pointers<N>(), from.begin());
          const Row<float> dy(words * 64, 2, signed_uniform(random));
          Row<float> expected_sums(k::address_count(N), 1, [] { return 5; }), sums = expected_sums;
          Rows<float> expected(N, words * 64, 0, signed_uniform(random)), got = expected;
          k::scalar::lut_hard_backward<N>(from.data(), dy.data(), words, derivatives.data(),
                                          wants_sums ? expected_sums.data() : nullptr,
                                          wants_inputs ? expected.template pointers<N>().data() : nullptr);
          k::lut_hard_backward<N>(from.data(), dy.data(), words, derivatives.data(), wants_sums ? sums.data() : nullptr,
                                  wants_inputs ? got.template pointers<N>().data() : nullptr);
          BOOST_TEST((sums == expected_sums), "N " << N << ", " << words << " words");
          BOOST_TEST((got == expected), "N " << N << ", " << words << " words");
        }
  });
}

BOOST_AUTO_TEST_CASE(what_pins_take_is_what_they_add_to_nothing) {
  Random random(Seed{8});
  for_every_fan_in([&]<std::size_t N>() {
    const auto derivatives = random_derivatives<N>(2, random);
    for (std::size_t words = 1; words <= k::hard_block_words; ++words) {
      Rows<std::uint64_t> pins(N, words, 1, std::ref(random));
      std::array<const std::uint64_t*, N> from;
      std::ranges::copy(pins.template pointers<N>(), from.begin());
      const Row<float> dy(words * 64, 2, signed_uniform(random));
      Row<float> expected(N * words * 64, 1, [] { return 3; }), got = expected,
                                                                added(N * words * 64, 0, [] { return 0; });
      k::scalar::lut_pin_gradients<N>(from.data(), dy.data(), words, derivatives.data(), expected.data());
      k::lut_pin_gradients<N>(from.data(), dy.data(), words, derivatives.data(), got.data());
      BOOST_TEST((got == expected), "N " << N << ", " << words << " words");
      std::array<float*, N> to;
      for (std::size_t j = 0; j < N; ++j) to[j] = added.data() + j * words * 64;
      k::lut_hard_backward<N>(from.data(), dy.data(), words, derivatives.data(), nullptr, to.data());
      BOOST_TEST(std::equal(added.data(), added.data() + added.size(), got.data()), "N " << N);
    }
  });
}

BOOST_AUTO_TEST_CASE(inputs_without_a_row_are_left_out) {
  Random random(Seed{6});
  for_every_fan_in([&]<std::size_t N>() {
    const std::size_t samples = 192;
    const auto derivatives = random_derivatives<N>(1, random);
    const auto addresses = random_addresses<N>(samples, 1, random);
    const Row<float> dy(samples, 0, signed_uniform(random));
    for (std::size_t left_out = 0; left_out < N; ++left_out) {
      Rows<float> expected(N, samples, 2, signed_uniform(random)), got = expected;
      auto to = expected.template pointers<N>();
      to[left_out] = nullptr;
      k::scalar::lut_input_gradients<N>(addresses.data(), dy.data(), derivatives.data(), samples, to.data());
      to = got.template pointers<N>();
      to[left_out] = nullptr;
      k::lut_input_gradients<N>(addresses.data(), dy.data(), derivatives.data(), samples, to.data());
      BOOST_TEST((got == expected), "N " << N << " without " << left_out);
    }
  });
}
