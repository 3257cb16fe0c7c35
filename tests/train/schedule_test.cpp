#define BOOST_TEST_MODULE schedule
#include <boost/test/unit_test.hpp>
#include <limits>
#include <lutra/train/schedule.hpp>
#include <support/files.hpp>

using namespace lutra;
using lutra::test::check_error;

BOOST_AUTO_TEST_CASE(constant_is_one_everywhere) {
  for (const double epoch : {0.0, 0.5, 10.0}) BOOST_TEST(rate_factor(Constant{}, epoch, 10) == 1.0F);
}

BOOST_AUTO_TEST_CASE(steps_fall_at_whole_multiples_and_not_before) {
  const Schedule schedule = StepDecay{.epochs = 3, .factor = 0.5};
  BOOST_TEST(rate_factor(schedule, 0, 9) == 1.0F);
  BOOST_TEST(rate_factor(schedule, 2.999, 9) == 1.0F);
  BOOST_TEST(rate_factor(schedule, 3, 9) == 0.5F);
  BOOST_TEST(rate_factor(schedule, 5.999, 9) == 0.5F);
  BOOST_TEST(rate_factor(schedule, 6, 9) == 0.25F);
}

BOOST_AUTO_TEST_CASE(a_cosine_starts_at_one_passes_the_middle_and_ends_at_its_floor) {
  const Schedule schedule = Cosine{.warmup = 0, .floor = 0.1};
  BOOST_TEST(rate_factor(schedule, 0, 10) == 1.0F);
  BOOST_TEST(rate_factor(schedule, 5, 10) == 0.55F, boost::test_tools::tolerance(1e-6F));
  BOOST_TEST(rate_factor(schedule, 10, 10) == 0.1F, boost::test_tools::tolerance(1e-6F));
  for (double epoch = 0; epoch < 10; epoch += 0.25)
    BOOST_TEST(rate_factor(schedule, epoch + 0.25, 10) < rate_factor(schedule, epoch, 10));
}

BOOST_AUTO_TEST_CASE(a_warmup_rises_from_zero_to_one_and_a_run_may_end_within_it) {
  const Schedule schedule = Cosine{.warmup = 2};
  BOOST_TEST(rate_factor(schedule, 0, 10) == 0.0F);
  BOOST_TEST(rate_factor(schedule, 0.5, 10) == 0.25F);
  BOOST_TEST(rate_factor(schedule, 2, 10) == 1.0F);
  BOOST_TEST(rate_factor(schedule, 6, 10) == 0.5F, boost::test_tools::tolerance(1e-6F));
  BOOST_TEST(rate_factor(schedule, 1, 1) == 0.5F);
  BOOST_TEST(rate_factor(schedule, 2, 2) == 1.0F);
}

BOOST_AUTO_TEST_CASE(schedules_that_give_no_number_are_refused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  check_schedule(Constant{}, "here");
  check_schedule(StepDecay{}, "here");
  check_schedule(Cosine{.warmup = 3, .floor = 1}, "here");
  check_error([] { check_schedule(StepDecay{.epochs = 0}, "here"); }, {"StepDecay.epochs (here)", "more than 0"});
  check_error([&] { check_schedule(StepDecay{.epochs = nan}, "here"); }, {"StepDecay.epochs"});
  check_error([] { check_schedule(StepDecay{.factor = -1}, "here"); }, {"StepDecay.factor", "got -1"});
  check_error([] { check_schedule(Cosine{.warmup = -1}, "here"); }, {"Cosine.warmup", "0 or more epochs"});
  check_error([] { check_schedule(Cosine{.floor = 2}, "here"); }, {"Cosine.floor", "0 to 1"});
  check_error([&] { check_schedule(Cosine{.floor = nan}, "here"); }, {"Cosine.floor", "nan"});
}
