/**
 * One line of JSON per thing worth knowing, with the same fields in every line: timestamp, level, service, trace_id,
 * span_id, tenant_id, entity_id, user_id, message, duration_ms, status_code, endpoint. Must never write a token, a
 * password, a key or a request's body.
 */
import pino from "pino";

export interface LogFields {
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly tenant_id?: string;
  readonly entity_id?: string;
  readonly user_id?: string;
  readonly duration_ms?: number;
  readonly status_code?: number;
  readonly endpoint?: string;
}

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  flush(): void;
}

/** What looks like a secret is cut out of messages, whoever wrote them: bearer tokens, our tokens, passwords in addresses. */
export function withoutSecrets(message: string): string {
  return message
    .replace(/amst_[A-Za-z0-9_-]+/g, "amst_***")
    .replace(/eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g, "***")
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:)[^\s@]+@/gi, "$1***@");
}

export function createLogger(options: { readonly level: "debug" | "info" | "warn" | "error"; readonly service: string; readonly write?: (line: string) => void }): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    messageKey: "message",
    base: { service: options.service },
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label.toUpperCase() }) },
  };
  const { write } = options;
  const destination = write === undefined ? pino.destination({ dest: 2, sync: false, minLength: 0 }) : { write };
  const log = pino(settings, destination);
  const empty = { trace_id: "", span_id: "", tenant_id: "", entity_id: "", user_id: "" };
  const at = (level: "debug" | "info" | "warn" | "error") => (message: string, fields: LogFields = {}): void => log[level]({ ...empty, ...fields }, withoutSecrets(message));
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    flush() {
      if ("flushSync" in destination) destination.flushSync();
    },
  };
}
