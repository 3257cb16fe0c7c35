#pragma once
// The text of emitted C that calls the vectors of different instruction sets by the same names. In the text @ stands
// for the design's name and $ for its name in capitals.

#include <string_view>

namespace lutra::c::detail {

/// What the instruction sets are called by. A vector is $_SIDE rows of sixteen bytes.
inline constexpr std::string_view vector_sets_text = R"(
#if defined($_PLAIN)
#elif defined(__AVX2__)
#include <immintrin.h>
#define $_SIDE 2
typedef __m256i @_vector;
typedef __m128i @_row;
#define $_LOAD(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define $_STORE(p, v) _mm256_storeu_si256((__m256i *)(void *)(p), v)
#define $_NOTHING _mm256_setzero_si256()
#elif defined(__SSSE3__)
#include <tmmintrin.h>
#define $_SIDE 1
typedef __m128i @_vector, @_row;
#define $_LOAD(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define $_STORE(p, v) _mm_storeu_si128((__m128i *)(void *)(p), v)
#define $_NOTHING _mm_setzero_si128()
#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(__ARM_BIG_ENDIAN)
#include <arm_neon.h>
#define $_SIDE 1
typedef uint8x16_t @_vector, @_row;
#define $_LOAD(p) vld1q_u8(p)
#define $_STORE(p, v) vst1q_u8(p, v)
#define $_NOTHING vdupq_n_u8(0)
#define @_words(v) vreinterpretq_u16_u8(v)
#define @_numbers(v) vreinterpretq_u32_u8(v)
#define @_signed_words(v) vreinterpretq_s16_u8(v)
#define @_signed_numbers(v) vreinterpretq_s32_u8(v)
#define @_of_words(v) vreinterpretq_u8_u16(v)
#define @_of_numbers(v) vreinterpretq_u8_u32(v)
#endif

#ifdef $_SIDE
/* Sums stay in their registers: compilers would move them around. */
#if !defined(__GNUC__)
#define $_HOLD(v)
#elif defined(__aarch64__)
#define $_HOLD(v) __asm__("" : "+w"(v));
#else
#define $_HOLD(v) __asm__("" : "+x"(v));
#endif

/* The first four bytes of a row, and how it is stored. */
#ifdef __aarch64__
#define $_FIRST(row) vgetq_lane_u32(vreinterpretq_u32_u8(row), 0)
#define $_STORE_ROW(p, row) vst1q_u8(p, row)
#else
#define $_FIRST(row) ((uint32_t)_mm_cvtsi128_si32(row))
#define $_STORE_ROW(p, row) _mm_storeu_si128((__m128i *)(void *)(p), row)
#endif

/* Sixteen codes of two bits, a byte each, as four bytes: in a row, and in each row of a vector. */
#if $_SIDE == 2
#define $_TWO_BITS(v) \
    _mm256_shuffle_epi8(_mm256_madd_epi16(_mm256_maddubs_epi16(v, _mm256_set1_epi16(0x0401)), \
                                          _mm256_set1_epi32(0x00100001)), _mm256_set1_epi32(0x0c080400))
#define $_ROW(v, lane) ((lane) != 0 ? _mm256_extracti128_si256(v, 1) : _mm256_castsi256_si128(v))
#endif
#ifdef __aarch64__
#define $_TWO_BITS_ROW(row) \
    vcombine_u8(vmovn_u16(vcombine_u16(vmovn_u32(vshrq_n_u32(vmulq_n_u32(@_numbers(row), 0x01041040), 24)), \
                                       vdup_n_u16(0))), vdup_n_u8(0))
#else
#define $_TWO_BITS_ROW(row) \
    _mm_shuffle_epi8(_mm_madd_epi16(_mm_maddubs_epi16(row, _mm_set1_epi16(0x0401)), _mm_set1_epi32(0x00100001)), \
                     _mm_set1_epi32(0x0c080400))
#endif
#if $_SIDE == 1
#define $_TWO_BITS(v) $_TWO_BITS_ROW(v)
#define $_ROW(v, lane) (v)
#endif
#endif
)";

