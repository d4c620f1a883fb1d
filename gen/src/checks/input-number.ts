import { FieldErrorCode } from "../../ts/interval/io/v1/field_error_pb.ts";
import type { InputNumber } from "../../ts/interval/io/v1/input_number_pb.ts";
import { currencyDecimals } from "./currency.ts";
import { count, type Fault } from "./faults.ts";
import type { Check } from "./registry.ts";

/**
 * How many decimal places a number field takes: its own, else its currency's minor units, else none.
 *
 * @example decimalsOf({ currency: "JPY" }) // 0
 */
export function decimalsOf({ decimals, currency }: Pick<InputNumber, "decimals" | "currency">): number {
  return decimals ?? (currency === undefined ? 0 : currencyDecimals(currency));
}

/** Numbers: finite, within their bounds, with the decimal places that are allowed. */
export const checkInputNumber: Check<"inputNumber"> = (props, { number }) => {
  if (!Number.isFinite(number)) return [notANumber];
  const faults = bounds(number, props.min, props.max);
  const decimals = decimalsOf(props);
  if (hasMoreDecimals(number, decimals)) {
    const text = decimals === 0 ? "Enter a whole number." : `Enter at most ${count(decimals, "decimal place")}.`;
    faults.push({ code: FieldErrorCode.TOO_MANY_DECIMALS, text, params: { decimals } });
  }
  return faults;
};

/** Sliders: within their bounds and on a step. */
export const checkInputSlider: Check<"inputSlider"> = ({ min, max, step = 1 }, { number }) => {
  if (!Number.isFinite(number)) return [notANumber];
  const faults = bounds(number, min, max);
  const steps = (number - min) / step;
  if (step > 0 && Math.abs(steps - Math.round(steps)) > 1e-9 * Math.max(1, Math.abs(steps))) {
    faults.push({
      code: FieldErrorCode.NOT_ON_STEP,
      text: `Choose a number in steps of ${step} from ${min}.`,
      params: { step, min },
    });
  }
  return faults;
};

const notANumber: Fault = { code: FieldErrorCode.NOT_A_NUMBER, text: "Enter a number." };

function bounds(number: number, min: number | undefined, max: number | undefined): Fault[] {
  const faults: Fault[] = [];
  if (min !== undefined && number < min) {
    faults.push({ code: FieldErrorCode.TOO_SMALL, text: `Enter ${min} or more.`, params: { min, actual: number } });
  }
  if (max !== undefined && number > max) {
    faults.push({ code: FieldErrorCode.TOO_LARGE, text: `Enter ${max} or less.`, params: { max, actual: number } });
  }
  return faults;
}

/** Decided on the shortest decimal notation, since 9.99 times 100 is not 999 in binary. */
function hasMoreDecimals(number: number, decimals: number): boolean {
  const [mantissa = "", exponent = "0"] = String(number).split("e");
  const places = (mantissa.split(".")[1]?.length ?? 0) - Number(exponent);
  return places > decimals;
}
