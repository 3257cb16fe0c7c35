// The sentence names the layer, however deep it lies.
// must not compile: lutra: this layer has no exact circuit
// must not compile: lutra::ToReal

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Bit, Shape{4, 1, 1}>>(concat(identity, ToReal{} | Dense<4>{} | Binarize{}));
  (void)freeze(net);
}
