#pragma once
// GroupSum: the head of a logic network. Each class has a group of nodes, and its score is how many of them say yes.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/compose/contract.hpp>
#include <lutra/error.hpp>
#include <lutra/kernels/chosen.hpp>
#include <string>
#include <type_traits>
#include <vector>

namespace lutra {

namespace detail {

template <class Kind>
inline constexpr bool can_be_grouped = std::is_same_v<Kind, Bit> || is_count<Kind> || std::is_same_v<Kind, Real>;

/// What `members` values of a kind add up to.
template <class Kind, std::size_t Members>
struct GroupKind {
  using type = Real;
};
template <std::size_t Members>
struct GroupKind<Bit, Members> {
  using type = Count<Members>;
};
template <std::uint64_t Maximum, std::size_t Members>
struct GroupKind<Count<Maximum>, Members> {
  using type = Count<Maximum * Members>;
};

/// The run-time half: `groups` equal runs of the first values of the input, each added up.
template <class Kind, class OutKind>
class Groups {
 public:
  Groups(std::size_t inputs, std::size_t groups, float temperature, float scale_in)
      : groups_(groups),
        members_(inputs / groups),
        factor_(1 / (temperature > 0 ? temperature : std::sqrt(static_cast<float>(members_)))),
        scale_in_(scale_in),
        rows_(std::is_same_v<Kind, Bit> ? inputs : 0) {}

  void forward(const Pass& pass, Planes<Kind> in, Planes<OutKind> out) {
    parallel_for(pass.threads, out.rows, [&](std::size_t group) {
      float* const sum = out.row(group);
      std::fill_n(sum, pass.padded(), 0.0F);
      if (group >= groups_) return;
      if constexpr (std::is_same_v<Kind, Bit>) {
        const std::uint64_t** const rows = rows_.data() + group * members_;
        for (std::size_t i = 0; i < members_; ++i) rows[i] = in.row(group * members_ + i);
        kernels::chosen::count_bits(rows, members_, 0U, sum, pass.words());
      } else {
        for (std::size_t i = group * members_; i < (group + 1) * members_; ++i)
          for (std::size_t s = 0; s < pass.padded(); ++s) sum[s] += in.row(i)[s];
        if constexpr (std::is_same_v<Kind, Real>)
          for (std::size_t s = 0; s < pass.padded(); ++s) sum[s] *= factor_;
      }
    });
  }
  void backward(const Pass& pass, Gradients d_out, Gradients d_in) {
    if (!d_in) return;
    parallel_for(row_threads(pass.threads, d_in), groups_ * members_, [&](std::size_t i) {
      const float* const from = d_out.row(i / members_);
      float* const to = d_in.row(i);
      for (std::size_t s = 0; s < pass.padded(); ++s) to[s] += from[s] * factor_;
    });
  }
  [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const std::string& name,
                                       const circuits::Wires& in) const {
    circuits::CountStage stage;
    std::vector<std::uint32_t> sources(members_);
    for (std::size_t group = 0; group < groups_; ++group) {
      for (std::size_t i = 0; i < members_; ++i) sources[i] = static_cast<std::uint32_t>(group * members_ + i);
      stage.sources.add(sources);
      stage.offsets.push_back(0);
    }
    return builder.add(name, in, std::move(stage), Shape{groups_, 1, 1}, detail::most(in) * members_, scale());
  }
  /// Counts stay whole; the temperature is in what one of them stands for.
  [[nodiscard]] float scale() const noexcept { return std::is_same_v<Kind, Real> ? 1.0F : factor_ * scale_in_; }

 private:
  std::size_t groups_, members_;
  float factor_, scale_in_;
  std::vector<const std::uint64_t*> rows_;  // where each value of the batch at hand lies
};

/// GroupSum and RuntimeGroupSum, bound: they differ in where the number of groups comes from.
template <class Layer, class In, std::size_t Outputs, std::size_t Members>
class BoundGroups {
  using Kind = std::conditional_t<can_be_grouped<typename In::Kind>, typename In::Kind, Real>;
  static_assert(error::layer_accepts_input<can_be_grouped<typename In::Kind>, Layer, In>::value,
                "lutra: GroupSum adds Bit, Count or Real values; put Thermometer or Binarize before it");

