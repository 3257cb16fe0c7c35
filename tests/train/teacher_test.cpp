#define BOOST_TEST_MODULE teacher
#include <boost/test/unit_test.hpp>
#include <lutra/train/fit.hpp>
#include <lutra/train/teacher.hpp>
#include <support/files.hpp>
#include <support/tasks.hpp>
#include <vector>

using namespace lutra;
using namespace lutra::test;

namespace {

/// A trained network, and data whose labels are of no use.
struct Lesson {
  Dataset<Byte> data = clusters(300, 25), mislabelled = data;
  decltype(task_network(hard_logic)) master = task_network(hard_logic);

  Lesson() {
    fit(master, data, {.epochs = 30, .batch = 32, .optimizer = Adam{.rate = 2e-2F}});
    Random random(Seed{5});
    for (std::uint32_t& label : mislabelled.labels) label = static_cast<std::uint32_t>(random.below(3));
  }
};

const FitOptions taught{.epochs = 30,
                        .batch = 32,
                        .optimizer = Adam{.rate = 2e-2F},
                        .schedule = Cosine{},
                        .loss = SoftmaxCrossEntropy{.taught = 1}};

}  // namespace

BOOST_AUTO_TEST_CASE(a_network_learns_from_its_teacher_what_labels_do_not_tell) {
  Lesson lesson;
  BOOST_TEST(accuracy(lesson.master, lesson.data) == 1.0);
  auto student = task_network(hard_logic, Seed{9});
  fit(student, lesson.mislabelled, taught, {}, as_teacher(lesson.master));
  BOOST_TEST(accuracy(student, lesson.data) > 0.97);
}

BOOST_AUTO_TEST_CASE(a_teacher_sees_samples_as_an_augmentation_changed_them) {
  Lesson lesson;
  // What is shown is another cluster's sample, so that only the teacher's answer to it is right.
  const auto other = [&](std::span<const std::uint8_t>, std::span<std::uint8_t> to, Random& random) {
    const auto sample = lesson.data.sample(random.below(lesson.data.size()));
    std::copy(sample.begin(), sample.end(), to.begin());
  };
  auto student = task_network(hard_logic, Seed{9});
  fit(student, lesson.data, taught, other, as_teacher(lesson.master));
  BOOST_TEST(accuracy(student, lesson.data) > 0.97);
}

BOOST_AUTO_TEST_CASE(a_softer_teacher_tells_something_else_and_threads_do_not_matter) {
  Lesson lesson;
  const auto learned = [&](float temperature, int threads) {
    auto student = task_network(hard_logic, Seed{9});
    FitOptions options = taught;
    options.epochs = 2;
    options.threads = threads;
    fit(student, lesson.data, options, {}, as_teacher(lesson.master, temperature));
    return bits_of(student);
  };
  const auto bits = learned(1, 1);
  BOOST_TEST((learned(1, 3) == bits));
  BOOST_TEST((learned(4, 1) != bits));
}

BOOST_AUTO_TEST_CASE(a_teacher_stays_as_it_is) {
  Lesson lesson;
  const auto before = bits_of(lesson.master);
  auto student = task_network(hard_logic, Seed{9});
  fit(student, lesson.data, taught, {}, as_teacher(lesson.master));
  BOOST_TEST((bits_of(lesson.master) == before));
}

BOOST_AUTO_TEST_CASE(a_run_that_was_resumed_with_its_teacher_ends_with_the_same_bits) {
  Lesson lesson;
  const TemporaryFolder folder;
  FitOptions options = taught;
  options.schedule = Constant{};
  auto whole = task_network(hard_logic, Seed{9}), stopped = task_network(hard_logic, Seed{9});
  options.epochs = 4;
  fit(whole, lesson.data, options, {}, as_teacher(lesson.master));
  options.epochs = 2;
  options.checkpoint = folder.path() / "run";
  fit(stopped, lesson.data, options, {}, as_teacher(lesson.master));
  auto resumed = task_network(hard_logic, Seed{9});
  options.epochs = 4;
  options.resume = true;
  fit(resumed, lesson.data, options, {}, as_teacher(lesson.master));
  BOOST_TEST((bits_of(resumed) == bits_of(whole)));
  options.loss = SoftmaxCrossEntropy{.taught = 0.5F};
  check_error([&] { fit(resumed, lesson.data, options, {}, as_teacher(lesson.master)); }, {"taught 0.5", "taught 1"});
}

BOOST_AUTO_TEST_CASE(teachers_that_do_not_fit_are_refused_before_the_first_step) {
  Lesson lesson;
  auto student = task_network(hard_logic, Seed{9});
  const auto before = bits_of(student);
  check_error([&] { fit(student, lesson.data, taught); },
              {"SoftmaxCrossEntropy.taught (fit)", "a teacher", "got none"});
  FitOptions options = taught;
  options.loss = SoftmaxCrossEntropy{};
  check_error([&] { fit(student, lesson.data, options, {}, as_teacher(lesson.master)); },
              {"teacher (fit)", ".taught above 0", "got SoftmaxCrossEntropy"});
  options.loss = SoftmaxCrossEntropy{.taught = 1.5F};
  check_error([&] { fit(student, lesson.data, options, {}, as_teacher(lesson.master)); },
              {"SoftmaxCrossEntropy.taught (fit)", "0 to 1", "got 1.5"});
  check_error([&] { static_cast<void>(as_teacher(lesson.master, 0)); },
              {"temperature (as_teacher)", "above 0", "got 0"});
  Teacher<Byte> other = as_teacher(lesson.master);
  other.outputs = 4;
  check_error([&] { fit(student, lesson.data, taught, {}, other); },
              {"teacher (fit)", "a score for each of 3 outputs", "got 4"});
  other = as_teacher(lesson.master);
  other.input = Shape{4, 1, 1};
  check_error([&] { fit(student, lesson.data, taught, {}, other); },
              {"teacher (fit)", "one that reads 8x1x1", "got 4x1x1"});
  BOOST_TEST((bits_of(student) == before));
}
