import { create } from "@bufbuild/protobuf";
import { type Failure, FailureReason, FailureSchema, limits } from "@interval/proto";
import { fieldOf, isError, messageOf, shorten } from "../thrown.ts";
import { divergenceOf } from "./divergence.ts";

/** Anything thrown, as data: type, message, stack, what caused it, and what it stands for. It fits a frame, whatever was thrown. */
export function toFailure(thrown: unknown, reason = FailureReason.THROWN): Failure {
  return { ...new Packing().pack(thrown, reason), divergence: divergenceOf(thrown) };
}

/** One error on its way into data, with all that hangs on it. */
class Packing {
  #errorsLeft: number = limits.failure.errors;
  #textLeft: number = limits.failure.text;
  /** The errors above the one that is being packed: causes may form a circle. */
  readonly #above = new Set<unknown>();

  pack(thrown: unknown, reason = FailureReason.THROWN): Failure {
    this.#errorsLeft--;
    const message = this.#take(messageOf(thrown));
    if (!isError(thrown)) return create(FailureSchema, { type: "Error", message, reason });
    this.#above.add(thrown);
    const errors = fieldOf(thrown, "errors");
    const packed = create(FailureSchema, {
      type: this.#take(typeOf(thrown)),
      message,
      stack: this.#take(stackOf(thrown)),
      cause: this.#packBelow([fieldOf(thrown, "cause")])[0],
      errors: Array.isArray(errors) ? this.#packBelow(errors) : [],
      reason,
    });
    this.#above.delete(thrown);
    return packed;
  }

  #packBelow(all: readonly unknown[]): Failure[] {
    return all.flatMap((each) =>
      each === undefined || this.#above.has(each) || this.#errorsLeft <= 0 ? [] : [this.pack(each)],
    );
  }

  #take(text: string): string {
    const taken = text.slice(0, this.#textLeft).toWellFormed();
    this.#textLeft -= taken.length;
    return taken;
  }
}

/** How much of a type's name is kept. */
const typeLength = 200;

/** The name that an error has or its class has. */
function typeOf(error: Error): string {
  const made = fieldOf(error, "constructor");
  const names = [fieldOf(error, "name"), typeof made === "function" ? fieldOf(made, "name") : undefined];
  const name = names.find((each) => typeof each === "string" && each !== "" && each !== "Error");
  return typeof name === "string" ? shorten(name, typeLength) : "Error";
}

/** An error's stack. It begins with the message, of which no more is kept than where it stands alone. */
function stackOf(error: Error): string {
  const [stack, message] = [fieldOf(error, "stack"), fieldOf(error, "message")];
  if (typeof stack !== "string") return "";
  const isLong = typeof message === "string" && message.length > limits.thrownText;
  return shorten(isLong ? stack.replace(message, () => shorten(message)) : stack, 2 * limits.thrownText);
}
