static double sigmoid_(double x)
{
    double e = exp(-fabs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
}

static double sigmoid_slope_(double x)
{
    double e = exp(-fabs(x));
    return e / ((1 + e) * (1 + e));
}

static double softplus_(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static double logaddexp_(double x, double y)
{
    return x == y ? x + 0.6931471805599453 : fmax(x, y) + log1p(exp(-fabs(x - y)));
}

static double sech_(double x)
{
    double e = exp(-fabs(x));
    return 2 * e / (1 + e * e);
}

static double sech2_(double x)
{
    double e = exp(-2 * fabs(x));
    return 4 * e / ((1 + e) * (1 + e));
}

static double tanh_softplus_(double x)
{
    /* n / (n + 2q) with n = exp(2x) + 2 exp(x) and q = 1, both over exp(2x) where x > 0. */
    double e = exp(-fabs(x)), n = x > 0 ? 1 + 2 * e : e * (e + 2);
    return n / (n + 2 * (x > 0 ? e * e : 1));
}

static double sech2_softplus_(double x)
{
    double e = exp(-fabs(x)), n = x > 0 ? 1 + 2 * e : e * (e + 2), q = x > 0 ? e * e : 1;
    return 4 * q * (n + q) / ((n + 2 * q) * (n + 2 * q));
}

static double logcosh_(double x)
{
    double a = fabs(x), s = sinh(fmin(a, 1) / 2);
    return a < 1 ? log1p(2 * s * s) : a - 0.6931471805599453 + log1p(exp(-2 * a));
}

static double log1mexp_(double x)
{
    return x > -0.6931471805599453 ? log(-expm1(x)) : log1p(-exp(x));
}

static double power_gap_(double x, double y)
{
    return x > 0 ? -expm1(y * log(x)) : 1 - pow(x, y);
}

static double tanhshrink_(double x)
{
    /* (x - tanh(x)) / x^3 as a polynomial in x^2 for |x| <= 1. */
    static const double table[] = {
        -2.5155023659382106e-8,
        2.6330772232959335e-7,
        -1.3791814499083342e-6,
        4.9877603175203467e-6,
        -1.4606131676715378e-5,
        3.8389607893147333e-5,
        -9.6462777433131814e-5,
        0.00023895705228738225,
        -0.00058997929463000517,
        0.0014558246920964942,
        -0.0035921266793663412,
        0.0088632354045782825,
        -0.02186948852912909,
        0.053968253968046376,
        -0.1333333333333309,
        0.33333333333333333,
    };
    double z = x * x, total = 0;
    if (fabs(x) > 1)
        return x - tanh(x);
    for (int k = 0; k < 16; k++)
        total = total * z + table[k];
    return x * (z * total);
}

static double bell_(double x, double scale)
{
    /* exp(-scale x^2): x = h + l with h^2 exact, so that its rounding is not magnified. */
    double a = fmin(fabs(x), 40), h = rint(a * 64) / 64;
    return exp(-scale * h * h) * exp(-scale * (a - h) * (a + h));
}

static double gauss_(double x)
{
    return bell_(x, 1);
}

static double half_gauss_(double x)
{
    return bell_(x, 0.5);
}

static double normal_pdf_(double x)
{
    return 0.3989422804014327 * bell_(x, 0.5);
}

static double normal_cdf_(double x)
{
    /* erfc of u = |x|/sqrt(2), corrected for the rounding of u: erfc'(u) = -2 exp(-u^2)/sqrt(pi). */
    double a = fmin(fabs(x), 40), u = 0.7071067811865476 * a;
    double lost = fma(0.7071067811865476, a, -u) - 4.833646656726457e-17 * a;
    double tail = 0.5 * erfc(u) - 0.5641895835477563 * exp(-u * u) * lost;
    return x < 0 ? tail : 1 - tail;
}
