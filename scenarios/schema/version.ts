/** The version a file states in its header. Only 1.0 to 1.3 are known; a later minor version is read as 1.3 with a warning. */
import type { XmlElement } from "../../fleet-core/contract/xml.ts";
import type { Problems } from "./problems.ts";

/** An xs:unsignedShort. */
const isShort = (text: string): boolean => /^\+?\d{1,9}$/.test(text) && Number(text) <= 65535;

/** `1.n`, or undefined when the header is missing or of another major version (reported). */
export function versionOf(root: XmlElement, file: string, problems: Problems): string | undefined {
  const header = root.children.find((c) => c.name === "FileHeader");
  const rule = "version_is_defined";
  if (header === undefined) {
    problems.error(file, root, "there is no FileHeader", { expected: "a FileHeader with revMajor and revMinor", rule: "fileheader_is_present" });
    return undefined;
  }
  const major = header.attributes.get("revMajor")?.value.trim();
  const minor = header.attributes.get("revMinor")?.value.trim();
  if (major === undefined || minor === undefined || !isShort(major) || !isShort(minor)) {
    problems.error(file, header, "the file states no version", { expected: 'revMajor="1" revMinor="0" to "3"', rule });
    return undefined;
  }
  if (Number(major) !== 1) {
    // Files before 1.0 are read as 1.0 when leniently asked; later majors are another language.
    const older = Number(major) < 1;
    (older ? problems.strict : problems.error)(file, header, `version ${major}.${minor}`, { attribute: "revMajor", expected: "1.0 to 1.3", rule: "valid_schema" });
    return older && problems.lenient ? "1.0" : undefined;
  }
  if (Number(minor) > 3) {
    problems.warning(file, header, `version ${major}.${minor} is read as 1.3`, { attribute: "revMinor" });
    return "1.3";
  }
  return `1.${Number(minor)}`;
}
