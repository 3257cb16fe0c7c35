#define BOOST_TEST_MODULE evaluate
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/train/evaluate.hpp>
#include <support/files.hpp>
#include <support/tasks.hpp>
#include <vector>

using namespace lutra;
using namespace lutra::test;

BOOST_AUTO_TEST_CASE(answers_do_not_depend_on_how_samples_are_batched_or_on_threads) {
  const auto data = clusters(2100, 90);
  const auto check = [&](const auto& expression) {
    auto net = task_network(expression);
    const auto classes = predict(net, data, 1);
    BOOST_TEST((predict(net, data, 3) == classes));
    const auto values = outputs(net, data, 1);
    BOOST_TEST((outputs(net, data, 2) == values));
    BOOST_REQUIRE(values.size() == data.size() * 3);
    for (const std::size_t s : {0, 1, 63, 64, 1023, 1024, 2047, 2048, 2099}) {
      const std::size_t index[] = {s};
      const auto alone = data.subset(index);
      BOOST_TEST(predict(net, alone)[0] == classes[s]);
      const float* const own = values.data() + 3 * s;
      BOOST_TEST(static_cast<std::size_t>(std::max_element(own, own + 3) - own) == classes[s]);
    }
  };
  check(hard_logic);
  check(learned_logic);
  check(expected_logic);
  check(dense);
}

BOOST_AUTO_TEST_CASE(scores_are_mean_loss_and_share_of_right_answers) {
  const auto data = clusters(1500, 90);
  auto net = task_network(dense);
  const Score score = evaluate(net, data, SoftmaxCrossEntropy{});
  BOOST_TEST(score.accuracy == accuracy(net, data));
  const auto values = outputs(net, data);
  double loss = 0;
  for (std::size_t s = 0; s < data.size(); ++s) {
    double sum = 0;
    for (std::size_t c = 0; c < 3; ++c) sum += std::exp(static_cast<double>(values[3 * s + c]));
    loss += std::log(sum) - static_cast<double>(values[3 * s + data.labels[s]]);
  }
  BOOST_TEST(score.loss == loss / 1500, boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(outputs_of_counts_come_with_their_scale) {
  const auto data = clusters(10);
  auto net = task_network(Thermometer<3>{} | StochasticLut<4, 48>{} | GroupSum<3>{.temperature = 4});
  for (const float value : outputs(net, data)) BOOST_TEST(value * 4 == std::round(value * 4));
  BOOST_TEST(net.scale() == 0.25F);
}

BOOST_AUTO_TEST_CASE(evaluating_changes_nothing) {
  const auto data = clusters(100);
  auto net = task_network(dense);
  const auto before = bits_of(net);
  static_cast<void>(evaluate(net, data, SoftmaxCrossEntropy{}));
  static_cast<void>(predict(net, data));
  BOOST_TEST((bits_of(net) == before));
}

BOOST_AUTO_TEST_CASE(no_samples_have_no_answers) {
  auto net = task_network(hard_logic);
  const Dataset<Byte> none{
      .shape = task_shape, .values = {}, .labels = {}, .classes = 3, .targets = {}, .target_size = 0};
  BOOST_TEST(predict(net, none).empty());
  BOOST_TEST(outputs(net, none).empty());
  BOOST_TEST(accuracy(net, none) == 0.0);
}

BOOST_AUTO_TEST_CASE(data_that_cannot_be_scored_are_refused) {
  auto net = task_network(hard_logic);
  auto data = clusters(10);
  const auto score = [&](const Loss& loss) {
    return [&net, &data, loss] { static_cast<void>(evaluate(net, data, loss)); };
  };
  check_error(score(MeanSquared{}), {"dataset (data to evaluate)", "targets for MeanSquared"});
  check_error(score(EndPointError{}), {"dataset (data to evaluate)", "two halves of outputs", "3 outputs"});
  check_error(score(BoxLoss{.classes = 2}),
              {"dataset (data to evaluate)", "7 outputs a cell for BoxLoss", "3 outputs"});
  data.labels[3] = 3;
  check_error(score(SoftmaxCrossEntropy{}), {"data to evaluate, label of sample 3", "below 3"});
  data.classes = 4;
  check_error(score(SoftmaxCrossEntropy{}), {"at most 3 classes"});
  data.labels.clear();
  check_error(score(SoftmaxCrossEntropy{}), {"labels for SoftmaxCrossEntropy"});
  check_error([&] { static_cast<void>(accuracy(net, data)); }, {"accuracy", "0 answers", "10"});
  data.shape = Shape{2, 1, 1};
  check_error([&] { static_cast<void>(predict(net, data)); }, {"samples of shape 8x1x1", "got 2x1x1"});
  const std::vector<std::uint32_t> two{1, 2}, three{1, 2, 3};
  check_error([&] { static_cast<void>(accuracy(two, three)); }, {"accuracy", "3 answers", "got 2"});
}
