#pragma once
// What one network has learned, handed to another of the same layers: trained on small patches, it then looks at whole
// frames.

#include <lutra/network.hpp>
#include <lutra/parameters.hpp>

namespace lutra {

/// Gives `to` all that `from` has learned and drawn: parameters, wiring, thresholds, running averages. Layer for layer
/// both claimed the same, under the same names; their inputs may differ in size. Throws Error, naming the first that
/// differs; then `to` is as it was.
void copy_parameters(const ParameterStore& from, ParameterStore& to);

template <class FromExpression, class From, class ToExpression, class To>
void copy_parameters(const Network<FromExpression, From>& from, Network<ToExpression, To>& to) {
  copy_parameters(from.parameters(), to.parameters());
}

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/define/copy_parameters.hpp>
#endif
