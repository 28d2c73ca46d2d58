/** Why an agent does something: its own sentence, in Arabic preceded by what its code means. */
import type { AgentReason } from "../../fleet-core/contract/agent-status.ts";
import { REASONS_AR } from "../i18n/reasons.ts";
import { useText } from "../i18n/text.tsx";

export function Reason({ reason }: { readonly reason: AgentReason }): React.JSX.Element {
  const { lang } = useText();
  const arabic = lang === "ar" && Object.hasOwn(REASONS_AR, reason.code) ? REASONS_AR[reason.code] : undefined;
  if (arabic === undefined) return <bdi lang="en">{reason.text}</bdi>;
  return (
    <>
      {arabic} <bdi lang="en" dir="ltr" className="quiet small">{reason.text}</bdi>
    </>
  );
}
