// Bits and real numbers are not added.
// must not compile: lutra: a \+ b adds Real to Real, or bits and counts to bits and counts; put ToReal on the other
// side must not compile: Real must not compile: Bit

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Bit, Shape{8, 1, 1}>>((identity + ToReal{}) | GroupSum<4>{});
  fit(net, Dataset<Bit>{});
}
