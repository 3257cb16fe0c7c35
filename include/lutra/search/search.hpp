#pragma once
// search: trains every candidate of a list briefly, counts the circuit that it becomes, and says which is best within
// a budget.

#include <cstddef>
#include <lutra/circuit/simplify.hpp>
#include <lutra/data/dataset.hpp>
#include <lutra/data/split.hpp>
#include <lutra/network.hpp>
#include <lutra/search/options.hpp>
#include <lutra/search/result.hpp>
#include <lutra/search/session.hpp>
#include <lutra/search/space.hpp>
#include <lutra/train/augment.hpp>
#include <lutra/train/checkpoint.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/fit.hpp>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace lutra {

namespace detail {

/// What candidates learn from, and what they are measured on.
template <class Kind>
struct SearchData {
  Split<Dataset<Kind>> parts;
  Augmentation<Kind> augment;
  std::string text;

  SearchData(const Dataset<Kind>& all, const SearchOptions& options, const Augmentation<Kind>& change)
      : parts(cut(all, options)), augment(change), text(data_text(all) + (change ? ", augmented" : "")) {}

 private:
  static Split<Dataset<Kind>> cut(const Dataset<Kind>& all, const SearchOptions& options) {
    check_search(options);
    all.validate("data of a search");
    return split(all, 1 - options.validation, options.fit.seed);
  }
};

/// What is simplified and counted.
template <class ExpressionType, class In>
[[nodiscard]] Circuit prepared(const Network<ExpressionType, In>& net, const Preparation& prepare) {
  return prepare ? prepare(freeze(net)) : freeze(net);
}

template <class ExpressionType, class In>
[[nodiscard]] Measured train_candidate(const ExpressionType& expression, const SearchData<typename In::Kind>& data,
                                       const SearchOptions& options, const FitOptions& fit_options) {
  auto net = bind<In>(expression, fit_options.seed);
  const auto& [train, aside] = data.parts;
  fit_encoders(net, train);
  const bool validates = fit_options.patience > 0 || fit_options.keep_best;
  const History history = Trainer(net, train, validates ? &aside : nullptr, fit_options, data.augment).run();
  const Circuit circuit = simplify(prepared(net, options.prepare), {.max_fan_in = options.cost.max_fan_in});
  return {accuracy(net, aside, fit_options.threads), cost_of(circuit, options.cost),
          history.epochs.empty() ? 0 : history.epochs.back().seconds};
}

/// `data` and `options` must outlive it.
template <class In, class ExpressionType>
[[nodiscard]] Trial make_trial(const Candidate<ExpressionType>& candidate, const SearchData<typename In::Kind>& data,
                               const SearchOptions& options) {
  const auto net = bind<In>(candidate.expression, options.fit.seed);
  check_data(net, data.parts.first, options.fit.loss, "data of a search");
  return {candidate.name, network_text(signature(net), net.scale(), net.parameters()), net.parameters().values().size(),
          [&data, &options, expression = candidate.expression](const FitOptions& fit_options) {
            return train_candidate<ExpressionType, In>(expression, data, options, fit_options);
          }};
}

}  // namespace detail

/// Trains each candidate, bound to signal In, on a part of `train`, measures its accuracy on the rest, freezes and
/// simplifies it and counts its circuit. The same data, options and candidates give the same rows, but for seconds, at
/// any number of threads; with a folder, a search that was stopped at any moment goes on where it was. Throws Error,
/// before the first training, where data or options do not fit a candidate, two of them have one name, or the folder
/// holds rows of another search; later as fit does.
///
///     const SearchResult found = search<Signal<Byte, Shape{1, 28, 28}>>(
///         candidates, train, {.budget = {.luts = 2000}, .fit = {.epochs = 10}});
template <class In, class... ExpressionTypes>
[[nodiscard]] SearchResult search(const std::tuple<Candidate<ExpressionTypes>...>& candidates,
                                  const Dataset<typename In::Kind>& train, const SearchOptions& options = {},
                                  const Augmentation<typename In::Kind>& augment = {}) {
  const detail::SearchData<typename In::Kind> data(train, options, augment);
  std::vector<detail::Trial> trials;
  std::apply([&](const auto&... each) { (trials.push_back(detail::make_trial<In>(each, data, options)), ...); },
             candidates);
  return detail::search_trials(options, data.text, trials);
}

/// The same for candidates of one type, whose options alone differ.
template <class In, class ExpressionType>
[[nodiscard]] SearchResult search(const std::vector<Candidate<ExpressionType>>& candidates,
                                  const Dataset<typename In::Kind>& train, const SearchOptions& options = {},
                                  const Augmentation<typename In::Kind>& augment = {}) {
  const detail::SearchData<typename In::Kind> data(train, options, augment);
  std::vector<detail::Trial> trials;
  trials.reserve(candidates.size());
  for (const auto& each : candidates) trials.push_back(detail::make_trial<In>(each, data, options));
  return detail::search_trials(options, data.text, trials);
}

}  // namespace lutra
