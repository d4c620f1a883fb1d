import { randomBytes } from "node:crypto";
import { Code, ConnectError } from "@connectrpc/connect";
import type { HostFrame } from "@interval/proto";
import type { Caller } from "../auth/identity.ts";
import { InvalidError, NotFoundError } from "../domain/errors.ts";
import type { HostSession } from "./host-session.ts";

/** What has been sent into a session: no more of it is kept than the number of the last. */
interface Entry {
  session: HostSession;
  keyId: string | undefined;
  last: bigint;
}

/** The sessions of hosts that receive by one stream and send by calls, by token. */
export class SendSessions {
  readonly #entries = new Map<string, Entry>();

  /** Opens a session to the calls of the key that its stream was opened with. @returns its token */
  open(session: HostSession, caller: Caller): string {
    const token = `receive_${randomBytes(16).toString("hex")}`;
    this.#entries.set(token, { session, keyId: keyIdOf(caller), last: 0n });
    return token;
  }

  close(token: string): void {
    this.#entries.delete(token);
  }

  /**
   * Hears the frames of a call, unless they were heard before.
   *
   * @throws {NotFoundError} for a session that is none or over, or another key's
   * @throws {InvalidError} for a number below 1, and a catalogue with an invalid slug, which ends the session
   * @throws {ConnectError} OUT_OF_RANGE for a number beyond the next
   */
  take(token: string, number: bigint, frames: readonly HostFrame[], caller: Caller): void {
    const entry = this.#entries.get(token);
    if (!entry || entry.keyId !== keyIdOf(caller) || entry.session.isOver) {
      throw new NotFoundError("There is no such session, or its Receive stream has ended: connect anew.");
    }
    if (number < 1n) throw new InvalidError(`The number is ${number}; the first Send of a session has the number 1.`);
    const next = entry.last + 1n;
    if (number > next) {
      throw new ConnectError(`The number is ${number}, but ${next} was not heard: connect anew.`, Code.OutOfRange);
    }
    entry.session.heard();
    if (number < next) return; // its reply was lost
    entry.last = number;
    try {
      for (const frame of frames) entry.session.hear(frame);
    } catch (error) {
      entry.session.end();
      throw error;
    }
  }
}

function keyIdOf(caller: Caller): string | undefined {
  return caller.kind === "host" ? caller.key.id : undefined;
}
