import { create } from "@bufbuild/protobuf";
import { decimalsOf, InputNumberSchema } from "@interval/proto";
import { type Build, reading, taken } from "./method.ts";
import type { CommonProps } from "./props.ts";

export interface NumberProps extends CommonProps {
  placeholder?: string;
  defaultValue?: number | null;
  /** The least number allowed. */
  min?: number;
  /** The greatest number allowed. */
  max?: number;
  /** A short text before the field, such as "kg". */
  prepend?: string;
  /** How many decimal places are allowed; by default those of the currency, else none. */
  decimals?: number;
  /** An ISO 4217 code, such as "USD". */
  currency?: string;
}

export const inputNumber: Build<NumberProps, "inputNumber", number> = (read) => {
  read.ordered("min", "max");
  const value = create(InputNumberSchema, {
    placeholder: read.string("placeholder"),
    defaultValue: read.number("defaultValue"),
    min: read.number("min"),
    max: read.number("max"),
    prepend: read.string("prepend"),
    decimals: read.integer("decimals", 0, 15),
    currency: currency(read.string("currency"), () => read.wrong("currency", 'an ISO 4217 code, such as "USD"')),
  });
  return {
    kind: { case: "inputNumber", value },
    read: reading("inputNumber", ({ number }) => taken(number + 0)), // minus zero is zero
    enter: (given, entry) => ({ case: "inputNumber", value: { number: entry.number(given) } }),
    impossible() {
      const { min, max } = value;
      const decimals = decimalsOf(value);
      if (min === undefined || max === undefined || leastFrom(min, decimals) <= max) return undefined;
      return `there is no number with ${decimals} decimal places from "min" (${min}) to "max" (${max})`;
    },
  };
};

/** The least number with so many decimal places that is not below another. */
function leastFrom(min: number, decimals: number): number {
  const near = Number(min.toFixed(decimals));
  return near >= min ? near : Number((near + 10 ** -decimals).toFixed(decimals));
}

function currency(code: string | undefined, wrong: () => Error): string | undefined {
  const upper = code?.toUpperCase();
  if (upper !== undefined && !/^[A-Z]{3}$/.test(upper)) throw wrong();
  return upper;
}
