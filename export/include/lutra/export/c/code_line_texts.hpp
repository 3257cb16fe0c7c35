#pragma once
// The text of emitted C that shuffles bytes: sixteen outputs look their sums up at once, in the tables that
// code_table_texts.hpp makes. In the text @ stands for the design's name and $ for its name in capitals.

#include <string_view>

namespace lutra::c::detail {

inline constexpr std::string_view code_lines_text = R"(
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
    s.out = s.packed + (packed + 1) * l->view->in_width;
    memset(s.packed, 0, (packed + 1) * l->view->in_width);
    @_turn(l, c->at, c->planes * c->steps, c->line_bytes, s.at);
    @_turn(l, c->sum_at, c->taps, c->line_sums, s.sum_at);
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
