/** Errors that end a run, and what the caller's shell gets to see of them. */

/** Exit codes: 0, 1 and 2 as users script against them, the rest from sysexits and signals. */
export const EXIT = {
  ok: 0,
  failed: 1,
  warned: 2,
  usage: 64,
  interrupted: 130,
  terminated: 143,
} as const;

/** One of {@linkcode EXIT}. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** A foreseeable failure: the message is for the user, the stack for nobody. */
export abstract class SyncError extends Error {
  /** What the process exits with. */
  abstract readonly exitCode: ExitCode;
  /** What the user can do about it. */
  readonly hint: string | undefined;

  /** Says what happened, to what, and why. */
  constructor(
    message: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** The command line cannot be understood. */
export class UsageError extends SyncError {
  /** Usage. */
  override readonly exitCode: ExitCode = EXIT.usage;
}

/** A setting has a value that cannot be used. */
export class ConfigError extends SyncError {
  /** Failed. */
  override readonly exitCode: ExitCode = EXIT.failed;
}

/** A replica cannot be opened, read or written as a whole. */
export class ReplicaError extends SyncError {
  /** Failed. */
  override readonly exitCode: ExitCode = EXIT.failed;
}

/** Another run holds a replica. */
export class LockedError extends SyncError {
  /** Failed. */
  override readonly exitCode: ExitCode = EXIT.failed;
}

/** A command of the user's failed, and the run shall not go on without it. */
export class CommandError extends SyncError {
  /** Failed. */
  override readonly exitCode: ExitCode = EXIT.failed;
}

/** A guard stopped the run before its first change. */
export class HazardError extends SyncError {
  /** Failed. */
  override readonly exitCode: ExitCode = EXIT.failed;
}

/** SIGINT or SIGTERM stopped the run. */
export class InterruptedError extends SyncError {
  /** 128 plus the signal's number. */
  override readonly exitCode: ExitCode;
  /** The signal. */
  readonly signal: "SIGINT" | "SIGTERM";

  /** Names the signal that arrived. */
  constructor(signal: "SIGINT" | "SIGTERM") {
    super(`Interrupted by ${signal}`);
    this.signal = signal;
    this.exitCode = signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
  }
}

/** HARD_MAX_EXEC_TIME is over. */
export class TimeLimitError extends SyncError {
  /** Failed. */
  override readonly exitCode: ExitCode = EXIT.failed;

  /** Names the limit, in seconds. */
  constructor(seconds: number) {
    super(
      `Stopped after ${seconds} seconds (HARD_MAX_EXEC_TIME); the next run completes the work`,
    );
  }
}
