"""
Writes vectors.txt: inputs and the exact results, from mpmath with 1,400 bits (enough even for subnormal inputs).

    python3 fleet-core/kernel/math/oracle/generate.py

Line: the bits of each argument, the bits of the nearest double to the exact result, and what is missing to it in units
of 2^-15 ulp of that double (signed decimal). Needs: pip install mpmath. Fixed seed: two runs write the same file.
"""
import math
import os
import random
import struct

from mpmath import mp, mpf

from inputs import ONE, TWO, one, two

POINTS = 2000
mp.prec = 1400

EXACT = {
    "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "asin": mp.asin, "acos": mp.acos, "atan": mp.atan,
    "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh, "asinh": mp.asinh, "acosh": mp.acosh, "atanh": mp.atanh,
    "exp": mp.exp, "expm1": lambda x: mp.exp(x) - 1, "log": mp.log, "log1p": lambda x: mp.log(1 + x),
    "log2": lambda x: mp.log(x) / mp.ln2, "log10": lambda x: mp.log(x) / mp.ln10,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)), "atan2": mp.atan2, "pow": lambda x, y: x ** y,
    "hypot": lambda x, y: mp.sqrt(x * x + y * y),
}
LIMIT = {"exp": 760, "expm1": 760, "sinh": 760, "cosh": 760, "tanh": 60}


def bits(x):
    return struct.pack(">d", x).hex()


def usable(name, args):
    """Finite, and inside the domain where the result is a finite number: the rest is in the table of special cases."""
    if any(math.isnan(a) or math.isinf(a) for a in args):
        return False
    x = args[0]
    if name in ("asin", "acos"):
        return abs(x) <= 1
    if name == "atanh":
        return abs(x) < 1
    if name == "acosh":
        return x >= 1
    if name in ("log", "log2", "log10"):
        return x > 0
    if name == "log1p":
        return x > -1
    if name in ("atan2", "hypot"):
        return args[0] != 0 and args[1] != 0
    if name == "pow":
        return x > 0 or (x < 0 and args[1] == int(args[1]))
    return abs(x) < LIMIT.get(name, math.inf)


def line(name, args):
    if not usable(name, args):
        return None
    exact = EXACT[name](*[mpf(a) for a in args])
    near = float(exact)
    if math.isinf(near) or near == 0:
        return None
    rest = int(mp.nint((exact - mpf(near)) / mpf(math.ulp(near)) * 32768))
    return " ".join([bits(a) for a in args] + [bits(near), str(rest)])


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "vectors.txt"), "w", encoding="ascii") as file:
        for name in ONE + TWO:
            r = random.Random(f"vectors/{name}")
            file.write(f"# {name}\n")
            written = 0
            while written < POINTS:
                text = line(name, two(name, r) if name in TWO else (one(name, r),))
                if text is not None:
                    file.write(text + "\n")
                    written += 1


if __name__ == "__main__":
    main()
