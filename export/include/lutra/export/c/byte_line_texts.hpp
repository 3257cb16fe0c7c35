#pragma once
// The text of emitted C that multiplies bytes: four of a window by the weights of sixteen outputs at once, added up as
// pairs in words of 16 bits, and as numbers of 32 bits before these are full. In the text @ stands for the design's
// name and $ for its name in capitals.

#include <string_view>

namespace lutra::c::detail {

inline constexpr std::string_view byte_lines_text = R"(
/* A step stands for four bytes that lie one behind another in a kept line, all channels of a pixel side by side. */
typedef struct {
    @_lines of;
    uint32_t line_bytes, steps, flush_after;
    const uint32_t *at;         /* [steps]: where the window's first line is the first one kept */
    const signed char *weight;  /* [blocks][steps][16][4] */
    const int32_t *limit;       /* [blocks][levels][16]: that a sum must exceed; none where sums are given */
    const uint32_t *added;      /* [blocks][16]: to sums that are given */
} @_byte_lines;

/* A line of the image as bytes, pixel by pixel, unless it is there; 0 outside of the image. */
static void @_keep_bytes(const @_memory *m, const @_byte_lines *b, unsigned char *lines, unsigned char *kept,
                         int64_t row) {
    const @_lines *l = &b->of;
    const size_t slot = @_slot(l, row), channels = l->channels, width = l->view->in_width;
    const int64_t columns = b->line_bytes / l->channels;
    unsigned char *to = lines + slot * b->line_bytes;
    int64_t begin, end;
    size_t x, count;
    uint32_t p, k;
    if (@_was_kept(kept, slot, row))
        return;
    memset(to, 0, b->line_bytes);
    begin = @_steps_to(-(int64_t)l->first_column, 1, 0, columns);
    end = @_steps_to((int64_t)width - l->first_column, 1, begin, columns);
    if (row < 0 || row >= (int64_t)l->view->in_height || begin == end)
        return;
    count = (size_t)(end - begin);
    to += (size_t)begin * channels;
    for (p = 0; p < l->parts; ++p) {
        const @_part *part = l->part + p;
        const size_t from = (size_t)row * width + (size_t)(begin + l->first_column);
        const unsigned char *pixel = @_place(m, part->at) + from * part->step;
        unsigned char *out = to + part->first;
        if (!l->packed) {
            for (k = 0; k < part->count; ++k) {
                const unsigned char *value = @_place(m, part->at) + (size_t)part->step * k + from;
                for (x = 0; x < count; ++x)
                    out[x * channels + k] = value[x];
            }
            continue;
        }
        for (x = 0; x < count; ++x, pixel += part->step, out += channels) {
            for (k = 0; k + 4 <= part->count; k += 4) {
                const uint32_t byte = pixel[k / 4], four = (byte | byte << 6 | byte << 12 | byte << 18) & 0x03030303;
                memcpy(out + k, &four, 4);
            }
            for (; k < part->count; ++k)
                out[k] = (unsigned char)(pixel[k / 4] >> (k % 4 * 2) & 3);
        }
    }
}

#define $_EACH_OF_6(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5)
#define $_TWO_SUMS(p) @_vector s##p##0 = $_NOTHING, s##p##1 = $_NOTHING;
#define $_MULTIPLY(p) { \
    const @_vector four = $_SAME_FOUR(from + p * pixel); \
    s##p##0 = $_ADD_PRODUCTS(s##p##0, four, w0); $_HOLD(s##p##0) \
    s##p##1 = $_ADD_PRODUCTS(s##p##1, four, w1); $_HOLD(s##p##1) }
#define $_GATHER(p) \
    sums[4 / $_SIDE * p] = $_ADD_PAIRS(sums[4 / $_SIDE * p], s##p##0); \
    sums[4 / $_SIDE * p + 1] = $_ADD_PAIRS(sums[4 / $_SIDE * p + 1], s##p##1);

/* n steps of two vectors of outputs at six pixels, added to their sums. */
static void @_multiply_six(const unsigned char *bytes, size_t pixel, const unsigned char *at, const signed char *weight,
                           size_t n, @_vector *sums) {
    $_EACH_OF_6($_TWO_SUMS)
    for (; n != 0; --n, at += 4, weight += 64) {
        const unsigned char *from = bytes + @_four(at);
        const @_vector w0 = $_LOAD((const unsigned char *)weight);
        const @_vector w1 = $_LOAD((const unsigned char *)weight + 16 * $_SIDE);
        $_EACH_OF_6($_MULTIPLY)
    }
    $_EACH_OF_6($_GATHER)
}

#define $_GIVE_SUM(v) \
    $_STORE(out + block * 64 + v * 16 * $_SIDE, $_ADD_NUMBERS(sums[v], $_LOAD(added + v * 16 * $_SIDE)));
#define $_NONE_ABOVE(v) @_vector n##v = $_NOTHING;
#define $_MORE_ABOVE(v) n##v = $_COUNT_ABOVE(n##v, sums[v], $_LOAD(limit + v * 16 * $_SIDE));

/* What is given of the sums of one block at a pixel. */
static void @_give_sums(const @_byte_lines *b, size_t block, const @_vector *sums, unsigned char *out) {
    const unsigned char *added = (const unsigned char *)(b->added + block * 16);
    $_EACH_VECTOR($_GIVE_SUM)
}

static @_row @_give_counts(const @_byte_lines *b, size_t block, const @_vector *sums) {
    const unsigned char *limit = (const unsigned char *)(b->limit + block * b->of.levels * 16);
    uint32_t j;
    $_EACH_VECTOR($_NONE_ABOVE)
    for (j = 0; j < b->of.levels; ++j, limit += 64) {
        $_EACH_VECTOR($_MORE_ABOVE)
    }
    return $_NARROW_ROW;
}

/* All outputs at up to six pixels, whose answers are `step` bytes apart. */
static void @_byte_tile(const @_byte_lines *b, const unsigned char *bytes, const unsigned char *at, size_t pixels,
                        unsigned char *out, size_t step) {
    const size_t pixel = (size_t)b->of.view->stride_column * b->of.channels;
    size_t block, half, first, p;
    for (block = 0; block < b->of.blocks; ++block) {
        @_vector sums[24 / $_SIDE];
        for (p = 0; p < 24 / $_SIDE; ++p)
            sums[p] = $_NOTHING;
        for (half = 0; half < 2 / $_SIDE; ++half) {
            const signed char *weight = b->weight + block * b->steps * 64 + half * 32;
            for (first = 0; first < b->steps; first += b->flush_after) {
                const size_t n = b->steps - first < b->flush_after ? b->steps - first : b->flush_after;
                @_multiply_six(bytes, pixel, at + 4 * first, weight + 64 * first, n, sums + 2 * half);
            }
        }
        for (p = 0; p < pixels; ++p) {
            const @_vector *own = sums + p * (4 / $_SIDE);
            if (!b->limit)
                @_give_sums(b, block, own, out + p * step);
            else if (!b->of.to_pixel)
                $_STORE_ROW(out + p * step + block * 16, @_give_counts(b, block, own));
            else {
                const @_row row = $_TWO_BITS_ROW(@_give_counts(b, block, own));
                @_keep_four(out + p * step + block * 4, $_FIRST(row));
            }
        }
    }
}

static void @_multiply(const @_memory *m, const @_byte_lines *b) {
    const @_lines *l = &b->of;
    const size_t width = l->view->width, all = (size_t)l->span * b->line_bytes;
    const size_t pixel = (size_t)l->view->stride_column * l->channels;
    const unsigned size = b->limit ? 1 : 4;
    const size_t step = l->to_pixel ? l->to_pixel : 16 * size * (size_t)l->blocks;
    unsigned char *lines = @_room(m, l->work), *at = lines + all + 6 * pixel + 4;
    unsigned char *kept = at + 4 * (size_t)l->span * b->steps, *line = kept + 4 * (size_t)l->span;
    size_t y, x;
    uint32_t r;
    memset(kept, 0x80, 4 * (size_t)l->span);
    memset(lines + all, 0, 6 * pixel + 4);
    @_turn(l, b->at, b->steps, b->line_bytes, at);
    for (y = 0; y < l->view->height; ++y) {
        const int64_t first = (int64_t)y * l->view->stride_row + l->row[0];
        unsigned char *out = l->to_pixel ? m->own + l->to + y * width * step : line, *steps;
        for (r = 0; r < l->rows; ++r)
            @_keep_bytes(m, b, lines, kept, first + l->row[r] - l->row[0]);
        steps = at + 4 * @_slot(l, first) * b->steps;
        for (x = 0; x < width; x += 6)
            @_byte_tile(b, lines + x * pixel, steps, width - x < 6 ? width - x : 6, out + x * step, step);
        if (!l->to_pixel)
            @_put_line(m, l, line, size, y, 0, width);
    }
}
)";

}  // namespace lutra::c::detail
