// A residual block that changes the number of values.
// must not compile: lutra: a \+ b adds value by value, so both sides must give the same shape
// must not compile: \{8, 1, 1\}
// must not compile: \{12, 1, 1\}

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Bit, Shape{8, 1, 1}>>((identity + StochasticLut<4, 12>{}) | GroupSum<4>{});
  fit(net, Dataset<Bit>{});
  (void)freeze(net);
}
