#pragma once
// search: trains every candidate of a list briefly, counts the circuit that it becomes, and says which is best within
// a budget.

#include <cstddef>
#include <cstdint>
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
  std::vector<Split<Dataset<Kind>>> folds;  // or the one split that there is
  Augmentation<Kind> augment;
  std::string text;

  SearchData(const Dataset<Kind>& all, const SearchOptions& options, const Augmentation<Kind>& change)
      : folds(cut(all, options)), augment(change), text(data_text(all) + (change ? ", " + change.text() : "")) {}

  /// Of all samples that accuracy is measured on.
  [[nodiscard]] std::vector<std::uint32_t> aside_labels() const {
    std::vector<std::uint32_t> labels;
    for (const auto& fold : folds) labels.insert(labels.end(), fold.second.labels.begin(), fold.second.labels.end());
    return labels;
  }

 private:
  static std::vector<Split<Dataset<Kind>>> cut(const Dataset<Kind>& all, const SearchOptions& options) {
    check_search(options);
    all.validate("data of a search");
    if (options.folds == 1) return {split(all, 1 - options.validation, options.fit.seed)};
    return split_into_folds(all, options.folds, options.fit.seed);
  }
};

/// What is simplified and counted.
template <class ExpressionType, class In>
[[nodiscard]] Circuit prepared(const Network<ExpressionType, In>& net, const Preparation& prepare) {
  return prepare ? prepare(freeze(net)) : freeze(net);
}

template <class ExpressionType, class In>
[[nodiscard]] Measured train_fold(const ExpressionType& expression, const Split<Dataset<typename In::Kind>>& parts,
                                  const Augmentation<typename In::Kind>& augment, const SearchOptions& options,
                                  const FitOptions& fit_options) {
  auto net = bind<In>(expression, fit_options.seed);
  const auto& [train, aside] = parts;
  fit_encoders(net, train);
  const bool validates = fit_options.patience > 0 || fit_options.keep_best;
  const History history = Trainer(net, train, validates ? &aside : nullptr, fit_options, augment).run();
  const Circuit circuit = simplify(prepared(net, options.prepare), {.max_fan_in = options.cost.max_fan_in});
  return {accuracy(net, aside, fit_options.threads), cost_of(circuit, options.cost),
          history.epochs.empty() ? 0 : history.epochs.back().seconds};
}

template <class ExpressionType, class In>
[[nodiscard]] Measured train_candidate(const ExpressionType& expression, const SearchData<typename In::Kind>& data,
                                       const SearchOptions& options, const FitOptions& fit_options) {
  const auto train = [&](const auto& parts, const FitOptions& own) {
    return train_fold<ExpressionType, In>(expression, parts, data.augment, options, own);
  };
  const std::size_t folds = data.folds.size();
  if (folds == 1) return train(data.folds.front(), fit_options);
  Measured all;
  double right = 0, samples = 0;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    const auto& parts = data.folds[fold];
    const Measured own = train(parts, in_fold(fit_options, fold, folds));
    const auto aside = static_cast<double>(parts.second.size());
    right += own.accuracy * aside;
    samples += aside;
    all.seconds += own.seconds;
    if (fold == 0 || own.cost.luts > all.cost.luts) all.cost = own.cost;
  }
  for (std::size_t fold = 0; fold < folds; ++fold) remove_checkpoint(in_fold(fit_options, fold, folds));
  all.accuracy = right / samples;
  return all;
}

/// `data` and `options` must outlive it.
template <class In, class ExpressionType>
[[nodiscard]] Trial make_trial(const Candidate<ExpressionType>& candidate, const SearchData<typename In::Kind>& data,
                               const SearchOptions& options) {
  const auto net = bind<In>(candidate.expression, options.fit.seed);
  check_data(net, data.folds.front().first, options.fit.loss, "data of a search");
  return {candidate.name, network_text(signature(net), net.scale(), net.parameters()), net.parameters().values().size(),
          data.folds.size(), [&data, &options, expression = candidate.expression](const FitOptions& fit_options) {
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
