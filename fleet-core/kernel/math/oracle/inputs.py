"""
The inputs on which the functions are judged: a mixture of everyday values, wide exponents, neighbours of special
points, random bit patterns and subnormals. A function of the random generator handed in, nothing else.
"""
import math
import struct

ONE = ("sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh "
       "exp expm1 log log1p log2 log10 cbrt").split()
TWO = ["atan2", "pow", "hypot"]


def from_bits(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def steps(x, n):
    """x moved by n representable numbers."""
    b = struct.unpack("<q", struct.pack("<d", x))[0]
    return struct.unpack("<d", struct.pack("<q", b + n))[0]


def domain(name):
    """(uniform range, special points) of a one-argument function."""
    quarter_turns = [i * math.pi / 4 for i in list(range(1, 40)) + [1000, 99999, 1048577, 2097151, 10 ** 7, 3 * 10 ** 9]]
    return {
        "sin": (-20, 20, quarter_turns), "cos": (-20, 20, quarter_turns), "tan": (-20, 20, quarter_turns),
        "asin": (-1, 1, [0.5, 1]), "acos": (-1, 1, [0.5, 1]), "atan": (-5, 5, [0.4375, 0.6875, 1, 1.1875, 2.4375]),
        "sinh": (-5, 5, [22, 45, 708, 710]), "cosh": (-5, 5, [22, 45, 708, 710]), "tanh": (-4, 4, [0.5, 19, 22]),
        "asinh": (-5, 5, [1, 2 ** 30]), "acosh": (1, 6, [1, 1.5, 2, 2 ** 30]), "atanh": (-1, 1, [0.5, 1]),
        "exp": (-745.2, 709.8, [math.log(2) * i / 256 for i in range(1, 40)] + [708, 709.7, 745]),
        "expm1": (-2, 2, [math.log(2) * i / 256 for i in range(1, 40)] + [36, 37, 45, 709.7]),
        "log": (0, 4, [1, 2, 0.5, 0.7057, 1.4114, 1e-308]), "log1p": (-1, 3, [-1, 0.005, 1, 1e16]),
        "log2": (0, 4, [1, 2, 0.5, 0.7057]), "log10": (0, 4, [1, 10, 100, 0.1]), "cbrt": (-8, 8, [1, 8, 27, 2, 4]),
    }[name]


def one(name, r):
    low, high, points = domain(name)
    kind = r.random()
    if kind < 0.45:
        return r.uniform(low, high)
    if kind < 0.65:
        return math.ldexp(r.uniform(0.5, 1), r.randint(-60, 12)) * r.choice((1, -1))
    if kind < 0.85:
        p = r.choice(points)
        if r.random() < 0.4:
            return steps(p, r.randint(-40, 40)) * r.choice((1, -1))
        return p * (1 + math.ldexp(r.uniform(-1, 1), -r.randint(1, 50))) * r.choice((1, -1))
    if kind < 0.97:
        return from_bits(r.getrandbits(64))
    return from_bits(r.getrandbits(r.randint(1, 53))) * r.choice((1, -1))  # subnormal


def two(name, r):
    kind = r.random()
    sign = r.choice((1, -1))
    if name == "pow":
        if kind < 0.35:
            return math.ldexp(r.uniform(0.5, 1), r.randint(-30, 30)), r.uniform(-30, 30)
        if kind < 0.55:  # near 1, exponent such that the result is moderate
            x = 1 + math.ldexp(r.uniform(-0.5, 1), -r.randint(1, 45))
            return x, r.uniform(-745, 710) / (math.log(x) or 1)
        if kind < 0.8:  # the whole range of results
            x = abs(from_bits(r.getrandbits(64)))
            if not (0 < x < math.inf) or x == 1:
                x = 3.0
            return x, r.uniform(-746, 710) / math.log(x)
        if kind < 0.9:
            return math.ldexp(r.uniform(0.5, 1), r.randint(-8, 8)) * sign, float(r.randint(-200, 200))
        return math.ldexp(r.uniform(0.5, 1), r.randint(-8, 8)), r.choice((0.5, -0.5, 3.0, 1 / 3, 1 / 60, 1.5, 0.25, -2.0, 4.0))
    if kind < 0.4:
        return r.uniform(-10, 10), r.uniform(-10, 10)
    x = math.ldexp(r.uniform(0.5, 1), r.randint(-1073, 1024)) if kind < 0.7 else math.ldexp(r.uniform(0.5, 1), r.randint(-30, 30))
    ratio = math.ldexp(r.uniform(0.5, 1), r.randint(-66, 4))
    if kind > 0.9:
        ratio = r.choice((0.4375, 0.6875, 1.0, 1.1875, 1.5, 2.4375)) * (1 + math.ldexp(r.uniform(-1, 1), -r.randint(5, 50)))
    y = x * ratio
    if not abs(y) < math.inf:
        y = x
    x *= sign
    y *= r.choice((1, -1))
    return (x, y) if r.random() < 0.5 else (y, x)
