#pragma once
// The text of the loops that emitted C runs over a circuit's tables, each in two forms: `_run` works on 64 samples a
// word, `_one` on one sample, a bit a byte. In the text @ stands for the design's name and $ for its name in capitals.

#include <string_view>

namespace lutra::c::detail {

inline constexpr std::string_view transpose_text = R"(
/* Bit c of row r becomes bit r of row c: blocks of half the size change places, six times. */
#define $_SWAP(size, mask) \
    for (i = 0; i < 64; i += 2 * (size)) \
        for (j = i; j < i + (size); ++j) { \
            const uint64_t swap = ((row[j] >> (size)) ^ row[j + (size)]) & (mask); \
            row[j] ^= swap << (size); \
            row[j + (size)] ^= swap; \
        }

static void @_transpose(uint64_t row[64]) {
    unsigned i, j;
    $_SWAP(32, 0x00000000ffffffff)
    $_SWAP(16, 0x0000ffff0000ffff)
    $_SWAP(8, 0x00ff00ff00ff00ff)
    $_SWAP(4, 0x0f0f0f0f0f0f0f0f)
    $_SWAP(2, 0x3333333333333333)
    $_SWAP(1, 0x5555555555555555)
}
)";

/// ~J may be a shorter way to read a full word.
inline constexpr std::string_view read_text = R"(
/* Inputs first, first + 1, ... of n samples, as many as fit 64 bits, as bit planes; there are no samples beyond n. */
static void @_read(@_plane bits[64], const @_sample *samples, size_t n, size_t first) {
    const size_t here = $_INPUTS - first < $_TOGETHER ? $_INPUTS - first : $_TOGETHER;
    uint64_t row[64];
    size_t w, s, k;
    for (w = 0; w < $_WORDS; ++w) {
        for (s = 0; s < 64; ++s) {
            const size_t sample = w * 64 + s;
            uint64_t joined = 0;
            if (sample < n) {
                const @_sample *x = samples + sample * $_INPUTS + first;
~J                    for (k = 0; k < here; ++k)
                        joined |= (uint64_t)x[k] << (k * $_INPUT_BITS);
            }
            row[s] = joined;
        }
        @_transpose(row);
        for (k = 0; k < 64; ++k)
            bits[k].word[w] = row[k];
    }
}
)";

inline constexpr std::string_view load_text = R"(
/* The samples themselves, as planes. */
static void @_load_run(const @_sample *samples, size_t n, @_plane *y) {
    @_plane bits[64];
    size_t first, k;
    for (first = 0; first < $_INPUTS; first += $_TOGETHER) {
        @_read(bits, samples, n, first);
        for (k = 0; k < $_TOGETHER && first + k < $_INPUTS; ++k, y += $_INPUT_BITS)
            memcpy(y, &bits[k * $_INPUT_BITS], $_INPUT_BITS * sizeof *y);
    }
}

static void @_load_one(const @_sample *sample, unsigned char *y) {
    size_t i;
    unsigned b;
    for (i = 0; i < $_INPUTS; ++i)
        for (b = 0; b < $_INPUT_BITS; ++b)
            *y++ = (unsigned char)((uint32_t)sample[i] >> b & 1u);
}
)";

inline constexpr std::string_view at_least_text = R"(
/* y = (x >= limit), from the lowest bit up: an equal bit keeps what the bits below said. */
static void @_at_least(@_plane *$_RESTRICT y, const @_plane *$_RESTRICT x, unsigned width, uint32_t limit) {
    const uint64_t met = ((uint64_t)limit >> width) == 0 ? ~(uint64_t)0 : 0;
    unsigned b = 0, w;
    for (w = 0; w < $_WORDS; ++w)
        y->word[w] = met;
    while (b < width && (limit >> b & 1u) == 0)
        ++b; /* zeros below are met by anything */
    for (; met != 0 && b < width; ++b) {
        const uint64_t zero = (uint64_t)(limit >> b & 1u) - 1;
        for (w = 0; w < $_WORDS; ++w)
            y->word[w] = (x[b].word[w] & y->word[w]) | ((x[b].word[w] | y->word[w]) & zero);
    }
}
)";

