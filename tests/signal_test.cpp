#define BOOST_TEST_MODULE signal
#include <bit>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <lutra/signal.hpp>
#include <type_traits>

using namespace lutra;

BOOST_AUTO_TEST_CASE(a_shape_is_channels_rows_and_columns) {
  static_assert(Shape{}.size() == 1);
  static_assert(Shape{32, 28, 30}.size() == 32 * 28 * 30);
  static_assert(Shape{5} == Shape{5, 1, 1});
  static_assert(Shape{1, 2, 3}.same_image(Shape{7, 2, 3}));
  static_assert(!Shape{1, 2, 3}.same_image(Shape{1, 3, 2}));
  BOOST_TEST(to_string(Shape{32, 28, 30}) == "32x28x30");
}

BOOST_AUTO_TEST_CASE(bits_for_is_the_width_of_the_largest_number) {
  static_assert(bits_for(0) == 1);
  static_assert(bits_for(1) == 1);
  static_assert(bits_for(2) == 2);
  static_assert(bits_for(3) == 2);
  static_assert(bits_for(4) == 3);
  static_assert(bits_for(255) == 8);
  static_assert(bits_for(256) == 9);
  static_assert(bits_for(std::numeric_limits<std::uint64_t>::max()) == 64);
  for (unsigned n = 1; n < 5000; ++n) BOOST_TEST(bits_for(n) == static_cast<unsigned>(std::bit_width(n)));
}

BOOST_AUTO_TEST_CASE(kinds_have_names_widths_and_storage) {
  BOOST_TEST((Signal<Bit, Shape{3, 2, 1}>::name()) == "Bit 3x2x1");
  BOOST_TEST((Signal<Level<12>, Shape{1, 1, 1}>::name()) == "Level<12> 1x1x1");
  BOOST_TEST((Signal<Count<10>, Shape{2, 1, 1}>::name()) == "Count<10> 2x1x1");
  BOOST_TEST((Signal<Class<10>, Shape{10, 1, 1}>::name()) == "Class<10> 10x1x1");
  BOOST_TEST((Signal<Real, Shape{1, 1, 1}>::name()) == "Real 1x1x1");
  static_assert(std::is_same_v<storage_t<Byte>, std::uint8_t>);
  static_assert(std::is_same_v<storage_t<Level<8>>, std::uint8_t>);
  static_assert(std::is_same_v<storage_t<Level<9>>, std::uint16_t>);
  static_assert(std::is_same_v<storage_t<Bit>, std::uint64_t>);
  static_assert(Count<10>::bits == 4 && Count<16>::bits == 5 && Level<12>::bits == 12);
}

// Kinds are told apart.
static_assert(is_code<Byte> && is_code<Level<3>> && !is_code<Bit> && !is_code<Real> && !is_code<Count<3>>);
static_assert(is_count<Count<3>> && !is_count<Class<3>> && is_class<Class<3>> && !is_class<Count<3>>);
static_assert(is_float_plane<Real> && is_float_plane<Count<3>> && is_float_plane<Class<3>>);
static_assert(!is_float_plane<Bit> && !is_float_plane<Byte>);
