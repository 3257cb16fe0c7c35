#pragma once
// block(expression): layers that belong together. Where two networks have blocks, the first of one corresponds to the
// first of the other, and so on, whatever layers they are made of: so a teacher's block teaches a student's (distill).

#include <lutra/compose/contract.hpp>
#include <lutra/compose/wrapped.hpp>
#include <string>
#include <utility>

namespace lutra {

template <class ExpressionType>
struct Block {
  using CompositeTag = void;
  ExpressionType expression;

  static std::string name() { return "block(" + ExpressionType::name() + ")"; }

  template <class In>
  class Bound : public detail::Wrapped<ExpressionType, In> {
   public:
    Bound(const Block& block, Binding& binding) : detail::Wrapped<ExpressionType, In>(block.expression, binding) {}
  };
};

/// Computes what `composition` computes. Unlike a sequence it is kept together: in `a | block(b | c) | d` the block is
/// one of three.
template <Expression ExpressionType>
[[nodiscard]] constexpr Block<ExpressionType> block(ExpressionType composition) {
  return {std::move(composition)};
}

}  // namespace lutra
