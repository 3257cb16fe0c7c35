#pragma once
// TableClassifier: a whole dense classifier of look-up tables whose sizes are numbers of the running program and not of
// its types, so that a program can try dozens of them and compile one.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <lutra/compose/contract.hpp>
#include <lutra/error.hpp>
#include <lutra/layers/estimator.hpp>
#include <lutra/layers/group_sum.hpp>
#include <lutra/layers/hard_nodes.hpp>
#include <lutra/layers/thermometer.hpp>
#include <lutra/layers/wiring.hpp>
#include <string>
#include <vector>

namespace lutra {

/// Thermometer<levels>, a layer of tables of six inputs for each number in `tables`, the sums of `classes` groups,
/// argmax: to the bit what Thermometer<levels>{.spacing = spacing} | StochasticLut<6, tables[0], LearnedWiring<8>>{} |
/// StochasticLut<6, tables[1], LearnedWiring<8>>{} | … | GroupSum<classes>{} | Argmax{} with tables that begin as
/// copies of an input (Initial::pass_through), a first layer whose wiring is `near`, and this temperature is. In: codes
/// (Byte, Level<n>), any shape; out: Class<Most>. There are 2 to Most classes; scores of those that there are not are
/// far below all others and no part of the circuit. Freezes to the stages of these layers. Throws Error while binding
/// where a number is 0, or does not fit.
template <std::size_t Most>
struct TableClassifier {
  static_assert(error::layer_is_valid<(Most >= 2), TableClassifier>::value,
                "lutra: TableClassifier<Most> has at least two classes");
  using CompositeTag = void;  // it announces its layers itself

  std::size_t levels = 1;                        ///< thresholds for each value
  Spacing spacing = Spacing::quantile;           ///< of the thresholds
  std::vector<std::size_t> tables = {400, 200};  ///< in each layer; the last one votes
  std::size_t classes = Most;
  std::size_t near = 2;   ///< LearnedWiring's, of the first layer; says nothing where no input has a place
  float temperature = 0;  ///< of the votes; 0: √(votes of a class)

  static std::string name() { return "TableClassifier<" + std::to_string(Most) + ">"; }

  template <class In>
  class Bound {
    static_assert(error::layer_accepts_input<is_code<typename In::Kind>, TableClassifier, In>::value,
                  "lutra: TableClassifier reads codes, Byte or Level<n>");
    using Kind = std::conditional_t<is_code<typename In::Kind>, typename In::Kind, Byte>;
    using Tables = detail::HardNodes<6, LearnedWiring<8>, Multilinear>;

   public:
    using Output = Signal<Class<Most>, Shape{Most, 1, 1}>;
    using OutPlanes = Planes<Class<Most>>;
    using Element = storage_t<Kind>;
    static constexpr bool trainable = true;

    Bound(const TableClassifier& layer, Binding& binding)
        : layer_(checked(layer)),
          encoder_(announced_encoder(binding), layer_.spacing, Thermometer<1>{}.slack, binding),
          first_(announced_first(binding), {}, Initial::pass_through, binding, encoded_shape(), layer_.tables.front()),
          sums_(layer_.tables.back(), layer_.classes, layer_.temperature, 1) {
      binding.end_layer(1);
      for (std::size_t i = 1; i < layer_.tables.size(); ++i) {
        announce_tables(binding, i);
        later_.emplace_back(LearnedWiring<8>{}, Multilinear{}, Initial::pass_through, binding,
                            flat(layer_.tables[i - 1]), layer_.tables[i]);
        binding.end_layer(1);
      }
      binding.begin_layer(sums_name(), "Count " + std::to_string(layer_.classes) + "x1x1", 0);
      binding.end_layer(sums_.scale());
      binding.begin_layer("Argmax", Output::name(), 0);
      binding.end_layer(sums_.scale());
    }

    void reserve(Arena& arena, const Pass& pass) {
      encoded_ = arena.claim_planes<Bit>(bits(), pass);
      given_.clear();
      d_given_.clear();
      for (const std::size_t size : layer_.tables) {
        given_.push_back(arena.claim_planes<Bit>(size, pass));
        d_given_.push_back(arena.claim_planes<Real>(size, pass));
      }
    }
    void fit_encoder(const EncoderData<Element>& data) { encoder_.fit_encoder(data); }

