#pragma once
// The text of emitted C for instruction sets that shuffle or multiply bytes: what their windows of codes have in
// common. Images of codes of two bits lie there pixel by pixel, four codes a byte, sixteen channels in four bytes; the
// lines that a window sees are kept while it moves down. In the text @ stands for the design's name and $ for its name
// in capitals.

#include <string_view>

namespace lutra::c::detail {

inline constexpr std::string_view lines_text = R"(
/* Channels of an image that lie `step` bytes apart, or whose pixels have so many bytes with four codes each; `first` is
   the number of the first one among all. */
typedef struct {
    uint32_t at, step, first, count;
} @_part;

/* A window that is worked through line by line. Which lines it sees, and what it reads and gives: pixels of to_pixel
   bytes with four codes each, or, where that is 0, for each output a plane of values of to_bytes bytes. */
typedef struct {
    const @_view *view;
    const @_part *part;
    uint32_t parts, packed, channels;
    const int32_t *row; /* [rows], from the first */
    uint32_t rows, span;
    int32_t first_column;
    uint32_t levels, blocks, outputs, to, to_pixel, to_bytes, work;
} @_lines;

/* Memory from a whole cache line on. */
static unsigned char *@_room(const @_memory *m, uint32_t at) {
    unsigned char *p = m->own + at;
    return p + (64 - (uintptr_t)p % 64) % 64;
}

/* Where a line, which may lie outside of the image, is kept. */
static size_t @_slot(const @_lines *l, int64_t row) {
    const int32_t span = (int32_t)l->span, left = (int32_t)row % span;
    return (size_t)(left < 0 ? left + span : left);
}

static void @_keep_four(unsigned char *p, uint32_t four) {
    memcpy(p, &four, 4);
}

/* Whether a line was kept in its slot; from now on it is. */
static int @_was_kept(unsigned char *kept, size_t slot, int64_t row) {
    const int was = @_four(kept + 4 * slot) == (uint32_t)row;
    @_keep_four(kept + 4 * slot, (uint32_t)row);
    return was;
}

/* Places in kept lines of so many units, once for each slot that the window's first line may be in. */
static void @_turn(const @_lines *l, const uint32_t *at, uint32_t count, uint32_t units, unsigned char *to) {
    const uint32_t all = l->span * units;
    uint32_t slot, i;
    for (slot = 0; slot < l->span; ++slot)
        for (i = 0; i < count; ++i, to += 4) {
            const uint32_t turned = at[i] + slot * units;
            @_keep_four(to, turned < all ? turned : turned - all);
        }
}

/* How many times `step` is in `a`, rounded up, but at least `low` and no more than `high`. */
static int64_t @_steps_to(int64_t a, int64_t step, int64_t low, int64_t high) {
    const int64_t steps = a / step + (a % step > 0);
    return steps < low ? low : steps < high ? steps : high;
}

#define $_PUT(in_type, out_type) \
    for (k = 0; k < n; ++k, p += step) { \
        in_type value; \
        out_type own; \
        memcpy(&value, p, sizeof value); \
        own = (out_type)value; \
        memcpy(out + k * sizeof own, &own, sizeof own); \
    }

/* Values of `size` bytes of n places of a line, from column x on, become those of the answer: they lie pixel by pixel,
   all blocks of sixteen outputs side by side. */
static void @_put_line(const @_memory *m, const @_lines *l, const unsigned char *from, unsigned size, size_t y, size_t x,
                       size_t n) {
    const size_t width = l->view->width, places = l->view->height * width, step = 16 * size * (size_t)l->blocks;
    size_t o, k;
    for (o = 0; o < l->outputs; ++o) {
        const unsigned char *p = from + o * size;
        unsigned char *out = @_own(m, l->to) + (o * places + y * width + x) * l->to_bytes;
        if (size == 1 && l->to_bytes == 1)
            $_PUT(uint8_t, uint8_t)
        else if (size == 1)
            $_PUT(uint8_t, uint32_t)
        else if (l->to_bytes == 1)
            $_PUT(uint32_t, uint8_t)
        else if (l->to_bytes == 2)
            $_PUT(uint32_t, uint16_t)
        else
            $_PUT(uint32_t, uint32_t)
    }
}
)";

inline constexpr std::string_view spread_pixels_text = R"(
/* Each pixel of so many bytes becomes rows times columns of them. */
static void @_spread_pixels(const @_memory *m, uint32_t from, const @_view *in, size_t bytes, size_t rows,
                            size_t columns, uint32_t to) {
    const unsigned char *p = m->own + from;
    unsigned char *out = m->own + to;
    const size_t line = in->in_width * columns * bytes;
    size_t y, x, k;
    for (y = 0; y < in->in_height; ++y) {
        unsigned char *const first = out;
        for (x = 0; x < in->in_width; ++x, p += bytes)
            for (k = 0; k < columns; ++k, out += bytes)
                memcpy(out, p, bytes);
        for (k = 1; k < rows; ++k, out += line)
            memcpy(out, first, line);
    }
}
)";

}  // namespace lutra::c::detail
