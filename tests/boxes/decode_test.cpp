#define BOOST_TEST_MODULE boxes_decode
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <lutra/boxes/decode.hpp>
#include <lutra/random.hpp>
#include <support/files.hpp>
#include <vector>

using namespace lutra;
using test::check_error;

namespace {

constexpr BoxGrid grid{.rows = 2, .columns = 3, .classes = 4, .cell = 8};

float& number(std::vector<float>& answer, std::size_t channel, std::size_t cell) {
  return answer[channel * grid.cells() + cell];
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_cell_is_a_box_around_its_middle_with_the_likeliest_class) {
  std::vector<float> answer(grid.size());
  for (std::size_t cell = 0; cell < grid.cells(); ++cell) number(answer, BoxGrid::object, cell) = -3;
  number(answer, BoxGrid::object, 4) = 2;  // second row, second column
  number(answer, BoxGrid::right, 4) = 0.25F;
  number(answer, BoxGrid::down, 4) = -0.5F;
  number(answer, BoxGrid::width, 4) = 1.5F;
  number(answer, BoxGrid::height, 4) = 2;
  number(answer, BoxGrid::first_class + 2, 4) = 3;
  const std::vector<Box> found = decode_boxes(answer, grid, 0.5F);
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].width == 18.0F);  // 1.5² cells of 8 pixels
  BOOST_TEST(found[0].height == 32.0F);
  BOOST_TEST(found[0].left == 14 - 9.0F);  // middle at 8 + 4 + 2
  BOOST_TEST(found[0].top == 8 - 16.0F);   // middle at 8 + 4 - 4
  BOOST_TEST(found[0].label == 2U);
  const double p = 1 / (1 + std::exp(-2.0)) * std::exp(3.0) / (std::exp(3.0) + 3);
  BOOST_TEST(std::abs(static_cast<double>(found[0].score) - p) < 1e-6);
}

BOOST_AUTO_TEST_CASE(boxes_below_the_least_score_are_left_out_and_the_others_come_row_after_row) {
  std::vector<float> answer(grid.size());
  for (std::size_t cell = 0; cell < grid.cells(); ++cell) {
    number(answer, BoxGrid::object, cell) = cell % 2 == 0 ? 4.0F : -4.0F;
    number(answer, BoxGrid::width, cell) = -1;
    number(answer, BoxGrid::first_class + 3, cell) = number(answer, BoxGrid::first_class + 1, cell) = 20;
  }
  const std::vector<Box> found = decode_boxes(answer, grid, 0.4F);
  BOOST_REQUIRE(found.size() == 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(found[i].left == 4 + 8 * static_cast<float>(2 * i % 3));
    BOOST_TEST(found[i].width == 0.0F);  // and not the square of -1
    BOOST_TEST(found[i].label == 1U);    // of equals the lowest
  }
  BOOST_TEST(decode_boxes(answer, grid, 0).size() == grid.cells());
  BOOST_TEST(decode_boxes(answer, grid, 1).empty());
}

