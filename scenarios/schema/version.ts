/** The version a file states in its header. Only 1.0 to 1.3 are known; a later minor version is read as 1.3 with a warning. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import type { Problems } from "./problems.ts";

/** `1.n`, or undefined when the header is missing or of another major version (reported). */
export function versionOf(root: XmlElement, file: string, problems: Problems): string | undefined {
  const header = root.children.find((c) => c.name === "FileHeader");
  const rule = "version_is_defined";
  if (header === undefined) {
    problems.error(file, root, "there is no FileHeader", { expected: "a FileHeader with revMajor and revMinor", rule });
    return undefined;
  }
  const major = header.attributes.get("revMajor")?.value.trim();
  const minor = header.attributes.get("revMinor")?.value.trim();
  if (major === undefined || minor === undefined || !/^\d+$/.test(major) || !/^\d+$/.test(minor)) {
    problems.error(file, header, "the file states no version", { expected: 'revMajor="1" revMinor="0" to "3"', rule });
    return undefined;
  }
  if (Number(major) !== 1) {
    problems.error(file, header, `version ${major}.${minor}`, { attribute: "revMajor", expected: "1.0 to 1.3", rule });
    return undefined;
  }
  if (Number(minor) > 3) {
    problems.warning(file, header, `version ${major}.${minor} is read as 1.3`, { attribute: "revMinor" });
    return "1.3";
  }
  return `1.${Number(minor)}`;
}
