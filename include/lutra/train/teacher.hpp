#pragma once
// Teachers: trained networks whose answers another one is trained to give, besides its labels.

#include <cmath>
#include <cstddef>
#include <functional>
#include <lutra/error.hpp>
#include <lutra/network.hpp>
#include <lutra/signal.hpp>
#include <lutra/train/evaluate.hpp>
#include <lutra/train/loss.hpp>
#include <span>
#include <string>

namespace lutra {

/// What a trained network says of a batch as fit shows it: of samples that an augmentation changed, as they were
/// changed. What it gives is to hold until the next call. An empty one is none.
template <class Kind>
struct Teacher {
  Shape input{};            ///< of a sample
  std::size_t outputs = 0;  ///< rows of scores
  std::function<Advice(std::span<const element_t<Kind>* const> samples, int threads)> advise{};

  explicit operator bool() const noexcept { return static_cast<bool>(advise); }
};

/// `net` as the teacher of another network, its scores divided by `temperature`: a higher one tells more of which other
/// classes a sample is like. It refers to `net`, which no one else may use meanwhile. Throws Error where the
/// temperature is none.
template <class ExpressionType, class In>
[[nodiscard]] Teacher<typename In::Kind> as_teacher(Network<ExpressionType, In>& net, float temperature = 1) {
  if (!(temperature > 0 && std::isfinite(temperature)))
    throw Error("temperature", "as_teacher", "above 0", std::to_string(temperature));
  return {In::shape, Network<ExpressionType, In>::Output::size,
          [&net, temperature](std::span<const element_t<typename In::Kind>* const> samples, int threads) -> Advice {
            return {detail::as_real(net.forward(samples, false, threads)), net.scale() / temperature};
          }};
}

namespace detail {

/// Throws Error where a teacher is given and no loss hears it, where a loss wants one and there is none, or where it
/// reads or answers something else than `net`.
template <class Net>
void check_teacher(const Net&, const Loss& loss, const Teacher<typename Net::Input::Kind>& teacher) {
  const auto* const softmax = std::get_if<SoftmaxCrossEntropy>(&loss);
  const bool hears = softmax != nullptr && softmax->taught > 0;
  if (hears && !teacher) throw Error("SoftmaxCrossEntropy.taught", "fit", "a teacher", "none");
  if (!teacher) return;
  if (!hears) throw Error("teacher", "fit", "a SoftmaxCrossEntropy with .taught above 0", name_of(loss));
  if (teacher.input.size() != Net::Input::size)
    throw Error("teacher", "fit", "one that reads " + to_string(Net::Input::shape), to_string(teacher.input));
  if (teacher.outputs != Net::Output::size)
    throw Error("teacher", "fit", "a score for each of " + std::to_string(Net::Output::size) + " outputs",
                std::to_string(teacher.outputs));
}

}  // namespace detail
}  // namespace lutra
