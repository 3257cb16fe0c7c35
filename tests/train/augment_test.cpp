#define BOOST_TEST_MODULE augment
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <lutra/train/augment.hpp>
#include <numeric>
#include <set>
#include <string>
#include <vector>

using namespace lutra;

namespace {

using Image = std::vector<std::uint8_t>;

// The image moved by (down, right), written value by value.
Image moved(const Image& image, const Shape& shape, int down, int right) {
  Image out(image.size());
  const int height = static_cast<int>(shape.height), width = static_cast<int>(shape.width);
  for (int c = 0; c < static_cast<int>(shape.channels); ++c)
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const int from_y = y - down, from_x = x - right;
        if (from_y >= 0 && from_y < height && from_x >= 0 && from_x < width)
          out[static_cast<std::size_t>((c * height + y) * width + x)] =
              image[static_cast<std::size_t>((c * height + from_y) * width + from_x)];
      }
  return out;
}

// As text: g++ 12 warns, wrongly, about comparing vectors of bytes.
std::string text(const Image& image) { return {image.begin(), image.end()}; }

Image numbered(const Shape& shape) {
  Image image(shape.size());
  std::iota(image.begin(), image.end(), std::uint8_t{1});
  return image;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_shifted_image_is_one_of_the_moves_it_may_be_and_every_move_occurs) {
  for (const Shape& shape : {Shape{1, 4, 5}, Shape{3, 2, 3}, Shape{1, 1, 7}, Shape{2, 1, 1}}) {
    const std::size_t pixels = 2;
    const Image image = numbered(shape);
    const auto shift = random_shift<Byte>(shape, pixels);
    std::set<std::string> expected, seen;
    for (int down = -2; down <= 2; ++down)
      for (int right = -2; right <= 2; ++right) expected.insert(text(moved(image, shape, down, right)));
    for (std::uint64_t i = 0; i < 1000; ++i) {
      Random random(Seed{3}, i);
      Image to(image.size(), 99);
      shift(image, to, random);
      seen.insert(text(to));
    }
    BOOST_TEST((seen == expected));
  }
}

BOOST_AUTO_TEST_CASE(no_pixels_of_shift_change_nothing) {
  const Shape shape{1, 3, 3};
  const Image image = numbered(shape);
  Random random(Seed{1});
  Image to(image.size());
  random_shift<Byte>(shape, 0)(image, to, random);
  BOOST_TEST(to == image);
}

BOOST_AUTO_TEST_CASE(a_shift_larger_than_the_image_may_leave_nothing_of_it) {
  const Shape shape{1, 2, 2};
  const Image image = numbered(shape);
  bool empty = false;
  for (std::uint64_t i = 0; i < 100; ++i) {
    Random random(Seed{1}, i);
    Image to(image.size());
    random_shift<Byte>(shape, 9)(image, to, random);
    empty = empty || std::all_of(to.begin(), to.end(), [](std::uint8_t v) { return v == 0; });
  }
  BOOST_TEST(empty);
}

BOOST_AUTO_TEST_CASE(an_affine_change_of_nothing_is_the_image_itself) {
  const Shape shape{2, 5, 7};
  const Image image = numbered(shape);
  Random random(Seed{1});
  Image to(image.size());
  random_affine<Byte>(shape, {.shift = 0, .rotation = 0, .scale = 0})(image, to, random);
  BOOST_TEST(to == image);
}

BOOST_AUTO_TEST_CASE(an_affine_change_keeps_a_wide_plain_area_plain_and_brings_zeros_in_from_outside) {
  const Shape shape{1, 21, 21};
  const Image image(shape.size(), 200);
  bool zeros = false;
  for (std::uint64_t i = 0; i < 50; ++i) {
    Random random(Seed{2}, i);
    Image to(image.size());
    random_affine<Byte>(shape, {.shift = 3, .rotation = 20, .scale = 0.2F})(image, to, random);
    for (std::size_t y = 8; y < 13; ++y)
      for (std::size_t x = 8; x < 13; ++x) BOOST_TEST(static_cast<int>(to[y * 21 + x]) == 200);
    zeros = zeros || to[0] == 0;
  }
  BOOST_TEST(zeros);
}

BOOST_AUTO_TEST_CASE(a_quarter_turn_moves_every_corner_to_the_next) {
  const Shape shape{1, 3, 3};
  Image image(9, 0);
  image[0] = 200;
  bool seen = false;
  for (std::uint64_t i = 0; i < 2000 && !seen; ++i) {  // turns up to 90 degrees: some come close to it
    Random random(Seed{4}, i);
    Image to(9);
    random_affine<Byte>(shape, {.shift = 0, .rotation = 114.6F, .scale = 0})(image, to, random);
    seen = to[2] > 190 || to[6] > 190;
  }
  BOOST_TEST(seen);
}

BOOST_AUTO_TEST_CASE(a_mirrored_image_has_left_and_right_exchanged_and_every_other_one_is) {
  const Shape shape{2, 3, 4};
  const Image image = numbered(shape);
  Image mirrored = image;
  for (auto row = mirrored.begin(); row != mirrored.end(); row += 4) std::reverse(row, row + 4);
  std::size_t as_it_is = 0, exchanged = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    Random random(Seed{3}, i);
    Image to(image.size());
    random_affine<Byte>(shape, {.shift = 0, .rotation = 0, .scale = 0, .mirror = true})(image, to, random);
    as_it_is += to == image ? 1 : 0;
    exchanged += to == mirrored ? 1 : 0;
  }
  BOOST_TEST(as_it_is + exchanged == 200U);
  BOOST_TEST(as_it_is > 70U);
  BOOST_TEST(exchanged > 70U);
}

