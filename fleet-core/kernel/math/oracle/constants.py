"""
Derives every constant of the mathematics kernel from its definition, with 400-bit arithmetic.

    python3 oracle/constants.py            prints the polynomial coefficients and the split constants
    python3 oracle/constants.py --tables   rewrites exp-table.ts, log-table.ts and pi-digits.ts beside the sources

Needs: pip install mpmath. Fixed input, so two runs print the same text. Runs in seconds.
"""
import os
import sys
from mpmath import mp, mpf

mp.prec = 400
HERE = os.path.dirname(os.path.abspath(__file__))


def near(x, bits=53):
    """x rounded to the nearest number of `bits` significant bits (normal range only)."""
    if x == 0:
        return mpf(0)
    m, e = mp.frexp(x)
    return mp.ldexp(mp.nint(mp.ldexp(m, bits)), int(e) - bits)


def grid(x, exponent):
    """x rounded to a multiple of 2^exponent."""
    return mp.ldexp(mp.nint(mp.ldexp(x, -exponent)), exponent)


def text(x):
    """The shortest decimal that reads back as the double x; x must be a double."""
    assert mpf(float(x)) == x, x
    shortest = repr(float(x)).replace("e-0", "e-").replace("e+", "e")
    return shortest[:-2] if shortest.endswith(".0") else shortest


# ---- minimax polynomials -------------------------------------------------------------------------------------------

def remez(f, weight, degree, top):
    """Coefficients of the polynomial of that degree closest to f on [0, top] under |weight * (p - f)|, and the error."""
    n = degree + 2
    points = [top * (1 - mp.cos(mp.pi * (2 * i + 1) / (2 * n))) / 2 for i in range(n)]
    samples = [top * (1 - mp.cos(mp.pi * (i + mpf(1) / 2) / 600)) / 2 for i in range(600)]
    values = [f(z) for z in samples]
    worst = mpf(0)
    for _ in range(12):
        a = mp.matrix(n, n)
        b = mp.matrix(n, 1)
        for i, z in enumerate(points):
            for j in range(degree + 1):
                a[i, j] = z ** j
            a[i, degree + 1] = (-1) ** i / weight(z)
            b[i] = f(z)
        c = mp.lu_solve(a, b)
        errors = [weight(z) * (mp.polyval([c[j] for j in range(degree, -1, -1)], z) - v) for z, v in zip(samples, values)]
        worst = max(abs(e) for e in errors)
        runs, start = [], 0
        for i in range(1, len(errors) + 1):
            if i == len(errors) or (errors[i] > 0) != (errors[start] > 0):
                runs.append(max(range(start, i), key=lambda k: abs(errors[k])))
                start = i
        if len(runs) < n:
            break
        while len(runs) > n:
            runs.pop(0 if abs(errors[runs[0]]) < abs(errors[runs[-1]]) else -1)
        points = [samples[k] for k in runs]
        if worst < abs(c[degree + 1]) * mpf("1.01"):
            break
    return [c[j] for j in range(degree + 1)], worst


def doubles(name, f, first, degree, top):
    """
    Coefficients rounded to doubles one after the other, the rest fitted again after each rounding.
    f(z) is multiplied by z^first in use, which is therefore the weight.
    """
    out = []
    g = f
    for step in range(degree + 1):
        coefficients, _ = remez(g, lambda z, s=step: z ** (first + s), degree - step, top)
        c = near(coefficients[0])
        out.append(c)
        g = (lambda h, k: lambda z: (h(z) - k) / z)(g, c)
    grid_points = [top * (i + mpf(1) / 2) / 2000 for i in range(2000)]
    worst = max(abs(z ** first * (mp.polyval(out[::-1], z) - f(z))) for z in grid_points)
    print(f"{name}: degree {degree} in z on [0, {float(top):.6f}], error 2^{float(mp.log(worst, 2)):.2f}")
    for c in out:
        print("   ", text(c))


def polynomials():
    r = mp.sqrt
    quarter = (mp.pi / 4) ** 2 * mpf("1.0001")
    doubles("sin  (sin x/x - 1)/z", lambda z: (mp.sin(r(z)) / r(z) - 1) / z, 1, 5, quarter)
    doubles("cos  (cos x - 1 + z/2)/z^2", lambda z: (mp.cos(r(z)) - 1 + z / 2) / z ** 2, 2, 5, quarter)
    doubles("tan  (tan x/x - 1 - z/3)/z^2", lambda z: (mp.tan(r(z)) / r(z) - 1 - z / 3) / z ** 2, 2, 13, quarter)
    doubles("atan (atan x/x - 1)/z", lambda z: (mp.atan(r(z)) / r(z) - 1) / z, 1, 11, mpf("0.4376") ** 2)
    doubles("asin (asin x/x - 1)/z", lambda z: (mp.asin(r(z)) / r(z) - 1) / z, 1, 12, mpf("0.2501"))


