r"""What names mean everywhere: special functions, activations, metrics, each with its source.

A row is what a document's definition of the name is compared with. It is no formula of the library
(no code is made of it): `\mathrm{betainc}(a, b, x) = ...` is the regularised incomplete beta
function wherever it stands. Where authors differ, a row has several forms, and only what differs
from all of them is wrong; letters that each author chooses (a slope, a frequency) are settings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True, slots=True, eq=False)
class Standard:
    """A name with its definition.

    names: how it is spelled, without case, spaces, hyphens and underscores. forms: equations
    `f(x, y) = ...` (or `F = ...` for a quantity), each a usual meaning. declared: the kinds of
    their letters. settings: letters that each author chooses, with the usual value. letters: other
    spellings of the letters of a quantity. points: arguments at which a definition is compared if
    it cannot be compared in general. among: operations of which a definition has one if a common
    word (`gamma`) is this name at all.
    """

    names: tuple[str, ...]
    forms: tuple[str, ...]
    source: str
    declared: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    letters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    points: tuple[tuple[str, ...], ...] = ()
    among: tuple[str, ...] = ()


_BETA = r"\frac{\Gamma(a) \Gamma(b)}{\Gamma(a + b)}"
_POSITIVE_AB = {"a": "real > 0", "b": "real > 0"}
_PQ = {"p": "real > 0", "q": "real > 0"}
_RATIO: dict[str, tuple[str, ...]] = {"precision": ("prec",), "recall": ("rec", "sensitivity")}
_GAMMAS = ("gamma_function", "integral", "sum", "product")
_COUNTS: dict[str, tuple[str, ...]] = {"TP": ("tp",), "FP": ("fp",), "FN": ("fn",), "TN": ("tn",)}
_COUNTED = dict.fromkeys((r"\text{TP}", r"\text{FP}", r"\text{FN}", r"\text{TN}"), "real > 0")
_NUMBERED = dict.fromkeys((r"\text{precision}", r"\text{recall}"), "real > 0, < 1")

SPECIAL = (
    Standard(
        ("beta", "betafunction"), (rf"f(a, b) = {_BETA}",), "DLMF 5.12.1", _POSITIVE_AB,
        points=(("2", "3"), (r"\frac{1}{2}", "2")), among=_GAMMAS,
    ),
    Standard(
        ("betaln", "logbeta", "lbeta"), (rf"f(a, b) = \log {_BETA}",), "DLMF 5.12.1",
        _POSITIVE_AB, points=(("2", "3"), ("1", "2")),
    ),
    Standard(
        ("betainc", "regularizedincompletebeta"),
        (r"f(a, b, x) = \frac{\Gamma(a + b)}{\Gamma(a) \Gamma(b)}"
         r" \int_0^x t^{a - 1} (1 - t)^{b - 1} dt",),
        "DLMF 8.17.2", {**_POSITIVE_AB, "x": "real > 0, < 1"},
        points=(("2", "3", r"\frac{2}{5}"), ("1", "2", r"\frac{1}{2}")),
    ),
    Standard(
        ("gammainc", "gammap"), (r"f(a, x) = \frac{1}{\Gamma(a)} \int_0^x t^{a - 1} e^{-t} dt",),
        "DLMF 8.2.4", {"a": "real > 0", "x": "real > 0"},
        points=(("2", "1"), ("3", r"\frac{1}{2}")),
    ),
    Standard(
        ("gammaincc", "gammaq"),
        (r"f(a, x) = \frac{1}{\Gamma(a)} \int_x^{\infty} t^{a - 1} e^{-t} dt",),
        "DLMF 8.2.4", {"a": "real > 0", "x": "real > 0"},
        points=(("2", "1"), ("3", r"\frac{1}{2}")),
    ),
    Standard(
        ("gammaln", "lgamma", "loggamma"), (r"f(x) = \log \Gamma(x)",), "DLMF 5.2.1",
        {"x": "real > 0"}, points=(("3",), (r"\frac{1}{2}",)),
    ),
    Standard(
        ("gamma", "gammafunction"), (r"f(x) = \int_0^{\infty} t^{x - 1} e^{-t} dt",), "DLMF 5.2.1",
        {"x": "real > 0"}, points=(("3",), (r"\frac{3}{2}",)), among=_GAMMAS,
    ),
    Standard(
        ("digamma",), (r"f(x) = \frac{d}{dx} \log \Gamma(x)",), "DLMF 5.2.2", {"x": "real > 0"},
        points=(("2",), ("3",)),
    ),
    Standard(
        ("polygamma",),
        (r"f(n, x) = (-1)^{n + 1} n! \sum_{k=0}^{\infty} \frac{1}{(x + k)^{n + 1}}",),
        "DLMF 5.15.1", {"n": "integer >= 1", "x": "real > 0"}, points=(("1", "2"), ("1", "3")),
    ),
    Standard(
        ("poch", "pochhammer"), (r"f(x, m) = \frac{\Gamma(x + m)}{\Gamma(x)}",), "DLMF 5.2.5",
        {"x": "real > 0", "m": "real > 0"}, points=(("2", "3"), ("3", "1")),
    ),
    Standard(
        ("zeta", "hurwitzzeta"), (r"f(x, q) = \sum_{k=0}^{\infty} \frac{1}{(q + k)^x}",),
        "DLMF 25.11.1", {"x": "real > 1", "q": "real > 0"}, points=(("2", "1"), ("2", "2")),
        among=_GAMMAS,
    ),
    Standard(
        ("spence", "dilogarithm"),
        (r"f(x) = \int_1^x \frac{\log t}{1 - t} dt",
         r"f(x) = -\int_0^x \frac{\log(1 - t)}{t} dt"),
        "DLMF 25.12.2", {"x": "real > 0, < 1"},
        points=((r"\frac{1}{2}",), (r"\frac{1}{4}",)),
    ),
    Standard(
        ("exp1",), (r"f(x) = \int_x^{\infty} \frac{e^{-t}}{t} dt",), "DLMF 6.2.1",
        {"x": "real > 0"}, points=(("1",), ("2",)),
    ),
    Standard(
        ("erf",), (r"f(x) = \frac{2}{\sqrt{\pi}} \int_0^x e^{-t^2} dt",), "DLMF 7.2.1",
        {"x": "real"}, points=(("1",), ("2",)),
    ),
    Standard(
        ("erfc",), (r"f(x) = \operatorname{erfc}(x)",), "DLMF 7.2.2", {"x": "real"},
        points=(("1",), ("2",)),
    ),
    Standard(
        ("erfcx",), (r"f(x) = e^{x^2} \operatorname{erfc}(x)",), "DLMF 7.2.3", {"x": "real"},
        points=(("1",), ("2",)),
    ),
    Standard(
        ("ndtr", "normcdf", "normalcdf"), (r"f(x) = \frac{1}{2} (1 + \erf(\frac{x}{\sqrt{2}}))",),
        "DLMF 7.20.1", {"x": "real"}, points=(("1",), ("-1",)),
    ),
    Standard(
        ("logndtr",), (r"f(x) = \log(\frac{1}{2} (1 + \erf(\frac{x}{\sqrt{2}})))",), "DLMF 7.20.1",
        {"x": "real"}, points=(("1",), ("-1",)),
    ),
    Standard(
        ("entr",), (r"f(x) = -x \log x",), "Cover and Thomas, 2.1", {"x": "real > 0"},
    ),
    Standard(
        ("relentr",), (r"f(p, q) = p \log \frac{p}{q}",), "Boyd and Vandenberghe, 3.2.6", _PQ,
    ),
    Standard(
        ("kldiv",), (r"f(p, q) = p \log \frac{p}{q} - p + q", r"f(p, q) = p \log \frac{p}{q}",
         r"f(p, q) = p (\log p - q)"),  # the second as a logarithm
        "Boyd and Vandenberghe, 3.2.6", _PQ,
    ),
    Standard(("xlogy",), (r"f(x, y) = x \log y",), "DLMF 4.2", {"x": "real", "y": "real > 0"}),
    Standard(
        ("xlog1py",), (r"f(x, y) = x \log(1 + y)",), "DLMF 4.2", {"x": "real", "y": "real > 0"}
    ),
    Standard(("log1p",), (r"f(x) = \log(1 + x)",), "DLMF 4.2", {"x": "real > -1"}),
    Standard(("expm1",), (r"f(x) = e^x - 1",), "DLMF 4.2", {"x": "real"}),
    Standard(("log1mexp",), (r"f(x) = \log(1 - e^{-x})",), "Maechler 2012", {"x": "real > 0"}),
    Standard(
        ("logaddexp",), (r"f(x, y) = \log(e^x + e^y)",), "DLMF 4.2", {"x": "real", "y": "real"}
    ),
    Standard(
        ("sinc",), (r"f(x) = \frac{\sin(\pi x)}{\pi x}", r"f(x) = \frac{\sin x}{x}"), "DLMF 3.3.43",
        {"x": "real != 0"},
    ),
    Standard(
        ("hypot",), (r"f(x, y) = \sqrt{x^2 + y^2}",), "DLMF 1.9.2", {"x": "real", "y": "real"}
    ),
)  # fmt: skip

ACTIVATIONS = (
    Standard(
        ("snake",), (r"f(x) = x + \frac{1}{a} \sin^2(a x)",), "Liu et al. 2020, equation 2",
        {"x": "real", "a": "real > 0"}, settings={"a": "1"},
    ),
    Standard(
        ("hardtanh",), (r"f(x) = \max(a, \min(b, x))",), "Collobert 2004",
        {"x": "real", "a": "real < 0", "b": "real > 0"}, settings={"a": "-1", "b": "1"},
    ),
    Standard(
        ("hardshrink", "hardshrinkage"),
        (r"f(x) = \begin{cases} x & x > \lambda \\ x & x < -\lambda \\"
         r" 0 & \text{otherwise} \end{cases}",),
        "Donoho and Johnstone 1994", {"x": "real", r"\lambda": "real > 0"},
        settings={r"\lambda": r"\frac{1}{2}"},
    ),
    Standard(
        ("softshrink", "softshrinkage", "softthreshold", "softthresholding"),
        (r"f(x) = \begin{cases} x - \lambda & x > \lambda \\ x + \lambda & x < -\lambda \\"
         r" 0 & \text{otherwise} \end{cases}",),
        "Donoho and Johnstone 1994", {"x": "real", r"\lambda": "real > 0"},
        settings={r"\lambda": r"\frac{1}{2}"},
    ),
    Standard(
        ("squareplus",), (r"f(x) = \frac{x + \sqrt{x^2 + b}}{2}",), "Barron 2021, equation 1",
        {"x": "real", "b": "real > 0"}, settings={"b": "4"},
    ),
    Standard(("lisht",), (r"f(x) = x \tanh x",), "Roy et al. 2019", {"x": "real"}),
    Standard(("telu",), (r"f(x) = x \tanh(e^x)",), "Fernandez and Mali 2024", {"x": "real"}),
    Standard(
        ("serf",), (r"f(x) = x \erf(\log(1 + e^x))",), "Nag and Bhattacharyya 2021", {"x": "real"}
    ),
    Standard(("logcosh",), (r"f(x) = \log \cosh x", r"f(x, y) = \log \cosh(y - x)"),
             "Chen et al. 2019", {"x": "real", "y": "real"}),
    Standard(
        ("glu",), (r"f(a, b) = a \sigma(b)",), "Dauphin et al. 2017, equation 1",
        {"a": "real", "b": "real"},
    ),
    Standard(
        ("reglu",), (r"f(a, b) = \max(0, a) b", r"f(a, b) = a \max(0, b)"),
        "Shazeer 2020, equation 5", {"a": "real", "b": "real"},
    ),
    Standard(
        ("logexpit",), (r"f(x) = -\log(1 + e^{-x})",), "DLMF 4.2", {"x": "real"},
    ),
)  # fmt: skip

LOSSES = (
    Standard(
        ("huber", "huberloss"),
        (r"f(x) = \begin{cases} \frac{1}{2} x^2 & |x| \le \delta \\"
         r" \delta (|x| - \frac{1}{2} \delta) & \text{otherwise} \end{cases}",
         r"f(x, y) = \begin{cases} \frac{1}{2} (x - y)^2 & |x - y| \le \delta \\"
         r" \delta (|x - y| - \frac{1}{2} \delta) & \text{otherwise} \end{cases}",
         r"f(d, x) = \begin{cases} \frac{1}{2} x^2 & |x| \le d \\"
         r" d (|x| - \frac{1}{2} d) & \text{otherwise} \end{cases}"),
        "Huber 1964", {"x": "real", "y": "real", "d": "real > 0", r"\delta": "real > 0"},
        settings={r"\delta": "1"},
    ),
    Standard(
        ("attention", "scaleddotproductattention"),
        (r"f(Q, K, V) = \mathrm{softmax}(\frac{Q K^T}{\sqrt{d_k}}) V",),
        "Vaswani et al. 2017, equation 1",
        {"Q": "matrix(n, d)", "K": "matrix(m, d)", "V": "matrix(m, v)", "d_k": "real > 0"},
        settings={"d_k": "2"},
    ),
)  # fmt: skip

QUANTITIES = (
    Standard(
        (r"f\beta", "fbeta", "fbetascore"),
        (r"F = (1 + \beta^2) \frac{\text{precision} \cdot \text{recall}}"
         r"{\beta^2 \text{precision} + \text{recall}}",),
        "van Rijsbergen 1979, chapter 7", {**_NUMBERED, r"\beta": "real > 0"}, letters=_RATIO,
    ),
    Standard(
        ("f1", "f1score"),
        (r"F = 2 \frac{\text{precision} \cdot \text{recall}}{\text{precision} + \text{recall}}",
         r"F = \frac{2 \text{TP}}{2 \text{TP} + \text{FP} + \text{FN}}"),
        "van Rijsbergen 1979, chapter 7", {**_NUMBERED, **_COUNTED}, letters={**_RATIO, **_COUNTS},
    ),
    Standard(
        ("precision",), (r"F = \frac{\text{TP}}{\text{TP} + \text{FP}}",),
        "Manning et al. 2008, equation 8.3", _COUNTED, letters=_COUNTS,
    ),
    Standard(
        ("recall", "sensitivity", "tpr"), (r"F = \frac{\text{TP}}{\text{TP} + \text{FN}}",),
        "Manning et al. 2008, equation 8.3", _COUNTED, letters=_COUNTS,
    ),
    Standard(
        ("specificity", "tnr"), (r"F = \frac{\text{TN}}{\text{TN} + \text{FP}}",),
        "Fawcett 2006", _COUNTED, letters=_COUNTS,
    ),
    Standard(
        ("fpr",), (r"F = \frac{\text{FP}}{\text{FP} + \text{TN}}",), "Fawcett 2006", _COUNTED,
        letters=_COUNTS,
    ),
    Standard(
        ("accuracy",),
        (r"F = \frac{\text{TP} + \text{TN}}{\text{TP} + \text{TN} + \text{FP} + \text{FN}}",),
        "Manning et al. 2008, section 8.3", _COUNTED, letters=_COUNTS,
    ),
    Standard(
        ("iou", "jaccard"), (r"F = \frac{\text{TP}}{\text{TP} + \text{FP} + \text{FN}}",),
        "Everingham et al. 2010, section 4.3", _COUNTED, letters=_COUNTS,
    ),
    Standard(
        ("dice", "dsc"), (r"F = \frac{2 \text{TP}}{2 \text{TP} + \text{FP} + \text{FN}}",),
        "Dice 1945", _COUNTED, letters=_COUNTS,
    ),
    Standard(
        ("mcc",),
        (r"F = \frac{\text{TP} \cdot \text{TN} - \text{FP} \cdot \text{FN}}"
         r"{\sqrt{(\text{TP} + \text{FP}) (\text{TP} + \text{FN})"
         r" (\text{TN} + \text{FP}) (\text{TN} + \text{FN})}}",),
        "Matthews 1975", _COUNTED, letters=_COUNTS,
    ),
)  # fmt: skip

ROWS = (*SPECIAL, *ACTIVATIONS, *LOSSES, *QUANTITIES)


@cache
def rows_named() -> dict[str, Standard]:
    """The rows by the spellings of their names."""
    return {name: row for row in ROWS for name in row.names}