BOOST_AUTO_TEST_CASE(whole_numbers_give_the_boxes_of_the_floats_they_stand_for) {
  Random random(Seed{4});
  const float scale = 0.0371F;
  const std::int64_t lowest = -40'000;
  std::vector<std::uint32_t> numbers;
  std::vector<float> floats;
  for (std::size_t i = 0; i < grid.size(); ++i) {
    numbers.push_back(static_cast<std::uint32_t>(39'900 + random.below(200)));
    floats.push_back(static_cast<float>(std::int64_t{numbers.back()} + lowest) * scale);
  }
  const std::vector<Box> found = decode_boxes(numbers, lowest, scale, grid, 0.01F);
  BOOST_TEST(!found.empty());
  BOOST_TEST((found == decode_boxes(floats, grid, 0.01F)));
}

BOOST_AUTO_TEST_CASE(boxes_that_are_encoded_are_decoded_again) {
  const std::vector<Box> boxes{{.left = 1, .top = 2, .width = 5, .height = 9, .label = 3},
                               {.left = -6, .top = 8, .width = 16, .height = 4, .label = 0},
                               {.left = 15, .top = 0, .width = 9, .height = 7.5F, .label = 1}};
  std::vector<float> targets = encode_boxes(boxes, grid);
  BOOST_TEST(std::count(targets.begin(), targets.begin() + 6, 1.0F) == 3);
  BOOST_TEST(number(targets, BoxGrid::first_class + 1, 2) == 1.0F);
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (i / grid.cells() == BoxGrid::object || i / grid.cells() >= BoxGrid::first_class)
      targets[i] = 100 * targets[i] - 50;
  const std::vector<Box> found = decode_boxes(targets, grid);
  BOOST_REQUIRE(found.size() == 3U);
  for (const auto& [cell, box] : {std::pair{0, 0}, {1, 2}, {2, 1}}) {
    const Box &is = found[static_cast<std::size_t>(cell)], &was = boxes[static_cast<std::size_t>(box)];
    BOOST_TEST(overlap(is, was) > 0.9999F);
    BOOST_TEST(is.label == was.label);
    BOOST_TEST(is.score > 0.999F);
  }
}

BOOST_AUTO_TEST_CASE(of_several_boxes_in_a_cell_the_first_of_the_largest_is_kept) {
  const std::vector<Box> boxes{{.left = 2, .top = 2, .width = 3, .height = 3, .label = 1},
                               {.left = 2, .top = 3, .width = 4, .height = 3, .label = 2},
                               {.left = 3, .top = 2, .width = 3, .height = 4, .label = 3}};
  std::vector<float> targets = encode_boxes(boxes, grid);
  BOOST_TEST((targets == encode_boxes(std::span(boxes).subspan(1, 1), grid)));
  BOOST_TEST((encode_boxes({}, grid) == std::vector<float>(grid.size())));
}

BOOST_AUTO_TEST_CASE(what_is_no_answer_and_no_box_of_the_grid_is_refused) {
  std::vector<float> answer(grid.size());
  const auto decode = [&](const BoxGrid& of, float least) {
    return [&answer, of, least] { static_cast<void>(decode_boxes(answer, of, least)); };
  };
  check_error(decode({.rows = 2, .columns = 2, .classes = 4}, 0.5F), {"decode_boxes", "36 numbers", "54"});
  check_error(decode({.rows = 0, .columns = 2, .classes = 4}, 0.5F), {"grid of boxes", "at least one cell"});
  check_error(decode({.rows = 2, .columns = 3, .classes = 0}, 0.5F), {"grid of boxes", "one class"});
  check_error(decode({.rows = 2, .columns = 3, .classes = 4, .cell = 0}, 0.5F), {"grid of boxes", "0 pixels"});
  check_error(decode(grid, 1.5F), {"least score", "0 to 1"});
  check_error(decode(grid, std::nanf("")), {"least score", "nan"});
  answer[7] = std::numeric_limits<float>::infinity();
  check_error(decode(grid, 0.5F), {"decode_boxes, number 7", "a finite number", "inf"});
  const auto encode = [](const Box& box) {
    return [box] { static_cast<void>(encode_boxes(std::vector<Box>{box}, grid)); };
  };
  check_error(encode({.left = 22, .top = 2, .width = 4, .height = 4}), {"box 0", "within the grid", "24"});
  check_error(encode({.left = 2, .top = -3, .width = 4, .height = 4}), {"box 0", "within the grid"});
  check_error(encode({.left = 2, .top = 2, .width = 4, .height = 0}), {"box 0", "an area"});
  check_error(encode({.left = 2, .top = 2, .width = -4, .height = -1}), {"box 0", "not below 0"});
  check_error(encode({.left = 2, .top = 2, .width = 4, .height = 4, .label = 4}), {"box 0", "below 4", "got 4"});
  check_error(encode({.left = std::nanf(""), .top = 2, .width = 4, .height = 4}), {"box 0", "finite"});
}
