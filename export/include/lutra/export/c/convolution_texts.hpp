#pragma once
// The text of emitted C that adds the tables of a tile up, and what becomes of the sums. In the text @ stands for the
// design's name and $ for its name in capitals.

#include <string_view>

namespace lutra::c::detail {

inline constexpr std::string_view put_text = R"(
/* Which of 64 places of a tile are places of the answer: pieces of lines. */
typedef struct {
    uint32_t from, count, to;
} @_piece;

static size_t @_pieces(const @_convolution *c, size_t y, size_t x, size_t first, @_piece *piece) {
    const size_t width = c->view->width - x < c->tile_columns ? c->view->width - x : c->tile_columns;
    size_t k = 0, pieces = 0;
    while (k < 64) {
        const size_t row = (first + k) / c->pitch, column = (first + k) % c->pitch;
        const size_t left = c->pitch - column < 64 - k ? c->pitch - column : 64 - k;
        if (row >= c->tile_rows || y + row >= c->view->height)
            break;
        if (column < width) {
            piece[pieces].from = (uint32_t)k;
            piece[pieces].count = (uint32_t)(width - column < left ? width - column : left);
            piece[pieces++].to = (uint32_t)((y + row) * c->view->width + x + column);
        }
        k += left;
    }
    return pieces;
}

/* Codes, and numbers, of one output. */
static void @_put_codes(const @_memory *m, const @_convolution *c, size_t output, unsigned char *codes,
                        const @_piece *piece, size_t pieces) {
    const @_answers *a = &c->answers;
    unsigned char *out = @_own(m, a->to) + output * ((size_t)c->view->height * c->view->width);
    const unsigned most = a->falling[output];
    size_t i, k;
    if (most)
        for (k = 0; k < 64; ++k)
            codes[k] = (unsigned char)(most - codes[k]);
    if (a->bytes != 1) {
        uint32_t wide[64];
        for (k = 0; k < 64; ++k)
            wide[k] = codes[k];
        for (i = 0; i < pieces; ++i)
            @_store(m, a->to, a->bytes, output * ((size_t)c->view->height * c->view->width) + piece[i].to,
                    wide + piece[i].from, piece[i].count);
        return;
    }
    for (i = 0; i < pieces; ++i) {
        const unsigned char *from = codes + piece[i].from;
        unsigned char *to = out + piece[i].to;
        for (k = 0; k + 8 <= piece[i].count; k += 8)
            memcpy(to + k, from + k, 8);
        for (; k < piece[i].count; ++k)
            to[k] = from[k];
    }
}

static void @_put_sums(const @_memory *m, const @_convolution *c, size_t output, uint32_t *sums, const @_piece *piece,
                       size_t pieces) {
    const @_answers *a = &c->answers;
    size_t i;
    for (i = 0; i < 64; ++i)
        sums[i] = @_answer_of(a, output, sums[i]);
    for (i = 0; i < pieces; ++i)
        @_store(m, a->to, a->bytes, output * ((size_t)c->view->height * c->view->width) + piece[i].to,
                sums + piece[i].from, piece[i].count);
}

/* What the sums of 64 places begin with. */
static void @_start(const @_memory *m, const @_convolution *c, size_t first, uint32_t *sums) {
    const unsigned char *of = m->own + c->work + (size_t)c->length;
    uint32_t t;
    size_t k;
    memset(sums, 0, 64 * sizeof *sums);
    for (t = 0; c->answers.lowest != 0 && t < c->taps; ++t) {
        const unsigned char *from = of + 4 * (first + c->distance[t]);
        for (k = 0; k < 64; ++k)
            sums[k] += @_four(from + 4 * k);
    }
    for (k = 0; k < 64; ++k)
        sums[k] = c->answers.bias + c->answers.lowest * sums[k];
}
)";

/// Words of 64 bits, for any processor.
inline constexpr std::string_view words_text = R"(
#define $_LOWER ((uint64_t)0x00ff00ff00ff00ff)
#define $_EACH_OF_8(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7)
#define $_ZERO(i) uint64_t s##i = 0;
#define $_ADD(i) s##i += @_word(t + 8 * i);
#define $_KEEP(i) bytes[i] = s##i;

/* The sums of n steps at 64 places, a byte each. */
static void @_add_tables(const unsigned char *table, size_t length, const uint32_t *at, const unsigned char *weight,
                         size_t n, uint64_t bytes[8]) {
    $_EACH_OF_8($_ZERO)
    for (; n != 0; --n, ++at, weight += 16) {
        const unsigned char *t = table + *at + *weight * length;
        $_EACH_OF_8($_ADD)
    }
    $_EACH_OF_8($_KEEP)
}

/* Numbers of 16 bits in two halves: those of even and of odd bytes. */
static void @_split(const uint32_t *sums, uint64_t even[8], uint64_t odd[8]) {
    unsigned char low[64], high[64];
    size_t i;
    for (i = 0; i < 64; ++i) {
        low[i] = (unsigned char)sums[i];
        high[i] = (unsigned char)(sums[i] >> 8);
    }
    for (i = 0; i < 8; ++i) {
        const uint64_t l = @_word(low + 8 * i), h = @_word(high + 8 * i);
        even[i] = (l & $_LOWER) | (h & $_LOWER) << 8;
        odd[i] = (l >> 8 & $_LOWER) | (h & ~$_LOWER);
    }
}

