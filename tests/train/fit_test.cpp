#define BOOST_TEST_MODULE fit
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <lutra/train/fit.hpp>
#include <stdexcept>
#include <string>
#include <support/files.hpp>
#include <support/tasks.hpp>
#include <vector>

using namespace lutra;
using namespace lutra::test;

namespace {

/// Every pattern of 4 bits many times over, with the parity of its first three bits as label.
Dataset<Bit> parity() {
  std::vector<std::uint8_t> values;
  std::vector<std::uint32_t> labels;
  for (unsigned s = 0; s < 256; ++s) {
    for (unsigned i = 0; i < 4; ++i) values.push_back(s >> i & 1);
    labels.push_back((s ^ s >> 1 ^ s >> 2) & 1);
  }
  return make_dataset<Bit>(Shape{4, 1, 1}, values, labels, 2);
}

/// Refuses to be a fit: expects an Error with these parts, and a network as it was.
template <class Net, class Data>
void check_refused(Net& net, const Data& data, const FitOptions& options,
                   std::initializer_list<std::string_view> parts) {
  const auto before = bits_of(net);
  check_error([&] { fit(net, data, options); }, parts);
  BOOST_TEST((bits_of(net) == before));
}

}  // namespace

// ---- Learning -------------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(hard_logic_learns_parity) {
  const auto data = parity();
  auto net = bind<Signal<Bit, Shape{4, 1, 1}>>(StochasticLut<4, 16>{} | GroupSum<2>{}, Seed{1});
  const History history = fit(net, data, {.epochs = 60, .batch = 64, .optimizer = Adam{.rate = 3e-2F}});
  BOOST_TEST(accuracy(net, data) == 1.0);
  BOOST_TEST(history.epochs.back().train_loss < history.epochs.front().train_loss);
}

BOOST_AUTO_TEST_CASE(every_kind_of_network_learns_three_clusters) {
  const auto data = clusters(300, 25);
  const auto learns = [&](const auto& expression, const Optimizer& optimizer) {
    auto net = task_network(expression);
    fit(net, data, {.epochs = 30, .batch = 32, .optimizer = optimizer, .schedule = Cosine{}});
    BOOST_TEST(accuracy(net, data) == 1.0);
  };
  learns(hard_logic, Adam{.rate = 2e-2F});
  learns(learned_logic, Adam{.rate = 2e-2F});
  learns(expected_logic, Adam{.rate = 2e-2F});
  learns(dense, AdamW{.rate = 1e-2F});
  learns(dense, Sgd{.rate = 5e-2F});
}

BOOST_AUTO_TEST_CASE(a_network_of_reals_learns_two_targets) {
  const auto data = products(400);
  auto net = bind<Signal<Real, Shape{2, 1, 1}>>(regression, Seed{2});
  const History history =
      fit(net, data, {.epochs = 150, .batch = 32, .optimizer = Adam{.rate = 2e-2F}, .loss = MeanSquared{}});
  BOOST_TEST(history.epochs.back().train_loss < 1e-3);
  BOOST_TEST(std::isnan(history.epochs.back().train_accuracy));
  BOOST_TEST(evaluate(net, data, MeanSquared{}).loss < 1e-3);
  const auto answers = outputs(net, data);
  BOOST_TEST(std::abs(answers[0] - data.targets[0]) < 0.1F);
}

BOOST_AUTO_TEST_CASE(batches_larger_than_the_data_and_last_batches_of_one_sample_are_fine) {
  for (const std::size_t batch : {1, 7, 299, 300, 1000}) {
    const auto data = clusters(300);
    auto net = task_network(dense);
    std::vector<std::size_t> steps;
    const History history = fit(net, data,
                                {.epochs = 2,
                                 .batch = batch,
                                 .observer = {.on_step =
                                                  [&](const StepInfo& info) {
                                                    steps.push_back(info.step);
                                                    BOOST_TEST(info.steps == (300 + batch - 1) / batch);
                                                  },
                                              .on_epoch = {}}});
    BOOST_TEST(steps.size() == 2 * ((300 + batch - 1) / batch));
    BOOST_TEST(std::isfinite(history.epochs.back().train_loss));
  }
}

// 9 words of samples are split into 5 pieces for threads, but 8 words, the last batch of this epoch, into 8.
BOOST_AUTO_TEST_CASE(a_last_batch_may_have_more_pieces_than_a_whole_one) {
  const auto data = clusters(576 + 512);
  auto whole = task_network(learned_logic), again = task_network(learned_logic);
  fit(whole, data, {.epochs = 2, .batch = 576, .threads = 1});
  again.reserve(2048);
  fit(again, data, {.epochs = 2, .batch = 576, .threads = 1});
  BOOST_TEST((bits_of(whole) == bits_of(again)));
}

