#pragma once
// Defines what <lutra/parameters.hpp> declares.

#include <cstdint>
#include <lutra/inline.hpp>
#include <lutra/parameters.hpp>
#include <string>
#include <utility>
#include <vector>

namespace lutra {

LUTRA_INLINE std::size_t ParameterStore::claim(Block block) {
  block.offset = values_.size();
  values_.resize(values_.size() + block.size);
  gradients_.resize(values_.size());
  blocks_.push_back(std::move(block));
  return blocks_.size() - 1;
}

LUTRA_INLINE std::vector<std::uint32_t>& ParameterStore::integers(std::string name, std::size_t size) {
  return integers_.emplace_back(Buffer<std::uint32_t>{std::move(name), std::vector<std::uint32_t>(size)}).values;
}

LUTRA_INLINE std::vector<float>& ParameterStore::reals(std::string name, std::size_t size) {
  return reals_.emplace_back(Buffer<float>{std::move(name), std::vector<float>(size)}).values;
}

LUTRA_INLINE void ParameterStore::note_choice(std::size_t candidates, std::size_t fan_in, const Neighbourhood& inputs) {
  choices_.push_back({blocks_.size() - 1, integers_.size() - 1, candidates, fan_in, inputs});
}

LUTRA_INLINE void Binding::begin_layer(std::string name, std::string signal, std::size_t nodes) {
  layer_ = std::to_string(rows_.size() + 1) + " " + name;
  rows_.push_back({std::move(name), std::move(signal), nodes, store_.values().size()});
}

LUTRA_INLINE Parameter Binding::parameter(ParameterStore::Block block) {
  block.name = layer_ + "." + block.name;
  block.learns = learns_;
  return {store_, store_.claim(std::move(block))};
}

LUTRA_INLINE std::vector<std::uint32_t>& Binding::integers(const std::string& name, std::size_t size) {
  return store_.integers(layer_ + "." + name, size);
}

LUTRA_INLINE std::vector<float>& Binding::reals(const std::string& name, std::size_t size) {
  return store_.reals(layer_ + "." + name, size);
}

}  // namespace lutra
