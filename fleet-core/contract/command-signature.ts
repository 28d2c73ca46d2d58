/**
 * What exactly is signed when a command is signed: canonical JSON (RFC 8785) of the whole command but the signature. The
 * algorithm (Ed25519) comes from outside; both sides use this one text.
 */
import { canonicalJson } from "./json.ts";
import type { Command } from "./command.ts";

/** Issuer included, so that nobody can sign in another's name. UTF-8 text to be signed. */
export function commandSigningText(command: Command): string {
  return `atlasmesh-command-v1\n${canonicalJson({ ...command, authentication: { issuer: command.authentication?.issuer ?? "" } })}`;
}
