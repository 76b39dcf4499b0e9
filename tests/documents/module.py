"""A module."""


def sigmoid(x):
    r"""The sigmoid.

    .. math::
        \sigma(x) = \frac{1}{1 + e^{-x}} <!-- proved -->

    Its derivative is :math:`\sigma'(x) = \sigma(x)(1 - \sigma(x))`. <!-- proved -->
    Its value is :math:`\sigma(0) = 1`. <!-- refuted -->
    """


def doubled(x):
    """Doubled backslashes: :math:`\\tanh(x) = 2\\sigma(x) - 1`."""  # <!-- refuted -->
