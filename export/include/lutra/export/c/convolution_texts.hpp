#pragma once
// The text of emitted C for windows of few-bit codes at many places: tables of the codes' sums, and what adds them up,
// as convolution_plan.hpp has it. In the text @ stands for the design's name and $ for its name in capitals.

#include <string_view>

namespace lutra::c::detail {

inline constexpr std::string_view tables_text = R"(
/* A window at many places: the tables of a tile, and how they are added. */
typedef struct {
    const @_view *view;
    const @_run_of_channels *run;
    uint32_t runs, channels, planes, phases;
    const int32_t *phase; /* [phases]: row, column */
    uint32_t tile_rows, tile_columns, pitch, table_rows, length;
    int32_t first_row, first_column;
    uint32_t taps, steps, units, blocks, flush_after, flush_all_after;
    const uint32_t *distance;    /* [taps]: in the sums of channels */
    const uint32_t *at;          /* [steps]: of a table, in those of a plane */
    const unsigned char *weight; /* [units][blocks][steps][16] */
    const uint16_t *reach;       /* [blocks][levels][16]: 2^15 - limit; none where sums have more than 15 bits */
    int narrow;
    uint32_t tables, work;       /* where the tables are, and the sums of channels behind other rows */
    @_answers answers;
} @_convolution;

static uint64_t @_word(const unsigned char *p) {
    uint64_t word;
    memcpy(&word, p, 8);
    return word;
}

static void @_keep(unsigned char *p, uint64_t word) {
    memcpy(p, &word, 8);
}

static uint32_t @_four(const unsigned char *p) {
    uint32_t four;
    memcpy(&four, p, 4);
    return four;
}

/* One plane of two bits of a channel, as the lines of a tile's tables. */
static void @_copy_channel(const @_convolution *c, const unsigned char *channel, const int32_t *phase, unsigned shift,
                           size_t y, size_t x, unsigned char *to) {
    const @_view *v = c->view;
    const int64_t step = v->stride_column, width = v->in_width;
    size_t r, k;
    for (r = 0; r < c->table_rows; ++r, to += c->pitch) {
        const int64_t row = ((int64_t)(y + r) + c->first_row) * v->stride_row + phase[0];
        int64_t column = ((int64_t)x + c->first_column) * step + phase[1];
        size_t inside;
        if (row < 0 || row >= (int64_t)v->in_height) {
            memset(to, 0, c->pitch);
            continue;
        }
        for (k = 0; k < c->pitch && column < 0; ++k, column += step)
            to[k] = 0;
        inside = column < width ? k + (size_t)((width - column + step - 1) / step) : k;
        inside = inside < c->pitch ? inside : c->pitch;
        if (k < inside) {
            const unsigned char *from = channel + (size_t)row * v->in_width + (size_t)column;
            if (step == 1 && c->planes == 1) {
                memcpy(to + k, from, inside - k);
                k = inside;
            }
            for (; k < inside; ++k, from += step)
                to[k] = (unsigned char)(*from >> shift & 3);
        }
        memset(to + k, 0, c->pitch - k);
    }
    memset(to, 0, c->length - c->table_rows * c->pitch);
}

/* The tables of four channels from their lines: table n has the sums of those whose bit is set in n. */
static void @_make_tables(const @_convolution *c, unsigned char *table) {
    const size_t length = c->length;
    size_t n, i;
    memset(table, 0, length);
    for (n = 3; n < 16; ++n) {
        const unsigned char *one = table + (n & (n - 1)) * length, *other = table + (n & (0 - n)) * length;
        if ((n & (n - 1)) != 0)
            for (i = 0; i < length; i += 8)
                @_keep(table + n * length + i, @_word(one + i) + @_word(other + i));
    }
}
)";

inline constexpr std::string_view plain_text = R"(
#define $_APART 1 /* bytes between the tables of two places */
#define $_IN_LINES(c) 0
#define $_MAKE_TABLES(c, line, table) @_make_tables(c, table)
#define $_SHUFFLED(c) 0
#define $_SHUFFLE(m, c, table, first, start, piece, pieces) (void)0
)";

inline constexpr std::string_view convolution_text = R"(
/* Adds bytes to the sums of channels, and begins again. */
static void @_flush_line(unsigned char *bytes, size_t length, unsigned shift, unsigned char *sums) {
    size_t i;
    for (i = 0; i < length; ++i) {
        const uint32_t sum = @_four(sums + 4 * i) + ((uint32_t)bytes[i] << shift);
        memcpy(sums + 4 * i, &sum, 4);
    }
    memset(bytes, 0, length);
}

/* All tables of the tile whose first place is (y, x), and the sums of all channels. */
static void @_fill_tile(const @_memory *m, const @_convolution *c, size_t y, size_t x) {
    const size_t length = c->length;
    unsigned char *table = m->own + c->tables, *lines = m->own + c->work, *bytes = lines + 4 * length;
    uint32_t p, f, r, k, together;
    for (p = 0; p < c->planes; ++p)
        for (f = 0; f < c->phases; ++f) {
            unsigned char *sums = bytes + length + (size_t)f * 4 * length;
            uint32_t run = 0, at = 0, done = 0;
            if (p == 0)
                memset(sums, 0, 4 * length);
            memset(bytes, 0, length);
            for (r = 0, together = 0; r < c->channels; r += 4, table += 16 * length, ++together) {
                unsigned char *line[4];
                size_t i;
                for (k = 0; k < 4; ++k) {
                    line[k] = $_IN_LINES(c) ? lines + k * length : table + ((size_t)1 << k) * length;
                    if (done == c->channels) {
                        memset(line[k], 0, length);
                        continue;
                    }
                    while (at == c->run[run].count) {
                        ++run;
                        at = 0;
                    }
                    @_copy_channel(c, @_place(m, c->run[run].at) + (size_t)c->run[run].step * at, c->phase + 2 * f, 2 * p,
                                   y, x, line[k]);
                    ++at;
                    ++done;
                }
                if (together == c->flush_all_after) {
                    @_flush_line(bytes, length, 2 * p, sums);
                    together = 0;
                }
                for (i = 0; i < length; i += 8)
                    @_keep(bytes + i, @_word(bytes + i) + @_word(line[0] + i) + @_word(line[1] + i) +
                                          @_word(line[2] + i) + @_word(line[3] + i));
                $_MAKE_TABLES(c, line, table);
            }
            @_flush_line(bytes, length, 2 * p, sums);
        }
}

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
    unsigned char *out = m->own + a->to + output * ((size_t)c->view->height * c->view->width);
    const unsigned most = a->falling[output];
    size_t i, k;
    if (most)
        for (k = 0; k < 64; ++k)
            codes[k] = (unsigned char)(most - codes[k]);
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
    const unsigned char *of = m->own + c->work + 5 * (size_t)c->length;
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
                if ($_SHUFFLED(c)) {
                    $_SHUFFLE(m, c, table, first, start, piece, pieces);
                    continue;
                }
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
