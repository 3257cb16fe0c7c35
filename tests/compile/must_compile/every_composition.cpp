// The signal of every composition is known while compiling, and nothing is allocated to know it.

#include <lutra/lutra.hpp>

using namespace lutra;

template <class In, class ExpressionType>
constexpr std::type_identity<typename Network<ExpressionType, In>::Output> output(const ExpressionType&) {
  return {};
}
template <class Kind, Shape shape>
constexpr std::type_identity<Signal<Kind, shape>> is{};

template <class A, class B>
constexpr bool operator==(std::type_identity<A>, std::type_identity<B>) {
  return std::is_same_v<A, B>;
}

using Image = Signal<Byte, Shape{3, 8, 6}>;
constexpr auto encoder = concat(Thermometer<2>{}, Binarize{});
constexpr auto luts = StochasticLut<6, 20>{} | StochasticLut<4, 30, LearnedWiring<4>>{};
constexpr auto head = GroupSum<5>{.temperature = 2} | Argmax{};

static_assert(output<Image>(encoder) == is<Bit, Shape{9, 8, 6}>);
static_assert(output<Image>(encoder | luts) == is<Bit, Shape{30, 1, 1}>);
static_assert(output<Image>(encoder | luts | (identity + luts)) == is<Count<2>, Shape{30, 1, 1}>);
static_assert(output<Image>(encoder | repeat<4>(luts) | head) == is<Class<5>, Shape{5, 1, 1}>);
static_assert(output<Image>(encoder | Expectation{} | luts) == is<Real, Shape{30, 1, 1}>);
static_assert(output<Image>(ToReal{} | BatchNorm{} | Relu{}) == is<Real, Shape{3, 8, 6}>);
static_assert(output<Image>(ToReal{} | Dense<7>{} | Sigmoid{} | luts | GroupSum<5>{}) == is<Real, Shape{5, 1, 1}>);
static_assert(output<Image>(encoder | luts | GroupSum<6>{} | Binarize{} | luts) == is<Bit, Shape{30, 1, 1}>);
static_assert(output<Image>(encoder | (luts + (luts + luts)) | GroupSum<6>{}) == is<Count<15>, Shape{6, 1, 1}>);

int main() {}
