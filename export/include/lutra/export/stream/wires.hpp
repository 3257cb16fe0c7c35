#pragma once
// Writes vectors, tokens and registers of a Verilog module, and remembers which bits are read: linters want those that
// nobody reads to be named.

#include <cstddef>
#include <lutra/export/define/verilog.hpp>
#include <lutra/export/text.hpp>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lutra::hdl::detail {

/// A bit of a vector of the module, such as w3_taps[17]; an empty name is a constant.
struct NamedBit {
  std::string vector;
  std::size_t bit = 0;
};

using VectorBits = std::map<std::string, std::vector<bool>>;  ///< by a vector's name, something of each of its bits

/// "w1_taps[7:4]", "1'b0", "s_data[2]" for bits that are given lowest first; neighbours become one range, and all bits
/// of a vector its name.
[[nodiscard]] inline std::vector<std::string> joined_bits(const std::vector<NamedBit>& bits,
                                                          const VectorBits& vectors) {
  std::vector<std::string> items;
  for (std::size_t end = bits.size(); end > 0;) {
    std::size_t begin = end - 1;
    const auto& [vector, top] = bits[begin];
    if (vector.empty()) {
      items.emplace_back(top == 0 ? "1'b0" : "1'b1");
    } else {
      while (begin > 0 && bits[begin - 1].vector == vector && bits[begin - 1].bit + 1 == bits[begin].bit) --begin;
      if (end - begin == vectors.at(vector).size())
        items.push_back(vector);
      else
        items.push_back(begin + 1 == end ? join({vector, "[", top, "]"})
                                         : join({vector, "[", top, ":", bits[begin].bit, "]"}));
    }
    end = begin;
  }
  return items;
}

class WireWriter {
 protected:
  void title(std::string_view what) { append(text_, {"\n  // ---- ", what, " ----\n\n"}); }

  // Vectors are declared with how many bits they have; whatever reads bits of them says so, and what nobody read is
  // named in the end, as linters want it.
  std::string declare(const std::string& name, std::size_t bits) {
    used_.try_emplace(name, std::vector<bool>(bits, false));
    return bits == 1 ? join({"wire ", name}) : join({"wire ", range(bits), " ", name});
  }
  [[nodiscard]] std::string whole(const std::string& name) {
    auto& bits = used_.at(name);
    bits.assign(bits.size(), true);
    return name;
  }
  /// `begin`, then the bits as one expression.
  void expression(const std::string& begin, const std::vector<NamedBit>& bits) {
    for (const auto& [vector, bit] : bits)
      if (!vector.empty()) used_.at(vector)[bit] = true;
    const auto items = joined_bits(bits, used_);
    text_ += items.size() == 1 ? join({begin, items[0], ";\n"}) : wrapped(begin + "{", items, "};");
  }
  /// Declares the four wires of a token and connects them to an instance's outputs.
  std::string new_token(const std::string& name) {
    tokens_[name];
    append(text_, {"  wire ", name, "_en, ", name, "_px, ", name, "_sof, ", name, "_sol;\n"});
    return join({".out_en(", name, "_en), .out_px(", name, "_px), .out_sof(", name, "_sof), .out_sol(", name, "_sol)"});
  }
  std::string old_token(const std::string& name) {
    tokens_.at(name) = {"en", "px", "sof", "sol"};
    return join({".in_en(", name, "_en), .in_px(", name, "_px), .in_sof(", name, "_sof), .in_sol(", name, "_sol)"});
  }

  /// `name` after `clocks` registers; their last one is called `last`.
  std::string delayed(const std::string& name, std::size_t bits, std::size_t clocks, const std::string& last) {
    if (clocks == 0) return name;
    const auto stage = [&](std::size_t i) { return i == 0 ? name : join({last, "_d", i}); };
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= clocks; ++i) names.push_back(stage(i));
    text_ += wrapped(join({"  reg ", bits == 1 ? "" : join({range(bits), " "})}), names, ";");
    text_ += "  always @(posedge clk) if (ce) begin\n";
    for (std::size_t i = 1; i <= clocks; ++i)
      append(text_, {"    ", stage(i), " <= ", i == 1 ? whole(name) : stage(i - 1), ";\n"});
    append(text_, {"  end\n  ", declare(last, bits), " = ", stage(clocks), ";\n"});
    return last;
  }
  std::string late_token(const std::string& token, std::size_t clocks, const std::string& name) {
    if (clocks == 0) return token;
    const std::string out = new_token(name);
    append(text_, {"  lutra_token_delay #(.CLOCKS(", clocks, ")) u_", name,
                   "_token (.clk(clk), .rst(rst), .ce(ce),\n    ", old_token(token), ",\n    ", out, ");\n"});
    return name;
  }

  void unused() {
    std::vector<std::string> items{"1'b0"};
    for (const auto& [name, bits] : used_) {
      std::vector<NamedBit> free;
      for (std::size_t b = 0; b < bits.size(); ++b)
        if (!bits[b]) free.push_back({name, b});
      for (std::string& item : joined_bits(free, used_)) items.push_back(std::move(item));
    }
    for (const auto& [name, used] : tokens_)
      for (const char* const part : {"en", "px", "sof", "sol"})
        if (!used.contains(part)) items.push_back(join({name, "_", part}));
    if (items.size() == 1) return;
    title("what nobody reads");
    items.push_back("1'b0");
    text_ += wrapped("  wire unused = &{", items, "};");
  }

  std::string text_;
  VectorBits used_;
  std::map<std::string, std::set<std::string>> tokens_;  ///< the parts of each token that are read
};

}  // namespace lutra::hdl::detail