static void @_join(const uint64_t even[8], const uint64_t odd[8], uint32_t *sums) {
    unsigned char low[64], high[64];
    size_t i;
    for (i = 0; i < 8; ++i) {
        @_keep(low + 8 * i, (even[i] & $_LOWER) | (odd[i] & $_LOWER) << 8);
        @_keep(high + 8 * i, (even[i] >> 8 & $_LOWER) | (odd[i] & ~$_LOWER));
    }
    for (i = 0; i < 64; ++i)
        sums[i] = (uint32_t)low[i] | (uint32_t)high[i] << 8;
}

/* An output at 64 places, with sums of at most 15 bits, four a word. */
static void @_narrow(const @_memory *m, const @_convolution *c, const unsigned char *table, size_t o,
                     const uint64_t *even0, const uint64_t *odd0, const @_piece *piece, size_t pieces) {
    const @_answers *a = &c->answers;
    uint64_t even[8], odd[8], bytes[8];
    uint32_t u, p, j;
    size_t i, step;
    memcpy(even, even0, sizeof even);
    memcpy(odd, odd0, sizeof odd);
    for (u = 0; u < c->units; ++u) {
        const unsigned char *weight =
            c->weight + ((size_t)u * c->blocks + o / 16) * c->steps * 16 + o % 8 * 2 + o % 16 / 8;
        for (p = 0; p < c->planes; ++p) {
            const unsigned char *of = table + (size_t)p * c->phases * ((c->channels + 3) / 4) * 16 * c->length;
            const uint64_t factor = (uint64_t)a->scale << (u + 2 * p);
            for (step = 0; step < c->steps; step += c->flush_after) {
                const size_t n = c->steps - step < c->flush_after ? c->steps - step : c->flush_after;
                @_add_tables(of, c->length, c->at + step, weight + 16 * step, n, bytes);
                for (i = 0; i < 8; ++i) {
                    even[i] += (bytes[i] & $_LOWER) * factor;
                    odd[i] += (bytes[i] >> 8 & $_LOWER) * factor;
                }
            }
        }
    }
    if (c->reach) {
        const uint16_t *reach = c->reach + o / 16 * a->levels * 16 + o % 16;
        const uint64_t ones = 0x0001000100010001;
        unsigned char codes[64];
        for (i = 0; i < 8; ++i) {
            uint64_t met_even = 0, met_odd = 0;
            for (j = 0; j < a->levels; ++j) {
                met_even += (even[i] + reach[16 * j] * ones) >> 15 & ones;
                met_odd += (odd[i] + reach[16 * j] * ones) >> 15 & ones;
            }
            @_keep(codes + 8 * i, met_even | met_odd << 8);
        }
        @_put_codes(m, c, o, codes, piece, pieces);
    } else {
        uint32_t sums[64];
        @_join(even, odd, sums);
        @_put_sums(m, c, o, sums, piece, pieces);
    }
}

/* The same with sums of up to 32 bits. */
static void @_wide(const @_memory *m, const @_convolution *c, const unsigned char *table, size_t o,
                   const uint32_t *start, const @_piece *piece, size_t pieces) {
    uint32_t sums[64], u, p;
    uint64_t bytes[8];
    unsigned char byte[64];
    size_t i, step;
    memcpy(sums, start, sizeof sums);
    for (u = 0; u < c->units; ++u) {
        const unsigned char *weight =
            c->weight + ((size_t)u * c->blocks + o / 16) * c->steps * 16 + o % 8 * 2 + o % 16 / 8;
        for (p = 0; p < c->planes; ++p) {
            const unsigned char *of = table + (size_t)p * c->phases * ((c->channels + 3) / 4) * 16 * c->length;
            const uint32_t factor = c->answers.scale << (u + 2 * p);
            for (step = 0; step < c->steps; step += c->flush_after) {
                const size_t n = c->steps - step < c->flush_after ? c->steps - step : c->flush_after;
                @_add_tables(of, c->length, c->at + step, weight + 16 * step, n, bytes);
                memcpy(byte, bytes, sizeof byte);
                for (i = 0; i < 64; ++i)
                    sums[i] += factor * byte[i];
            }
        }
    }
    @_put_sums(m, c, o, sums, piece, pieces);
}
)";

inline constexpr std::string_view convolution_text = R"(
static void @_convolve(const @_memory *m, const @_convolution *c) {
    const unsigned char *table = m->own + c->tables;
    size_t y, x, first, o;
    for (y = 0; y < c->view->height; y += c->tile_rows)
        for (x = 0; x < c->view->width; x += c->tile_columns) {
            @_fill_tile(m, c, y, x);
            for (first = 0; first < (size_t)c->tile_rows * c->pitch; first += 64) {
                @_piece piece[64];
                const size_t pieces = @_pieces(c, y, x, first, piece);
                uint32_t start[64];
                uint64_t even[8], odd[8];
                if (pieces == 0)
                    continue;
                @_start(m, c, first, start);
                @_split(start, even, odd);
                for (o = 0; o < c->answers.outputs; ++o)
                    if (c->narrow)
                        @_narrow(m, c, table + first, o, even, odd, piece, pieces);
                    else
                        @_wide(m, c, table + first, o, start, piece, pieces);
            }
        }
}
)";

}  // namespace lutra::c::detail