BOOST_AUTO_TEST_CASE(an_interpolated_image_follows_a_slope_where_the_nearest_pixel_is_a_step) {
  // Grey rises by 8 a column: after a move by a fraction of a pixel it still does, from another beginning.
  const Shape shape{1, 9, 21};
  Image image(shape.size());
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<std::uint8_t>(40 + 8 * (i % 21));
  std::set<int> beginnings;
  for (std::uint64_t i = 0; i < 50; ++i) {
    Random random(Seed{6}, i);
    Image to(image.size());
    random_affine<Byte>(shape, {.shift = 0.9F, .rotation = 0, .scale = 0, .interpolate = true})(image, to, random);
    const int beginning = to[4 * 21 + 1];
    BOOST_TEST(std::abs(beginning - 48) <= 8);
    for (int x = 2; x < 20; ++x)
      BOOST_TEST(std::abs(to[static_cast<std::size_t>(4 * 21 + x)] - (beginning + 8 * (x - 1))) <= 1);
    beginnings.insert(beginning);
  }
  BOOST_TEST(beginnings.size() > 8U);
}

BOOST_AUTO_TEST_CASE(an_interpolated_image_that_does_not_move_is_itself_and_fades_at_its_edge) {
  const Shape shape{2, 5, 7};
  const Image image = numbered(shape);
  Random random(Seed{1});
  Image to(image.size());
  random_affine<Byte>(shape, {.shift = 0, .rotation = 0, .scale = 0, .interpolate = true})(image, to, random);
  BOOST_TEST(to == image);

  const Image white(shape.size(), 200);
  bool between = false;
  for (std::uint64_t i = 0; i < 50; ++i) {
    random_affine<Byte>(shape, {.shift = 1, .rotation = 0, .scale = 0, .interpolate = true})(white, to, random);
    for (const std::uint8_t value : to) BOOST_TEST(static_cast<int>(value) <= 200);
    between = between || (to[0] > 20 && to[0] < 180);
  }
  BOOST_TEST(between);
}

BOOST_AUTO_TEST_CASE(reals_are_interpolated_without_rounding) {
  const Shape shape{1, 1, 3};
  const std::vector<float> image{0, 1, 0};
  std::vector<float> to(3);
  std::set<float> seen;
  for (std::uint64_t i = 0; i < 20; ++i) {
    Random random(Seed{6}, i);
    random_affine<Real>(shape, {.shift = 0.5F, .rotation = 0, .scale = 0, .interpolate = true})(image, to, random);
    BOOST_TEST(to[1] <= 1.0F);
    seen.insert(to[1]);
  }
  BOOST_TEST(seen.size() == 20U);
}

BOOST_AUTO_TEST_CASE(a_bent_image_moves_neighbours_alike_distant_pixels_differently_and_none_further_than_asked) {
  const Shape shape{1, 15, 15};
  const Image image = numbered(shape);
  std::size_t differing = 0;
  for (std::uint64_t i = 0; i < 100; ++i) {
    Random random(Seed{5}, i);
    Image to(image.size());
    random_affine<Byte>(shape, {.shift = 0, .rotation = 0, .scale = 0, .bend = 2})(image, to, random);
    const auto moved_down = [&](int y, int x) { return (to[static_cast<std::size_t>(y * 15 + x)] - 1) / 15 - y; };
    const auto moved_right = [&](int y, int x) { return (to[static_cast<std::size_t>(y * 15 + x)] - 1) % 15 - x; };
    for (int y = 3; y < 12; ++y)
      for (int x = 3; x < 12; ++x) {
        BOOST_TEST(std::abs(moved_down(y, x)) <= 2);
        BOOST_TEST(std::abs(moved_right(y, x)) <= 2);
        BOOST_TEST(std::abs(moved_down(y, x) - moved_down(y, x - 1)) <= 1);
        BOOST_TEST(std::abs(moved_right(y, x) - moved_right(y - 1, x)) <= 1);
      }
    differing += moved_down(3, 3) != moved_down(11, 11) ? 1 : 0;
  }
  BOOST_TEST(differing > 30U);
}

BOOST_AUTO_TEST_CASE(an_augmentation_says_what_it_does) {
  const Shape shape{1, 2, 2};
  BOOST_TEST(random_shift<Byte>(shape, 2).text() == "random_shift 2");
  BOOST_TEST(random_affine<Byte>(shape).text() == "random_affine shift 1 rotation 10 scale 0.1");
  BOOST_TEST(random_affine<Byte>(shape, {.mirror = true, .bend = 1.5F, .interpolate = true}).text() ==
             "random_affine shift 1 rotation 10 scale 0.1 mirror bend 1.5 interpolate");
  const Augmentation<Byte> none, own = [](auto sample, auto to, Random&) { std::ranges::copy(sample, to.begin()); };
  BOOST_TEST(!none);
  BOOST_TEST(none.text().empty());
  BOOST_TEST(static_cast<bool>(own));
  BOOST_TEST(own.text() == "augmented");
}
