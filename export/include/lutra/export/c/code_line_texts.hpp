#pragma once
// The text of emitted C that shuffles bytes: for each four channels of a pixel there is a table of sixteen bytes, the
// sums of those codes that a number of four bits chooses, and sixteen outputs look theirs up at once. In the text @
// stands for the design's name and $ for its name in capitals.

#include <string_view>

namespace lutra::c::detail {

/// ~T are the tables of all bytes of four codes.
inline constexpr std::string_view code_lines_text = R"(
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

static void @_keep_four(unsigned char *p, uint32_t four) {
    memcpy(p, &four, 4);
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

/* Two bits of each code of a line, from `shift` on, as pixels with four codes a byte. */
static void @_pack_line(const @_memory *m, const @_code_lines *c, size_t row, unsigned shift, unsigned char *to) {
    const size_t width = c->of.view->in_width, step = (c->groups + 3) / 4 * 4;
    uint32_t p, k;
    size_t x;
    memset(to, 0, width * step);
    for (p = 0; p < c->of.parts; ++p)
        for (k = 0; k < c->of.part[p].count; ++k) {
            const @_part *part = c->of.part + p;
            const unsigned char *from = @_place(m, part->at) + (size_t)part->step * k + row * width;
            unsigned char *out = to + (part->first + k) / 4;
            const unsigned up = (part->first + k) % 4 * 2;
            for (x = 0; x < width; ++x, out += step)
                *out = (unsigned char)(*out | (from[x] >> shift & 3) << up);
        }
}

/* The tables of a line of the image, unless they are there. */
static void @_keep_tables(const @_memory *m, const @_code_lines *c, const @_strip *s, int64_t row) {
    const @_lines *l = &c->of;
    const size_t slot = @_slot(l, row), plane_bytes = c->line_bytes / c->planes;
    unsigned char *tables = s->tables + slot * c->line_bytes, *sums = s->sums + slot * c->line_sums * 2;
    uint32_t p;
    if (@_four(s->kept + 4 * slot) == (uint32_t)row)
        return;
    @_keep_four(s->kept + 4 * slot, (uint32_t)row);
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
        @_pack_line(m, c, (size_t)row, shift, s->packed);
        @_expand(c, s, s->packed, (c->groups + 3) / 4 * 4, c->groups, tables + p * plane_bytes, sums, 1 << shift);
    }
}

/* Where each step finds its table and each tap its sums, with the window's first line in each of the slots. */
static void @_turn(const @_code_lines *c, const @_strip *s) {
    const uint32_t tables = c->of.span * c->line_bytes, sums = c->of.span * c->line_sums, steps = c->planes * c->steps;
    uint32_t slot, i;
    for (slot = 0; slot < c->of.span; ++slot) {
        for (i = 0; i < steps; ++i) {
            const uint32_t at = c->at[i] + slot * c->line_bytes;
            @_keep_four(s->at + 4 * ((size_t)slot * steps + i), at < tables ? at : at - tables);
        }
        for (i = 0; i < c->taps; ++i) {
            const uint32_t at = c->sum_at[i] + slot * c->line_sums;
            @_keep_four(s->sum_at + 4 * ((size_t)slot * c->taps + i), at < sums ? at : at - sums);
        }
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

#define $_EACH_OF_4(DO, o) DO(0, o) DO(1, o) DO(2, o) DO(3, o)
#define $_SUM(p, o) @_vector s##p##o = $_NOTHING;
#define $_TABLE(p, o) const @_vector t##p = $_LOAD(t + p * 16 * $_SIDE);
#define $_STEP(p, o) s##p##o = $_ADD_BYTES(s##p##o, $_LOOK_UP(t##p, w##o)); $_HOLD(s##p##o)
#define $_FLUSH(p, o) \
    both[o * 4 + p] = $_ADD_WORDS(both[o * 4 + p], s##p##o); \
    upper[o * 4 + p] = $_ADD_WORDS(upper[o * 4 + p], $_UPPER_BYTES(s##p##o));

#define $_ONE_BLOCK(i) { \
    const unsigned char *t = table + @_four(at + 4 * i); \
    const @_vector w0 = $_SAME(weight + 16 * i); \
    $_EACH_OF_4($_TABLE, 0) \
    $_EACH_OF_4($_STEP, 0) }
#define $_TWO_BLOCKS(i) { \
    const unsigned char *t = table + @_four(at + 4 * i); \
    const @_vector w0 = $_SAME(weight + 16 * i), w1 = $_SAME(second + 16 * i); \
    $_EACH_OF_4($_TABLE, 0) \
    $_EACH_OF_4($_STEP, 0) \
    $_EACH_OF_4($_STEP, 1) }

/* n steps of one block of outputs, or of two, at four vectors of pixels. Bytes are added as words of two, and the upper
   ones alone: what the lower ones are, is the difference. */
static void @_look_up_one(const unsigned char *table, const unsigned char *at, const unsigned char *weight, size_t n,
                          @_vector *both, @_vector *upper) {
    $_EACH_OF_4($_SUM, 0)
    for (; n >= 3; n -= 3, at += 12, weight += 48) {
        $_ONE_BLOCK(0)
        $_ONE_BLOCK(1)
        $_ONE_BLOCK(2)
    }
    for (; n != 0; --n, at += 4, weight += 16)
        $_ONE_BLOCK(0)
    $_EACH_OF_4($_FLUSH, 0)
}

static void @_look_up_two(const unsigned char *table, const unsigned char *at, const unsigned char *weight,
                          const unsigned char *second, size_t n, @_vector *both, @_vector *upper) {
    $_EACH_OF_4($_SUM, 0)
    $_EACH_OF_4($_SUM, 1)
    for (; n >= 3; n -= 3, at += 12, weight += 48, second += 48) {
        $_TWO_BLOCKS(0)
        $_TWO_BLOCKS(1)
        $_TWO_BLOCKS(2)
    }
    for (; n != 0; --n, at += 4, weight += 16, second += 16)
        $_TWO_BLOCKS(0)
    $_EACH_OF_4($_FLUSH, 0)
    $_EACH_OF_4($_FLUSH, 1)
}

/* Of sixteen outputs at each pixel of a vector: how many limits the sums exceed. */
static @_vector @_exceeded(const @_code_lines *c, size_t block, @_vector low, @_vector high) {
    const unsigned char *limit = (const unsigned char *)(c->limit + block * c->of.levels * 16);
    @_vector met_low = $_NOTHING, met_high = $_NOTHING;
    uint32_t j;
    for (j = 0; j < c->of.levels; ++j, limit += 32) {
        met_low = $_LESS(met_low, $_ABOVE(low, $_SAME(limit)));
        met_high = $_LESS(met_high, $_ABOVE(high, $_SAME(limit + 16)));
    }
    return $_BYTES_OF(met_low, met_high);
}

/* The codes of one block or two at four vectors of pixels, from number `at` on. */
static void @_give_codes(const @_code_lines *c, const @_strip *s, size_t at, size_t block, size_t blocks,
                         const @_vector *both, const @_vector *upper, unsigned char *out) {
    const int packed = c->of.levels <= 3 && c->of.to_pixel != 0;
    const size_t block_bytes = packed ? 4 : 16, step = block_bytes * c->of.blocks;
    size_t p, o, lane;
    for (p = 0; p < 4; ++p) {
        const @_vector window = $_WORD_EACH(s->window + 2 * $_SIDE * (at + p));
        if ((at + p) * $_SIDE >= 2 * s->part)
            return;
        for (o = 0; o < blocks; ++o) {
            @_vector low = $_LESS(both[4 * o + p], $_RAISED(upper[4 * o + p])), high = upper[4 * o + p], codes;
            if (c->doubled) {
                low = $_ADD_WORDS(low, low);
                high = $_ADD_WORDS(high, high);
            }
            codes = @_exceeded(c, block + o, $_ADD_WORDS(low, window), $_ADD_WORDS(high, window));
            if (packed)
                codes = $_TWO_BITS(codes);
            for (lane = 0; lane < $_SIDE; ++lane) {
                const size_t number = (at + p) * $_SIDE + lane, pixel = number % 2 * s->part + number / 2;
                const @_row row = $_ROW(codes, lane);
                unsigned char *to = out + pixel * step + (block + o) * block_bytes;
                if (pixel >= s->pixels)
                    break;
                if (packed)
                    @_keep_four(to, $_FIRST(row));
                else
                    $_STORE_ROW(to, row);
            }
        }
    }
}

/* One block or two at four vectors of pixels. */
static void @_code_tile(const @_code_lines *c, const @_strip *s, const unsigned char *steps, size_t at, size_t block,
                        size_t blocks, unsigned char *out) {
    const unsigned char *table = s->tables + at * 16 * $_SIDE;
    @_vector both[8], upper[8];
    size_t i, step;
    uint32_t p;
    for (i = 0; i < 4 * blocks; ++i)
        both[i] = upper[i] = $_NOTHING;
    for (p = 0; p < c->planes; ++p) {
        const unsigned char *weight = c->weight + block * c->steps * 16;
        for (i = 0; p != 0 && i < 4 * blocks; ++i) {
            both[i] = $_FOUR_TIMES(both[i]);
            upper[i] = $_FOUR_TIMES(upper[i]);
        }
        for (step = 0; step < c->steps; step += c->flush_after) {
            const size_t n = c->steps - step < c->flush_after ? c->steps - step : c->flush_after;
            const unsigned char *of = steps + 4 * (p * c->steps + step);
            if (blocks == 2)
                @_look_up_two(table, of, weight + 16 * step, weight + ((size_t)c->steps + step) * 16, n, both, upper);
            else
                @_look_up_one(table, of, weight + 16 * step, n, both, upper);
        }
    }
    @_give_codes(c, s, at, block, blocks, both, upper, out);
}

static void @_shuffle(const @_memory *m, const @_code_lines *c) {
    const @_lines *l = &c->of;
    const size_t width = l->view->width, packed = (c->groups + 3) / 4 * 4;
    size_t y, i, block, r;
    @_strip s;
    s.tables = @_room(m, l->work);
    s.sums = s.tables + (size_t)l->span * c->line_bytes;
    s.dense = s.sums + 2 * (size_t)l->span * c->line_sums;
    s.window = s.dense + 2 * (size_t)c->line_sums;
    s.at = s.window + 2 * (size_t)c->strip;
    s.sum_at = s.at + 4 * (size_t)l->span * c->planes * c->steps;
    s.kept = s.sum_at + 4 * (size_t)l->span * c->taps;
    s.packed = s.kept + 4 * (size_t)l->span;
    s.out = s.packed + packed * l->view->in_width;
    @_turn(c, &s);
    for (s.column = 0; s.column < width; s.column += c->strip) {
        s.pixels = width - s.column < c->strip ? width - s.column : c->strip;
        s.part = (s.pixels + 1) / 2;
        memset(s.kept, 0x80, 4 * (size_t)l->span);
        for (y = 0; y < l->view->height; ++y) {
            const int64_t first = (int64_t)y * l->view->stride_row + l->row[0];
            const size_t vectors = 2 * s.part / $_SIDE, slot = @_slot(l, first);
            unsigned char *out = l->to_pixel ? m->own + l->to + (y * width + s.column) * l->to_pixel : s.out;
            for (r = 0; r < l->rows; ++r)
                @_keep_tables(m, c, &s, first + l->row[r] - l->row[0]);
            @_sum_windows(c, &s, s.sum_at + 4 * slot * c->taps);
            for (i = 0; i < vectors; i += 4) {
                const size_t at = i + 4 <= vectors || vectors < 4 ? i : vectors - 4;
                for (block = 0; block < l->blocks; block += 2)
                    @_code_tile(c, &s, s.at + 4 * slot * c->planes * c->steps, at, block, l->blocks - block < 2 ? 1 : 2, out);
            }
            if (!l->to_pixel)
                @_put_line(m, l, s.out, 1, y, s.column, s.pixels);
        }
    }
}
)";

}  // namespace lutra::c::detail