inline constexpr std::string_view encode_text = R"(
/* Input source[i] of the samples against limit[i]; the sources ascend. */
static void @_encode_run(const @_sample *samples, size_t n, @_plane *y, const @_index *source, const @_limit *limit,
                         size_t count) {
    @_plane bits[64];
    size_t first, i = 0;
    for (first = 0; i < count; first += $_TOGETHER) {
        if (source[i] >= first + $_TOGETHER)
            continue;
        @_read(bits, samples, n, first);
        for (; i < count && source[i] < first + $_TOGETHER; ++i)
            @_at_least(&y[i], &bits[(source[i] - first) * $_INPUT_BITS], $_INPUT_BITS, limit[i]);
    }
}

static void @_encode_one(const @_sample *sample, unsigned char *y, const @_index *source, const @_limit *limit,
                         size_t count) {
    size_t i;
    for (i = 0; i < count; ++i)
        y[i] = sample[source[i]] >= limit[i];
}
)";

inline constexpr std::string_view value_text = R"(
/* The number whose bits start at m. */
static uint32_t @_value(const unsigned char *m, unsigned width) {
    uint32_t value = 0;
    while (width-- != 0)
        value = value << 1 | m[width];
    return value;
}
)";

inline constexpr std::string_view threshold_text = R"(
/* The value of bits[i] bits at plane pin[i] against limit[i]. */
static void @_threshold_run(const @_plane *m, @_plane *y, const @_index *pin, const unsigned char *bits,
                            const @_limit *limit, size_t count) {
    size_t i;
    for (i = 0; i < count; ++i)
        @_at_least(&y[i], &m[pin[i]], bits[i], limit[i]);
}

static void @_threshold_one(const unsigned char *m, unsigned char *y, const @_index *pin, const unsigned char *bits,
                            const @_limit *limit, size_t count) {
    size_t i;
    for (i = 0; i < count; ++i)
        y[i] = @_value(&m[pin[i]], bits[i]) >= limit[i];
}
)";

inline constexpr std::string_view lut0_text = R"(
static void @_lut0_run(@_plane *y, const uint8_t *table, size_t count) {
    size_t i;
    unsigned w;
    for (i = 0; i < count; ++i)
        for (w = 0; w < $_WORDS; ++w)
            y[i].word[w] = (uint64_t)0 - table[i];
}

static void @_lut0_one(unsigned char *y, const uint8_t *table, size_t count) {
    memcpy(y, table, count);
}
)";

inline constexpr std::string_view lut1_text = R"(
static void @_lut1_run(const @_plane *m, @_plane *y, const @_index *pin, const uint8_t *table, size_t count) {
    size_t i;
    unsigned w;
    for (i = 0; i < count; ++i) {
        const uint64_t at0 = (uint64_t)0 - (table[i] & 1u), at1 = (uint64_t)0 - (table[i] >> 1 & 1u);
        for (w = 0; w < $_WORDS; ++w)
            y[i].word[w] = at0 ^ (m[pin[i]].word[w] & (at0 ^ at1));
    }
}
)";

inline constexpr std::string_view lut2_text = R"(
/* Two inputs: the exclusive or of those among 1, a, b and a & b that the table asks for. */
static void @_lut2_run(const @_plane *m, @_plane *y, const @_index *pin, const uint8_t *table, size_t count) {
    size_t i;
    unsigned w;
    for (i = 0; i < count; ++i, pin += 2) {
        const unsigned t = table[i];
        const uint64_t one = (uint64_t)0 - (t & 1u), a = (uint64_t)0 - ((t ^ t >> 1) & 1u);
        const uint64_t b = (uint64_t)0 - ((t ^ t >> 2) & 1u);
        const uint64_t both = (uint64_t)0 - ((t ^ t >> 1 ^ t >> 2 ^ t >> 3) & 1u);
        for (w = 0; w < $_WORDS; ++w) {
            const uint64_t x0 = m[pin[0]].word[w], x1 = m[pin[1]].word[w];
            y[i].word[w] = one ^ (x0 & a) ^ (x1 & b) ^ (x0 & x1 & both);
        }
    }
}
)";

inline constexpr std::string_view mux_text = R"(
/* y = s ? b : a, in each of the samples. */
static void @_mux(@_plane *$_RESTRICT y, const @_plane *$_RESTRICT a, const @_plane *$_RESTRICT b,
                  const @_plane *$_RESTRICT s) {
    unsigned w;
    for (w = 0; w < $_WORDS; ++w)
        y->word[w] = a->word[w] ^ ((a->word[w] ^ b->word[w]) & s->word[w]);
}

