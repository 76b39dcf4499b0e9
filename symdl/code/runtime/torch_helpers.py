"""Helpers that generated PyTorch code carries along: only those it uses, as source text.

The same mathematics as for NumPy; PyTorch's own function where it is as accurate.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Generated modules import PyTorch; reading this file does not.
    import torch

from symdl.code.runtime.tables import (
    _TANHSHRINK,
)


def _floats(*values: Any) -> Any:
    """The arguments as tensors of one floating-point type: that of the tensors among them."""
    types = [v.dtype for v in values if isinstance(v, torch.Tensor) and v.is_floating_point()]
    kind = types[0] if types else torch.float64
    for other in types[1:]:
        kind = torch.promote_types(kind, other)
    places = [v.device for v in values if isinstance(v, torch.Tensor)]
    there = places[0] if places else None
    tensors = tuple(
        v.to(kind) if isinstance(v, torch.Tensor) else torch.as_tensor(v, dtype=kind, device=there)
        for v in values
    )
    return tensors if len(tensors) > 1 else tensors[0]


def _like(value: Any, *parameters: Any) -> Any:
    """A result that does not depend on every parameter, in their common shape and type."""
    shape = torch.broadcast_shapes(*(p.shape for p in parameters))
    like = parameters[0]
    return torch.as_tensor(value, dtype=like.dtype, device=like.device).expand(shape).clone()


def _array(values: Any, shape: Any, kind: Any, device: Any = None) -> Any:
    """Scalars as one tensor."""
    parts = [torch.as_tensor(v, dtype=kind, device=device) for v in values]
    return torch.stack(parts).reshape(shape)


def _softplus(x: Any) -> Any:
    """log(1 + exp(x)): log1p of a number below 1, at every x."""
    return torch.clamp(x, min=0) + torch.log1p(torch.exp(-torch.abs(x)))


def _decay(x: Any) -> Any:
    """exp(-|x|)."""
    return torch.exp(-torch.abs(x))


def _sigmoid_slope(x: Any) -> Any:
    """The product sigmoid(x) sigmoid(-x), the derivative of the sigmoid."""
    e = torch.exp(-torch.abs(x))
    return e / ((1 + e) * (1 + e))


def _sech(x: Any) -> Any:
    """1 / cosh(x) without overflow."""
    e = torch.exp(-torch.abs(x))
    return 2 * e / (1 + e * e)


def _sech2(x: Any) -> Any:
    """1 / cosh(x)^2, the derivative of tanh."""
    e = torch.exp(-2 * torch.abs(x))
    return 4 * e / ((1 + e) * (1 + e))


def _tanh_softplus(x: Any) -> Any:
    """tanh(log(1 + exp(x))) = n / (n + 2q) with n = exp(2x) + 2 exp(x) and q = 1, both over
    exp(2x) where x > 0."""
    e = torch.exp(-torch.abs(x))
    n = torch.where(x > 0, 1 + 2 * e, e * (e + 2))
    return n / (n + 2 * torch.where(x > 0, e * e, 1))


def _sech2_softplus(x: Any) -> Any:
    """1 / cosh(log(1 + exp(x)))^2 = 4 q (n + q) / (n + 2q)^2, with n and q as for tanh."""
    e = torch.exp(-torch.abs(x))
    n = torch.where(x > 0, 1 + 2 * e, e * (e + 2))
    q = torch.where(x > 0, e * e, 1)
    return 4 * q * (n + q) / ((n + 2 * q) * (n + 2 * q))


def _tanh_softplus_slope(x: Any) -> Any:
    """The derivative of tanh(softplus(x)), 4 e (1 + e) q / (n + 2q)^2 with e = exp(-|x|)."""
    e = torch.exp(-torch.abs(x))
    n = torch.where(x > 0, 1 + 2 * e, e * (e + 2))
    r = 1 / (n + 2 * torch.where(x > 0, e * e, 1))
    return 4 * e * (1 + e) * torch.where(x > 0, e, 1) * r * r


def _sigmoid_tangent(u: Any, w: Any) -> Any:
    """sigmoid(u) + w sigmoid'(u) over one denominator: exact beside its zeros."""
    e = torch.exp(-torch.abs(u))
    g = torch.where(e == 0, 0, 1 + w)
    return torch.where(u >= 0, 1 + e * g, e * (g + e)) / (1 + e * (e + 2))


def _tanh_softplus_tangent(u: Any, w: Any) -> Any:
    """tanh(softplus(u)) + w times its derivative, over one denominator."""
    e = torch.exp(-torch.abs(u))
    n = torch.where(u > 0, 1 + 2 * e, e * (e + 2))
    d = n + 2 * torch.where(u > 0, e * e, 1)
    g = torch.where(e == 0, 0, w)
    left = 4 * e * (1 + g + e * (1.5 + g + e * (1 + 0.25 * e)))
    return torch.where(u > 0, n * d + 4 * (e * e) * (g * (1 + e)), left) / (d * d)


