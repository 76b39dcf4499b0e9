/* Elementary functions without branches, so that a compiler can run them on whole vectors.
   Polynomials are Chebyshev interpolants computed with 60 digits and rounded; with SINGLE they
   are as long as results in single precision need (all arithmetic stays in double). */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define LOG2E 1.4426950408889634
#define LN2_HIGH 0.6931471803691238
#define LN2_LOW 1.9082149292705877e-10
#define ROUND 6755399441055744.0 /* 1.5 * 2^52: adding it rounds to a whole number */
#define HUGE_64 18446744073709551616.0 /* 2^64 */
#define TINY 5.421010862427522e-20 /* 2^-64 */

static inline double from_bits(uint64_t u)
{
    double d;
    memcpy(&d, &u, 8);
    return d;
}

static inline uint64_t to_bits(double d)
{
    uint64_t u;
    memcpy(&u, &d, 8);
    return u;
}

/* 2^n for a whole n in [-1022, 1023], given as n + ROUND. */
static inline double two_to(double shifted)
{
    return from_bits((to_bits(shifted) + 1023) << 52);
}

/* exp(r) - 1 for |r| <= log(2)/2 */
static inline double exp_poly(double r)
{
#ifdef SINGLE
    double q = 0.00019890990824673654;
    q = fma(q, r, 0.001393364999630925);
    q = fma(q, r, 0.0083333109254809008);
    q = fma(q, r, 0.041666464925285905);
    q = fma(q, r, 0.16666666681623231);
    q = fma(q, r, 0.50000000134658092);
#else
    double q = 2.5100385495510319e-8;
    q = fma(q, r, 2.7620088445409748e-7);
    q = fma(q, r, 2.7557268459997065e-6);
    q = fma(q, r, 2.4801521295954375e-5);
    q = fma(q, r, 0.00019841269863053617);
    q = fma(q, r, 0.0013888888917213717);
    q = fma(q, r, 0.0083333333333300618);
    q = fma(q, r, 0.041666666666624128);
    q = fma(q, r, 0.16666666666666667);
    q = fma(q, r, 0.5);
#endif
    return fma(q, r * r, r);
}

static inline double exp_v(double x)
{
    double c = x < -746 ? -746 : x > 710 ? 710 : x;
    double t = fma(c, LOG2E, ROUND), n = t - ROUND;
    double r = fma(n, -LN2_LOW, fma(n, -LN2_HIGH, c));
    double half = fma(n, 0.5, ROUND), first = half - ROUND;
    return (1 + exp_poly(r)) * two_to(half) * two_to((n - first) + ROUND);
}

/* What exp(-a) and exp(-a) - 1 share for 0 <= a <= 752: exp_poly of the rest, and 2^64 times
   the power of two (below the normal numbers that power alone would be lost). */
static inline double decay_rest(double a, double *power)
{
    double t = fma(a, -LOG2E, ROUND), n = t - ROUND;
    *power = from_bits((to_bits(t) + 1023 + 64) << 52);
    return exp_poly(fma(n, -LN2_LOW, fma(n, -LN2_HIGH, -a)));
}

static inline double decay_near(double a)
{
    double s, q = decay_rest(a, &s);
    return fma(q, s, s) * TINY;
}

static inline double size_(double x)
{
    double a = fabs(x);
    return a > 746 ? 746 : a;
}

/* exp(-|x|) and exp(-|x|) - 1 */
static inline double decay_(double x)
{
    return decay_near(size_(x));
}

static inline double decay_less_1(double x)
{
    double s, q = decay_rest(size_(x), &s);
    return fma(q, s, s - HUGE_64) * TINY;
}

/* exp(x - m) for x <= m, with what the rounding of x - m takes away given back; differences of
   single numbers are exact enough in double precision. */
static inline double row_exp_(double x, double m)
{
    double w = x - m, e = decay_(w);
#ifndef SINGLE
    double back = w - x, lost = (x - (w - back)) - (m + back);
    e = e > 0 ? fma(e, lost, e) : e;
#endif
    return e;
}

static inline double expm1_v(double x)
{
    double c = x < -40 ? -40 : x > 710 ? 710 : x;
    double t = fma(c, LOG2E, ROUND), n = t - ROUND;
    double r = fma(n, -LN2_LOW, fma(n, -LN2_HIGH, c));
    double half = fma(n, 0.5, ROUND), first = half - ROUND, rest = n - first;
    double s = two_to(half), back = two_to(ROUND - rest);
    double y = fma(exp_poly(r), s, s - back) * two_to(rest + ROUND);
    return x == 0 ? x : y; /* keeps the sign of -0 */
}

