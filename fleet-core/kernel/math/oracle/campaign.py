"""
Measures the error of every function against MPFR at 200 bits, over a mixture of inputs with a fixed seed.

    npx rolldown fleet-core/kernel/math/index.ts --format esm --file out/math.mjs
    python3 fleet-core/kernel/math/oracle/campaign.py out/math.mjs [inputs per function] [seed] [function ...]

Prints per function: inputs, largest error [ulp] and where, share of results that are not the nearest double.
Needs: pip install gmpy2; node. One million inputs for one function take about ten seconds.
"""
import math
import os
import random
import subprocess
import sys
import tempfile
from array import array

import gmpy2
from gmpy2 import mpfr

from inputs import ONE, TWO, one, two

gmpy2.get_context().precision = 200

EXACT = {n: getattr(gmpy2, n) for n in ONE if hasattr(gmpy2, n)}
EXACT.update(atan2=gmpy2.atan2, hypot=gmpy2.hypot, pow=lambda x, y: x ** y)

NODE = """
import { readFileSync, writeFileSync } from "node:fs";
const [library, name, arity, input, output] = process.argv.slice(1);
const f = (await import(library))[name];
const bytes = readFileSync(input);
const x = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
const step = Number(arity);
const y = new Float64Array(x.length / step);
for (let i = 0; i < y.length; i++) y[i] = step === 1 ? f(x[i]) : f(x[2 * i], x[2 * i + 1]);
writeFileSync(output, y);
"""


TOP = mpfr(2) ** 1024


def error_ulp(result, exact):
    """|result − exact| in units of the last place of exact (2^-1074 below the normal range)."""
    near = float(exact)
    if result == near:
        if math.isinf(near):
            return 0.0
    elif math.isnan(result) or math.isnan(near):
        return 0.0 if math.isnan(result) and math.isnan(near) else math.inf
    if math.isinf(near):
        exact, near = (TOP if near > 0 else -TOP), math.copysign(sys.float_info.max, near)
    other = (TOP if result > 0 else -TOP) if math.isinf(result) else mpfr(result)
    truncated = math.nextafter(near, 0) if abs(near) > abs(exact) else near
    return float(abs(other - exact) / mpfr(math.ulp(truncated)))


def measure(library, name, count, seed):
    r = random.Random(f"{seed}/{name}")
    arity = 2 if name in TWO else 1
    inputs = array("d")
    for _ in range(count):
        if arity == 1:
            inputs.append(one(name, r))
        else:
            inputs.extend(two(name, r))
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "x"), os.path.join(folder, "y")
        with open(source, "wb") as file:
            inputs.tofile(file)
        subprocess.run(["node", "--input-type=module", "-e", NODE, library, name, str(arity), source, target], check=True)
        results = array("d")
        with open(target, "rb") as file:
            results.fromfile(file, count)
    exact_of = EXACT[name]
    worst, where, off = 0.0, None, 0
    for i in range(count):
        args = (mpfr(inputs[i]),) if arity == 1 else (mpfr(inputs[2 * i]), mpfr(inputs[2 * i + 1]))
        exact = exact_of(*args)
        result = results[i]
        if result != float(exact):
            if exact == exact or result == result:
                off += 1
        e = error_ulp(result, exact)
        if e > worst:
            worst, where = e, tuple(float(a) for a in args)
    print(f"{name:6} {count:9} inputs  max {worst:.4f} ulp  not nearest {100 * off / count:6.3f} %  at {where}", flush=True)


if __name__ == "__main__":
    library = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    for each in sys.argv[4:] or ONE + TWO:
        measure(library, each, count, seed)
