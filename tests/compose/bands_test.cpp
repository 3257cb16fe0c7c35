#define BOOST_TEST_MODULE bands
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <lutra/compose/bands.hpp>
#include <vector>

using namespace lutra;

namespace {

constexpr Frame frame_of(std::size_t height, std::size_t width, std::size_t kernel, std::size_t stride,
                         Padding padding) {
  return {{3, height, width}, {height, kernel, stride, padding}, {width, kernel, stride, padding}};
}

template <class Check>
void for_many(const Check& check) {
  for (const std::size_t size : {1, 4, 7, 28})
    for (const std::size_t kernel : {1, 2, 3, 5})
      for (const std::size_t stride : {1, 2, 3})
        for (const Padding padding : {Padding::valid, Padding::same})
          for (const std::size_t batch : {1, 2, 5})
            for (const std::size_t most : {8, 32})
              if (padding == Padding::same || kernel <= size)
                check(frame_of(size, size + 2, kernel, stride, padding), batch, most);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_place_is_in_one_band_and_no_band_is_too_long) {
  for_many([](const Frame& frame, std::size_t batch, std::size_t most) {
    const Bands bands(frame, batch, most);
    std::size_t output = 0;
    for (std::size_t i = 0; i < bands.size(); ++i) {
      const auto [window, first, words] = bands[i];
      BOOST_TEST(words > 0);
      BOOST_TEST(words <= std::min(most, bands.longest()));
      BOOST_TEST(first == output);
      for (std::size_t w = 0; w < words; ++w) {
        const std::size_t place = (first + w) / batch, y = place / frame.x.places(), x = place % frame.x.places();
        BOOST_TEST(window + w == (y * frame.width() + x) * batch + (first + w) % batch);
      }
      output += words;
    }
    BOOST_TEST(output == frame.y.places() * frame.x.places() * batch);
  });
}

BOOST_AUTO_TEST_CASE(a_smaller_batch_has_no_longer_band) {
  const Frame frame = frame_of(7, 9, 3, 1, Padding::same);
  for (std::size_t reserved = 1; reserved <= 20; ++reserved)
    for (std::size_t batch = 1; batch <= reserved; ++batch)
      for (std::size_t i = 0; i < Bands(frame, batch, 8).size(); ++i)
        BOOST_TEST(Bands(frame, batch, 8)[i].words <= Bands(frame, reserved, 8).longest());
}

BOOST_AUTO_TEST_CASE(shares_taken_at_one_time_do_not_meet_in_a_pixel) {
  std::size_t several = 0;
  for_many([&](const Frame& frame, std::size_t batch, std::size_t most) {
    const Bands bands(frame, batch, most);
    const std::size_t shares = bands.shares(true);
    BOOST_TEST(shares >= 1);
    BOOST_TEST(shares <= bands.shares(false));
    several += frame.reach() > 1 && shares > 1;
    for (std::size_t share = 0; share < shares; ++share) {
      BOOST_TEST(bands.begin(share, shares) < bands.begin(share + 1, shares), "no share is empty");
      if (frame.reach() == 1 || share + 2 >= shares) continue;
      const auto last = bands[bands.begin(share + 1, shares) - 1];
      BOOST_TEST(last.window + last.words + (frame.reach() - 1) * batch <=
                 bands[bands.begin(share + 2, shares)].window);
    }
    BOOST_TEST(bands.begin(shares, shares) == bands.size());
  });
  BOOST_TEST(several > 10);
}

BOOST_AUTO_TEST_CASE(a_band_is_as_long_as_the_cache_allows) {
  BOOST_TEST(Bands::words_within(1) == 32);
  BOOST_TEST(Bands::words_within(64 * 1024) == 16);
  BOOST_TEST(Bands::words_within(1024 * 1024) == 8);
}