BOOST_AUTO_TEST_CASE(no_epochs_change_nothing) {
  auto net = task_network(hard_logic);
  const auto before = bits_of(net);
  const History history = fit(net, clusters(30), {.epochs = 0});
  BOOST_TEST(history.epochs.empty());
  BOOST_TEST(!history.stopped_early);
  BOOST_TEST((bits_of(net) == before));
}

// ---- Repeatable -----------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_seed_gives_the_same_bits_at_any_thread_count) {
  const auto data = clusters(700);
  const auto same = [&](const char* name, const auto& expression) {
    std::vector<std::vector<std::uint32_t>> results;
    std::vector<double> losses;
    for (const int threads : {1, 2, 3, 1}) {
      auto net = task_network(expression);
      const History history = fit(net, data, {.epochs = 2, .batch = 200, .threads = threads, .validation = 0.2});
      results.push_back(bits_of(net));
      losses.push_back(history.epochs.back().train_loss + history.epochs.back().validation_loss);
    }
    for (std::size_t i = 1; i < results.size(); ++i) {
      BOOST_TEST((results[i] == results[0]), name);
      BOOST_TEST(losses[i] == losses[0], name);
    }
    auto other = task_network(expression);
    fit(other, data, {.epochs = 2, .batch = 200, .seed = Seed{99}, .validation = 0.2});
    BOOST_TEST((bits_of(other) != results[0]), name);
  };
  same("hard", hard_logic);
  same("learned", learned_logic);
  same("expectation", expected_logic);
  same("dense", dense);
  same("learned expectation",
       Thermometer<3>{} | Expectation{} | StochasticLut<3, 30, LearnedWiring<3>>{} | GroupSum<3>{});
  same("spread", Thermometer<2>{} | StochasticLut<7, 30, RandomWiring, SpreadMultilinear>{} | GroupSum<3>{});
}

// ---- Validation -----------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_share_kept_aside_is_validated_on_and_not_trained_on) {
  const auto data = clusters(100);
  auto net = task_network(hard_logic);
  const History history =
      fit(net, data,
          {.epochs = 1,
           .batch = 80,
           .validation = 0.2,
           .observer = {.on_step = [](const StepInfo& info) { BOOST_TEST(info.steps == 1U); }, .on_epoch = {}}});
  const auto [train, aside] = split(data, 0.8, Seed{1});
  BOOST_TEST(train.size() == 80U);
  const Score score = evaluate(net, aside, SoftmaxCrossEntropy{});
  BOOST_TEST(history.epochs[0].validation_loss == score.loss);
  BOOST_TEST(history.epochs[0].validation_accuracy == score.accuracy);
  BOOST_TEST(score.accuracy == accuracy(net, aside));
}

BOOST_AUTO_TEST_CASE(patience_ends_training_that_no_longer_improves) {
  auto net = task_network(hard_logic);
  const auto data = clusters(200, 5);
  const History history =
      fit(net, data, clusters(60, 5), {.epochs = 100, .batch = 16, .optimizer = Adam{.rate = 2e-2F}, .patience = 3});
  BOOST_TEST(history.stopped_early);
  BOOST_TEST(history.epochs.size() < 100U);
  BOOST_TEST(history.epochs.size() == history.best_epoch + 3);
}

BOOST_AUTO_TEST_CASE(a_run_that_reaches_its_last_epoch_was_not_stopped_early) {
  auto net = task_network(hard_logic);
  // At a rate of 0 only the first epoch is a best one.
  const History history =
      fit(net, clusters(60), clusters(30), {.epochs = 4, .optimizer = Adam{.rate = 0}, .patience = 3});
  BOOST_TEST(history.best_epoch == 1U);
  BOOST_TEST(history.epochs.size() == 4U);
  BOOST_TEST(!history.stopped_early);
}

BOOST_AUTO_TEST_CASE(the_best_epochs_parameters_come_back) {
  const auto train = clusters(120, 60), validation = clusters(90, 60, Seed{8});
  auto net = task_network(dense);
  std::vector<std::vector<std::uint32_t>> by_epoch;
  const History history =
      fit(net, train, validation,
          {.epochs = 12,
           .batch = 16,
           .optimizer = Sgd{.rate = 0.5F},
           .keep_best = true,
           .observer = {.on_step = {}, .on_epoch = [&](const EpochResult&) { by_epoch.push_back(bits_of(net)); }}});
  BOOST_TEST(history.best_epoch >= 1U);
  double best = 0;
  for (const EpochResult& epoch : history.epochs) best = std::max(best, epoch.validation_accuracy);
  BOOST_TEST(history.epochs[history.best_epoch - 1].validation_accuracy == best);
  BOOST_TEST((bits_of(net) == by_epoch[history.best_epoch - 1]));
  BOOST_TEST(accuracy(net, validation) == best);
}

