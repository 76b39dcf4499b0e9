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

static double tanh_softplus_slope_(double x)
{
    /* 4 e (1 + e) q / (n + 2q)^2 with n as for tanh; q = e where x > 0, else 1. */
    double e = exp(-fabs(x)), n = x > 0 ? 1 + 2 * e : e * (e + 2);
    double r = 1 / (n + 2 * (x > 0 ? e * e : 1));
    return 4 * e * (1 + e) * (x > 0 ? e : 1) * r * r;
}

static double sigmoid_tangent_(double u, double w)
{
    /* sigmoid(u) + w sigmoid'(u) over one denominator: exact beside its zeros. */
    double e = exp(-fabs(u)), g = e == 0 ? 0 : 1 + w;
    return (u >= 0 ? 1 + e * g : e * (g + e)) / (1 + e * (e + 2));
}

static double tanh_softplus_tangent_(double u, double w)
{
    double e = exp(-fabs(u)), n = u > 0 ? 1 + 2 * e : e * (e + 2);
    double d = n + 2 * (u > 0 ? e * e : 1), g = e == 0 ? 0 : w;
    double left = 4 * e * (1 + g + e * (1.5 + g + e * (1 + 0.25 * e)));
    return (u > 0 ? n * d + 4 * (e * e) * (g * (1 + e)) : left) / (d * d);
}