 public:
  using Output = Signal<typename GroupKind<Kind, Members>::type, Shape{Outputs, 1, 1}>;
  using OutPlanes = Planes<typename Output::Kind>;

  BoundGroups(std::size_t groups, float temperature, Binding& binding)
      : groups_(In::size, groups, temperature, binding.scale()) {
    if (!(temperature >= 0 && std::isfinite(temperature)))
      throw Error(Layer::name(), "layer " + binding.layer(), "a temperature above 0, or 0 for the default",
                  std::to_string(temperature));
  }

  void forward(const Pass& pass, Planes<Kind> in, OutPlanes out) { groups_.forward(pass, in, out); }
  void backward(const Pass& pass, Planes<Kind>, OutPlanes, Gradients d_out, Gradients d_in) {
    groups_.backward(pass, d_out, d_in);
  }
  [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const
      requires(!std::is_same_v<Kind, Real>) {
    return groups_.freeze(builder, Layer::name(), in);
  }
  [[nodiscard]] float scale() const noexcept { return groups_.scale(); }

 private:
  Groups<Kind, typename Output::Kind> groups_;
};

}  // namespace detail

/// y_g = (Σ of the values of group g) / temperature, with group g the g-th of `Groups` equal runs of the input. In:
/// Bit, Count or Real of any shape; out: Shape{Groups, 1, 1} of Count (from Bit and Count; its scale is 1/temperature)
/// or Real. A temperature of 0 stands for √(values in a group), which suits most networks. Freezes to one CountStage:
/// the circuit keeps the whole numbers.
template <std::size_t Groups>
struct GroupSum {
  static_assert(error::layer_is_valid<(Groups >= 1), GroupSum>::value,
                "lutra: GroupSum<Groups> has at least one group");

  float temperature = 0;

  static std::string name() { return "GroupSum<" + std::to_string(Groups) + ">"; }

  template <class In>
  class Bound
      : public detail::BoundGroups<GroupSum, In, Groups, (In::size / Groups > 0 ? In::size / Groups : std::size_t{1})> {
    static_assert(error::layer_accepts_input<In::size % Groups == 0, GroupSum, In>::value,
                  "lutra: GroupSum<Groups> divides its input into equal groups; give the layer before it a multiple of "
                  "Groups nodes");
    using Base =
        detail::BoundGroups<GroupSum, In, Groups, (In::size / Groups > 0 ? In::size / Groups : std::size_t{1})>;

   public:
    Bound(const GroupSum& layer, Binding& binding) : Base(Groups, layer.temperature, binding) {}
  };
};

/// GroupSum for a number of classes that is known only when the program runs, such as that of a CSV file. `groups` is 1
/// to `Most`; each takes input size / groups values, and what is left over is not read. Scores from `groups` on are 0,
/// which never wins an Argmax, and are not part of the circuit. Throws Error while binding where `groups` does not fit.
template <std::size_t Most>
struct RuntimeGroupSum {
  std::size_t groups = Most;
  float temperature = 0;

  static std::string name() { return "RuntimeGroupSum<" + std::to_string(Most) + ">"; }

  template <class In>
  class Bound : public detail::BoundGroups<RuntimeGroupSum, In, Most, In::size> {
   public:
    Bound(const RuntimeGroupSum& layer, Binding& binding)
        : detail::BoundGroups<RuntimeGroupSum, In, Most, In::size>(checked(layer.groups), layer.temperature, binding) {}

   private:
    static std::size_t checked(std::size_t groups) {
      constexpr std::size_t most = std::min(Most, In::size);
      if (groups < 1 || groups > most)
        throw Error("RuntimeGroupSum", "groups", "1 to " + std::to_string(most), std::to_string(groups));
      return groups;
    }
  };
};

}  // namespace lutra