    void forward(const Pass& pass, Planes<Kind> in, OutPlanes out) {
      encoder_.forward(pass, in, fitted(encoded_, pass));
      first_.forward(pass, fitted(encoded_, pass), fitted(given_[0], pass));
      for (std::size_t i = 1; i < given_.size(); ++i)
        later_[i - 1].forward(pass, fitted(given_[i - 1], pass), fitted(given_[i], pass));
      sums_.forward(pass, fitted(given_.back(), pass), out);
      // Whole numbers, far enough below 0 that the loss sees nothing of them.
      for (std::size_t i = layer_.classes; i < Most; ++i) std::fill_n(out.row(i), pass.padded(), -0x1p24F);
    }
    void backward(const Pass& pass, Planes<Kind>, OutPlanes, Gradients d_out, Gradients) {
      for (const Gradients& each : d_given_) clear(pass, fitted(each, pass));
      sums_.backward(pass, d_out, fitted(d_given_.back(), pass));
      for (std::size_t i = given_.size(); i-- > 1;)
        later_[i - 1].backward(pass, fitted(given_[i - 1], pass), fitted(d_given_[i], pass),
                               fitted(d_given_[i - 1], pass));
      first_.backward(pass, fitted(encoded_, pass), fitted(d_given_[0], pass), {});
    }

    [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const {
      auto wires = builder.add(encoder_name(), in, encoder_.freeze(), encoded_shape(), 1);
      wires = builder.add(tables_name(0), wires, first_.freeze(), flat(layer_.tables[0]), 1);
      for (std::size_t i = 1; i < layer_.tables.size(); ++i)
        wires = builder.add(tables_name(i), wires, later_[i - 1].freeze(), flat(layer_.tables[i]), 1);
      wires = sums_.freeze(builder, sums_name(), wires);
      return builder.add("Argmax", wires, circuits::ArgmaxStage{}, flat(1), wires.size - 1);
    }
    [[nodiscard]] float scale() const noexcept { return sums_.scale(); }

   private:
    static const TableClassifier& checked(const TableClassifier& layer) {
      const auto refuse = [](const char* what, const std::string& expected, const std::string& got) {
        throw Error(TableClassifier::name(), what, expected, got);
      };
      if (layer.levels == 0) refuse("levels", "at least 1", "0");
      if (layer.classes < 2 || layer.classes > Most)
        refuse("classes", "2 to " + std::to_string(Most), std::to_string(layer.classes));
      if (layer.tables.empty() || *std::ranges::min_element(layer.tables) == 0)
        refuse("tables", "at least one layer, each of at least one", "none");
      if (layer.tables.back() < layer.classes)
        refuse("tables of the last layer", "at least " + std::to_string(layer.classes) + ", one for each class",
               std::to_string(layer.tables.back()));
      if (!(layer.temperature >= 0 && std::isfinite(layer.temperature)))
        refuse("temperature", "above 0, or 0 for the default", std::to_string(layer.temperature));
      return layer;
    }

    static Shape flat(std::size_t values) { return {values, 1, 1}; }
    [[nodiscard]] std::size_t bits() const { return In::size * layer_.levels; }
    [[nodiscard]] Shape encoded_shape() const {
      return {In::shape.channels * layer_.levels, In::shape.height, In::shape.width};
    }
    [[nodiscard]] std::string encoder_name() const { return "Thermometer<" + std::to_string(layer_.levels) + ">"; }
    [[nodiscard]] std::string tables_name(std::size_t i) const {
      return "StochasticLut<6, " + std::to_string(layer_.tables[i]) + LearnedWiring<8>::name() + ">";
    }
    [[nodiscard]] std::string sums_name() const { return "GroupSum<" + std::to_string(layer_.classes) + ">"; }

    /// These come between the announcements of the members before and after them.
    std::size_t announced_encoder(Binding& binding) const {
      binding.begin_layer(encoder_name(), "Bit " + to_string(encoded_shape()), 0);
      return layer_.levels;
    }
    LearnedWiring<8> announced_first(Binding& binding) const {
      binding.end_layer(1);
      announce_tables(binding, 0);
      return {.near = layer_.near};
    }
    void announce_tables(Binding& binding, std::size_t i) const {
      binding.begin_layer(tables_name(i), "Bit " + std::to_string(layer_.tables[i]) + "x1x1", layer_.tables[i]);
    }

    TableClassifier layer_;
    detail::Thresholds<Signal<Kind, In::shape>> encoder_;
    Tables first_;
    std::vector<Tables> later_;
    detail::Groups<Bit, Class<Most>> sums_;
    Planes<Bit> encoded_;
    std::vector<Planes<Bit>> given_;
    std::vector<Gradients> d_given_;
  };
};

}  // namespace lutra
