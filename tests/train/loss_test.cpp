#define BOOST_TEST_MODULE loss
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <lutra/random.hpp>
#include <lutra/train/loss.hpp>
#include <vector>

using namespace lutra;

namespace {

/// Outputs of some samples with what they should have been.
struct Batch {
  Pass pass;
  std::size_t rows;
  std::vector<float> outputs, gradients, losses, targets, advised;
  float advice_scale = 0;  // 0: there is no teacher
  std::vector<std::uint32_t> labels;
  std::vector<const float*> target_rows;

  Batch(std::size_t samples, std::size_t rows_) : pass{samples, true, 1}, rows(rows_) {
    Random random(Seed{3}, samples);
    for (std::size_t i = 0; i < rows * pass.padded(); ++i) outputs.push_back(6 * random.uniform());
    gradients.assign(rows * pass.padded(), 7);
    for (std::size_t i = 0; i < samples * rows; ++i) targets.push_back(4 * random.uniform() - 2);
    for (std::size_t i = 0; i < rows * pass.padded(); ++i) advised.push_back(8 * random.uniform() - 4);
    for (std::size_t s = 0; s < samples; ++s) {
      labels.push_back(static_cast<std::uint32_t>(random.below(rows)));
      target_rows.push_back(targets.data() + s * rows);
    }
  }
  Planes<Real> planes() { return {outputs.data(), rows, pass.padded()}; }
  BatchLoss apply(const Loss& loss, float scale) {
    Wanted wanted{labels, target_rows};
    if (advice_scale != 0) wanted.advice = {{advised.data(), rows, pass.padded()}, advice_scale};
    return std::visit(
        [&](const auto& kind) {
          return apply_loss(kind, pass, planes(), scale, wanted, {gradients.data(), rows, pass.padded()}, losses);
        },
        loss);
  }
  /// The mean loss's slope by one scaled output, from its values on both sides.
  double slope(const Loss& loss, float scale, std::size_t at) {
    const float step = 1e-2F, before = outputs[at];
    outputs[at] = before + step;
    const double above = apply(loss, scale).loss;
    outputs[at] = before - step;
    const double below = apply(loss, scale).loss;
    outputs[at] = before;
    return (above - below) / static_cast<double>(2 * step * scale) / static_cast<double>(pass.samples);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(gradients_are_those_of_the_mean_loss_by_scaled_outputs) {
  for (const Loss& loss : {Loss(SoftmaxCrossEntropy{}), Loss(SoftmaxCrossEntropy{.smoothing = 0.2F}),
                           Loss(MeanSquared{}), Loss(EndPointError{})})
    for (const float scale : {1.0F, 0.4F})
      for (const std::size_t samples : {1, 5, 64, 70}) {
        Batch batch(samples, 4);
        batch.apply(loss, scale);
        const auto gradients = batch.gradients;
        for (std::size_t row = 0; row < 4; ++row)
          for (const std::size_t s : {std::size_t{0}, samples / 2, samples - 1}) {
            const std::size_t at = row * batch.pass.padded() + s;
            const double slope = batch.slope(loss, scale, at);
            BOOST_TEST(std::abs(static_cast<double>(gradients[at]) - slope) < 2e-3 / static_cast<double>(samples),
                       "row " << row << ", sample " << s << ": " << gradients[at] << " and " << slope);
          }
      }
}

BOOST_AUTO_TEST_CASE(smoothing_moves_a_share_of_the_target_to_every_class) {
  Batch batch(8, 4);
  batch.apply(SoftmaxCrossEntropy{}, 1);
  const auto plain = batch.gradients;
  batch.apply(SoftmaxCrossEntropy{.smoothing = 0.2F}, 1);
  for (std::size_t row = 0; row < 4; ++row)
    for (std::size_t s = 0; s < 8; ++s) {
      const std::size_t at = row * batch.pass.padded() + s;
      const double moved = (batch.labels[s] == row ? 0.2 : 0.0) - 0.2 / 4;
      BOOST_TEST(std::abs(static_cast<double>(batch.gradients[at] - plain[at]) - moved / 8) < 1e-6);
    }
}

BOOST_AUTO_TEST_CASE(a_teacher_is_as_if_its_softmax_were_the_target) {
  for (const SoftmaxCrossEntropy loss : {SoftmaxCrossEntropy{.taught = 1}, SoftmaxCrossEntropy{.taught = 0.3F},
                                         SoftmaxCrossEntropy{.smoothing = 0.2F, .taught = 0.6F}})
    for (const std::size_t samples : {1, 64, 70}) {
      Batch batch(samples, 4);
      batch.advice_scale = 0.5F;
      const double got = batch.apply(loss, 0.7F).loss;
      double expected = 0;
      const auto softmax = [&](const std::vector<float>& scores, double scale, std::size_t s) {
        std::vector<double> p;
        double sum = 0;
        for (std::size_t row = 0; row < 4; ++row)
          sum += p.emplace_back(std::exp(scale * static_cast<double>(scores[row * batch.pass.padded() + s])));
        for (double& x : p) x /= sum;
        return p;
      };
      const auto taught = static_cast<double>(loss.taught), smoothing = static_cast<double>(loss.smoothing);
      for (std::size_t s = 0; s < samples; ++s) {
        const auto p = softmax(batch.outputs, 0.7F, s), t = softmax(batch.advised, 0.5F, s);
        for (std::size_t row = 0; row < 4; ++row) {
          const double label = (batch.labels[s] == row ? 1 - smoothing : 0) + smoothing / 4;
          const double target = (1 - taught) * label + taught * t[row];
          expected -= target * std::log(p[row]);
          const auto gradient = static_cast<double>(batch.gradients[row * batch.pass.padded() + s]);
          BOOST_TEST(std::abs(gradient - (p[row] - target) / static_cast<double>(samples)) < 1e-6);
        }
      }
      BOOST_TEST(std::abs(got - expected) < 1e-4 * static_cast<double>(samples));
    }
}

BOOST_AUTO_TEST_CASE(a_teacher_speaks_of_every_place_of_an_image) {
  // Two places of two classes each, against each of them alone: rows of a class lie beside those of its other places.
  Batch both(5, 4);
  both.advice_scale = 1;
  const std::size_t padded = both.pass.padded();
  std::vector<std::uint32_t> labels;
  for (unsigned i = 0; i < 10; ++i) labels.push_back(i % 3 % 2);
  const SoftmaxCrossEntropy loss{.taught = 0.8F};
  Wanted wanted{labels, {}, 2, {{both.advised.data(), 4, padded}, 1}};
  const double sum =
      apply_loss(loss, both.pass, both.planes(), 1, wanted, {both.gradients.data(), 4, padded}, both.losses).loss;
  double apart = 0;
  for (std::size_t place = 0; place < 2; ++place) {
    const auto of_place = [&](const std::vector<float>& rows) {
      std::vector<float> own(2 * padded);
      for (std::size_t c = 0; c < 2; ++c)
        std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>((2 * c + place) * padded), padded,
                    own.begin() + static_cast<std::ptrdiff_t>(c * padded));
      return own;
    };
    auto outputs = of_place(both.outputs), advised = of_place(both.advised);
    std::vector<float> gradients(2 * padded), losses;
    const Wanted one{std::span(labels).subspan(place * 5, 5), {}, 1, {{advised.data(), 2, padded}, 1}};
    apart +=
        apply_loss(loss, both.pass, {outputs.data(), 2, padded}, 1, one, {gradients.data(), 2, padded}, losses).loss;
    const auto got = of_place(both.gradients);
    for (std::size_t i = 0; i < got.size(); ++i) BOOST_TEST(std::abs(gradients[i] / 2 - got[i]) < 1e-6F);
  }
  BOOST_TEST(std::abs(apart / 2 - sum) < 1e-5);
}

BOOST_AUTO_TEST_CASE(padding_gets_a_gradient_of_zero) {
  for (const Loss& loss : {Loss(SoftmaxCrossEntropy{.smoothing = 0.1F}), Loss(SoftmaxCrossEntropy{.taught = 0.5F}),
                           Loss(MeanSquared{}), Loss(EndPointError{})})
    for (const std::size_t samples : {1, 63, 65}) {
      Batch batch(samples, 4);
      batch.advice_scale = 1;
      for (std::size_t row = 0; row < 4; ++row)
        for (std::size_t s = samples; s < batch.pass.padded(); ++s)
          batch.outputs[row * batch.pass.padded() + s] = batch.advised[row * batch.pass.padded() + s] = std::nanf("");
      const BatchLoss result = batch.apply(loss, 1);
      BOOST_TEST(std::isfinite(result.loss));
      for (std::size_t row = 0; row < 4; ++row)
        for (std::size_t s = samples; s < batch.pass.padded(); ++s)
          BOOST_TEST(batch.gradients[row * batch.pass.padded() + s] == 0.0F);
    }
}

BOOST_AUTO_TEST_CASE(the_answer_is_the_largest_score_and_ties_go_to_the_lowest_class) {
  Batch batch(3, 4);
  const float columns[3][4] = {{1, 5, 5, 2}, {3, 3, 3, 3}, {0, 1, 2, 9}};
  for (std::size_t s = 0; s < 3; ++s)
    for (std::size_t row = 0; row < 4; ++row) batch.outputs[row * batch.pass.padded() + s] = columns[s][row];
  BOOST_TEST(best_class(batch.planes(), 0) == 1U);
  BOOST_TEST(best_class(batch.planes(), 1) == 0U);
  BOOST_TEST(best_class(batch.planes(), 2) == 3U);
  batch.labels = {1, 0, 2};
  BOOST_TEST(batch.apply(SoftmaxCrossEntropy{}, 1).correct == 2U);
  batch.labels = {2, 1, 3};
  BOOST_TEST(batch.apply(SoftmaxCrossEntropy{}, 1).correct == 1U);
}

BOOST_AUTO_TEST_CASE(the_loss_of_many_places_is_the_mean_of_theirs) {
  constexpr std::size_t places = 3, classes = 4;
  for (const std::size_t samples : {5, 70}) {
    Batch all(samples, classes * places);
    const std::size_t stride = all.pass.padded();
    std::vector<std::uint32_t> labels;
    double loss = 0;
    std::size_t correct = 0;
    std::vector<float> gradients(all.gradients.size());
    for (std::size_t place = 0; place < places; ++place) {  // class after class, and in each the places
      Batch one(samples, classes);
      one.labels[0] = static_cast<std::uint32_t>(place);
      for (std::size_t c = 0; c < classes; ++c)
        std::copy_n(all.outputs.begin() + static_cast<std::ptrdiff_t>((c * places + place) * stride), stride,
                    one.outputs.begin() + static_cast<std::ptrdiff_t>(c * stride));
      const BatchLoss result = one.apply(SoftmaxCrossEntropy{}, 0.5F);
      loss += result.loss / places;
      correct += result.correct;
      for (std::size_t c = 0; c < classes; ++c)
        for (std::size_t s = 0; s < stride; ++s)
          gradients[(c * places + place) * stride + s] = one.gradients[c * stride + s] / places;
      labels.insert(labels.end(), one.labels.begin(), one.labels.end());
    }
    for (const int threads : {1, 3}) {
      all.pass.threads = threads;
      const BatchLoss result = apply_loss(SoftmaxCrossEntropy{}, all.pass, all.planes(), 0.5F, {labels, {}, places},
                                          {all.gradients.data(), all.rows, stride}, all.losses);
      BOOST_TEST(result.loss == loss, boost::test_tools::tolerance(1e-9));
      BOOST_TEST(result.correct == correct);
      for (std::size_t i = 0; i < gradients.size(); ++i) BOOST_TEST(std::abs(all.gradients[i] - gradients[i]) <= 1e-7F);
    }
  }
}

BOOST_AUTO_TEST_CASE(losses_have_their_known_values) {
  Batch batch(2, 4);
  std::fill(batch.outputs.begin(), batch.outputs.end(), 3.0F);
  BOOST_TEST(batch.apply(SoftmaxCrossEntropy{}, 1).loss == 2 * std::log(4.0), boost::test_tools::tolerance(1e-6));
  std::fill(batch.targets.begin(), batch.targets.end(), 1.0F);
  BOOST_TEST(batch.apply(MeanSquared{}, 1).loss == 2 * 4.0, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(batch.apply(MeanSquared{}, 0.5F).loss == 2 * 0.25, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(batch.apply(EndPointError{}, 0.5F).loss == 2 * std::sqrt(0.5), boost::test_tools::tolerance(1e-6));
  std::fill(batch.targets.begin(), batch.targets.end(), 3.0F);
  BOOST_TEST(batch.apply(EndPointError{}, 1).loss == 0.0);
  for (const float gradient : batch.gradients) BOOST_TEST(gradient == 0.0F);
}

namespace {

/// Two cells and three classes. Of each sample one cell holds a thing, of every fourth both, of every fifth none.
Batch boxes(std::size_t samples) {
  constexpr std::size_t cells = 2;
  Batch batch(samples, (BoxGrid::first_class + 3) * cells);
  for (float& output : batch.outputs) output = output / 2 - 1.5F;
  for (std::size_t s = 0; s < samples; ++s)
    for (std::size_t cell = 0; cell < cells; ++cell) {
      float* const target = batch.targets.data() + s * batch.rows + cell;
      target[BoxGrid::object * cells] = s % 5 != 4 && (s % 4 == 3 || s % 2 == cell);
      for (std::size_t c = 0; c < 3; ++c) target[(BoxGrid::first_class + c) * cells] = c == s / 2 % 3;
    }
  return batch;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_loss_of_boxes_is_that_of_its_formula) {
  constexpr std::size_t cells = 2;
  const BoxLoss loss{.classes = 3, .box = 4, .empty = 0.25F};
  for (const std::size_t samples : {1, 5, 70}) {
    Batch batch = boxes(samples);
    const float scale = 0.7F;
    double expected = 0;
    for (std::size_t s = 0; s < samples; ++s)
      for (std::size_t cell = 0; cell < cells; ++cell) {
        const auto y = [&](std::size_t channel) {
          return static_cast<double>(batch.outputs[(channel * cells + cell) * batch.pass.padded() + s] * scale);
        };
        const auto wanted = [&](std::size_t channel) {
          return static_cast<double>(batch.target_rows[s][channel * cells + cell]);
        };
        const double object = 1 / (1 + std::exp(-y(BoxGrid::object)));
        if (wanted(BoxGrid::object) == 0) {
          expected -= 0.25 * std::log(1 - object) / cells;
          continue;
        }
        double squares = 0, sum = 0, own = 0;
        for (std::size_t i = BoxGrid::right; i <= BoxGrid::height; ++i) squares += std::pow(y(i) - wanted(i), 2.0);
        for (std::size_t c = BoxGrid::first_class; c < BoxGrid::first_class + 3; ++c) {
          sum += std::exp(y(c));
          own += wanted(c) * y(c);
        }
        expected += (4 * squares - std::log(object) - own + std::log(sum)) / cells;
      }
    BOOST_TEST(batch.apply(loss, scale).loss == expected, boost::test_tools::tolerance(1e-5));
  }
}

BOOST_AUTO_TEST_CASE(gradients_of_the_loss_of_boxes_are_those_of_differences) {
  const BoxLoss loss{.classes = 3, .box = 4, .empty = 0.25F};
  for (const std::size_t samples : {5, 70}) {
    Batch batch = boxes(samples);
    const float scale = 0.7F;
    batch.apply(loss, scale);
    const std::vector<float> gradients = batch.gradients;
    for (std::size_t row = 0; row < batch.rows; ++row)
      for (std::size_t s = 0; s < batch.pass.padded(); s += s < 5 ? 1 : 23) {
        const std::size_t at = row * batch.pass.padded() + s;
        if (s >= samples) {
          BOOST_TEST(gradients[at] == 0.0F);
          continue;
        }
        const double slope = batch.slope(loss, scale, at);
        BOOST_TEST(std::abs(static_cast<double>(gradients[at]) - slope) < 6e-3 / static_cast<double>(samples),
                   "row " << row << ", sample " << s << ": " << gradients[at] << " and " << slope);
      }
  }
}

BOOST_AUTO_TEST_CASE(where_there_is_nothing_only_the_object_is_learned_and_threads_change_nothing) {
  const BoxLoss loss{.classes = 3};
  Batch batch = boxes(70);
  for (std::size_t row = 0; row < batch.rows; ++row)
    std::fill(&batch.outputs[row * batch.pass.padded() + 70], &batch.outputs[(row + 1) * batch.pass.padded() - 1],
              1e38F);
  const double whole = batch.apply(loss, 1).loss;
  BOOST_TEST(std::isfinite(whole));
  const std::vector<float> gradients = batch.gradients;
  for (std::size_t row = 0; row < batch.rows; ++row) {
    const float gradient = gradients[row * batch.pass.padded() + 4];  // the fifth sample holds nothing
    BOOST_TEST((row / 2 == BoxGrid::object ? gradient > 0 : gradient == 0));
  }
  batch.pass.threads = 3;
  BOOST_TEST(batch.apply(loss, 1).loss == whole);
  BOOST_TEST((batch.gradients == gradients));
}

BOOST_AUTO_TEST_CASE(imitation_is_the_mean_probability_that_the_halves_differ_and_moves_the_second) {
  Batch batch(3, 4);
  const std::size_t padded = batch.pass.padded();
  const std::vector<std::vector<float>> rows{{0, 1, 0.5F}, {1, 1, 0.25F}, {1, 1, 0.5F}, {0, 1, 1}};
  for (std::size_t row = 0; row < 4; ++row) std::copy(rows[row].begin(), rows[row].end(), &batch.outputs[row * padded]);
  BOOST_TEST(batch.apply(Imitation{}, 1).loss == 1 + 0 + (0.5 + 0.75) / 2);
  const std::vector<std::vector<float>> expected{{0, 0, 0}, {0, 0, 0}, {1, -1, 0}, {-1, -1, 0.5F}};
  for (std::size_t row = 0; row < 4; ++row) {
    for (std::size_t s = 0; s < 3; ++s) BOOST_TEST(batch.gradients[row * padded + s] == expected[row][s] / 6);
    for (std::size_t s = 3; s < padded; ++s) BOOST_REQUIRE(batch.gradients[row * padded + s] == 0.0F);
  }
}
