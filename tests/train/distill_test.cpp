#define BOOST_TEST_MODULE distill
#include <boost/test/unit_test.hpp>
#include <lutra/layers/argmax.hpp>
#include <lutra/layers/batch_norm.hpp>
#include <lutra/layers/binarize.hpp>
#include <lutra/layers/dense.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/stochastic_lut.hpp>
#include <lutra/train/distill.hpp>
#include <lutra/train/strongest_inputs.hpp>
#include <stdexcept>
#include <string>
#include <support/files.hpp>
#include <support/tasks.hpp>
#include <vector>

using namespace lutra;
using namespace lutra::test;

namespace {

using Input = Signal<Bit, Shape{160, 1, 1}>;

/// Bits, of which the few that a dense layer finds at once decide: the majority of 7.
Dataset<Bit> majorities(std::size_t samples, Seed seed) {
  Random random(seed);
  std::vector<std::uint8_t> values(samples * Input::size);
  std::vector<std::uint32_t> labels;
  for (std::size_t s = 0; s < samples; ++s) {
    std::uint8_t* const bits = values.data() + s * Input::size;
    for (std::size_t i = 0; i < Input::size; ++i) bits[i] = random.chance(0.5);
    labels.push_back(bits[3] + bits[17] + bits[20] + bits[41] + bits[62] + bits[99] + bits[150] >= 4);
  }
  return make_dataset<Bit>(Input::shape, values, labels, 2);
}

constexpr auto dense_block = [](auto dense) { return block(ToReal{} | dense | BatchNorm{} | Binarize{}); };
constexpr auto teacher_expression =
    dense_block(Dense<12>{}) | dense_block(Dense<8>{}) | GroupSum<2>{.temperature = 1} | Argmax{};

template <class FirstWiring = RandomWiring, class SecondWiring = RandomWiring>
auto student_expression(FirstWiring first = {}, SecondWiring second = {}) {
  return block(StochasticLut<6, 12, FirstWiring>{.wiring = first}) |
         block(StochasticLut<6, 8, SecondWiring>{.wiring = second}) | GroupSum<2>{} | Argmax{};
}

using Teacher = decltype(bind<Input>(teacher_expression));

/// Trained once, for all cases.
const Teacher& teacher() {
  static const Teacher trained = [] {
    auto net = bind<Input>(teacher_expression, Seed{2});
    fit(net, majorities(2000, Seed{1}),
        {.epochs = 15, .batch = 64, .optimizer = AdamW{.rate = 1e-2F}, .observer = pruning(net, {6, 6})});
    return net;
  }();
  return trained;
}

auto distilled_student(Seed seed = Seed{1}) {
  const WiringChoice six{.inputs = 6};
  return bind<Input>(student_expression(wiring_of(teacher(), 0, six), wiring_of(teacher(), 1, six)), seed);
}

FitOptions lesson(std::size_t epochs, int threads = 0) {
  return {.epochs = epochs, .batch = 64, .optimizer = Adam{.rate = 2e-2F}, .threads = threads};
}

}  // namespace

// ---- Learning -------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_distilled_student_solves_what_random_wiring_does_not) {
  const auto train = majorities(2000, Seed{1}), test = majorities(1000, Seed{9});
  auto student = distilled_student();
  distill(teacher(), student, train, {.imitate = lesson(2), .task = lesson(2), .whole = lesson(6)});
  auto random = bind<Input>(student_expression(), Seed{1});
  fit(random, train, lesson(20));
  BOOST_TEST(accuracy(student, test) > 0.95);
  BOOST_TEST(accuracy(random, test) < 0.85);
}

BOOST_AUTO_TEST_CASE(a_block_that_imitates_gives_the_bits_of_the_teachers_block) {
  const auto train = majorities(2000, Seed{1});
  auto student = distilled_student();
  const auto results =
      distill(teacher(), student, train, {.imitate = lesson(8), .task = lesson(0), .whole = lesson(0)});
  BOOST_TEST(results.size() == 2U);
  for (const LessonResult& result : results) {
    BOOST_TEST(result.history.epochs.front().train_loss > 0.1);
    BOOST_TEST(result.history.epochs.back().train_loss < 0.06);
  }
}

BOOST_AUTO_TEST_CASE(lessons_follow_one_another_block_after_block_and_are_announced) {
  const auto train = majorities(200, Seed{1});
  auto student = distilled_student();
  std::string heard;
  const auto results =
      distill(teacher(), student, train,
              {.imitate = lesson(1), .task = lesson(2), .whole = lesson(3), .on_lesson = [&](const LessonInfo& info) {
                 heard += std::string(1, "ITW"[static_cast<int>(info.lesson)]) + std::to_string(info.block) + "/" +
                          std::to_string(info.blocks) + " ";
               }});
  BOOST_TEST(heard == "I1/2 T1/2 I2/2 T2/2 W0/2 ");
  std::string epochs;
  for (const LessonResult& result : results) epochs += std::to_string(result.history.epochs.size());
  BOOST_TEST(epochs == "12123");
  heard.clear();
  distill(teacher(), student, train,
          {.imitate = lesson(0), .task = lesson(0), .whole = lesson(0), .on_lesson = [&](const LessonInfo&) {
             heard = "one";
           }});
  BOOST_TEST(heard.empty());
}