/// Vectors as bytes and as words of 16 bits.
inline constexpr std::string_view word_vectors_text = R"(
#if $_SIDE == 2
#define $_SAME(p) _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)(p)))
#define $_LOOK_UP(table, index) _mm256_shuffle_epi8(table, index)
#define $_ADD_BYTES(a, b) _mm256_add_epi8(a, b)
#define $_ADD_WORDS(a, b) _mm256_add_epi16(a, b)
#define $_LESS(a, b) _mm256_sub_epi16(a, b)
#define $_UPPER_BYTES(v) _mm256_srli_epi16(v, 8)
#define $_RAISED(v) _mm256_slli_epi16(v, 8)
#define $_FOUR_TIMES(v) _mm256_slli_epi16(v, 2)
#define $_TIMES(v, factor) _mm256_mullo_epi16(v, _mm256_set1_epi16((short)(factor)))
#define $_ABOVE(a, b) _mm256_cmpgt_epi16(a, b)
#define $_BYTES_OF(low, high) _mm256_packus_epi16(low, high)
#define $_WORD_EACH(p) \
    _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_set1_epi16(@_two(p))), _mm_set1_epi16(@_two((p) + 2)), 1)
#elif defined(__aarch64__)
#define $_SAME(p) vld1q_u8(p)
#define $_LOOK_UP(table, index) vqtbl1q_u8(table, index)
#define $_ADD_BYTES(a, b) vaddq_u8(a, b)
#define $_ADD_WORDS(a, b) @_of_words(vaddq_u16(@_words(a), @_words(b)))
#define $_LESS(a, b) @_of_words(vsubq_u16(@_words(a), @_words(b)))
#define $_UPPER_BYTES(v) @_of_words(vshrq_n_u16(@_words(v), 8))
#define $_RAISED(v) @_of_words(vshlq_n_u16(@_words(v), 8))
#define $_FOUR_TIMES(v) @_of_words(vshlq_n_u16(@_words(v), 2))
#define $_TIMES(v, factor) @_of_words(vmulq_n_u16(@_words(v), (uint16_t)(factor)))
#define $_ABOVE(a, b) @_of_words(vcgtq_s16(@_signed_words(a), @_signed_words(b)))
#define $_BYTES_OF(low, high) vcombine_u8(vmovn_u16(@_words(low)), vmovn_u16(@_words(high)))
#define $_WORD_EACH(p) @_of_words(vdupq_n_u16((uint16_t)@_two(p)))
#else
#define $_SAME(p) $_LOAD(p)
#define $_LOOK_UP(table, index) _mm_shuffle_epi8(table, index)
#define $_ADD_BYTES(a, b) _mm_add_epi8(a, b)
#define $_ADD_WORDS(a, b) _mm_add_epi16(a, b)
#define $_LESS(a, b) _mm_sub_epi16(a, b)
#define $_UPPER_BYTES(v) _mm_srli_epi16(v, 8)
#define $_RAISED(v) _mm_slli_epi16(v, 8)
#define $_FOUR_TIMES(v) _mm_slli_epi16(v, 2)
#define $_TIMES(v, factor) _mm_mullo_epi16(v, _mm_set1_epi16((short)(factor)))
#define $_ABOVE(a, b) _mm_cmpgt_epi16(a, b)
#define $_BYTES_OF(low, high) _mm_packus_epi16(low, high)
#define $_WORD_EACH(p) _mm_set1_epi16(@_two(p))
#endif
)";

