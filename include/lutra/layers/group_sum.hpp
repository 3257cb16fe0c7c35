#pragma once
// GroupSum: the head of a logic network. Each class has a group of nodes, and its score is how many of them say yes.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <lutra/compose/contract.hpp>
#include <lutra/kernels/count_bits.hpp>
#include <string>
#include <type_traits>
#include <vector>

namespace lutra {

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
    class Bound {
        using Given = typename In::Kind;
        static constexpr bool accepted = std::is_same_v<Given, Bit> || is_count<Given> || std::is_same_v<Given, Real>;
        static_assert(error::layer_accepts_input<accepted, GroupSum, In>::value,
                      "lutra: GroupSum adds Bit, Count or Real values; put Thermometer or Binarize before it");
        static_assert(
            error::layer_accepts_input<In::size % Groups == 0, GroupSum, In>::value,
            "lutra: GroupSum<Groups> divides its input into equal groups; give the layer before it a multiple of "
            "Groups nodes");
        using Kind = std::conditional_t<accepted, Given, Real>;
        static constexpr std::size_t members = In::size / Groups > 0 ? In::size / Groups : 1;

        template <class K>
        struct OutKind {
            using type = Real;
        };
        template <std::uint64_t Maximum>
        struct OutKind<Count<Maximum>> {
            using type = Count<Maximum * members>;
        };

    public:
        using Output = Signal<typename OutKind<std::conditional_t<std::is_same_v<Kind, Bit>, Count<1>, Kind>>::type,
                              Shape{Groups, 1, 1}>;
        using OutPlanes = Planes<typename Output::Kind>;

        Bound(const GroupSum& layer, Binding& binding)
            : factor_(1 / (layer.temperature > 0 ? layer.temperature : std::sqrt(static_cast<float>(members))))
            , scale_in_(binding.scale())
            , rows_(std::is_same_v<Kind, Bit> ? In::size : 0) {}

        void forward(const Pass& pass, Planes<Kind> in, OutPlanes out) {
            parallel_for(pass.threads, Groups, [&](std::size_t group) {
                if constexpr (std::is_same_v<Kind, Bit>) {
                    const std::uint64_t** const rows = rows_.data() + group * members;
                    for (std::size_t i = 0; i < members; ++i)
                        rows[i] = in.row(group * members + i);
                    kernels::count_bits(rows, members, 0U, out.row(group), pass.words());
                } else {
                    for (std::size_t s = 0; s < pass.padded(); ++s)
                        out.row(group)[s] = 0;
                    for (std::size_t i = 0; i < members; ++i)
                        for (std::size_t s = 0; s < pass.padded(); ++s)
                            out.row(group)[s] += in.row(group * members + i)[s];
                    if constexpr (std::is_same_v<Kind, Real>)
                        for (std::size_t s = 0; s < pass.padded(); ++s)
                            out.row(group)[s] *= factor_;
                }
            });
        }
        void backward(const Pass& pass, Planes<Kind>, OutPlanes, Gradients d_out, Gradients d_in) {
            if (!d_in)
                return;
            parallel_for(pass.threads, Groups * members, [&](std::size_t i) {
                const float* const from = d_out.row(i / members);
                float* const to = d_in.row(i);
                for (std::size_t s = 0; s < pass.padded(); ++s)
                    to[s] += from[s] * factor_;
            });
        }
        [[nodiscard]] circuits::Wires freeze(circuits::Builder& builder, const circuits::Wires& in) const
            requires(!std::is_same_v<Kind, Real>) {
            circuits::CountStage stage;
            std::vector<std::uint32_t> sources(members);
            for (std::size_t group = 0; group < Groups; ++group) {
                for (std::size_t i = 0; i < members; ++i)
                    sources[i] = static_cast<std::uint32_t>(group * members + i);
                stage.sources.add(sources);
                stage.offsets.push_back(0);
            }
            return builder.add(GroupSum::name(), in, std::move(stage), Output::shape, in.maximum * members, scale());
        }
        /// Counts stay whole; the temperature is in what one of them stands for.
        [[nodiscard]] float scale() const noexcept { return std::is_same_v<Kind, Real> ? 1.0F : factor_ * scale_in_; }

    private:
        float factor_, scale_in_;
        std::vector<const std::uint64_t*> rows_;  // where each value of the batch at hand lies
    };
};

}  // namespace lutra
