#pragma once
// How many answers are right.

#include <cstddef>
#include <cstdint>
#include <lutra/error.hpp>
#include <span>
#include <string>

namespace lutra {

/// The share of answers that equal their label; 0 for no answers. Throws Error where the two differ in number.
[[nodiscard]] inline double accuracy(std::span<const std::uint32_t> answers, std::span<const std::uint32_t> labels) {
  if (answers.size() != labels.size())
    throw Error("accuracy", "answers and labels", std::to_string(labels.size()) + " answers",
                std::to_string(answers.size()));
  std::size_t right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) right += answers[i] == labels[i];
  return answers.empty() ? 0 : static_cast<double>(right) / static_cast<double>(answers.size());
}

}  // namespace lutra