/* log(1 + f + c) + k log 2 for 1 + f in [sqrt(1/2), sqrt(2)] and a tiny c */
static inline double log_poly(double f, double c, double k)
{
    double s = f / (2 + f), z = s * s, half = 0.5 * f * f;
#ifdef SINGLE
    double p = 0.29590317357160397;
    p = fma(p, z, 0.39988550988935757);
    p = fma(p, z, 0.6666668560327356);
#else
    double p = 0.1463003136412286;
    p = fma(p, z, 0.15330617306743305);
    p = fma(p, z, 0.18182922513515942);
    p = fma(p, z, 0.22222210674238515);
    p = fma(p, z, 0.28571428628810996);
    p = fma(p, z, 0.39999999999893222);
    p = fma(p, z, 0.66666666666666699);
#endif
    return k * LN2_HIGH - ((half - (s * fma(p, z, half) + fma(k, LN2_LOW, c))) - f);
}

/* x = m 2^k with m in [sqrt(1/2), sqrt(2)], for a normal positive x */
static inline double split(double x, double *k)
{
    uint64_t u = to_bits(x) - 0x3fe6a09e667f3bcdULL;
    *k = from_bits(0x4338000000000000ULL + 1024 + (u >> 52) - ((u >> 63) << 12)) - ROUND - 1024;
    return from_bits((u & 0x000fffffffffffffULL) + 0x3fe6a09e667f3bcdULL);
}

static inline double log_v(double x)
{
    int small = x < 2.2250738585072014e-308;
    double k, m = split(small ? x * 18014398509481984.0 : x, &k);
    double y = log_poly(m - 1, 0, small ? k - 54 : k);
    y = x > 0 ? y : x == 0 ? -INFINITY : NAN;
    return x == INFINITY || x != x ? x : y;
}

static inline double log1p_v(double x)
{
    double u = 1 + x, d = u - 1, c = (1 - (u - d)) + (x - d);
    double k, m = split(u, &k);
    double y = log_poly(m - 1, c / u, k);
    y = x > -1 ? y : x == -1 ? -INFINITY : NAN;
    return x == INFINITY || x != x ? x : fabs(x) < 1e-300 ? x : y;
}

/* log(1 + f) for f in [0, 1]: the series of log_poly reaches this far with a few terms more */
static inline double log1p_unit(double f)
{
    double s = f / (2 + f), z = s * s, half = 0.5 * f * f;
#ifdef SINGLE
    double p = 0.2322432922402335;
    p = fma(p, z, 0.21706575800880373);
    p = fma(p, z, 0.28592357994302836);
    p = fma(p, z, 0.3999970633192972);
    p = fma(p, z, 0.6666666732052742);
#else
    double p = 0.1616404561194353;
    p = fma(p, z, 0.08800738486144674);
    p = fma(p, z, 0.12001072809590713);
    p = fma(p, z, 0.13314144209654935);
    p = fma(p, z, 0.15385570064958623);
    p = fma(p, z, 0.18181789436132859);
    p = fma(p, z, 0.22222222717427864);
    p = fma(p, z, 0.2857142856710876);
    p = fma(p, z, 0.40000000000014585);
    p = fma(p, z, 0.6666666666666666);
#endif
    return f - (half - s * fma(p, z, half));
}

static inline double tanh_v(double x)
{
    /* m / (2 + m) with m = exp(-2|x|) - 1; what the sum and r round away is taken back. */
    double m = decay_less_1(2 * x), d = 2 + m, lost = 2 - d + m, r = 1 / d, t = m * r;
    return copysign(fma(fma(-t, lost, fma(-t, d, m)), r, t), x);
}

/* 1 / cosh(x)^2 as 4 (p - p^2) with p = sigmoid(-2 |x|), beside tanh without a division more. */
static inline double sech2_(double x)
{
    double r = 1 / (2 + decay_less_1(2 * x)), p = decay_(2 * x) * r;
    return 4 * fma(-p, p, p);
}

static inline double sigmoid_(double x)
{
    double e = decay_(x), r = 1 / (1 + e);
    return x >= 0 ? r : e * r;
}

static inline double sigmoid_slope_(double x)
{
    double e = decay_(x), r = 1 / (1 + e), p = e * r;
    return fma(-p, p, p);
}

static inline double softplus_(double x)
{
    return (x > 0 ? x : 0) + log1p_unit(decay_(x));
}

static inline double logaddexp_(double x, double y)
{
    double top = x > y ? x : y, gap = x == y ? 0 : x - y;
    return top + log1p_unit(decay_(gap));
}

static inline double tanh_softplus_(double x)
{
    /* n / d with n = exp(2x) + 2 exp(x) and d = n + 2, both over exp(2x) where x > 0. */
    double e = decay_(x), n = x > 0 ? fma(2, e, 1) : e * (e + 2);
    double d = x > 0 ? fma(2 * e, e + 1, 1) : fma(e, e + 2, 2);
    return n / d;
}

