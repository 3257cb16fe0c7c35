#pragma once
// The text of emitted C that makes tables for those who shuffle bytes: for each four channels of a pixel sixteen bytes,
// the sums of those codes that a number of four bits chooses. In the text @ stands for the design's name and $ for its
// name in capitals.

#include <string_view>

namespace lutra::c::detail {

/// ~T are the tables of all bytes of four codes.
inline constexpr std::string_view code_tables_text = R"(
/* Weights are lowest + u * (doubled ? 2 : 1) with small u: a step stands for four channels at a place of the window and
   one bit of their u. A line is cut into two parts, so that pixels 0 of both lie side by side, then pixels 1, and so on;
   columns that a window with a stride sees together are a phase. */
typedef struct {
    @_lines of;
    uint32_t planes, groups, strip, phases, positions, line_bytes, line_sums, taps, steps, flush_after;
    int32_t lowest, doubled;
    const uint32_t *at;          /* [planes][steps]: of a table, where the window's first line is the first one kept */
    const uint32_t *sum_at;      /* [taps]: in the sums of pixels */
    const unsigned char *weight; /* [blocks][steps][16] */
    const int16_t *limit;        /* [blocks][levels][16]: that a sum must exceed */
} @_code_lines;

/* A strip of columns, and the memory for its lines. */
typedef struct {
    size_t column, pixels, part;
    unsigned char *tables, *sums, *dense, *window, *at, *sum_at, *kept, *packed, *out;
} @_strip;

static const unsigned char @_tables[256][16] = {~T};

static short @_two(const unsigned char *p) {
    short two;
    memcpy(&two, p, 2);
    return two;
}

/* Adds `weight` times the sum of a pixel's codes to the sums of `count` pixels of so many bytes. */
static void @_add_codes(const unsigned char *pixel, size_t step, size_t bytes, size_t count, int32_t weight,
                        unsigned char *sums) {
    const uint64_t upper = 0xaaaaaaaaaaaaaaaa;
    size_t i, b;
    for (i = 0; i < count; ++i, pixel += step) {
        int32_t sum = 0;
        uint16_t all;
        for (b = 0; b + 8 <= bytes; b += 8) {
            const uint64_t word = @_word(pixel + b);
            sum += (int32_t)(@_ones(word) + @_ones(word & upper));
        }
        if (b < bytes) {
            const uint64_t word = @_four(pixel + b);
            sum += (int32_t)(@_ones(word) + @_ones(word & upper));
        }
        all = (uint16_t)(@_two(sums + 2 * i) + weight * sum);
        memcpy(sums + 2 * i, &all, 2);
    }
}

/* The tables of one plane of some channels of a line, whose pixels begin at `line`, and the sums of their codes. */
static void @_expand(const @_code_lines *c, const @_strip *s, const unsigned char *line, size_t step, size_t groups,
                     unsigned char *tables, unsigned char *sums, int32_t weight) {
    const int64_t stride = c->of.view->stride_column, width = c->of.view->in_width;
    const int64_t first = (int64_t)s->column * stride + c->of.first_column;
    const int64_t count = (int64_t)(s->part + c->positions - c->strip / 2);
    const size_t group_bytes = (size_t)c->phases * c->positions * 32;
    int64_t begin, end, i;
    uint32_t lane, phase;
    size_t g;
    for (lane = 0; lane < 2; ++lane)
        for (phase = 0; phase < c->phases; ++phase) {
            const int64_t column = first + (int64_t)(lane * s->part) * stride + phase;
            begin = @_steps_to(-column, stride, 0, count);
            end = @_steps_to(width - column, stride, begin, count);
            for (g = 0; g < groups; ++g) {
                const unsigned char *from = line + (column + begin * stride) * (int64_t)step + (int64_t)g;
                unsigned char *to = tables + g * group_bytes + ((size_t)phase * c->positions * 2 + lane) * 16;
                for (i = 0; i < begin; ++i, to += 32)
                    memset(to, 0, 16);
                for (; i + 4 <= end; i += 4, to += 128) {
                    const int64_t apart = stride * (int64_t)step;
                    memcpy(to, @_tables[from[0]], 16);
                    memcpy(to + 32, @_tables[from[apart]], 16);
                    memcpy(to + 64, @_tables[from[2 * apart]], 16);
                    memcpy(to + 96, @_tables[from[3 * apart]], 16);
                    from += 4 * apart;
                }
                for (; i < end; ++i, to += 32, from += stride * (int64_t)step)
                    memcpy(to, @_tables[*from], 16);
                for (; i < count; ++i, to += 32)
                    memset(to, 0, 16);
            }
        }
    if (c->lowest == 0)
        return;
    begin = first < 0 ? 0 : first;
    end = first + (int64_t)c->line_sums - 32;
    end = end < width ? end : width;
    if (begin < end)
        @_add_codes(line + (size_t)begin * step, step, (groups + 3) / 4 * 4, (size_t)(end - begin), weight,
                    sums + 2 * (begin - first));
}

/* Two bits of each code of four channels, from `shift` on, side by side in a byte of each pixel. */
static void @_pack_four(const unsigned char *const line[4], size_t width, unsigned shift, unsigned char *to,
                        size_t step) {
    const uint64_t two = 0x0303030303030303;
    size_t x, i;
    for (x = 0; x + 8 <= width; x += 8) {
        const uint64_t low = (@_word(line[0] + x) >> shift & two) | (@_word(line[1] + x) >> shift & two) << 2;
        const uint64_t high = (@_word(line[2] + x) >> shift & two) | (@_word(line[3] + x) >> shift & two) << 2;
        const uint64_t all = low | high << 4;
        for (i = 0; i < 8; ++i, to += step)
            *to = (unsigned char)(all >> (8 * i));
    }
    for (; x < width; ++x, to += step)
        *to = (unsigned char)((line[0][x] >> shift & 3) | (line[1][x] >> shift & 3) << 2 |
                              (line[2][x] >> shift & 3) << 4 | (line[3][x] >> shift & 3) << 6);
}

/* Two bits of each code of a line, as pixels with four codes a byte, of which those without codes stay what they were;
   `zeros` are as many as a line has. */
static void @_pack_line(const @_memory *m, const @_code_lines *c, size_t row, unsigned shift, const unsigned char *zeros,
                        unsigned char *to) {
    const size_t width = c->of.view->in_width, step = (c->groups + 3) / 4 * 4;
    const unsigned char *line[4];
    uint32_t p, k, count = 0;
    for (p = 0; p < c->of.parts; ++p)
        for (k = 0; k < c->of.part[p].count; ++k) {
            const @_part *part = c->of.part + p;
            line[count % 4] = @_place(m, part->at) + (size_t)part->step * k + row * width;
            if (++count % 4 == 0)
                @_pack_four(line, width, shift, to + count / 4 - 1, step);
        }
    if (count % 4 != 0) {
        for (k = count; k % 4 != 0; ++k)
            line[k % 4] = zeros;
        @_pack_four(line, width, shift, to + count / 4, step);
    }
}

/* The tables of a line of the image, unless they are there. */
static void @_keep_tables(const @_memory *m, const @_code_lines *c, const @_strip *s, int64_t row) {
    const @_lines *l = &c->of;
    const size_t slot = @_slot(l, row), plane_bytes = c->line_bytes / c->planes, packed = (c->groups + 3) / 4 * 4;
    unsigned char *tables = s->tables + slot * c->line_bytes, *sums = s->sums + slot * c->line_sums * 2;
    uint32_t p;
    if (@_was_kept(s->kept, slot, row))
        return;
    memset(sums, 0, (size_t)c->line_sums * 2);
    if (row < 0 || row >= (int64_t)l->view->in_height) {
        memset(tables, 0, c->line_bytes);
        return;
    }
    for (p = 0; l->packed && p < l->parts; ++p) {
        const @_part *part = l->part + p;
        @_expand(c, s, @_place(m, part->at) + (size_t)row * l->view->in_width * part->step, part->step,
                 (part->count + 3) / 4, tables + part->first / 4 * ((size_t)c->phases * c->positions * 32), sums, 1);
    }
    for (p = 0; !l->packed && p < c->planes; ++p) {
        const unsigned shift = 2 * (c->planes - 1 - p);
        @_pack_line(m, c, (size_t)row, shift, s->packed + packed * l->view->in_width, s->packed);
        @_expand(c, s, s->packed, packed, c->groups, tables + p * plane_bytes, sums, 1 << shift);
    }
}

/* lowest * (the sum of all codes that a window sees) of each pixel, for sums of taps that lie at sum_at. */
static void @_sum_windows(const @_code_lines *c, const @_strip *s, const unsigned char *sum_at) {
    const size_t apart = 2 * (size_t)c->of.view->stride_column, seen = (2 * s->part - 1) * apart + 2;
    const unsigned char *first = s->dense, *second = s->dense + s->part * apart;
    unsigned char *to = s->window;
    size_t i, t;
    for (i = 0; i < seen; i += 16 * $_SIDE) {
        @_vector total = $_NOTHING;
        for (t = 0; c->lowest != 0 && t < c->taps; ++t)
            total = $_ADD_WORDS(total, $_LOAD(s->sums + 2 * (size_t)@_four(sum_at + 4 * t) + i));
        $_STORE(s->dense + i, $_TIMES(total, c->lowest));
    }
    for (i = 0; i < s->part; ++i, first += apart, second += apart, to += 4) {
        memcpy(to, first, 2);
        memcpy(to + 2, second, 2);
    }
}
)";

}  // namespace lutra::c::detail
