#define BOOST_TEST_MODULE planes
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <lutra/planes.hpp>

using namespace lutra;

BOOST_AUTO_TEST_CASE(rows_lie_a_stride_apart_and_a_slice_is_some_of_them) {
  float data[24] = {};
  const Planes<Real> planes{data, 3, 8};
  BOOST_TEST((planes.row(2) == data + 16));
  const auto slice = planes.slice(1, 2);
  BOOST_TEST((slice.row(0) == data + 8));
  BOOST_TEST(slice.rows == 2);
  BOOST_TEST(static_cast<bool>(slice));
  BOOST_TEST(!static_cast<bool>(Planes<Real>{}.slice(1, 2)), "no part of what is not wanted is wanted");
}

BOOST_AUTO_TEST_CASE(a_pass_is_padded_to_whole_words) {
  for (const std::size_t samples : {1, 63, 64}) BOOST_TEST((Pass{.samples = samples}.padded()) == 64);
  BOOST_TEST((Pass{.samples = 65}.words()) == 2);
}

BOOST_AUTO_TEST_CASE(pieces_cover_the_batch_and_are_never_more_than_announced) {
  std::size_t most = 0;
  for (std::size_t words = 1; words <= 200; ++words) {
    const Pass pass{.samples = 64 * words};
    const Pieces pieces = pass.pieces();
    most = std::max(most, pieces.size());
    BOOST_TEST(pieces.size() <= 8);
    BOOST_TEST(most <= pass.most_pieces(), "a smaller batch has " << most << " pieces");
    std::size_t covered = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      BOOST_TEST(pieces.begin(i) == covered);
      BOOST_TEST(pieces.end(i) > pieces.begin(i));
      covered = pieces.end(i);
    }
    BOOST_TEST(covered == words);
  }
}

BOOST_AUTO_TEST_CASE(pieces_of_a_band_are_not_small) {
  for (std::size_t words = 1; words <= 200; ++words) {
    const Pass pass{.samples = 64 * words, .overlap = 9};
    BOOST_TEST(pass.pieces().piece >= 8);
    BOOST_TEST(pass.pieces().size() <= pass.most_pieces());
  }
}

BOOST_AUTO_TEST_CASE(an_arena_hands_out_what_it_measured_zeroed_and_aligned) {
  Arena arena;
  const Pass pass{.samples = 65};
  BOOST_TEST((arena.claim<float>(3) == nullptr), "measuring gives no memory out");
  arena.measure();
  const auto claim = [&] {
    return std::tuple(arena.claim<std::uint8_t>(3), arena.claim_planes<Real>(2, pass),
                      arena.claim_planes<Bit>(2, pass));
  };
  (void)claim();
  const std::size_t bytes = arena.bytes();
  BOOST_TEST(bytes == 64 + 2 * 128 * 4 + 64);
  arena.allocate();
  const auto [raw, reals, bits] = claim();
  BOOST_TEST(arena.bytes() == bytes);
  for (const void* p :
       {static_cast<const void*>(raw), static_cast<const void*>(reals.data), static_cast<const void*>(bits.data)})
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(p) % 64 == 0);
  BOOST_TEST(std::count(reals.data, reals.data + 256, 0.0F) == 256);
  BOOST_TEST(reals.stride == 128);
  BOOST_TEST(bits.stride == 2);
}