# ---- constants in two or more pieces -------------------------------------------------------------------------------

def pieces(name, x, *bits):
    out = []
    for b in bits:
        out.append(near(x, b))
        x -= out[-1]
    print(name, " ".join(text(p) for p in out))


def splits():
    pieces("pi/2 33+33+33+53", mp.pi / 2, 33, 33, 33, 53)
    pieces("pi/2", mp.pi / 2, 53, 53)
    pieces("pi", mp.pi, 53, 53)
    pieces("2/pi", 2 / mp.pi, 53)
    pieces("1/3", mpf(1) / 3, 53, 53)
    for c in ("0.5", "1", "1.5"):
        pieces(f"atan {c}", mp.atan(mpf(c)), 53, 53)
    pieces("128/ln2", 128 / mp.ln2, 53)
    pieces("ln2/128 34+34+53", mp.ln2 / 128, 34, 34, 53)
    pieces("ln2 42+53", mp.ln2, 42, 53)
    pieces("ln2", mp.ln2, 53, 53)
    pieces("1/ln2", 1 / mp.ln2, 53, 53)
    pieces("1/ln10", 1 / mp.ln10, 53, 53)


# ---- tables --------------------------------------------------------------------------------------------------------

def write(name, head, declaration, items, per_line, close):
    lines = [head, declaration]
    for i in range(0, len(items), per_line):
        lines.append("  " + ", ".join(items[i:i + per_line]) + ",")
    lines.append(close)
    with open(os.path.join(HERE, "..", name), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def exp_table():
    items = []
    for j in range(128):
        v = mpf(2) ** (mpf(j) / 128)
        hi = near(v)
        items.append(f"{text(hi)}, {text(near(v - hi))}")
    write("exp-table.ts",
          "/**\n * 2^(j/128) for j = 0 … 127 as pairs (nearest double, remainder). Data only, written by `oracle/constants.py`.\n"
          " * Never edit by hand: the last bit of every entry counts.\n */",
          "export const EXP_TABLE: Float64Array = Float64Array.of(", items, 2, ");")


OFFSET = 0x3FE69555  # high word of 0.7057…: the lowest mantissa, so that [0.7057, 1.4114) is one period


def log_table():
    items = []
    for i in range(128):
        def word(j):
            h = OFFSET + (j << 13)
            return mp.ldexp(1 + mpf(h & 0xFFFFF) / 2 ** 20, (h >> 20) - 1023)
        low, high = word(i), word(i + 1)
        centre = (low + high) / 2
        inverse = grid(1 / centre, -8) if centre < 1 else grid(1 / centre, -9)
        if low <= 1 <= high or abs(centre - 1) < mpf("0.005"):
            inverse = mpf(1)
        radius = max(abs(low * inverse - 1), abs(high * inverse - 1))
        assert radius < mpf("0.0059"), (i, float(radius))
        log_c = -mp.log(inverse)
        hi = grid(log_c, -42)
        assert hi == 0 or abs(hi) > radius, i
        items.append(f"{text(inverse)}, {text(hi)}, {text(near(log_c - hi))}")
    write("log-table.ts",
          "/**\n * For each 128th of [0.7057, 1.4114): c of at most 9 bits near 1/centre, then -ln c as a multiple of 2^-42 and its\n"
          " * remainder. Data only, written by `oracle/constants.py`. Never edit by hand: the last bit of every entry counts.\n */",
          "export const LOG_TABLE: Float64Array = Float64Array.of(", items, 2, ");")


def pi_digits():
    count = 56
    value = int(mp.floor(mp.ldexp(_two_over_pi(), 24 * count)))
    limbs = [(value >> (24 * (count - 1 - i))) & 0xFFFFFF for i in range(count)]
    write("pi-digits.ts",
          f"/**\n * 2/π in base 2^24: {count} digits ({24 * count} bits) after the point, enough for the largest double. Data only,\n"
          " * written by `oracle/constants.py`.\n */",
          "export const TWO_OVER_PI: Float64Array = Float64Array.of(", [f"0x{v:06x}" for v in limbs], 8, ");")


def _two_over_pi():
    mp.prec = 1600
    v = 2 / mp.pi
    return v


if __name__ == "__main__":
    if "--tables" in sys.argv:
        exp_table()
        log_table()
        pi_digits()
    else:
        splits()
        polynomials()