BOOST_AUTO_TEST_CASE(regression_is_best_where_its_loss_is_lowest) {
  auto net = bind<Signal<Real, Shape{2, 1, 1}>>(regression, Seed{2});
  const History history = fit(net, products(100), products(50, Seed{7}),
                              {.epochs = 6, .optimizer = Adam{.rate = 0.3F}, .loss = MeanSquared{}, .keep_best = true});
  for (const EpochResult& epoch : history.epochs) {
    BOOST_TEST(epoch.validation_loss >= history.epochs[history.best_epoch - 1].validation_loss);
    BOOST_TEST(std::isnan(epoch.validation_accuracy));
  }
  BOOST_TEST(evaluate(net, products(50, Seed{7}), MeanSquared{}).loss ==
             history.epochs[history.best_epoch - 1].validation_loss);
}

// ---- What is told ---------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_observer_hears_of_every_step_and_epoch_with_sane_numbers) {
  auto net = task_network(hard_logic);
  std::vector<StepInfo> steps;
  std::vector<EpochResult> epochs;
  const History history = fit(net, clusters(300),
                              {.epochs = 3,
                               .batch = 128,
                               .schedule = StepDecay{.epochs = 1, .factor = 0.5},
                               .observer = {.on_step = [&](const StepInfo& info) { steps.push_back(info); },
                                            .on_epoch = [&](const EpochResult& epoch) { epochs.push_back(epoch); }}});
  BOOST_REQUIRE(steps.size() == 9U);
  BOOST_REQUIRE(epochs.size() == 3U);
  for (std::size_t i = 0; i < 9; ++i) {
    BOOST_TEST(steps[i].epoch == i / 3 + 1);
    BOOST_TEST(steps[i].step == i % 3 + 1);
    BOOST_TEST(steps[i].epochs == 3U);
    BOOST_TEST(steps[i].steps == 3U);
    BOOST_TEST(steps[i].loss > 0);
    BOOST_TEST((steps[i].accuracy >= 0 && steps[i].accuracy <= 1));
    BOOST_TEST(steps[i].samples_per_second > 0);
    BOOST_TEST((i == 8 ? steps[i].seconds_left == 0 : steps[i].seconds_left > 0));
  }
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(epochs[i].epoch == i + 1);
    BOOST_TEST(epochs[i].rate_factor == std::pow(0.5, static_cast<double>(i)));
    BOOST_TEST(epochs[i].train_loss == steps[3 * i + 2].loss);
    BOOST_TEST(epochs[i].train_accuracy == steps[3 * i + 2].accuracy);
    BOOST_TEST(std::isnan(epochs[i].validation_loss));
    BOOST_TEST(epochs[i].seconds >= (i == 0 ? 0 : epochs[i - 1].seconds));
    BOOST_TEST(history.epochs[i].train_loss == epochs[i].train_loss);
  }
  BOOST_TEST(history.best_epoch == 0U);
}

BOOST_AUTO_TEST_CASE(the_rate_counts_samples_and_not_the_room_in_the_batch) {
  auto net = task_network(hard_logic);
  double rate = 0, seconds = 0;
  fit(net, clusters(30),
      {.epochs = 1,
       .batch = 100000,
       .observer = {.on_step = [&](const StepInfo& info) { rate = info.samples_per_second; },
                    .on_epoch = [&](const EpochResult& epoch) { seconds = epoch.seconds; }}});
  BOOST_TEST(rate * seconds < 3000);
  BOOST_TEST(rate * seconds >= 29.9);
}

BOOST_AUTO_TEST_CASE(what_an_observer_throws_ends_training) {
  auto net = task_network(hard_logic);
  int steps = 0;
  const FitOptions options{.epochs = 5,
                           .batch = 10,
                           .observer = {.on_step =
                                            [&](const StepInfo&) {
                                              if (++steps == 7) throw std::runtime_error("enough");
                                            },
                                        .on_epoch = {}}};
  BOOST_CHECK_EXCEPTION(fit(net, clusters(50), options), std::runtime_error,
                        [](const auto& error) { return std::string(error.what()) == "enough"; });
  BOOST_TEST(steps == 7);
}

