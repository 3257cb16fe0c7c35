// Two answers are not joined.
// must not compile: lutra: a class is an answer; take Argmax out of the branches and put it after concat
// must not compile: Class<4>

#include <lutra/lutra.hpp>

using namespace lutra;

int main() {
  auto net = bind<Signal<Bit, Shape{8, 1, 1}>>(concat(GroupSum<4>{} | Argmax{}, GroupSum<4>{} | Argmax{}));
  fit(net, Dataset<Bit>{});
}