/// Vectors as bytes that are multiplied, and as numbers of 32 bits.
inline constexpr std::string_view number_vectors_text = R"(
#if $_SIDE == 2
#define $_SAME_FOUR(p) _mm256_set1_epi32((int)@_four(p))
#define $_ADD_PRODUCTS(words, bytes, weights) _mm256_add_epi16(words, _mm256_maddubs_epi16(bytes, weights))
#define $_ADD_PAIRS(numbers, words) _mm256_add_epi32(numbers, _mm256_madd_epi16(words, _mm256_set1_epi16(1)))
#define $_ADD_NUMBERS(a, b) _mm256_add_epi32(a, b)
#define $_COUNT_ABOVE(n, a, b) _mm256_sub_epi32(n, _mm256_cmpgt_epi32(a, b))
#elif defined(__aarch64__)
#define $_SAME_FOUR(p) @_of_numbers(vdupq_n_u32(@_four(p)))
#define $_ADD_PRODUCTS(words, bytes, weights) @_add_products(words, bytes, weights)
#define $_ADD_PAIRS(numbers, words) \
    vreinterpretq_u8_s32(vpadalq_s16(@_signed_numbers(numbers), @_signed_words(words)))
#define $_ADD_NUMBERS(a, b) @_of_numbers(vaddq_u32(@_numbers(a), @_numbers(b)))
#define $_COUNT_ABOVE(n, a, b) \
    @_of_numbers(vsubq_u32(@_numbers(n), vcgtq_s32(@_signed_numbers(a), @_signed_numbers(b))))

/* The products of bytes and signed bytes, those of two neighbours in one word. */
static @_vector @_add_products(@_vector words, @_vector bytes, @_vector weights) {
    const int8x16_t w = vreinterpretq_s8_u8(weights);
    const int16x8_t low = vmulq_s16(vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(bytes))), vmovl_s8(vget_low_s8(w)));
    const int16x8_t high = vmulq_s16(vreinterpretq_s16_u16(vmovl_u8(vget_high_u8(bytes))), vmovl_s8(vget_high_s8(w)));
    return vreinterpretq_u8_s16(vaddq_s16(@_signed_words(words), vpaddq_s16(low, high)));
}
#else
#define $_SAME_FOUR(p) _mm_set1_epi32((int)@_four(p))
#define $_ADD_PRODUCTS(words, bytes, weights) _mm_add_epi16(words, _mm_maddubs_epi16(bytes, weights))
#define $_ADD_PAIRS(numbers, words) _mm_add_epi32(numbers, _mm_madd_epi16(words, _mm_set1_epi16(1)))
#define $_ADD_NUMBERS(a, b) _mm_add_epi32(a, b)
#define $_COUNT_ABOVE(n, a, b) _mm_sub_epi32(n, _mm_cmpgt_epi32(a, b))
#endif

/* For each vector of sixteen numbers; these, from 0 to 255, as a row of bytes. */
#if $_SIDE == 2
#define $_EACH_VECTOR(DO) DO(0) DO(1)
static @_row @_narrow_row(@_vector n0, @_vector n1) {
    const __m256i words = _mm256_permute4x64_epi64(_mm256_packs_epi32(n0, n1), 0xd8);
    return _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
}
#define $_NARROW_ROW @_narrow_row(n0, n1)
#else
#define $_EACH_VECTOR(DO) DO(0) DO(1) DO(2) DO(3)
static @_row @_narrow_row(@_vector n0, @_vector n1, @_vector n2, @_vector n3) {
#ifdef __aarch64__
    const uint16x8_t low = vcombine_u16(vmovn_u32(@_numbers(n0)), vmovn_u32(@_numbers(n1)));
    const uint16x8_t high = vcombine_u16(vmovn_u32(@_numbers(n2)), vmovn_u32(@_numbers(n3)));
    return vcombine_u8(vmovn_u16(low), vmovn_u16(high));
#else
    return _mm_packus_epi16(_mm_packs_epi32(n0, n1), _mm_packs_epi32(n2, n3));
#endif
}
#define $_NARROW_ROW @_narrow_row(n0, n1, n2, n3)
#endif
)";

}  // namespace lutra::c::detail
