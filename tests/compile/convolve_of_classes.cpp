// Nothing reads an answer.
// must not compile: lutra: a class is an answer, which no layer reads; put Argmax at the end
// must not compile: Class<4>

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Bit, Shape{8, 3, 3}>>(pointwise(GroupSum<4>{} | Argmax{}) | pointwise(identity));
  fit(net, Dataset<Bit>{});
}
