import { type IoCall, Theme } from "@interval/proto";

/** One button below a call. */
export interface CallButton {
  label: string;
  /** What the program gets; undefined where the call has no choices. */
  choice?: string;
  theme: "primary" | "secondary" | "danger";
  skipValidation: boolean;
  /** The answer of a question: set where the button itself is the value. */
  confirmed?: boolean;
}

/** The texts of buttons that the program does not name. */
export interface ButtonTexts {
  proceed: string;
  confirm: string;
  cancel: string;
}

const themes = {
  [Theme.UNSPECIFIED]: undefined,
  [Theme.PRIMARY]: "primary",
  [Theme.SECONDARY]: "secondary",
  [Theme.DANGER]: "danger",
} as const satisfies Record<Theme, CallButton["theme"] | undefined>;

/** The buttons of a call; the first is the primary one unless it is themed. */
export function callButtons(call: IoCall, texts: ButtonTexts): CallButton[] {
  if (isQuestion(call)) {
    return [
      { label: texts.confirm, theme: "primary", skipValidation: false, confirmed: true },
      { label: texts.cancel, theme: "secondary", skipValidation: false, confirmed: false },
    ];
  }
  if (call.choices.length === 0) {
    return [{ label: call.continueLabel ?? texts.proceed, theme: "primary", skipValidation: false }];
  }
  return call.choices.map(({ label, value, theme, skipValidation }, index) => ({
    label,
    choice: value,
    theme: themes[theme] ?? (index === 0 ? "primary" : "secondary"),
    skipValidation,
  }));
}

/** Whether a call is a lone question, which its buttons answer. */
export function isQuestion({ components, choices }: IoCall): boolean {
  return choices.length === 0 && components.length === 1 && components[0]?.kind.case === "confirm";
}
