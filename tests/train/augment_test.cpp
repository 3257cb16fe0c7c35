#define BOOST_TEST_MODULE augment
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <lutra/train/augment.hpp>
#include <numeric>
#include <set>
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
    std::set<Image> expected, seen;
    for (int down = -2; down <= 2; ++down)
      for (int right = -2; right <= 2; ++right) expected.insert(moved(image, shape, down, right));
    for (std::uint64_t i = 0; i < 1000; ++i) {
      Random random(Seed{3}, i);
      Image to(image.size(), 99);
      shift(image, to, random);
      seen.insert(to);
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