/* All 16 functions of two inputs: f[t] is the one whose truth table is t. */
static void @_functions(@_plane f[16], const @_plane *a, const @_plane *b) {
    unsigned w;
    for (w = 0; w < $_WORDS; ++w) {
        const uint64_t x = a->word[w], y = b->word[w];
        f[0].word[w] = 0;
        f[1].word[w] = ~(x | y);
        f[2].word[w] = x & ~y;
        f[3].word[w] = ~y;
        f[4].word[w] = ~x & y;
        f[5].word[w] = ~x;
        f[6].word[w] = x ^ y;
        f[7].word[w] = ~(x & y);
        f[8].word[w] = x & y;
        f[9].word[w] = ~(x ^ y);
        f[10].word[w] = x;
        f[11].word[w] = x | ~y;
        f[12].word[w] = y;
        f[13].word[w] = ~x | y;
        f[14].word[w] = x | y;
        f[15].word[w] = ~(uint64_t)0;
    }
}
)";

/// A LUT of K = 3 to 8 inputs: ~K is K, ~H 2^(K-3), ~W the words of a table, ~T their type.
inline constexpr std::string_view lut_text = R"(
/* ~K inputs: each 4 bits of a table name a function of the first two; the other inputs choose among these. */
static void @_lut~K_run(const @_plane *m, @_plane *y, const @_index *pin, const ~T *table, size_t count) {
    @_plane f[16], v[2 * ~H];
    size_t i;
    for (i = 0; i < count; ++i, pin += ~K, table += ~W) {
        const @_plane *from = v;
        @_plane *to = v + ~H;
        const @_index *select = pin + 3;
        unsigned left, k;
        @_functions(f, &m[pin[0]], &m[pin[1]]);
        for (k = 0; k < ~H; ++k) {
            const unsigned two = (unsigned)(table[k >> 3] >> 8 * (k & 7)) & 255u;
            @_mux(&v[k], &f[two & 15], &f[two >> 4], &m[pin[2]]);
        }
        for (left = ~H / 2; left != 0; from += 2 * left, left /= 2, ++select)
            for (k = 0; k < left; ++k)
                @_mux(to++, &from[2 * k], &from[2 * k + 1], &m[*select]);
        y[i] = *from;
    }
}
)";

/// One sample, K = 1 to 8: ~K is K, ~W the words of a table, ~T their type, ~A the table's word and bit, ~P the
/// address. Spelled out, since compilers that do not unroll it take twice the time.
inline constexpr std::string_view lut_one_text = R"(
static void @_lut~K_one(const unsigned char *m, unsigned char *y, const @_index *pin, const ~T *table, size_t count) {
    size_t i;
    for (i = 0; i < count; ++i, pin += ~K, table += ~W) {
        const unsigned address = ~P;
        y[i] = (unsigned char)(~A & 1u);
    }
}
)";

/// ~B is the widest answer's bits.
inline constexpr std::string_view answer_text = R"(
/* The answers of n samples, from planes back to numbers. */
static void @_answer_run(const @_plane *m, size_t n, uint32_t *answers) {
    const size_t together = 64 / ~B;
    uint64_t row[64];
    size_t first, w, s, k;
    unsigned b;
    for (first = 0; first < $_OUTPUTS; first += together) {
        const size_t here = $_OUTPUTS - first < together ? $_OUTPUTS - first : together;
        for (w = 0; w * 64 < n; ++w) {
            memset(row, 0, sizeof row);
            for (k = 0; k < here; ++k)
                for (b = 0; b < @_answer_bits[first + k]; ++b)
                    row[k * ~B + b] = m[@_answer_pin[first + k] + b].word[w];
            @_transpose(row);
            for (s = 0; s < 64 && w * 64 + s < n; ++s)
                for (k = 0; k < here; ++k)
                    answers[(w * 64 + s) * $_OUTPUTS + first + k] = (uint32_t)(row[s] >> k * ~B & ~M);
        }
    }
}

static void @_answer_one(const unsigned char *m, uint32_t *answers) {
    size_t i;
    for (i = 0; i < $_OUTPUTS; ++i)
        answers[i] = @_value(&m[@_answer_pin[i]], @_answer_bits[i]);
}
)";

}  // namespace lutra::c::detail