// ---- What is refused ------------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(options_that_cannot_be_worked_with_are_refused_before_the_first_step) {
  auto net = task_network(hard_logic);
  const auto data = clusters(30);
  check_refused(net, data, {.batch = 0}, {"batch size (fit)", "at least 1", "got 0"});
  check_refused(net, data, {.patience = 1}, {"early stopping and best weights (fit)", "validation data", "got none"});
  check_refused(net, data, {.keep_best = true}, {"early stopping and best weights (fit)", "validation data"});
  check_refused(net, data, {.resume = true}, {"resume (fit)", "a checkpoint's path", "got none"});
  check_refused(net, data, {.checkpoint_every_steps = 1}, {"checkpoint_every_steps (fit)", "a checkpoint's path"});
  check_refused(net, data, {.validation = 1}, {"validation share (fit)", "below 1", "got 1"});
  check_refused(net, data, {.validation = -0.1}, {"validation share (fit)", "got -0.1"});
  check_refused(net, data, {.validation = std::nan("")}, {"validation share (fit)", "nan"});
  check_refused(net, data, {.optimizer = Adam{.rate = -1}}, {"learning rate (fit)", "got -1"});
  check_refused(net, data, {.schedule = StepDecay{.epochs = 0}}, {"StepDecay.epochs (fit)", "more than 0"});
  check_refused(net, data, {.loss = SoftmaxCrossEntropy{.smoothing = 1}}, {"SoftmaxCrossEntropy.smoothing (fit)"});
  check_refused(net, data, {.loss = BoxLoss{.classes = 0}}, {"BoxLoss.classes (fit)"});
  check_refused(net, data, {.loss = BoxLoss{.box = -1}}, {"BoxLoss.box and .empty (fit)"});
  check_refused(net, data, {.checkpoint = "/no/such/folder/run"}, {"cannot write (/no/such/folder/run)"});
  check_error([&] { fit(net, data, data, {.validation = 0.5}); },
              {"validation share (fit)", "validation data are given"});
}

BOOST_AUTO_TEST_CASE(data_that_do_not_fit_the_network_are_refused) {
  auto net = task_network(hard_logic);
  auto data = clusters(30);
  check_refused(
      net,
      Dataset<Byte>{.shape = task_shape, .values = {}, .labels = {}, .classes = 3, .targets = {}, .target_size = 0}, {},
      {"dataset (training data)", "at least one sample", "got none"});
  check_refused(
      net,
      Dataset<Byte>{.shape = task_shape, .values = {}, .labels = {}, .classes = 3, .targets = {}, .target_size = 0},
      {.validation = 0.5}, {"dataset (training data)", "at least one sample", "got none"});
  auto wrong = data;
  wrong.shape = Shape{4, 1, 1};
  check_refused(net, wrong, {}, {"network input Byte 8x1x1", "samples of shape 8x1x1", "got 4x1x1"});
  wrong = data;
  wrong.labels[7] = 3;
  check_refused(net, wrong, {}, {"training data, label of sample 7", "below 3", "got 3"});
  check_refused(net, wrong, {.validation = 0.3}, {"training data, label of sample 7", "below 3", "got 3"});
  check_error([&] { fit(net, data, wrong); }, {"validation data, label of sample 7"});
  wrong = data;
  wrong.classes = 4;
  check_refused(net, wrong, {}, {"dataset (training data)", "at most 3 classes, the network's outputs", "got 4"});
  wrong = data;
  wrong.labels.clear();
  check_refused(net, wrong, {}, {"labels for SoftmaxCrossEntropy", "got none"});
  wrong = data;
  wrong.labels.pop_back();
  check_refused(net, wrong, {}, {"30 labels", "got 29"});
  wrong = data;
  wrong.values.pop_back();
  check_refused(net, wrong, {}, {"whole samples of 8 values", "got 239 values"});
  check_refused(net, data, {.loss = MeanSquared{}}, {"targets for MeanSquared", "got none"});
}

BOOST_AUTO_TEST_CASE(reals_and_targets_that_are_no_numbers_are_refused) {
  auto net = bind<Signal<Real, Shape{2, 1, 1}>>(regression, Seed{2});
  const auto data = products(10);
  const FitOptions options{.loss = MeanSquared{}};
  auto wrong = data;
  wrong.values[5] = std::nanf("");
  check_refused(net, wrong, options, {"training data, sample 2, value 1", "a finite number", "nan"});
  wrong = data;
  wrong.targets[3] = std::numeric_limits<float>::infinity();
  check_refused(net, wrong, options, {"training data, target 3", "a finite number", "inf"});
  wrong = data;
  wrong.target_size = 1;
  wrong.targets.resize(10);
  check_refused(net, wrong, options, {"2 targets a sample, the network's outputs", "got 1"});
  wrong = data;
  wrong.targets.clear();
  check_refused(net, wrong, options, {"targets for MeanSquared", "got none"});
  wrong = data;
  wrong.targets.pop_back();
  check_refused(net, wrong, options, {"20 targets", "got 19"});
}

BOOST_AUTO_TEST_CASE(a_run_that_diverges_ends_with_an_error_and_not_with_a_network_of_nans) {
  auto net = bind<Signal<Real, Shape{2, 1, 1}>>(Dense<8>{} | Dense<2>{}, Seed{2});
  check_error([&] { fit(net, products(100), {.epochs = 50, .optimizer = Sgd{.rate = 1e9F}, .loss = MeanSquared{}}); },
              {"training diverged: loss (epoch ", "a finite number"});
}
