#pragma once
// The text of emitted C that makes the tables of a tile: sums of the codes of four channels, for each choice of them,
// as convolution_plan.hpp has it. In the text @ stands for the design's name and $ for its name in capitals.

#include <string_view>

namespace lutra::c::detail {

inline constexpr std::string_view word_text = R"(
static uint64_t @_word(const unsigned char *p) {
    uint64_t word;
    memcpy(&word, p, 8);
    return word;
}
)";

inline constexpr std::string_view keep_text = R"(
static void @_keep(unsigned char *p, uint64_t word) {
    memcpy(p, &word, 8);
}
)";

inline constexpr std::string_view four_text = R"(
static uint32_t @_four(const unsigned char *p) {
    uint32_t four;
    memcpy(&four, p, 4);
    return four;
}
)";

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

/* The tables of four channels from those of one: table n has the sums of those whose bit is set in n. */
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

inline constexpr std::string_view fill_text = R"(
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
    unsigned char *table = m->own + c->tables, *bytes = m->own + c->work;
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
                    line[k] = table + ((size_t)1 << k) * length;
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
                @_make_tables(c, table);
            }
            @_flush_line(bytes, length, 2 * p, sums);
        }
}
)";

}  // namespace lutra::c::detail
