// A layer in a namespace of its own composes with every operator, wherever it stands.

#include <lutra/lutra.hpp>

namespace elsewhere {

struct Halve {
  static std::string name() { return "Halve"; }

  template <class In>
  struct Bound {
    using Output = In;

    Bound(const Halve&, lutra::Binding&) {}
    void forward(const lutra::Pass&, lutra::Planes<lutra::Real>, lutra::Planes<lutra::Real>) {}
    void backward(const lutra::Pass&, lutra::Planes<lutra::Real>, lutra::Planes<lutra::Real>, lutra::Gradients,
                  lutra::Gradients) {}
  };
};

}  // namespace elsewhere

namespace someone {

using namespace lutra;
using elsewhere::Halve;

constexpr auto expression = Halve{} | Halve{} | (Halve{} + Halve{}) | (identity + (Halve{} | Halve{})) |
                            repeat<2>(Halve{}) | concat(Halve{}, identity, Halve{} | Dense<3>{}) | Relu{};
using Net = Network<std::remove_const_t<decltype(expression)>, Signal<Real, Shape{4, 1, 1}>>;
static_assert(std::is_same_v<Net::Output, Signal<Real, Shape{11, 1, 1}>>);

}  // namespace someone

int main() {
  auto net = lutra::bind<lutra::Signal<lutra::Real, lutra::Shape{4, 1, 1}>>(someone::expression);
  return static_cast<int>(net.parameters().values().size()) == 15 ? 0 : 1;
}