static double power1p_(double u, double v)
{
    /* (1 + u)^v, with the digits given back that the sum 1 + u drops. */
    double s = 1 + u, lost = fabs(u) < 1 ? u - (s - 1) : 1 - (s - u);
    double back = v * (lost / (s == 0 ? 1 : s));
    return pow(s, v) * exp(fmin(fmax(back, -700), 700)); /* where pow is 0 or infinite, it stays */
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
    return fabs(x) > 1 ? x - tanh(x) : x * (x * x * tanhshrink_poly_(x * x));
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

static double normal_cdf_gap_(double x, double y)
{
    int up = fmin(x, y) >= 0.5, down = fmax(x, y) <= -0.5;
    double far = normal_cdf_(up ? -y : x) - normal_cdf_(up ? -x : y);
    double middle = 0.5 * (erf(x * 0.7071067811865476) - erf(y * 0.7071067811865476));
    return up | down ? far : middle;
}

static double normal_cdf_tangent_(double u, double w)
{
    return normal_cdf_(u) + (fabs(u) < 40 ? w * normal_pdf_(u) : 0);
}

static double log_normal_cdf_(double x)
{
    /* log1p of the other tail to the right, the asymptotic series from -16 on. */
    double a = fabs(x), t = normal_cdf_(-a), far = fmax(a, 16), z = 1 / (far * far);
    double tail = z * log_mills_poly_(z) - (0.5 * far * far + log(2.5066282746310002 * far));
    return x >= 0 ? log1p(-t) : a > 16 ? tail : log(t);
}

static double log_erfc_(double x)
{
    double far = fmax(x, 12), z = 0.5 / (far * far), mid = fmin(fmax(x, 0.5), 12);
    double tail = z * log_mills_poly_(z) - (far * far + log(1.7724538509055159 * far));
    return x <= 0.5 ? log1p(-erf(fmin(x, 0.5))) : x > 12 ? tail : x != x ? x : log(erfc(mid));
}

static double exp_times_(double x, double y)
{
    double half = exp(0.5 * x);
    return (half * y) * half;
}

static double hypot_gap_(double x)
{
    return x * (x / (1 + hypot(1, x)));
}

static double hypot_less_(double x, double y)
{
    double half = 0.5 * hypot(x, y) + 0.5 * fabs(y), over = x / (half == 0 ? 1 : half);
    return y > 0 ? 0.5 * x * over : 2 * half;
}

static double log1p_square_(double x)
{
    double a = fabs(x), t = fmin(a, 1e9);
    return a > 1e9 ? 2 * log(a) : log1p(t * t);
}

static double expm1_rest_(double x)
{
    double near = x * (x * expm1_rest_poly_(x));
    return fabs(x) <= 1 ? near : expm1(x) - x;
}

static double expm1_ratio_(double x)
{
    /* It overflows later than exp(x). */
    double t = fmin(fmax(x, 600), 1500), half = exp(t / 2);
    return x == 0 ? 1 : x > 600 ? half / t * half : expm1(x) / x;
}

static double expm1_rise_(double x)
{
    double near = x * (x * expm1_rise_poly_(x)), low = fmax(x, -800);
    return fabs(x) <= 1 ? near : (low - 1) * exp(low) + 1;
}

static double expm1_ratio_slope_(double x)
{
    double low = fmin(fabs(x) < 1 ? 1 : x, 600), t = fmin(fmax(x, 600), 1500), half = exp(t / 2);
    double left = ((low - 1) / low * exp(low) + 1 / low) / low;
    double far = x > 600 ? half / t * ((t - 1) / t * half) : left;
    return fabs(x) <= 1 ? expm1_rise_poly_(x) : far;
}

static double sinc_slope_(double x)
{
    double z = fabs(x) < 1 ? 1 : x, near = x * sinc_slope_poly_(x * x);
    return fabs(x) <= 1 ? near : (cos(z) - sin(z) / z) / z;
}

static double bernoulli_entropy_(double x)
{
    double a = fmin(fabs(x), 1000), e = exp(-a);
    return log1p(e) + a * (e / (1 + e));
}

static double bend_(double t)
{
    /* (t - log(1 + t))/t^2 for -1/2 <= t <= 1, by log(1 + t) = 2 artanh(t/(2 + t)). */
    double s = t / (2 + t);
    return (1 - 2 * t * artanh_rest_poly_(s * s) / ((2 + t) * (2 + t))) / (2 + t);
}

static double log1p_ratio_slope_(double x)
{
    int alike = (x > -0.5) & (x < 1);
    double far = (1 / (1 + x) - log1p(x) / x) / x;
    return alike ? bend_(x) - 1 / (1 + x) : far;
}

static double log1p_gap_(double x)
{
    double t = fmin(fmax(x, -0.5), 1), near = t * (t * bend_(t));
    return (x > -0.5) & (x < 1) ? near : x - log1p(x);
}

static double log_factorial_(double x)
{
    return lgamma(x + 1);
}

static double log_gap_(double x)
{
    double t = fmin(fmax(x - 1, -0.5), 1), near = t * (t * bend_(t));
    return (x > 0.5) & (x < 2) ? near : (x - 1) - log(x);
}

static double log_quotient_(double x, double y)
{
    int ordinary = (x * 1e-300 < y) & (y * 1e-300 < x), alike = (x > 0.5 * y) & (x < 2 * y);
    double far = ordinary ? log(x / y) : log(x) - log(y);
    return alike ? log1p((x - y) / y) : far;
}

static double entropy_gap_(double x, double y)
{
    int alike = (x > 0.5 * y) & (x < 2 * y);
    double t = alike ? (y - x) / x : 0, near = (y - x) * (t * bend_(t));
    return alike ? near : (x == 0 ? 0 : x * log_quotient_(x, y)) + (y - x);
}

static double log_mean_exp_(double x, double y)
{
    return fmax(x, y) + log1p(expm1(-fabs(x - y)) / 2);
}

static double poisson_(double x, double k)
{
    /* The product for k up to 20, else a saddle point with its correction (Loader, 2000). */
    double u = 1 / (k * k), tail = 1.0 / 1188;
    if (k < 0 || k != rint(k))
        return NAN;
    if (k <= 20)
        return x > 1400 ? 0 : exp(-x / 2) * pow(x, k) / rint(tgamma(k + 1)) * exp(-x / 2);
    tail = tail * u - 1.0 / 1680;
    tail = tail * u + 1.0 / 1260;
    tail = tail * u - 1.0 / 360;
    tail = tail * u + 1.0 / 12;
    return exp(-tail / k - entropy_gap_(k, x)) / sqrt(6.283185307179586 * k);
}
