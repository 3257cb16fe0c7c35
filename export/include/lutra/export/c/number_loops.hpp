#pragma once
// More of the text of runtime.hpp: the loops over numbers of several bits. As there, @ stands for the design's name, $
// for its name in capitals; ~G is the type of a weight.

#include <string_view>

namespace lutra::c::detail {

inline constexpr std::string_view add_text = R"(
/* sum += x, where sum has width bits and x no more. */
static void @_add(@_plane *$_RESTRICT sum, unsigned width, const @_plane *$_RESTRICT x, unsigned bits) {
    @_plane carry;
    unsigned b, w;
    memset(&carry, 0, sizeof carry);
    for (b = 0; b < bits; ++b)
        for (w = 0; w < $_WORDS; ++w) {
            const uint64_t s = sum[b].word[w], v = x[b].word[w], c = carry.word[w];
            sum[b].word[w] = s ^ v ^ c;
            carry.word[w] = (s & v) | (c & (s ^ v));
        }
    for (; b < width; ++b)
        for (w = 0; w < $_WORDS; ++w) {
            const uint64_t s = sum[b].word[w], c = carry.word[w];
            sum[b].word[w] = s ^ c;
            carry.word[w] = s & c;
        }
}
)";

inline constexpr std::string_view count_text = R"(
/* Output i, of width bits, is offset[i] plus the next terms[i] values: bits[j] bits at plane pin[j]. */
static void @_count_run(const @_plane *m, @_plane *y, unsigned width, const @_index *pin, const unsigned char *bits,
                        const uint32_t *terms, const uint32_t *offset, size_t count) {
    size_t i;
    uint32_t j;
    unsigned b, w;
    for (i = 0; i < count; ++i, y += width) {
        for (b = 0; b < width; ++b)
            for (w = 0; w < $_WORDS; ++w)
                y[b].word[w] = (uint64_t)0 - (offset[i] >> b & 1u);
        for (j = 0; j < terms[i]; ++j, ++pin, ++bits)
            @_add(y, width, &m[*pin], *bits);
    }
}

static void @_count_one(const unsigned char *m, unsigned char *y, unsigned width, const @_index *pin,
                        const unsigned char *bits, const uint32_t *terms, const uint32_t *offset, size_t count) {
    size_t i;
    uint32_t j;
    unsigned b;
    for (i = 0; i < count; ++i) {
        uint32_t sum = offset[i];
        for (j = 0; j < terms[i]; ++j, ++pin, ++bits)
            sum += @_value(&m[*pin], *bits);
        for (b = 0; b < width; ++b)
            *y++ = (unsigned char)(sum >> b & 1u);
    }
}
)";

inline constexpr std::string_view weigh_text = R"(
typedef ~G @_weight; /* its magnitude, twice, and 1 where it is negative */

/* sum -= x; both are numbers of so many bits, and what is above them is lost. */
static void @_subtract(@_plane *$_RESTRICT sum, unsigned width, const @_plane *$_RESTRICT x, unsigned bits) {
    @_plane borrow;
    unsigned b, w;
    memset(&borrow, 0, sizeof borrow);
    for (b = 0; b < width; ++b)
        for (w = 0; w < $_WORDS; ++w) {
            const uint64_t s = sum[b].word[w], v = b < bits ? x[b].word[w] : 0, c = borrow.word[w];
            sum[b].word[w] = s ^ v ^ c;
            borrow.word[w] = (~s & (v | c)) | (v & c);
        }
}

/* Output i, of width bits, is offset[i] plus the next terms[i] values, each weight[j] times: bits[j] bits at plane pin[j].
   What is taken away before enough was added wraps round, and back again. */
static void @_weigh_run(const @_plane *m, @_plane *y, unsigned width, const @_index *pin, const unsigned char *bits,
                        const @_weight *weight, const uint32_t *terms, const uint32_t *offset, size_t count) {
    size_t i;
    uint32_t j;
    unsigned b, w;
    for (i = 0; i < count; ++i, y += width) {
        for (b = 0; b < width; ++b)
            for (w = 0; w < $_WORDS; ++w)
                y[b].word[w] = (uint64_t)0 - (offset[i] >> b & 1u);
        for (j = 0; j < terms[i]; ++j, ++pin, ++bits, ++weight)
            for (b = 0; b < width; ++b)
                if ((uint64_t)*weight >> (b + 1) & 1u) {
                    if (*weight & 1u)
                        @_subtract(y + b, width - b, &m[*pin], *bits);
                    else
                        @_add(y + b, width - b, &m[*pin], *bits);
                }
    }
}

static void @_weigh_one(const unsigned char *m, unsigned char *y, unsigned width, const @_index *pin,
                        const unsigned char *bits, const @_weight *weight, const uint32_t *terms,
                        const uint32_t *offset, size_t count) {
    size_t i;
    uint32_t j;
    unsigned b;
    for (i = 0; i < count; ++i) {
        uint32_t sum = offset[i];
        for (j = 0; j < terms[i]; ++j, ++pin, ++bits, ++weight) {
            const uint32_t part = (uint32_t)((uint64_t)*weight >> 1) * @_value(&m[*pin], *bits);
            sum = *weight & 1u ? sum - part : sum + part;
        }
        for (b = 0; b < width; ++b)
            *y++ = (unsigned char)(sum >> b & 1u);
    }
}
)";

inline constexpr std::string_view level_text = R"(
/* Output i, of width bits, is how many of the next steps[i] limits the value of bits[i] bits at plane pin[i] is at least,
   or, where falling[i] is 1, is below. */