// ---- What changes ---------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_lesson_of_one_block_changes_that_block_and_the_teacher_stays_as_it_is) {
  const auto train = majorities(300, Seed{1});
  const auto taught = bits_of(teacher());
  for (const bool imitate : {true, false}) {
    auto student = distilled_student();
    const auto before = bits_of(student);
    std::vector<std::vector<std::uint32_t>> states;
    distill(teacher(), student, train,
            {.imitate = lesson(imitate ? 1 : 0),
             .task = lesson(imitate ? 0 : 1),
             .whole = lesson(1),
             .on_lesson = [&](const LessonInfo&) { states.push_back(bits_of(student)); }});
    const auto& blocks = student.parameters().blocks();
    const auto changed = [&](std::size_t block, const auto& from, const auto& to) {
      const auto begin = static_cast<std::ptrdiff_t>(blocks[block].offset),
                 size = static_cast<std::ptrdiff_t>(blocks[block].size);
      return !std::equal(from.begin() + begin, from.begin() + begin + size, to.begin() + begin);
    };
    BOOST_TEST((states[0] == before));
    BOOST_TEST(changed(0, before, states[1]));
    BOOST_TEST(!changed(1, before, states[1]));
    BOOST_TEST(!changed(0, states[1], states[2]));
    BOOST_TEST(changed(1, states[1], states[2]));
    BOOST_TEST((bits_of(teacher()) == taught));
  }
}

BOOST_AUTO_TEST_CASE(layers_outside_of_blocks_and_learned_wiring_come_along) {
  const auto data = clusters(300, 25);
  auto teacher = task_network(Thermometer<3>{.spacing = Spacing::quantile} | dense_block(Dense<24>{}) | GroupSum<3>{});
  auto student = task_network(Thermometer<5>{.spacing = Spacing::quantile} |
                              block(StochasticLut<4, 48>{} | StochasticLut<4, 24, LearnedWiring<4>>{}) |
                              StochasticLut<4, 12>{} | GroupSum<3>{});
  fit_encoders(teacher, data);
  fit(teacher, data, {.epochs = 10, .batch = 32, .optimizer = Adam{.rate = 1e-2F}});
  check_error([&] { distill(teacher, student, data); }, {"fit_encoders"});
  fit_encoders(student, data);
  distill(teacher, student, data, {.imitate = lesson(4), .task = lesson(4), .whole = lesson(20)});
  BOOST_TEST(accuracy(student, data) > 0.97);
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  const auto train = majorities(500, Seed{1});
  std::vector<std::vector<std::uint32_t>> found;
  for (const int threads : {1, 2, 3}) {
    auto student = distilled_student();
    distill(teacher(), student, train,
            {.imitate = lesson(1, threads), .task = lesson(1, threads), .whole = lesson(1, threads)});
    found.push_back(bits_of(student));
  }
  BOOST_TEST((found[1] == found[0]));
  BOOST_TEST((found[2] == found[0]));
}

// ---- Errors ---------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_a_later_lesson_cannot_work_with_is_refused_before_the_first) {
  const auto train = majorities(200, Seed{1});
  auto student = distilled_student();
  const auto before = bits_of(student);
  const auto refused = [&](const DistillOptions& options, std::initializer_list<std::string_view> parts) {
    check_error([&] { distill(teacher(), student, train, options); }, parts);
    BOOST_TEST((bits_of(student) == before));
  };
  refused({.task = {.batch = 0}}, {"batch size"});
  refused({.whole = {.optimizer = Adam{.rate = -1}}}, {"learning rate"});
  refused({.whole = {.loss = MeanSquared{}}}, {"targets for MeanSquared"});
  refused({.task = {.checkpoint = "task.checkpoint"}}, {"checkpoint (distill, task): expected none"});
  refused({.imitate = {.checkpoint = "imitate.checkpoint"}}, {"checkpoint (distill, imitate): expected none"});
  auto other = train;
  other.labels.clear();
  check_error([&] { distill(teacher(), student, other); }, {"labels for SoftmaxCrossEntropy"});
  BOOST_TEST((bits_of(student) == before));
}

BOOST_AUTO_TEST_CASE(an_observer_that_throws_leaves_the_student_as_the_last_whole_lesson_left_it) {
  const auto train = majorities(200, Seed{1});
  auto student = distilled_student(), same = distilled_student();
  FitOptions stopped = lesson(2);
  stopped.observer.on_epoch = [](const EpochResult&) { throw std::runtime_error("enough"); };
  BOOST_CHECK_THROW(distill(teacher(), student, train, {.imitate = lesson(1), .task = stopped}), std::runtime_error);
  std::size_t lessons = 0;
  BOOST_CHECK_THROW(distill(teacher(), same, train,
                            {.imitate = lesson(1),
                             .task = lesson(1),
                             .on_lesson =
                                 [&](const LessonInfo&) {
                                   if (++lessons == 2) throw std::runtime_error("enough");
                                 }}),
                    std::runtime_error);
  BOOST_TEST((bits_of(student) == bits_of(same)));
}
