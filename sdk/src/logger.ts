/** How much the SDK prints: nothing but errors, what a developer wants to know, or every step of the connection. */
export type LogLevel = "quiet" | "info" | "debug";

/** Where the SDK tells the developer what happens. */
export interface Logger {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** A logger that prints lines to the terminal. Errors are printed at every level. */
export function createLogger(level: LogLevel): Logger {
  const line = (text: string) => `[Interval] ${text}`;
  const nothing = () => {};
  return {
    debug: level === "debug" ? (text) => console.log(line(text)) : nothing,
    info: level === "quiet" ? nothing : (text) => console.log(line(text)),
    warn: level === "quiet" ? nothing : (text) => console.warn(line(text)),
    error: (text) => console.error(line(text)),
  };
}