static inline double sigmoid_tangent_(double u, double w)
{
    /* sigmoid(u) + w sigmoid'(u) over one denominator: exact beside its zeros. */
    double e = decay_(u), g = e == 0 ? 0 : 1 + w;
    return (u >= 0 ? fma(e, g, 1) : e * (g + e)) / fma(e, e + 2, 1);
}

static inline double tanh_softplus_tangent_(double u, double w)
{
    double e = decay_(u), n = fma(2, e, 1), g = e == 0 ? 0 : w;
    double d = u > 0 ? fma(2 * e, e + 1, 1) : fma(e, e + 2, 2);
    double left = 4 * e * fma(e, fma(e, fma(0.25, e, 1), 1.5 + g), 1 + g);
    return (u > 0 ? fma(4 * (e * e), fma(g, e, g), n * d) : left) / (d * d);
}

/* Unlike fmax and fmin these keep NaN, as NumPy's maximum and minimum do. */
static inline double max_v(double x, double y)
{
    return (x > y) | (x != x) ? x : y;
}

static inline double min_v(double x, double y)
{
    return (x < y) | (x != x) ? x : y;
}

static inline float max_s(float x, float y)
{
    return (x > y) | (x != x) ? x : y;
}

static inline float min_s(float x, float y)
{
    return (x < y) | (x != x) ? x : y;
}

/* sqrt(x^2 + y^2) without overflow of the squares */
static inline double hypot_v(double x, double y)
{
    double a = fabs(x), b = fabs(y), top = a > b ? a : b, q = (a > b ? b : a) / top;
    double made = top == 0 || top == INFINITY ? top : top * sqrt(fma(q, q, 1));
    return x != x || y != y ? x + y : made;
}

/* exp(-scale x^2) for scale 1 or 1/2; the rounding of x^2 is taken back. */
static inline double bell_(double x, double scale)
{
    double far = scale == 1 ? 27.4 : 38.7, a = fabs(x) > far ? far : fabs(x), square = a * a;
    double lost = fma(a, a, -square);
    double e = decay_near(scale * square);
    return fma(-scale * lost, e, e);
}

/* exp(a^2) erfc(a) for a >= 0.44 */
static inline double erfcx_(double a)
{
    return erfcx_poly((a - 3.5) / (a + 3.5)) / (1 + 2 * a);
}

/* erf(x) for |x| <= 1 */
static inline double erf_near_(double x)
{
    return x * erf_poly(x * x > 1 ? 1 : x * x);
}

static inline double erfc_v(double x)
{
    double a = fabs(x) > 40 ? 40 : fabs(x);
    double tail = bell_(a, 1) * erfcx_(a);
    return x != x ? x : a <= 0.5 ? 1 - erf_near_(x) : x < 0 ? 2 - tail : tail;
}

static inline double erf_v(double x)
{
    double a = fabs(x) > 40 ? 40 : fabs(x);
    double outer = copysign(1 - bell_(a, 1) * erfcx_(a), x);
    return x != x ? x : a <= 1 ? erf_near_(x) : outer;
}

/* normal_cdf(-a) exp(a^2/2) for a >= 0 */
static inline double mills_(double a)
{
    return mills_poly((a - 5) / (a + 5)) / (1 + 0.75 * a);
}

static inline double normal_cdf_(double x)
{
    double a = fabs(x) > 40 ? 40 : fabs(x), tail = bell_(x, 0.5) * mills_(a);
    return x < 0 ? tail : 1 - tail;
}

/* normal_cdf(u) + w normal_pdf(u): the cancellation is beside mills, not beside its product with
   the exponential. */
static inline double normal_cdf_tangent_(double u, double w)
{
    double a = fabs(u) > 40 ? 40 : fabs(u);
    double bell = bell_(u, 0.5), half = mills_(a), g = bell == 0 ? 0 : w;
    double right = 1 - bell * fma(-0.3989422804014327, g, half);
    return u < 0 ? bell * fma(0.3989422804014327, g, half) : right;
}

/* sinh by exp(x) - 1, halved so that only what is too large overflows */
static inline double sinh_v(double x)
{
    double a = fabs(x), e = expm1_v(a > 700 ? a - LN2_HIGH : a);
    double y = a > 700 ? e * (1 - LN2_LOW) : 0.5 * (e + e / (e + 1));
    return copysign(y, x);
}

static inline double cosh_v(double x)
{
    double a = fabs(x), e = exp_v(a > 700 ? a - LN2_HIGH : a);
    return a > 700 ? e * (1 - LN2_LOW) : 0.5 * (e + 1 / e);
}

#undef LOG2E
#undef LN2_HIGH
#undef LN2_LOW
#undef ROUND
#undef HUGE_64
#undef TINY
