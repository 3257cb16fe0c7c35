#pragma once
// Truth tables of up to 8 variables, just large enough for the widest LUT node of a circuit, with the two operations
// that lowering needs: cofactors and the test whether a variable matters.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <lutra/circuit/stages.hpp>
#include <span>

namespace lutra::circuits {

/// A Boolean function of `variables` (0 to 8) inputs. Bits above 2^variables are 0.
class TruthTable {
public:
    constexpr explicit TruthTable(std::uint32_t variables) noexcept : variables_(variables) {}
    TruthTable(std::uint32_t variables, std::span<const std::uint64_t> words) noexcept : variables_(variables) {
        for (std::size_t i = 0; i < words.size(); ++i)
            words_[i] = words[i];
    }

    /// The table of a function of the address, whose bit j is variable j.
    template <class Function>
    [[nodiscard]] static TruthTable of(std::uint32_t variables, Function&& function) {
        TruthTable table(variables);
        for (std::uint32_t address = 0; address < table.size(); ++address)
            table.set(address, static_cast<bool>(function(address)));
        return table;
    }

    [[nodiscard]] std::uint32_t variables() const noexcept { return variables_; }
    [[nodiscard]] std::uint32_t size() const noexcept { return 1u << variables_; }
    [[nodiscard]] std::uint64_t word() const noexcept { return words_[0]; }
    [[nodiscard]] bool operator[](std::uint32_t address) const noexcept {
        return (words_[address / 64] >> (address % 64) & 1) != 0;
    }
    void set(std::uint32_t address, bool value) noexcept {
        const auto bit = std::uint64_t{1} << (address % 64);
        words_[address / 64] = value ? words_[address / 64] | bit : words_[address / 64] & ~bit;
    }

    /// The function that is left when `variable` is held at `value`; the variables above it move down by one.
    [[nodiscard]] TruthTable cofactor(std::uint32_t variable, bool value) const {
        const std::uint32_t low = (1u << variable) - 1;
        return of(variables_ - 1, [&](std::uint32_t address) {
            return (*this)[(address & ~low) << 1 | std::uint32_t{value} << variable | (address & low)];
        });
    }

    /// The function with variables a < b joined into a.
    [[nodiscard]] TruthTable joined(std::uint32_t a, std::uint32_t b) const {
        const std::uint32_t low = (1u << b) - 1;
        return of(variables_ - 1, [&](std::uint32_t address) {
            return (*this)[(address & ~low) << 1 | (address >> a & 1) << b | (address & low)];
        });
    }

    [[nodiscard]] bool depends_on(std::uint32_t variable) const {
        return cofactor(variable, false) != cofactor(variable, true);
    }
    [[nodiscard]] bool is_constant() const noexcept {
        std::uint32_t ones = 0;
        for (const auto word : words_)
            ones += static_cast<std::uint32_t>(std::popcount(word));
        return ones == 0 || ones == size();
    }

    friend bool operator==(const TruthTable&, const TruthTable&) = default;

private:
    std::uint32_t variables_;
    std::array<std::uint64_t, table_words(max_fan_in)> words_{};
};

}  // namespace lutra::circuits
