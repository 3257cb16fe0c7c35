#pragma once
// What a trained network says about a whole data set: its answers, and how many of them are right.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <lutra/data/accuracy.hpp>
#include <lutra/error.hpp>
#include <lutra/network.hpp>
#include <lutra/parallel.hpp>
#include <lutra/train/loss.hpp>
#include <numeric>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace lutra {

namespace detail {

/// Throws Error, naming `where`, unless `data` holds samples for this network and what the loss wants of each.
template <class Net, class Data>
void check_data(const Net& net, const Data& data, const Loss& loss, const std::string& where) {
  constexpr std::size_t places = places_of<typename Net::Output>, outputs = Net::Output::size;
  const auto refuse = [&](const std::string& expected, const std::string& got) {
    throw Error("dataset", where, expected, got);
  };
  net.check_shape(data);
  data.validate(where);
  if (data.size() == 0) refuse("at least one sample", "none");
  if (std::holds_alternative<SoftmaxCrossEntropy>(loss)) {
    if (data.labels.empty()) refuse("labels for SoftmaxCrossEntropy", "none");
    if (data.places != places)
      refuse(std::to_string(places) + " labels a sample, one for each place of the network's answer",
             std::to_string(data.places));
    if (data.classes > outputs / places)
      refuse("at most " + std::to_string(outputs / places) + " classes, the network's outputs",
             std::to_string(data.classes));
  } else if (std::holds_alternative<Imitation>(loss)) {
    if (outputs % 2 != 0) refuse("two halves of outputs for Imitation", std::to_string(outputs) + " outputs");
  } else {
    if (std::holds_alternative<EndPointError>(loss) && outputs % 2 != 0)
      refuse("two halves of outputs for EndPointError", std::to_string(outputs) + " outputs");
    if (const auto* boxes = std::get_if<BoxLoss>(&loss)) {
      const std::size_t channels = BoxGrid::first_class + boxes->classes;
      if (outputs % channels != 0)
        refuse(std::to_string(channels) + " outputs a cell for BoxLoss", std::to_string(outputs) + " outputs");
    }
    if (data.targets.empty()) refuse("targets for " + std::string(name_of(loss)), "none");
    if (data.target_size != outputs)
      refuse(std::to_string(outputs) + " targets a sample, the network's outputs", std::to_string(data.target_size));
  }
}

/// The network's output planes as floats; they are, whatever their kind is called.
template <class Kind>
[[nodiscard]] Planes<Real> as_real(const Planes<Kind>& planes) {
  static_assert(
      is_float_plane<Kind>,
      "lutra: this needs a network that ends in scores or real values; end it with GroupSum, Argmax or Dense");
  if constexpr (is_float_plane<Kind>) {
    return {planes.data, planes.rows, planes.stride};
  } else {
    return {};
  }
}

/// Calls body(first sample of the batch, its pass, output planes) for all samples, a batch at a time.
template <class Net, class Data, class Body>
void for_each_batch(Net& net, const Data& data, std::size_t batch, int threads, const Body& body) {
  net.check_shape(data);
  std::vector<const typename Net::Element*> samples;
  for (std::size_t first = 0; first < data.size(); first += batch) {
    samples.resize(std::min(batch, data.size() - first));
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = data.sample(first + i).data();
    const auto out = net.forward(samples, false, threads);
    body(first, net.pass(), as_real(out));
  }
}

}  // namespace detail

/// The class the network gives each sample: the index of its largest output, ties to the lowest. Where it gives a class
/// for each place of an image, all of them, row after row, one sample after another.
template <class ExpressionType, class In>
[[nodiscard]] std::vector<std::uint32_t> predict(Network<ExpressionType, In>& net,
                                                 const Dataset<typename In::Kind>& data, int threads = 0) {
  constexpr std::size_t places = places_of<typename Network<ExpressionType, In>::Output>;
  std::vector<std::uint32_t> classes(data.size() * places);
  detail::for_each_batch(net, data, 1024, thread_count(threads),
                         [&](std::size_t first, const Pass& pass, const Planes<Real>& out) {
                           parallel_for(pass.threads, places, [&](std::size_t place) {
                             const auto scores = rows_at(out, place, places);
                             for (std::size_t s = 0; s < pass.samples; ++s)
                               classes[(first + s) * places + place] = best_class(scores, s);
                           });
                         });
  return classes;
}

/// The network's outputs for each sample, Output::size floats one after another, counts times their scale.
template <class ExpressionType, class In>
[[nodiscard]] std::vector<float> outputs(Network<ExpressionType, In>& net, const Dataset<typename In::Kind>& data,
                                         int threads = 0) {
  std::vector<float> values(data.size() * Network<ExpressionType, In>::Output::size);
  detail::for_each_batch(net, data, 1024, thread_count(threads),
                         [&](std::size_t first, const Pass& pass, const Planes<Real>& out) {
                           for (std::size_t s = 0; s < pass.samples; ++s)
                             for (std::size_t i = 0; i < out.rows; ++i)
                               values[(first + s) * out.rows + i] = out.row(i)[s] * net.scale();
                         });
  return values;
}

/// The share of `data`, of samples or of their places, that the network classifies as labelled.
template <class ExpressionType, class In>
[[nodiscard]] double accuracy(Network<ExpressionType, In>& net, const Dataset<typename In::Kind>& data,
                              int threads = 0) {
  return accuracy(predict(net, data, threads), data.labels);
}

/// Mean loss and accuracy over a data set, or over all places of its samples.
struct Score {
  double loss = 0;
  double accuracy = 0;
};

/// The network's score on `data`; accuracy is 0 for regression. Parameters stay as they are. Throws Error where data,
/// labels or targets do not fit the network and the loss.
template <class ExpressionType, class In>
[[nodiscard]] Score evaluate(Network<ExpressionType, In>& net, const Dataset<typename In::Kind>& data, const Loss& loss,
                             int threads = 0) {
  detail::check_data(net, data, loss, "data to evaluate");
  BatchLoss sum;
  std::vector<float> scratch;
  std::vector<std::uint32_t> labels;
  std::vector<const float*> targets;
  detail::for_each_batch(
      net, data, 1024, thread_count(threads), [&](std::size_t first, const Pass& pass, const Planes<Real>& out) {
        Wanted wanted;
        if (!data.labels.empty()) {
          gather_labels(
              data, pass.samples, [&](std::size_t i) { return first + i; }, labels);
          wanted.labels = labels;
          wanted.places = data.places;
        }
        if (!data.targets.empty()) {
          targets.resize(pass.samples);
          for (std::size_t s = 0; s < pass.samples; ++s) targets[s] = data.target(first + s).data();
          wanted.targets = targets;
        }
        const BatchLoss batch = std::visit(
            [&](const auto& kind) {
              return apply_loss(kind, pass, out, net.scale(), wanted, net.output_gradient(), scratch);
            },
            loss);
        sum.loss += batch.loss;
        sum.correct += batch.correct;
      });
  const auto n = static_cast<double>(data.size());
  return {sum.loss / n, static_cast<double>(sum.correct) / (n * static_cast<double>(data.places))};
}

}  // namespace lutra