static void @_level_run(const @_plane *m, @_plane *y, unsigned width, const @_index *pin, const unsigned char *bits,
                        const unsigned char *falling, const uint32_t *steps, const @_limit *limit, size_t count) {
    @_plane met;
    size_t i;
    uint32_t j;
    unsigned w;
    for (i = 0; i < count; ++i, y += width) {
        memset(y, 0, width * sizeof *y);
        for (j = 0; j < steps[i]; ++j, ++limit) {
            @_at_least(&met, &m[pin[i]], bits[i], *limit);
            if (falling[i])
                for (w = 0; w < $_WORDS; ++w)
                    met.word[w] = ~met.word[w];
            @_add(y, width, &met, 1);
        }
    }
}

static void @_level_one(const unsigned char *m, unsigned char *y, unsigned width, const @_index *pin,
                        const unsigned char *bits, const unsigned char *falling, const uint32_t *steps,
                        const @_limit *limit, size_t count) {
    size_t i;
    uint32_t j;
    unsigned b;
    for (i = 0; i < count; ++i) {
        const uint32_t value = @_value(&m[pin[i]], bits[i]);
        uint32_t met = 0;
        for (j = 0; j < steps[i]; ++j, ++limit)
            met += (value >= *limit) != falling[i];
        for (b = 0; b < width; ++b)
            *y++ = (unsigned char)(met >> b & 1u);
    }
}
)";

inline constexpr std::string_view max_text = R"(
/* Each output, of width bits, is the largest of the next count values: bits[j] bits at plane pin[j]. */
static void @_max_run(const @_plane *m, @_plane *y, unsigned width, const @_index *pin, const unsigned char *bits,
                      size_t count, size_t outputs) {
    @_plane larger;
    size_t i;
    unsigned b, w;
    for (; outputs > 0; --outputs, y += width) {
        memset(y, 0, width * sizeof *y);
        for (i = 0; i < count; ++i, ++pin, ++bits) {
            const @_plane *x = &m[*pin];
            memset(&larger, 0, sizeof larger);
            for (b = 0; b < width; ++b)
                for (w = 0; w < $_WORDS; ++w) {
                    const uint64_t v = b < *bits ? x[b].word[w] : 0, differs = y[b].word[w] ^ v;
                    larger.word[w] ^= (larger.word[w] ^ v) & differs;
                }
            for (b = 0; b < width; ++b)
                for (w = 0; w < $_WORDS; ++w) {
                    const uint64_t v = b < *bits ? x[b].word[w] : 0;
                    y[b].word[w] ^= (y[b].word[w] ^ v) & larger.word[w];
                }
        }
    }
}

static void @_max_one(const unsigned char *m, unsigned char *y, unsigned width, const @_index *pin,
                      const unsigned char *bits, size_t count, size_t outputs) {
    size_t i;
    unsigned b;
    for (; outputs > 0; --outputs) {
        uint32_t largest = 0;
        for (i = 0; i < count; ++i, ++pin, ++bits) {
            const uint32_t value = @_value(&m[*pin], *bits);
            largest = value > largest ? value : largest;
        }
        for (b = 0; b < width; ++b)
            *y++ = (unsigned char)(largest >> b & 1u);
    }
}
)";

inline constexpr std::string_view argmax_text = R"(
/* The index, of width bits, of the largest of count values of at most deep bits; only a larger one replaces an earlier one.
   As many outputs, each of values of its own. */
static void @_argmax_run(const @_plane *m, @_plane *y, unsigned width, const @_index *pin, const unsigned char *bits,
                         unsigned deep, size_t count, size_t outputs) {
    @_plane best[32], larger;
    size_t i;
    unsigned b, w;
    for (; outputs > 0; --outputs, y += width, pin += count, bits += count) {
        memset(best, 0, sizeof best);
        memset(y, 0, width * sizeof *y);
        for (i = 0; i < count; ++i) {
            const @_plane *x = &m[pin[i]];
            memset(&larger, 0, sizeof larger);
            for (b = 0; b < deep; ++b)
                for (w = 0; w < $_WORDS; ++w) {
                    const uint64_t v = b < bits[i] ? x[b].word[w] : 0, differs = best[b].word[w] ^ v;
                    larger.word[w] ^= (larger.word[w] ^ v) & differs;
                }
            for (b = 0; b < deep; ++b)
                for (w = 0; w < $_WORDS; ++w) {
                    const uint64_t v = b < bits[i] ? x[b].word[w] : 0;
                    best[b].word[w] ^= (best[b].word[w] ^ v) & larger.word[w];
                }
            for (b = 0; b < width; ++b)
                for (w = 0; w < $_WORDS; ++w) {
                    const uint64_t v = (uint64_t)0 - (uint64_t)(i >> b & 1u);
                    y[b].word[w] ^= (y[b].word[w] ^ v) & larger.word[w];
                }
        }
    }
}

static void @_argmax_one(const unsigned char *m, unsigned char *y, unsigned width, const @_index *pin,
                         const unsigned char *bits, unsigned deep, size_t count, size_t outputs) {
    size_t i;
    unsigned b;
    for (; outputs > 0; --outputs, y += width, pin += count, bits += count) {
        uint32_t best = 0;
        size_t index = 0;
        for (i = 0; i < count; ++i) {
            const uint32_t x = @_value(&m[pin[i]], bits[i]);
            if (x > best && deep != 0) {
                best = x;
                index = i;
            }
        }
        for (b = 0; b < width; ++b)
            y[b] = (unsigned char)(index >> b & 1u);
    }
}
)";

}  // namespace lutra::c::detail
