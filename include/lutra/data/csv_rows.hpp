#pragma once
// Text taken apart into rows of cells, after RFC 4180 and what spreadsheets make of it. What the cells mean is
// csv.hpp's affair.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <deque>
#include <limits>
#include <lutra/error.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace lutra::detail {

/// The number that a whole cell is, infinite or NaN if it says so or does not fit; nothing for other texts.
[[nodiscard]] inline std::optional<double> to_number(std::string_view cell) {
  if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-') cell.remove_prefix(1);
  double value = 0;
  const auto [end, result] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (end != cell.data() + cell.size() || result == std::errc::invalid_argument) return std::nullopt;
  return result == std::errc{} ? value : std::numeric_limits<double>::infinity();
}

[[nodiscard]] inline bool stands_for_nothing(std::string_view cell) {
  for (const char* text : {"", "?", "-", "NA", "na", "N/A", "n/a", "null", "NULL", "None", "none"})
    if (cell == text) return true;
  return false;
}

/// A cell as error messages show it.
[[nodiscard]] inline std::string quoted_cell(std::string_view cell) {
  if (cell.empty()) return "an empty cell";
  return cell.size() > 40 ? "'" + std::string(cell.substr(0, 40)) + "...'" : "'" + std::string(cell) + "'";
}

/// Names as error messages list them.
[[nodiscard]] inline std::string name_list(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < 10; ++i) text += (i > 0 ? ", '" : "'") + names[i] + "'";
  return names.size() > 10 ? text + " and " + std::to_string(names.size() - 10) + " more" : text;
}

/// The separator of a text: of tab, semicolon and comma the first that is found equally often in each of the first
/// lines, else the one that is found most in the first line; a comma when there is none. Quoted ones do not count.
[[nodiscard]] inline char detect_separator(std::string_view text) {
  constexpr std::array<char, 3> candidates{'\t', ';', ','};
  std::vector<std::array<std::size_t, 3>> counts(1);
  bool quoted = false, blank = true;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == '\n' && !quoted && !blank) {
      if (counts.size() == 10) break;
      counts.emplace_back();
      blank = true;
      continue;
    }
    if (c != '\n' && c != '\r') blank = false;
    for (std::size_t i = 0; i < candidates.size() && !quoted; ++i) counts.back()[i] += c == candidates[i];
  }
  if (blank && counts.size() > 1) counts.pop_back();
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (counts[0][i] > 0 && std::all_of(counts.begin(), counts.end(), [&](auto& of) { return of[i] == counts[0][i]; }))
      return candidates[i];
  const auto most = std::max_element(counts[0].begin(), counts[0].end());
  return *most == 0 ? ',' : candidates[static_cast<std::size_t>(most - counts[0].begin())];
}

/// Gives one row after another. Blanks around a cell are dropped unless quoted; lines may end in LF, CRLF or CR.
class CsvRows {
 public:
  /// `text` must outlive this object and the cells it gives. `name` is the file's, for errors.
  CsvRows(std::string_view text, char separator, std::string name)
      : text_(text), separator_(separator), name_(std::move(name)) {
    for (const char c : {separator, '\n', '\r', '"'}) ends_cell_[static_cast<unsigned char>(c)] = true;
  }

  /// Takes the next row apart; false at the end, which blank lines may precede. The cells live until the next call.
  /// Throws Error, naming the line, for a blank line within, and for quotes that RFC 4180 does not allow.
  bool next(std::vector<std::string_view>& cells) {
    cells.clear();
    unescaped_.clear();
    line_ = next_line_;
    if (rest_is_blank()) return false;
    do cells.push_back(cell());
    while (take_separator());
    take_line_end();
    if (cells.size() == 1 && cells[0].empty()) fail("a row", "an empty line");
    return true;
  }

  /// The line, from 1, on which the last row began.
  [[nodiscard]] std::size_t line() const noexcept { return line_; }

  [[noreturn]] void fail(std::string_view expected, std::string_view got, std::string_view column = {}) const {
    std::string where = name_ + ", line " + std::to_string(line_);
    if (!column.empty()) where.append(", column '").append(column).append("'");
    throw Error("CSV file", std::move(where), expected, got);
  }

 private:
  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] bool at(char c) const noexcept { return !at_end() && text_[at_] == c; }
  [[nodiscard]] bool is_blank(char c) const noexcept { return (c == ' ' || c == '\t') && c != separator_; }

  [[nodiscard]] bool rest_is_blank() const noexcept {
    for (std::size_t i = at_; i < text_.size(); ++i)
      if (text_[i] != '\n' && text_[i] != '\r' && !is_blank(text_[i])) return false;
    return true;
  }

  void skip_blanks() noexcept {
    while (!at_end() && is_blank(text_[at_])) ++at_;
  }

  bool take_separator() noexcept {
    if (!at(separator_)) return false;
    ++at_;
    return true;
  }

  void take_line_end() noexcept {
    if (at_end()) return;
    if (at('\r')) ++at_;
    if (at('\n')) ++at_;
    ++next_line_;
  }

  std::string_view cell() {
    skip_blanks();
    if (at('"')) return take_quoted();
    const std::size_t begin = at_;
    while (!at_end() && !ends_cell_[static_cast<unsigned char>(text_[at_])]) ++at_;
    if (at('"')) fail("a cell with a quote in it to be quoted as a whole", "a quote within an unquoted cell");
    std::size_t end = at_;
    while (end > begin && is_blank(text_[end - 1])) --end;
    return text_.substr(begin, end - begin);
  }

  std::string_view take_quoted() {
    std::size_t begin = ++at_;
    std::string* whole = nullptr;  // needed only where a doubled quote stands for one
    for (;; ++at_) {
      if (at_end()) fail("a closing quote", "the end of the file");
      next_line_ += at('\n');
      if (!at('"')) continue;
      const std::string_view part = text_.substr(begin, at_ - begin);
      ++at_;
      const bool doubled = at('"');
      if (doubled && whole == nullptr) whole = &unescaped_.emplace_back();
      if (whole != nullptr) whole->append(part);
      if (!doubled) {
        skip_blanks();
        if (!at_end() && !at(separator_) && !at('\n') && !at('\r'))
          fail("a separator or the end of the line after a closing quote", "'" + std::string(1, text_[at_]) + "'");
        return whole != nullptr ? std::string_view(*whole) : part;
      }
      begin = at_;  // the second quote of the two is text
    }
  }

  std::string_view text_;
  char separator_;
  std::string name_;
  std::array<bool, 256> ends_cell_{};
  std::size_t at_ = 0;
  std::size_t line_ = 1, next_line_ = 1;
  std::deque<std::string> unescaped_;
};

}  // namespace lutra::detail
