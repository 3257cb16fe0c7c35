#pragma once
// A design: what an exporter wrote, as a set of named files in memory. Nothing reaches the disk before every file of
// the set exists, so a refused export leaves nothing half-written.

#include <cstddef>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <ostream>
#include <string>
#include <string_view>

namespace lutra {

/// Files by their names, such as {"net.v", "net.blif"}. A file's name is plain: no folders.
struct Design {
  std::string name;  ///< what the module, the model or the function is called
  std::map<std::string, std::string> files;

  /// Throws Error where `file` is no plain file name, or is there already with other contents.
  void add(const std::string& file, const std::string& text);

  /// Joins the files of another design to this one, and keeps this one's name.
  /// Throws Error, changing nothing, where both hold a file of one name with different contents.
  Design& operator+=(const Design& other);

  /// The text of one file. Throws Error where there is none of that name.
  [[nodiscard]] const std::string& operator[](const std::string& file) const;

  friend Design operator+(Design a, const Design& b) { return a += b; }
  friend bool operator==(const Design&, const Design&) = default;
};

namespace detail {

// Verilog-2001 and SystemVerilog-2017 (tools read .v files as either), C11 and C++20 (a C file may be compiled as C++),
// and the primitives that emitted designs instantiate; a space on both sides of each.
inline constexpr std::string_view reserved_names =
    " "
    "LUT1 LUT2 LUT3 LUT4 LUT5 LUT6 SB_LUT4 accept_on alias alignas alignof always always_comb always_ff "
    "always_latch and and_eq asm assert assign assume auto automatic before begin bind bins binsof bit "
    "bitand bitor bool break buf bufif0 bufif1 byte case casex casez catch cell chandle char char16_t "
    "char32_t char8_t checker class clocking cmos co_await co_return co_yield compl concept config const "
    "const_cast consteval constexpr constinit constraint context continue cover covergroup coverpoint "
    "cross deassign decltype default defparam delete design disable dist do double dynamic_cast edge "
    "else end endcase endchecker endclass endclocking endconfig endfunction endgenerate endgroup "
    "endinterface endmodule endpackage endprimitive endprogram endproperty endsequence endspecify "
    "endtable endtask enum event eventually expect explicit export extends extern false final "
    "first_match float for force foreach forever fork forkjoin friend function generate genvar global "
    "goto highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include "
    "initial inline inout input inside instance int integer interconnect interface intersect join "
    "join_any join_none large let liblist library local localparam logic long longint macromodule main "
    "matches medium modport module mutable namespace nand negedge nettype new nexttime nmos noexcept nor "
    "noshowcancelled not not_eq notif0 notif1 null nullptr operator or or_eq output package packed "
    "parameter pmos posedge primitive priority private program property protected public pull0 pull1 "
    "pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase randsequence rcmos "
    "real realtime ref reg register reinterpret_cast reject_on release repeat requires restrict return "
    "rnmos rpmos rtran rtranif0 rtranif1 s_always s_eventually s_nexttime s_until s_until_with scalared "
    "sequence shortint shortreal showcancelled signed sizeof small soft solve specify specparam static "
    "static_assert static_cast string strong strong0 strong1 struct super supply0 supply1 switch "
    "sync_accept_on sync_reject_on table tagged task template this thread_local throughout throw time "
    "timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior trireg true try type typedef "
    "typeid typename union unique unique0 unsigned until until_with untyped use using uwire var vectored "
    "virtual void volatile wait wait_order wand wchar_t weak weak0 weak1 while wildcard wire with within "
    "wor xnor xor xor_eq ";

[[nodiscard]] constexpr bool is_reserved(std::string_view name) noexcept {
  for (std::size_t at = 0; (at = reserved_names.find(name, at)) != std::string_view::npos; ++at)
    if (reserved_names[at - 1] == ' ' && reserved_names[at + name.size()] == ' ') return true;
  return false;
}

[[nodiscard]] constexpr bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

}  // namespace detail

/// True where Verilog and C both take `name` for a module, a model or a function: a letter, then letters, digits and
/// single underscores, at most 100 characters, and no word of Verilog, SystemVerilog, C or C++.
[[nodiscard]] constexpr bool is_design_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > 100 || !detail::is_letter(name.front())) return false;
  for (const char c : name)
    if (!detail::is_letter(c) && !detail::is_digit(c) && c != '_') return false;
  return name.find("__") == std::string_view::npos && !detail::is_reserved(name);
}

/// Throws Error unless is_design_name(name). `where` is who asks, such as "verilog".
void check_design_name(std::string_view name, const std::string& where);

/// Writes every file of the design into `folder`, which is made where it does not exist: all files or none.
/// Throws Error where the folder cannot be written.
void write(const Design& design, const std::filesystem::path& folder);

/// Writes the design to a stream: its one file as it is, or each file under a heading of its own.
void write(const Design& design, std::ostream& out);

}  // namespace lutra

#ifndef LUTRA_DISPATCH
#include <lutra/export/define/design.hpp>
#endif