def _normal_cdf_tangent(u: Any, w: Any) -> Any:
    """normal_cdf(u) + w normal_pdf(u): the cancellation is beside mills, not beside its product
    with the exponential."""
    a = torch.clamp(torch.abs(u), max=40)
    bell = _bell(u, 0.5)
    half = _mills(a)
    move = 0.3989422804014327 * torch.where(bell == 0, 0, w)
    return torch.where(u < 0, bell * (half + move), 1 - bell * (half - move))


def _erf_near(x: Any) -> Any:
    """erf(x) for |x| <= 1."""
    return torch.erf(x)


def _erfcx(a: Any) -> Any:
    """exp(a^2) erfc(a) for a >= 0."""
    return torch.special.erfcx(a)


def _mills(a: Any) -> Any:
    """normal_cdf(-a) exp(a^2/2) for a >= 0."""
    return 0.5 * torch.special.erfcx(0.7071067811865476 * a)


def _logcosh(x: Any) -> Any:
    """log(cosh(x)): log1p(2 sinh(x/2)^2) near 0, |x| - log 2 + log1p(exp(-2|x|)) outside."""
    a = torch.abs(x)
    s = torch.sinh(torch.clamp(a, max=1) / 2)
    far = a - math.log(2) + torch.log1p(torch.exp(-2 * a))
    return torch.where(a < 1, torch.log1p(2 * s * s), far)


def _log1mexp(x: Any) -> Any:
    """log(1 - exp(x)) for x < 0, after Maechler (2012)."""
    near = x > -math.log(2)
    inner = torch.log(-torch.expm1(torch.where(near, x, -1)))
    return torch.where(near, inner, torch.log1p(-torch.exp(torch.where(near, -1, x))))


def _power_gap(x: Any, y: Any) -> Any:
    """1 - x^y for x >= 0 without cancellation where x is near 1."""
    positive = x > 0
    return torch.where(positive, -torch.expm1(y * torch.log(torch.where(positive, x, 1))), 1 - x**y)


def _power1p(u: Any, v: Any) -> Any:
    """(1 + u)^v, with the digits given back that the sum 1 + u drops."""
    s = 1 + u
    lost = torch.where(torch.abs(u) < 1, u - (s - 1), 1 - (s - u)).detach()
    back = torch.clamp(v * (lost / torch.where(s == 0, 1, s).detach()), -700, 700)
    return s**v * torch.exp(back)  # where s^v is 0 or infinite, it stays


def _gamma(x: Any) -> Any:
    """The Gamma function; PyTorch has the logarithm of its size only."""
    odd = (x < 0) & (torch.remainder(torch.floor(x), 2) == 1)
    size = torch.exp(torch.lgamma(x))
    return torch.where(odd, -size, size)


def _tanhshrink(x: Any) -> Any:
    """x - tanh(x), which cancels near 0: a polynomial for |x| <= 1."""
    near = torch.clamp(x, -1, 1)
    z = near * near
    total = _TANHSHRINK[-1] * torch.ones_like(z)
    for c in _TANHSHRINK[-2::-1]:
        total = total * z + c
    return torch.where(torch.abs(x) <= 1, near * (z * total), x - torch.tanh(x))


def _bell(x: Any, scale: float) -> Any:
    """exp(-scale x^2) for scale 1 or 1/2 with x = h + l and h^2 exact."""
    a = torch.clamp(torch.abs(x), max=40)
    h = torch.round(a.detach() * 64) / 64
    return torch.exp(-scale * h * h) * torch.exp(-scale * (a - h) * (a + h))


def _gauss(x: Any) -> Any:
    """exp(-x^2)."""
    return _bell(x, 1)


def _half_gauss(x: Any) -> Any:
    """exp(-x^2/2)."""
    return _bell(x, 0.5)


def _normal_pdf(x: Any) -> Any:
    """exp(-x^2/2) / sqrt(2 pi)."""
    return 0.3989422804014327 * _bell(x, 0.5)


def _normal_cdf(x: Any) -> Any:
    """The distribution function of the standard normal, accurate in both tails."""
    a = torch.clamp(torch.abs(x), max=40)
    tail = _bell(a, 0.5) * _mills(a)
    return torch.where(x < 0, tail, 1 - tail)


def _softmax(x: Any) -> Any:
    """exp(x) over its sum along the last axis."""
    return torch.softmax(x, dim=-1)


def _log_total(w: Any, axis: int) -> Any:
    """log(sum(exp(w))) along an axis where the largest w is 0: log1p of the other terms."""
    e = torch.exp(w)
    place = torch.argmax(e, dim=axis, keepdim=True)
    return torch.log1p(torch.sum(torch.scatter(e, axis, place, 0), dim=axis))


def _logsumexp(x: Any) -> Any:
    """log(sum(exp(x))) along the last axis."""
    top = torch.amax(x, dim=-1, keepdim=True)
    return top[..., 0] + _log_total(x - top, -1)


def _log_softmax(x: Any) -> Any:
    """The logarithm of softmax along the last axis."""
    w = x - torch.amax(x, dim=-1, keepdim=True)
    return w - _log_total(w, -1)[..., None]


def _with_diagonal(x: Any, d: Any) -> Any:
    """A matrix with numbers added along its diagonal."""
    y = x.clone()
    torch.diagonal(y).add_(d)
    return y
