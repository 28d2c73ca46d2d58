/** `bench policy`: time of one policy decision, by the compiled rules, over the golden questions. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hashText } from "../../fleet-core/kernel/hash.ts";
import type { BenchResult } from "./bench.ts";
import { policyFolder } from "./serve.ts";

const round = (value: number): number => Number(value.toPrecision(4));

export async function policyBench(quick: boolean): Promise<BenchResult> {
  const { loadOpaPolicy } = await import("../../fleet-core/policy/adapters/opa-wasm.ts");
  const policy = await loadOpaPolicy(policyFolder());
  const questions = (JSON.parse(readFileSync(join(policyFolder(), "fixtures.json"), "utf8")) as readonly { readonly input: Record<string, unknown> }[]).map(({ input }) => input);
  const count = quick ? 2000 : 20_000;
  const ask = (i: number) => policy.decide(questions[i % questions.length] ?? {});
  for (let i = 0; i < count / 4; i += 1) ask(i);
  const timesUs: number[] = [];
  const answers: string[] = [];
  const cpu = process.cpuUsage();
  for (let i = 0; i < count; i += 1) {
    const from = process.hrtime.bigint();
    const verdict = ask(i);
    timesUs.push(Number(process.hrtime.bigint() - from) / 1000);
    if (i < questions.length) answers.push(`${verdict.allowed} ${verdict.reasons.join("; ")}`);
  }
  const used = process.cpuUsage(cpu);
  timesUs.sort((a, b) => a - b);
  const at = (share: number): number => round(timesUs[Math.floor(share * (count - 1))] ?? 0);
  return {
    figures: [
      { metric: "policy decision, median", unit: "us", value: at(0.5), better: "lower", limit: 20 },
      { metric: "policy decision, 99th percentile", unit: "us", value: at(0.99), better: "lower", limit: 100 },
      { metric: "policy decision, CPU time", unit: "us", value: round((used.user + used.system) / count), better: "lower" },
    ],
    hash: hashText(answers.join("\n")),
    seed: "golden questions",
  };
}
